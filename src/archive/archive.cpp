#include "archive/archive.h"

#include <fmt/format.h>

#include "archive/catalogue_rebuild.h"
#include "envelope/object.h"
#include "ledger/proof.h"

namespace strongroom::archive {

Result<std::string> ProofMaker::prove(std::uint64_t index) {
  const std::optional<WitnessedCheckpoint> now = witnessing_.latest();
  if (!now || index >= now->size.value) {
    const bool there = index < tiles_.frontier()->size.value;
    return fail(ErrorCode::not_found,
                there ? "the witnesses have not cosigned this entry yet" : "there is no such entry", {},
                there ? "try again in a second" : "");
  }
  const std::lock_guard lock(mutex_);
  if (!nodes_ || at_.checkpoint != now->checkpoint) {
    nodes_.reset();
    nodes_.emplace(TRY(ledger::AuthenticatedTiles::open(now->size, now->root, tiles_)));
    at_ = *now;
  }
  ledger::TlogProof proof;
  proof.index = {index};
  proof.hashes = TRY(ledger::inclusion_proof({index}, at_.size, *nodes_));
  proof.checkpoint = at_.checkpoint;
  return format_tlog_proof(proof);
}

Result<std::unique_ptr<Archive>> Archive::open(const ArchiveConfig& config,
                                               const Surroundings& surroundings) {
  const DataDirectory directory(*surroundings.files, config.data);
  ServerKeys keys = TRY(directory.keys());
  const roster::SignedRoster genesis = TRY(directory.genesis());
  std::unique_ptr<Archive> archive(new Archive(config, surroundings, std::move(keys)));
  archive->restored_ = TRY(surroundings.files->exists(directory.path(std::string(kRestoredName))));
  TRY(archive->open_ledgers(directory, genesis.hash));
  TRY(archive->open_witnessing(directory));
  TRY(archive->open_writers());
  return archive;
}

Result<void> Archive::open_ledgers(const DataDirectory& directory, const Hash256& archive) {
  platform::FileSystem& files = *surroundings_.files;
  blobs_ = TRY(BlobStore::open(files, directory.path("blobs")));
  const SequencerConfig registers{&files, surroundings_.hook, directory.path("register"),
                                  &keys_.register_signer};
  const SequencerConfig capture{&files, surroundings_.hook, directory.path("capture"), &keys_.capture_signer};
  register_sequencer_ = TRY(Sequencer::open(registers));
  capture_sequencer_ = TRY(Sequencer::open(capture));
  register_vault_ = TRY(Vault::open(files, directory.path("vault/register")));
  capture_vault_ = TRY(Vault::open(files, directory.path("vault/capture")));
  book_ = TRY(RegisterBook::load(archive, *register_vault_, *register_sequencer_));
  if (book_->state()->current_roster() == nullptr) {
    return fail(ErrorCode::corrupt, "the register does not begin with the genesis", config_.data);
  }
  forget_closed_grants();
  catalogue_ =
      TRY(open_catalogue(directory.path("catalogue.sqlite"), files, *capture_vault_, *capture_sequencer_));
  silence_ = std::make_unique<SilenceWatch>(*catalogue_, *capture_vault_);
  return {};
}

WitnessingParts Archive::witnessing_parts(LedgerName ledger, const std::string& path) {
  WitnessingParts parts;
  parts.files = surroundings_.files;
  parts.hook = surroundings_.hook;
  parts.path = path;
  parts.sequencer = ledger == LedgerName::registers ? register_sequencer_.get() : capture_sequencer_.get();
  parts.log = identity_of(ledger == LedgerName::registers ? keys_.register_signer.vkey()
                                                          : keys_.capture_signer.vkey());
  parts.policy = [this] {
    return ledger::parse_policy(book_->state()->current_roster()->roster.witness_policy);
  };
  parts.urls = config_.witness_urls;
  parts.transport = surroundings_.transport;
  parts.warn = surroundings_.warn;
  parts.stop = surroundings_.stop;
  parts.demand = restored_ ? Demand::everyone : Demand::quorum;
  parts.lost = config_.lost_witnesses;
  parts.standing_changed = [this] { standing_changed(); };
  return parts;
}

Result<void> Archive::open_witnessing(const DataDirectory& directory) {
  register_witnessing_ =
      TRY(Witnessing::create(witnessing_parts(LedgerName::registers, directory.path("register/witnessed"))));
  capture_witnessing_ =
      TRY(Witnessing::create(witnessing_parts(LedgerName::capture, directory.path("capture/witnessed"))));
  register_proofs_ = std::make_unique<ProofMaker>(register_sequencer_->tiles(), *register_witnessing_);
  capture_proofs_ = std::make_unique<ProofMaker>(capture_sequencer_->tiles(), *capture_witnessing_);
  cross_ = TRY(CrossExchange::create(
      *catalogue_, capture_sequencer_->tiles(), [this] { return register_witnessing_->latest(); },
      [this] { return capture_witnessing_->latest(); }));
  return {};
}

Result<void> Archive::open_writers() {
  CaptureWriterParts capture;
  capture.vault = capture_vault_.get();
  capture.sequencer = capture_sequencer_.get();
  capture.catalogue = catalogue_.get();
  capture.refusals = &refusals_;
  capture.hook = surroundings_.hook;
  capture.quotas = config_.quotas;
  body_check_ = std::make_unique<BodyCheck>(*capture_vault_, refusals_, surroundings_.warn);
  capture.stored = [this](std::vector<UncheckedBody> bodies) { body_check_->put(std::move(bodies)); };
  capture.committed = [this] { capture_witnessing_->wake(); };
  capture.stop = surroundings_.stop;
  capture_writer_ = TRY(CaptureWriter::create(std::move(capture)));
  RegisterWriterParts registers;
  registers.vault = register_vault_.get();
  registers.sequencer = register_sequencer_.get();
  registers.book = book_.get();
  registers.cross = cross_.get();
  registers.refusals = &refusals_;
  registers.hook = surroundings_.hook;
  registers.clock = surroundings_.clock;
  registers.cross_every_ms = config_.cross_every_ms;
  registers.cross_to_capture = [this](std::string checkpoint) {
    static_cast<void>(capture_writer_->put(CrossOrder{std::move(checkpoint), {}}));
  };
  registers.committed = [this] { register_witnessing_->wake(); };
  registers.stop = surroundings_.stop;
  register_writer_ = std::make_unique<RegisterWriter>(std::move(registers));
  return {};
}

Archive::~Archive() { stop(); }

void Archive::start() {
  body_check_->start();
  if (config_.heeding == Heeding::nobody) {
    const std::lock_guard lock(start_mutex_);
    start_writers();
  }
  register_witnessing_->start();
  capture_witnessing_->start();
}

/// The writers start when both ledgers are level with their witnesses: not a size is signed before.
void Archive::standing_changed() {
  const std::lock_guard lock(start_mutex_);
  asked_.notify_all();
  if (writing_ || stopping_) return;
  for (const LedgerName ledger : {LedgerName::registers, LedgerName::capture})
    if (standing(ledger).state != WitnessStanding::State::level) return;
  if (restored_) {
    platform::FileSystem& files = *surroundings_.files;
    Result<void> done = files.remove(config_.data + "/" + std::string(kRestoredName));
    if (done) done = files.sync_directory(config_.data);
    if (!done) return surroundings_.stop(done.error());
  }
  start_writers();
}

void Archive::start_writers() {
  writing_ = true;
  capture_writer_->start();
  register_writer_->start();
}

void Archive::wait_for_witnesses(std::chrono::milliseconds at_most) {
  std::unique_lock lock(start_mutex_);
  asked_.wait_for(lock, at_most, [this] {
    return standing(LedgerName::registers).asked && standing(LedgerName::capture).asked;
  });
}

WitnessStanding Archive::standing(LedgerName ledger) const {
  return (ledger == LedgerName::registers ? register_witnessing_ : capture_witnessing_)->standing();
}

Result<void> Archive::may_take() const {
  {
    const std::lock_guard lock(start_mutex_);
    if (writing_) return {};
  }
  std::string missing, unheard;
  for (const auto& [ledger, name] :
       {std::pair(LedgerName::registers, "register"), std::pair(LedgerName::capture, "capture ledger")}) {
    const WitnessStanding now = standing(ledger);
    if (now.state == WitnessStanding::State::behind)
      missing += fmt::format("{}{}: leaves {} to {}, by witness {}", missing.empty() ? "" : "; ", name,
                             now.own, now.witnessed - 1, now.who);
    if (now.state == WitnessStanding::State::asking) unheard = now.who;
  }
  if (!missing.empty()) {
    return fail(
        ErrorCode::unavailable,
        "this server is behind what its witnesses have signed: it answers reading and takes nothing", missing,
        "nothing is lost: keep what you have; the operator must bring it up to date (emergencies.md)");
  }
  return fail(ErrorCode::unavailable,
              "since it started this server has not heard from its witnesses, and takes nothing", unheard,
              "nothing is lost: keep what you have and try again; are the witnesses running?");
}

void Archive::stop() {
  {
    const std::lock_guard lock(start_mutex_);
    stopping_ = true;
  }
  if (register_writer_) register_writer_->finish();
  if (capture_writer_) capture_writer_->finish();
  if (body_check_) body_check_->finish();
  if (register_witnessing_) register_witnessing_->finish();
  if (capture_witnessing_) capture_witnessing_->finish();
}

void Archive::submit(Bytes request, const roster::EnrolledDevice& device, RegisterSnapshot state,
                     std::function<void(Result<std::vector<EntryAnswer>>)> done) {
  Submission submission;
  submission.request = std::move(request);
  const Result<std::vector<SubmittedEntry>> entries = decode_submission(submission.request);
  if (!entries) {
    refusals_.count("submission-form");
    return done(std::unexpected(entries.error()));
  }
  const IntakeView view{*state, device, surroundings_.clock->now_ms()};
  for (const SubmittedEntry& entry : *entries) submission.entries.push_back(check_entry(entry, view));
  submission.done = [done](std::vector<EntryAnswer> answers) { done(std::move(answers)); };
  if (!capture_writer_->put(std::move(submission))) {
    done(fail(ErrorCode::unavailable, "the server is stopping", {}, "try again later"));
  }
}

Result<std::vector<DeviceStanding>> Archive::look_for_silence() {
  return silence_->look(*state(), surroundings_.clock->now_ms());
}

Result<Bytes> Archive::object(const Hash256& name) {
  if (const std::optional<ObjectRow> row = TRY(catalogue_->object(name)))
    return capture_vault_->read(row->at, name);
  if (book_->leaf_of(name)) return book_->object(name);
  return blobs_->get(name);
}

namespace {

/// A receipt could name any blob: only the grant it speaks of goes with it.
bool is_grant_of(BytesView blob, const roster::Receipt& receipt) {
  const auto object = envelope::decode_object(blob, roster::kGrantLabel, kBlobBytesMax);
  const auto grant =
      object ? roster::decode_grant(object->content) : Result<roster::Grant>(std::unexpected(object.error()));
  return grant && grant->commitment == receipt.commitment && grant->trustee == receipt.trustee;
}

}  // namespace

void Archive::forget_closed_grants() {
  for (const auto& [commitment, request] : state()->requests()) {
    if (!request.closed) continue;
    for (const auto& [leaf, receipt] : request.receipts) {
      const Result<Bytes> blob = blobs_->get(receipt.grant_blob);
      if (!blob || !is_grant_of(*blob, receipt)) continue;
      if (const Result<void> removed = blobs_->remove(receipt.grant_blob); !removed && surroundings_.warn)
        surroundings_.warn(removed.error());
    }
  }
}

Result<std::uint64_t> Archive::capture_cross_over(std::uint64_t register_leaf) {
  return archive::capture_cross_over(*catalogue_, capture_sequencer_->tiles(), register_leaf);
}

TileStore& Archive::tiles(LedgerName ledger) {
  return ledger == LedgerName::registers ? register_sequencer_->tiles() : capture_sequencer_->tiles();
}

Result<std::string> Archive::proof(LedgerName ledger, std::uint64_t index) {
  const std::string proof =
      TRY(ledger == LedgerName::registers ? register_proofs_->prove(index) : capture_proofs_->prove(index));
  surroundings_.hook->reached(name_of(Step::receipt_answered));
  return proof;
}

Result<std::string> Archive::checkpoint(LedgerName ledger) const {
  const auto& witnessing = ledger == LedgerName::registers ? register_witnessing_ : capture_witnessing_;
  const std::optional<WitnessedCheckpoint> now = witnessing->latest();
  if (!now) {
    return fail(ErrorCode::not_found, "no checkpoint has the witness quorum yet", {},
                "are the witnesses running and configured? try again in a second");
  }
  return now->checkpoint;
}

std::uint64_t Archive::size(LedgerName ledger) const {
  const auto& sequencer = ledger == LedgerName::registers ? register_sequencer_ : capture_sequencer_;
  return sequencer->published().size.value;
}

}  // namespace strongroom::archive
