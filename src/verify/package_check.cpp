#include "verify/package_check.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include "codec/text.h"
#include "crypto/hash.h"
#include "envelope/body.h"
#include "envelope/leaf.h"
#include "ledger/proof.h"
#include "roster/request.h"
#include "verify/device_check.h"
#include "verify/message_proof.h"
#include "verify/package_files.h"
#include "verify/record_files.h"
#include "verify/wording.h"

namespace strongroom::verify {
namespace {

class PackageCheck {
 public:
  PackageCheck(platform::FileSystem& files, const std::string& directory, const Hash256& archive)
      : files_(files, directory, report_), archive_(archive), reading_(archive) {}

  Report run() {
    if (!files_.load()) return std::move(report_);
    const Manifest& manifest = files_.manifest();
    if (manifest.archive != archive_)
      report_.serious("another-archive",
                      "the package says that it is of another archive than the id that was given");
    for (const std::string& sentence : manifest.missing)
      report_.warning("missing", "whoever made the package says: " + sentence);
    read_register();
    check_request();
    accept_capture();
    read_headers();
    read_chains();
    check_folders();
    RecordFiles records(files_, batches_, report_);
    records.check();
    check_completeness(records);
    compare_counts(records.count());
    return std::move(report_);
  }

 private:
  std::optional<std::string> text(const std::string& path) {
    const auto bytes = files_.read(path);
    if (!bytes) {
      report_.serious("missing-file", fmt::format("the package has no good file {}", path));
      return std::nullopt;
    }
    return std::string(text_of(*bytes));
  }

  void read_register() {
    const auto checkpoint = text("checkpoints/register");
    const auto log = text("register/register.log");
    if (!checkpoint || !log) return;
    const auto items = parse_register_log(bytes_of(*log));
    if (!items) return report_.serious("bad-register", "register/register.log", items.error());
    for (const RegisterItem& item : *items) {
      if (auto taken = reading_.take(item.leaf, item.object); !taken)
        return report_.serious("altered-object", "register/register.log", taken.error());
    }
    const auto accepted = reading_.accept(LedgerName::register_, *checkpoint);
    if (!accepted)
      return report_.serious("checkpoint-not-accepted", "the register's checkpoint is not to be believed",
                             accepted.error());
    const ledger::Checkpoint& c = accepted->checkpoint();
    if (c.size.value != reading_.state().applied() || c.root != reading_.state().head().root)
      report_.serious("register-altered", "the register in the package is not the one of its checkpoint");
    reading_.judge(report_);
    report_.fact("register witnessed",
                 fmt::format("{} entries at {}", c.size.value, utc(accepted->witness_time.value_or(0))));
  }

  /// §5.1 to §5.4: what was asked, that it was approved, and that enough trustees granted it.
  void check_request() {
    const auto& requests = reading_.state().requests();
    const auto found = requests.find(files_.manifest().commitment);
    if (found == requests.end())
      return report_.serious("no-request", "the register has no request that this package could come from");
    const roster::SeenRequest& seen = found->second;
    std::set<roster::MemberId> trustees;
    for (const auto& [leaf, receipt] : seen.receipts) trustees.insert(receipt.trustee);
    const std::uint32_t wanted = reading_.rosters().back().roster.quorums.front().k;
    if (seen.approvals.empty()) report_.serious("unapproved-reading", "the request was never approved");
    if (trustees.size() < wanted)
      report_.serious("no-quorum", fmt::format("the register has receipts of {} trustees, and {} are needed",
                                               trustees.size(), wanted));
    const auto bytes = files_.read("request");
    if (!bytes)
      return report_.note(
          "no-request-text",
          "the package does not show the request; whether every granted folder is in it cannot be told");
    const auto copy = roster::decode_request_copy(*bytes);
    if (!copy) return report_.serious("bad-request", "the file request", copy.error());
    Result<roster::ReadingRequest> request = fail(ErrorCode::not_found, "no roster");
    for (const roster::SignedRoster& r : reading_.rosters()) {
      request = roster::open_request(*copy, seen.entry, r);
      if (request) break;
    }
    if (!request)
      return report_.serious("bad-request", "the file request is not the request of the register",
                             request.error());
    granted_ = std::set<Hash256>(copy->folders.begin(), copy->folders.end());
    report_.fact("case", request->case_name);
    report_.fact("legal basis", request->legal_basis);
  }

