#include "verify/archive_check.h"

#include <fmt/format.h>

#include <map>
#include <optional>
#include <unordered_map>

#include "chain/canary.h"
#include "chain/device_chain.h"
#include "codec/text.h"
#include "envelope/body.h"
#include "envelope/header.h"
#include "envelope/leaf.h"
#include "verify/device_check.h"
#include "verify/drill_check.h"
#include "verify/ledger_walk.h"
#include "verify/wording.h"

namespace strongroom::verify {
namespace {

/// One run over one archive; the members are what later steps need of earlier ones.
class ArchiveCheck {
 public:
  ArchiveCheck(const ArchiveQuestion& question, ArchiveFiles& files)
      : question_(question), files_(files), reading_(question.archive) {}

  Report run() {
    register_ = LedgerWalk::open(LedgerName::register_, files_, report_);
    capture_ = LedgerWalk::open(LedgerName::capture, files_, report_);
    files_.describe(report_);
    if (!register_) return std::move(report_);  // nothing is known of who may sign what
    read_register();
    if (reading_.rosters().empty()) return std::move(report_);
    accept(*register_);
    if (capture_) {
      accept(*capture_);
      read_capture();
      compare_cross_leaves();
    }
    compare_seen();
    read_devices();
    return std::move(report_);
  }

 private:
  void read_register() {
    register_->each_leaf(
        report_, [&](std::uint64_t index, BytesView leaf) { return read_register_leaf(index, leaf); });
    if (reading_.rosters().empty())
      return report_.serious(
          "another-archive",
          "the register does not begin with the genesis of this archive id: it is another archive, "
          "or its first entry was altered");
    if (reading_.state().applied() < register_->size())
      report_.serious("register-incomplete",
                      fmt::format("only the first {} of {} register entries could be replayed",
                                  reading_.state().applied(), register_->size()));
    reading_.judge(report_);
    report_.fact("register entries", std::to_string(register_->size()));
    report_.fact("rosters", std::to_string(reading_.rosters().size()));
  }

  bool read_register_leaf(std::uint64_t index, BytesView leaf) {
    // After a bundle that does not hold, nothing that follows can be replayed in order.
    if (index != reading_.state().applied()) return false;
    Bytes object;
    const auto decoded = envelope::decode_register_leaf(leaf);
    if (decoded && std::holds_alternative<envelope::RegisterLeaf>(*decoded)) {
      auto read = files_.object(ObjectKind::register_object,
                                std::get<envelope::RegisterLeaf>(*decoded).object.sha256);
      if (!read) {
        report_.serious("loss", fmt::format("LOSS: the object of register leaf {} is missing", index),
                        read.error());
        return false;
      }
      object = std::move(*read);
    }
    if (auto taken = reading_.take(leaf, object); !taken) {
      report_.serious("altered-object", fmt::format("the object of register leaf {} was altered", index),
                      taken.error());
      return false;
    }
    return true;
  }

  /// §2.1, §2.3: signed by the ledger's key and cosigned by the quorum of the roster in force.
  void accept(const LedgerWalk& walk) {
    auto accepted = reading_.accept(walk.which(), walk.checkpoint_text());
    if (!accepted) {
      report_.serious("checkpoint-not-accepted",
                      fmt::format("{}: the checkpoint is not to be believed", name_of(walk.which())),
                      accepted.error());
      return;
    }
    const std::uint64_t time = accepted->witness_time.value_or(0);
    witness_time_s_ = std::max(witness_time_s_, time);
    report_.fact(fmt::format("{} witnessed", name_of(walk.which())),
                 fmt::format("{} entries at {}", walk.size(), utc(time)));
  }

  void read_capture() {
    capture_->each_leaf(report_, [&](std::uint64_t index, BytesView leaf) {
      const auto decoded = envelope::decode_capture_leaf(leaf);
      if (!decoded) {
        report_.serious("bad-leaf", fmt::format("capture leaf {}", index), decoded.error());
      } else if (const auto* cross = std::get_if<envelope::CrossLeaf>(&*decoded)) {
        crosses_.emplace_back(index, cross->checkpoint);
      } else {
        read_header(index, std::get<envelope::CaptureLeaf>(*decoded).header);
      }
      if (question_.progress) question_.progress(index + 1, capture_->size());
      return true;
    });
    report_.fact("capture entries", std::to_string(headers_));
    report_.fact("capture cross leaves", std::to_string(crosses_.size()));
  }

  void read_header(std::uint64_t leaf, const envelope::Digests& named) {
    ++headers_;
    Result<Bytes> bytes = files_.object(ObjectKind::header, named.sha256);
    if (!bytes)
      return report_.serious("loss", fmt::format("LOSS: the header of capture leaf {} is missing", leaf),
                             bytes.error());
    const envelope::Digests digests = envelope::digests_of(*bytes);
    if (digests != named)
      return report_.serious("altered-header",
                             fmt::format("the header of capture leaf {} was altered: its {} is another", leaf,
                                         digests.sha256 != named.sha256 ? "SHA-256" : "SHA-512"));
    auto header = envelope::decode_signed_header(*bytes);
    if (!header)
      return report_.serious("bad-header", fmt::format("the header of capture leaf {}", leaf),
                             header.error());
    const auto [at, fresh] = seen_.emplace(named.sha256, leaf);
    if (!fresh)
      return report_.serious("replayed",
                             fmt::format("capture leaf {} repeats the entry of leaf {}", leaf, at->second));
    count_marks(named.sha256, leaf);
    if (question_.bodies == Bodies::check) check_body(leaf, header->header);
    header->bytes = {};  // compared: nothing that follows looks at them, and an archive may have many
    devices_[header->header.device].push_back({leaf, std::move(*header)});
  }

