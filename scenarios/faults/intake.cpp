#include "intake.h"

#include <fmt/format.h>

#include <filesystem>

#include "archive/catalogue_rebuild.h"
#include "base/check.h"
#include "codec/text.h"
#include "crypto/hash.h"
#include "ledger/authenticated_tiles.h"
#include "verify/archive_check.h"

namespace strongroom::archive::testing {
namespace {

// Small, so that segments, journals and tiles end within one run.
constexpr std::uint64_t kSegmentBytesMax = 24'000;
constexpr std::uint64_t kJournalBytesMax = 27'000;
constexpr std::size_t kEntriesBefore = 250;

/// The witness without a network.
class Direct final : public WitnessTransport {
 public:
  explicit Direct(witness::Witness& witness) : witness_(witness) {}
  Result<ledger::WitnessAnswer> add_checkpoint(const std::string&, const std::string& body) override {
    return witness_.add_checkpoint(body);
  }

 private:
  witness::Witness& witness_;
};

Error error_of(std::string what) { return {ErrorCode::internal, std::move(what), {}, {}}; }

}  // namespace

Image image_of(platform::FileSystem& files, const std::string& directory) {
  Image out;
  const std::vector<std::string> names = files.list(directory).value();
  for (const std::string& name : names) {
    const std::string path = directory + "/" + name;
    if (files.list(path)) {
      out.merge(image_of(files, path));
    } else {
      out[path] = files.read(path, 64u << 20).value();
    }
  }
  return out;
}

void lay_out(const Image& image, platform::FileSystem& files) {
  for (const auto& [path, content] : image) {
    CHECK(files.make_directories(path.substr(0, path.rfind('/'))).has_value());
    CHECK(files.write_durable(path, content).has_value());
  }
}

/// The server's parts, opened as archive.cpp opens them.
struct Intake::Process {
  ServerKeys keys;
  std::unique_ptr<Sequencer> register_sequencer, capture_sequencer;
  std::unique_ptr<Vault> register_vault, capture_vault;
  std::unique_ptr<RegisterBook> book;
  std::unique_ptr<Catalogue> catalogue;
  std::unique_ptr<Witnessing> register_witnessing, capture_witnessing;
  std::unique_ptr<CrossExchange> cross;
  std::unique_ptr<CaptureWriter> capture_writer;
  std::unique_ptr<RegisterWriter> register_writer;
  Refusals refusals;
  std::vector<CrossOrder> orders;