  void accept_capture() {
    capture_text_ = text("checkpoints/capture");
    if (!capture_text_) return;
    auto accepted = reading_.accept(LedgerName::capture, *capture_text_);
    if (!accepted)
      return report_.serious("checkpoint-not-accepted",
                             "the capture ledger's checkpoint is not to be believed", accepted.error());
    capture_ = accepted->checkpoint();
    report_.fact("capture ledger witnessed", fmt::format("{} entries at {}", capture_->size.value,
                                                         utc(accepted->witness_time.value_or(0))));
  }

  /// Every proof has its header and the other way round.
  void read_headers() {
    std::set<std::string> proved;
    for (const std::string& path : files_.under("proofs/")) {
      const auto leaf = leaf_of_proof_file(path);
      const auto content = files_.read(path);
      if (!leaf || !content) {
        report_.serious("bad-proof", fmt::format("{} is not the name of a proof", path));
        continue;
      }
      if (auto done = read_proof(*leaf, text_of(*content), proved); !done)
        report_.serious("bad-proof", path, done.error());
    }
    for (const std::string& path : files_.under("headers/")) {
      if (!proved.contains(path))
        report_.serious("unproved-header", fmt::format("{} has no proof that it is in the ledger", path));
    }
  }

  Result<void> read_proof(std::uint64_t leaf, std::string_view content, std::set<std::string>& proved) {
    const ledger::TlogProof proof = TRY(ledger::parse_tlog_proof(content));
    if (!proof.extra || proof.extra->size() != 32 || proof.index.value != leaf)
      return fail(ErrorCode::malformed, "the proof does not name its header, or is for another leaf");
    const std::string path = header_file(array_of<32>(*proof.extra));
    const auto bytes = files_.read(path);
    if (!bytes) return fail(ErrorCode::not_found, "its header is not in the package", path);
    if (!capture_ || proof.checkpoint != *capture_text_)
      return fail(ErrorCode::unauthenticated, "the proof is not under the checkpoint of the package");
    const Bytes entry = envelope::encode(envelope::CaptureLeaf{envelope::digests_of(*bytes)});
    TRY(ledger::verify_inclusion(ledger::leaf_hash(entry), proof.index, capture_->size, proof.hashes,
                                 capture_->root));
    auto header = TRY(envelope::decode_signed_header(*bytes));
    if (!proved.insert(path).second)
      return fail(ErrorCode::conflict, "its header stands at two leaves", path);
    devices_[header.header.device].push_back({leaf, std::move(header)});
    ++entries_;
    return {};
  }

  void read_chains() {
    DeviceCheck check(reading_, nullptr, nullptr, 0, report_);
    for (auto& [device, entries] : devices_) {
      chain::ChainView view = check.read_part(device, std::move(entries));
      for (chain::FolderView& folder : view.folders) folders_.push_back(std::move(folder));
    }
  }

  bool is_granted(const chain::FolderView& folder) const {
    if (granted_) return granted_->contains(folder.open.header.hash);
    return std::ranges::any_of(folder.batches, [&](const chain::BatchView& b) {
      return files_.has(body_file(b.entry.header.header.body_sha256));
    });
  }