  void count_marks(const Hash256& header, std::uint64_t leaf) {
    for (const std::string_view mark : files_.marks(header))
      report_.note("marked", fmt::format("the server marked capture leaf {} as {}", leaf, mark));
  }

  /// §2.1: what each ledger took of the other is what the other was.
  void compare_cross_leaves() {
    for (const roster::SeenCross& cross : reading_.state().cross_leaves())
      capture_->expect_head(cross.capture_head.size, cross.capture_head.root,
                            fmt::format("register leaf {}", cross.leaf), report_);
    std::uint64_t before = 0;
    for (const auto& [leaf, text] : crosses_) {
      const std::string who = fmt::format("capture leaf {}", leaf);
      const auto parsed = ledger::parse_cosigned_checkpoint_unverified(text);
      if (!parsed) {
        report_.serious("bad-cross-leaf", who, parsed.error());
        continue;
      }
      const ledger::Checkpoint& head = parsed->checkpoint;
      if (auto accepted = reading_.accept(LedgerName::register_, text, head.size.value); !accepted)
        report_.serious("bad-cross-leaf", who + ": its checkpoint is not to be believed", accepted.error());
      if (head.size.value < before)
        report_.serious("bad-cross-leaf",
                        who + ": the register of this cross leaf is smaller than that of an earlier one");
      before = std::max(before, head.size.value);
      register_->expect_head(head.size.value, head.root, who, report_);
    }
  }

  void compare_seen() {
    for (const std::string& text : question_.seen) {
      const auto parsed = ledger::parse_cosigned_checkpoint_unverified(text);
      if (!parsed) {
        report_.serious("bad-checkpoint", "a checkpoint kept from before cannot be read", parsed.error());
        continue;
      }
      const ledger::Checkpoint& head = parsed->checkpoint;
      for (auto* walk : {&register_, &capture_}) {
        if (*walk && (*walk)->checkpoint().origin == head.origin)
          (*walk)->expect_head(head.size.value, head.root, "the checkpoint kept from before", report_);
      }
    }
  }

  void read_devices() {
    const std::uint64_t now_s = question_.now_s != 0 ? question_.now_s : witness_time_s_;
    DeviceCheck check{reading_, register_ ? &*register_ : nullptr, capture_ ? &*capture_ : nullptr, now_s,
                      report_};
    DrillCheck drills(reading_.state(), report_);
    std::uint64_t folders = 0, records = 0;
    for (auto& [device, entries] : devices_) {
      if (entries.back().header.header.kind == envelope::EntryKind::retire) drills.see_retired(device);
      const chain::ChainView view = check.read(device, std::move(entries));
      for (const chain::FolderView& folder : view.folders) {
        drills.see(folder);
        if (chain::canary_of(folder)) continue;  // nobody's records
        ++folders;
        records += folder.records;
      }
    }
    for (const auto& [device, enrolled] : reading_.state().devices()) {
      if (!devices_.contains(device)) check.never_heard_of(enrolled);
    }
    if (capture_) drills.finish(now_s);
    report_.fact("devices enrolled", std::to_string(reading_.state().devices().size()));
    report_.fact("folders", std::to_string(folders));
    report_.fact("records sealed", std::to_string(records));
    report_.fact("bodies", question_.bodies == Bodies::check
                               ? fmt::format("{} ({} bytes)", bodies_, body_bytes_)
                               : "not looked at");
  }

  /// §4.5: every body is there; there are no purge manifests in this version, so a missing one is LOSS. Looked at
  /// right after its header, beside which a vault has it.
  void check_body(std::uint64_t leaf, const envelope::Header& header) {
    if (header.body_bytes == 0) return;
    const Result<Bytes> body = files_.object(ObjectKind::body, header.body_sha256);
    if (!body)
      return report_.serious(
          "loss",
          fmt::format("LOSS: the body of capture leaf {} ({} bytes) is missing", leaf, header.body_bytes),
          body.error());
    ++bodies_;
    body_bytes_ += body->size();
    if (auto same = envelope::check_body(header, *body, envelope::BodyCheck::both); !same)
      report_.serious("altered-body", fmt::format("the body of capture leaf {} was altered", leaf),
                      same.error());
    else if (header.kind == envelope::EntryKind::open)
      check_shares(leaf, header, *body);
  }

  void check_shares(std::uint64_t leaf, const envelope::Header& header, BytesView body) {
    const auto part = envelope::decode_open(header.part);
    const auto shares = envelope::decode_share_set(body);
    if (part && (!shares || envelope::share_root(*shares) != part->share_root))
      report_.serious("bad-shares",
                      fmt::format("the share set of capture leaf {} is not the one its folder names", leaf));
  }

  const ArchiveQuestion& question_;
  ArchiveFiles& files_;
  Report report_;
  RegisterReading reading_;
  std::optional<LedgerWalk> register_, capture_;
  std::uint64_t witness_time_s_ = 0, headers_ = 0, bodies_ = 0, body_bytes_ = 0;
  std::vector<std::pair<std::uint64_t, std::string>> crosses_;
  std::unordered_map<Hash256, std::uint64_t, DigestHash> seen_;
  std::map<envelope::DeviceId, std::vector<chain::LoggedEntry>> devices_;
};

}  // namespace

Report check_archive(const ArchiveQuestion& question, ArchiveFiles& files) {
  return ArchiveCheck(question, files).run();
}

}  // namespace strongroom::verify