  explicit Process(ServerKeys k) : keys(std::move(k)) {}
  Result<void> open(platform::FileSystem& at, Beginning& beginning, WitnessTransport& transport);
  Result<std::unique_ptr<Witnessing>> witnessing(platform::FileSystem& at, Beginning& beginning,
                                                 WitnessTransport& transport, Sequencer& sequencer,
                                                 const ledger::NoteSigner& signer, const std::string& path);
};

Result<std::unique_ptr<Witnessing>> Intake::Process::witnessing(
    platform::FileSystem& at, Beginning& beginning, WitnessTransport& transport, Sequencer& sequencer,
    const ledger::NoteSigner& signer, const std::string& path) {
  WitnessingParts parts;
  parts.files = &at;
  parts.hook = &beginning.hook;
  parts.path = path;
  parts.sequencer = &sequencer;
  parts.log = identity_of(signer.vkey());
  parts.policy = [this] {
    return ledger::parse_policy(book->state()->current_roster()->roster.witness_policy);
  };
  parts.urls = {{"outside", "http://direct"}};
  parts.transport = &transport;
  parts.warn = [](const Error&) {};
  return Witnessing::create(std::move(parts));
}

Result<void> Intake::Process::open(platform::FileSystem& at, Beginning& beginning,
                                   WitnessTransport& transport) {
  const DataDirectory directory(at, beginning.data);
  const roster::SignedRoster genesis = TRY(directory.genesis());
  const auto ledger = [&](const char* name, const ledger::NoteSigner& signer) {
    return SequencerConfig{&at, &beginning.hook, directory.path(name), &signer, kJournalBytesMax};
  };
  register_sequencer = TRY(Sequencer::open(ledger("register", keys.register_signer)));
  capture_sequencer = TRY(Sequencer::open(ledger("capture", keys.capture_signer)));
  register_vault = TRY(Vault::open(at, directory.path("vault/register"), kSegmentBytesMax));
  capture_vault = TRY(Vault::open(at, directory.path("vault/capture"), kSegmentBytesMax));
  book = TRY(RegisterBook::load(genesis.hash, *register_vault, *register_sequencer));
  catalogue = TRY(open_catalogue(directory.path("catalogue.sqlite"), at, *capture_vault, *capture_sequencer));
  register_witnessing = TRY(witnessing(at, beginning, transport, *register_sequencer, keys.register_signer,
                                       directory.path("register/witnessed")));
  capture_witnessing = TRY(witnessing(at, beginning, transport, *capture_sequencer, keys.capture_signer,
                                      directory.path("capture/witnessed")));
  cross = TRY(CrossExchange::create(
      *catalogue, capture_sequencer->tiles(), [this] { return register_witnessing->latest(); },
      [this] { return capture_witnessing->latest(); }));
  CaptureWriterParts capture;
  capture.vault = capture_vault.get();
  capture.sequencer = capture_sequencer.get();
  capture.catalogue = catalogue.get();
  capture.refusals = &refusals;
  capture.hook = &beginning.hook;
  capture.committed = [] {};
  capture_writer = TRY(CaptureWriter::create(std::move(capture)));
  RegisterWriterParts registers;
  registers.vault = register_vault.get();
  registers.sequencer = register_sequencer.get();
  registers.book = book.get();
  registers.cross = cross.get();
  registers.refusals = &refusals;
  registers.hook = &beginning.hook;
  registers.clock = &beginning.clock;
  registers.cross_to_capture = [this](std::string text) { orders.push_back({std::move(text), {}}); };
  register_writer = std::make_unique<RegisterWriter>(std::move(registers));
  return {};
}

Beginning::Beginning(std::string directory)
    : data(std::move(directory)), catalogue_copy(data + ".catalogue") {
  std::filesystem::create_directories(data);
  platform::MemoryFileSystem server_disk, witness_disk;
  platform::SystemEntropy entropy;
  witness::WitnessDirectory watching(witness_disk, "/witness");
  const auto vkey = watching.init("outside.example/w", entropy).value();
  const ServerNames names = DataDirectory(server_disk, data).init("test.example", entropy).value();
  CHECK(watching.add_log(ledger::parse_vkey(names.register_vkey).value()).has_value());
  CHECK(watching.add_log(ledger::parse_vkey(names.capture_vkey).value()).has_value());
  ground.emplace(names, format_vkey(vkey));
  CHECK(DataDirectory(server_disk, data).adopt(ground->genesis_object(), hook).has_value());
  RegisterSnapshot state;
  {
    // The register's opening, and some leaves before ours: the first full tile is near.
    AllButTheCatalogue files(server_disk);
    const auto watcher = witness::Witness::open(watching, clock, hook).value();
    Direct transport(*watcher);
    Intake::Process process(DataDirectory(files, data).keys().value());
    CHECK(process.open(files, *this, transport).has_value());
    std::vector<RegisterWriter::Work> posts;
    for (const auto& [type, object] : ground->opening_posts())
      posts.emplace_back(RegisterPost{type, object, {}});
    CHECK(process.register_writer->process(std::move(posts)).has_value());
    CHECK(process.register_witnessing->round().value());
    std::vector<CaptureWriter::Work> before;
    for (std::size_t i = 0; i < kEntriesBefore; ++i)
      before.emplace_back(CrossOrder{process.register_witnessing->latest()->checkpoint, {}});
    CHECK(process.capture_writer->process(std::move(before), 0).has_value());
    CHECK(process.capture_witnessing->round().value());
    state = process.book->state();
  }
  server = image_of(server_disk, data);
  witness = image_of(witness_disk, "/witness");
  std::filesystem::copy_file(data + "/catalogue.sqlite", catalogue_copy,
                             std::filesystem::copy_options::overwrite_existing);
  for (unsigned batches = 1; batches <= 4; ++batches) {
    requests.push_back(ground->seal_folder(*state, batches));
    requests.push_back({ground->chain().heartbeat(3600)});
  }
  invitation = ground->invite().invitation;
}

Beginning::~Beginning() {
  std::filesystem::remove_all(data);
  std::filesystem::remove(catalogue_copy);
}

Intake::Intake(Beginning& beginning) : beginning_(beginning) {
  lay_out(beginning_.server, disk);
  lay_out(beginning_.witness, witness_disk_);
  for (const char* end : {"-wal", "-shm"})
    std::filesystem::remove(beginning_.data + "/catalogue.sqlite" + end);
  std::filesystem::copy_file(beginning_.catalogue_copy, beginning_.data + "/catalogue.sqlite",
                             std::filesystem::copy_options::overwrite_existing);
  witness_ = witness::Witness::open(witness::WitnessDirectory(witness_disk_, "/witness"), beginning_.clock,
                                    beginning_.hook)
                 .value();
  transport_ = std::make_unique<Direct>(*witness_);
}
Intake::~Intake() = default;

void Intake::kill() {
  process_.reset();
  in_a_writer_ = false;
}

void Intake::power_cut(platform::PowerCut how, std::uint64_t seed) {
  kill();
  disk.power_cut(how, seed);
  if (seed % 2 == 0) return;
  for (const char* end : {"", "-wal", "-shm"})
    std::filesystem::remove(beginning_.data + "/catalogue.sqlite" + end);
}

Result<void> Intake::run() {
  kill();
  TRY(start());
  TRY(ask_witness());
  for (std::size_t i = 0; i < beginning_.requests.size(); ++i) {
    TRY(submit(i));
    TRY(ask_witness());
    if (i == 1) TRY(cross());
    if (i == 3) TRY(post_invitation());
    if (i == 5) {
      kill();
      TRY(start());
    }
  }
  return ask_witness();
}

Result<void> Intake::start() {
  process_ = std::make_unique<Process>(TRY(DataDirectory(files, beginning_.data).keys()));
  TRY(process_->open(files, beginning_, *transport_));
  saw("register", process_->register_sequencer->published());
  saw("capture", process_->capture_sequencer->published());
  return {};
}

Result<void> Intake::submit(std::size_t request) {
  Submission submission;
  submission.request = submission_of(beginning_.requests[request]);
  const RegisterSnapshot state = process_->book->state();
  const IntakeView view{*state, *state->device_by_pin(beginning_.ground->device().pin()),
                        beginning_.clock.now_ms()};
  const std::vector<SubmittedEntry> entries = TRY(decode_submission(submission.request));
  for (const SubmittedEntry& entry : entries) submission.entries.push_back(check_entry(entry, view));
  submission.done = [this, request](std::vector<EntryAnswer> answers) { check_answers(request, answers); };
  std::vector<CaptureWriter::Work> work;
  work.emplace_back(std::move(submission));
  for (CrossOrder& order : process_->orders) work.emplace_back(std::move(order));
  process_->orders.clear();
  in_a_writer_ = true;
  TRY(process_->capture_writer->process(std::move(work), 0));
  in_a_writer_ = false;
  saw("capture", process_->capture_sequencer->published());
  return {};
}

bool Intake::still_answers() {
  if (!in_a_writer_) return false;
  const std::size_t before = received_.size();
  const bool done = submit(beginning_.requests.size() - 1).has_value();
  return done || received_.size() != before;
}

void Intake::check_answers(std::size_t request, const std::vector<EntryAnswer>& answers) {
  const auto& entries = beginning_.requests[request];
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const Hash256 name = crypto::sha256(entries[i].header);
    const EntryAnswer& answer = answers.at(i);
    const bool taken = answer.status == EntryStatus::received || answer.status == EntryStatus::known;
    if (!taken || !answer.index) {
      broken.push_back(
          fmt::format("entry {} of request {} was answered {}", i, request, static_cast<int>(answer.status)));
      continue;
    }
    const auto [it, fresh] = received_.emplace(name, *answer.index);
    if (!fresh && (it->second != *answer.index || answer.status != EntryStatus::known))
      broken.push_back(fmt::format("entry {} of request {} was at leaf {} and is now at {}", i, request,
                                   it->second, *answer.index));
  }
}