  /// §5.5: headers of everything, bodies of granted folders only, and of those all.
  void check_folders() {
    std::set<Hash256> there;
    std::set<std::string> bodies;
    for (const chain::FolderView& folder : folders_) {
      if (!is_granted(folder)) continue;
      there.insert(folder.open.header.hash);
      if (files_.has(body_file(folder.open.header.header.body_sha256)))
        bodies.insert(body_file(folder.open.header.header.body_sha256));
      for (const chain::BatchView& batch : folder.batches) take_batch(batch, bodies);
      if (!folder.close)
        report_.warning(
            "not-closed",
            fmt::format("the folder opened at leaf {} has no close entry in the package", folder.open.leaf));
    }
    if (granted_) {
      for (const Hash256& folder : *granted_) {
        if (!there.contains(folder))
          report_.serious("missing-folder", fmt::format("the granted folder {} is not in the package",
                                                        codec::hex(folder).substr(0, 16)));
      }
    }
    for (const std::string& path : files_.under("bodies/")) {
      if (!bodies.contains(path))
        report_.serious("extra-file", fmt::format("{} belongs to no granted folder", path));
    }
    report_.fact("folders granted", std::to_string(there.size()));
  }

  void take_batch(const chain::BatchView& batch, std::set<std::string>& bodies) {
    const envelope::Header& header = batch.entry.header.header;
    const std::string path = body_file(header.body_sha256);
    batches_.emplace(batch.entry.leaf, batch.entry.header);
    expected_ += batch.part.records;
    const auto body = files_.read(path);
    if (!body)
      return report_.serious(
          "loss", fmt::format("LOSS: the body of capture leaf {} is not in the package", batch.entry.leaf));
    bodies.insert(path);
    const auto same = envelope::check_body(header, *body, envelope::BodyCheck::both);
    const auto records = envelope::decode_batch_body(*body);
    if (!same || !records || envelope::record_root(*records) != batch.part.record_root)
      report_.serious(
          "altered-body",
          fmt::format("the body of capture leaf {} is not the one that was sealed", batch.entry.leaf));
  }

  /// A record without its proof is missing; it may be one that did not open, and then the manifest says so.
  void check_completeness(const RecordFiles& records) {
    for (const auto& [leaf, header] : batches_) {
      const auto part = envelope::decode_batch_part(header.header.part);
      const std::uint64_t proved = records.count_of(leaf);
      if (!part || part->records == proved) continue;
      report_.add(files_.manifest().missing.empty() ? Weight::serious : Weight::warning, "missing-record",
                  fmt::format("of the {} records sealed at capture leaf {} the package shows {}",
                              part->records, leaf, proved));
    }
  }

  void compare_counts(std::uint64_t records) {
    const Manifest& m = files_.manifest();
    if (m.entries != entries_ || m.records != records || m.devices != devices_.size())
      report_.serious(
          "wrong-counts",
          fmt::format("the manifest counts {} devices, {} entries and {} records; {}, {} and {} hold",
                      m.devices, m.entries, m.records, devices_.size(), entries_, records));
    report_.fact("files", std::to_string(m.files.size() + 1));
    report_.fact("entries proved", std::to_string(entries_));
    report_.fact("records proved", fmt::format("{} of {}", records, expected_));
  }

  Report report_;
  PackageFiles files_;
  Hash256 archive_;
  RegisterReading reading_;
  std::optional<std::set<Hash256>> granted_;  ///< folder header hashes, if the package shows the request
  std::optional<std::string> capture_text_;
  std::optional<ledger::Checkpoint> capture_;  ///< accepted
  std::map<envelope::DeviceId, std::vector<chain::LoggedEntry>> devices_;
  std::vector<chain::FolderView> folders_;
  std::map<std::uint64_t, envelope::SignedHeader> batches_;  ///< of granted folders, by leaf
  std::uint64_t entries_ = 0, expected_ = 0;
};

}  // namespace

Report check_package(platform::FileSystem& files, const std::string& directory, const Hash256& archive) {
  return PackageCheck(files, directory, archive).run();
}

}  // namespace strongroom::verify