Result<void> Intake::post_invitation() {
  std::vector<RegisterWriter::Work> work;
  work.emplace_back(RegisterPost{envelope::RegisterType::invitation, beginning_.invitation,
                                 [this](const Result<std::uint64_t>& index) {
                                   if (!index) return broken.push_back("the invitation was refused");
                                   if (posted_ && *posted_ != *index)
                                     broken.push_back("the invitation has moved in the register");
                                   posted_ = *index;
                                 }});
  TRY(process_->register_writer->process(std::move(work)));
  return ask_witness();
}

Result<void> Intake::cross() {
  std::vector<RegisterWriter::Work> work;
  work.emplace_back(CrossWish{});
  TRY(process_->register_writer->process(std::move(work)));
  return ask_witness();
}

Result<void> Intake::ask_witness() {
  TRY(ask_witness("register", *process_->register_witnessing));
  TRY(ask_witness("capture", *process_->capture_witnessing));
  if (disk.syncs() > stop_after_syncs) return std::unexpected(error_of("the test stops here"));
  return {};
}

Result<void> Intake::ask_witness(const std::string& ledger, Witnessing& witnessing) {
  if (!TRY(witnessing.round())) return std::unexpected(error_of("the witness did not cosign"));
  const WitnessedCheckpoint now = witnessing.latest().value();
  saw(ledger, {now.size, now.root, now.checkpoint});
  if (seen_.empty() || seen_.back() != now.checkpoint) seen_.push_back(now.checkpoint);
  return {};
}

void Intake::saw(const std::string& ledger, const Published& now) {
  const auto [it, fresh] = roots_[ledger].emplace(now.size.value, now.root);
  if (it->second != now.root)
    broken.push_back(fmt::format("two checkpoints of size {} of the {}", now.size.value, ledger));
}

void Intake::check(Depth depth) {
  kill();
  if (const Result<void> started = start(); !started) {
    noticed.push_back(started.error().to_string());
  } else {
    check_entries(*process_);
  }
  kill();
  if (depth == Depth::whole) check_as_an_auditor();
}

bool Intake::holds(Process& process, BytesView object) {
  const Hash256 name = crypto::sha256(object);
  const auto row = process.catalogue->object(name);
  return row && *row && process.capture_vault->read((*row)->at, name);
}

void Intake::check_entries(Process& process) {
  Sequencer* const both[] = {process.register_sequencer.get(), process.capture_sequencer.get()};
  for (Sequencer* const sequencer : both) {
    const Published now = sequencer->published();
    const auto tiles = ledger::verify_all_tiles(now.size, now.root, sequencer->tiles());
    if (!tiles) noticed.push_back(tiles.error().to_string());
  }
  const std::uint64_t size = process.capture_sequencer->published().size.value;
  const auto leaves = process.capture_sequencer->tiles().leaves(0, size);
  for (const auto& request : beginning_.requests) {
    for (const seal::SealedEntry& entry : request) {
      const auto at = received_.find(crypto::sha256(entry.header));
      if (at == received_.end()) continue;
      const Bytes leaf = encode(envelope::CaptureLeaf{envelope::digests_of(entry.header)});
      if (!leaves || at->second >= leaves->size() || (*leaves)[at->second] != leaf)
        broken.push_back(fmt::format("leaf {} is gone or another", at->second));
      const bool there = holds(process, entry.header) && (entry.body.empty() || holds(process, entry.body));
      if (!there) broken.push_back(fmt::format("an object of leaf {} is gone", at->second));
    }
  }
}

void Intake::check_as_an_auditor() {
  const auto opened = verify::open_archive_files(disk, beginning_.data);
  if (!opened) return noticed.push_back(opened.error().to_string());
  verify::ArchiveQuestion question;
  question.archive = beginning_.ground->archive();
  question.seen = seen_;
  const verify::Report report = check_archive(question, **opened);
  for (const verify::Finding& finding : report.findings())
    if (finding.weight == verify::Weight::serious) noticed.push_back(finding.code + ": " + finding.text);
}

}  // namespace strongroom::archive::testing
