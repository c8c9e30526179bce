#include "archive/entry_check.h"

#include <algorithm>

#include "codec/cbor.h"
#include "crypto/hash.h"
#include "envelope/body.h"
#include "roster/expiry.h"

namespace strongroom::archive {
namespace {

constexpr std::uint64_t kDayMs = 86'400'000;
constexpr std::uint64_t kLateAfterMsMin = 3'600'000;

using envelope::EntryKind;

std::uint32_t day_of(std::uint64_t ms) { return static_cast<std::uint32_t>(ms / kDayMs); }

bool is_late(const envelope::Header& header, const IntakeView& view) {
  const std::uint64_t grace = std::max(kLateAfterMsMin, 2 * 1000 * view.device.enrolment.heartbeat_s);
  return view.now_ms > grace && header.device_time_ms < view.now_ms - grace;
}

/// §4.1: the lot is not the one the schedule names at max(device clock, witness time). A folder that is one day old
/// at that moment still counts as of its day, so that midnight makes no mark.
bool is_misfiled(const envelope::Core0& core, const envelope::Header& header,
                 const roster::RetentionClass& of, const IntakeView& view) {
  if (core.mode == envelope::CaptureMode::canary) return false;  // canaries are sealed into every lot (§5.6)
  if (core.lot.kind != envelope::LotKind::retention) return true;
  const std::uint32_t last_day = core.day + core.days - 1;
  const std::uint32_t today = day_of(std::max(header.device_time_ms, view.state.witness_time_s() * 1000));
  if (core.mode == envelope::CaptureMode::import) {
    return core.lot != roster::lot_of_import(of, last_day, today) &&
           (today == 0 || core.lot != roster::lot_of_import(of, last_day, today - 1));
  }
  const std::uint32_t counted = last_day + 1 >= today ? last_day : today;
  return core.lot != roster::lot_of(of, counted);
}

/// Every position of every quorum of the roster, dealt as the roster says, each with its share (§3.1).
bool full_share_set(const envelope::Core0& core, const envelope::OpenPart& open, BytesView body,
                    const roster::Roster& roster) {
  const Result<envelope::ShareSet> shares = envelope::decode_share_set(body);
  if (!shares || core.dealings.size() != roster.quorums.size()) return false;
  if (envelope::share_root(*shares) != open.share_root) return false;
  std::size_t at = 0;
  for (std::size_t q = 0; q < roster.quorums.size(); ++q) {
    const envelope::Dealing& dealing = core.dealings[q];
    const roster::Quorum& quorum = roster.quorums[q];
    if (dealing.quorum != quorum.id || dealing.k != quorum.k || dealing.n != quorum.positions.size())
      return false;
    for (std::uint32_t position = 0; position < dealing.n; ++position, ++at) {
      if (at >= shares->size()) return false;
      if ((*shares)[at].quorum != dealing.quorum || (*shares)[at].position != position) return false;
    }
  }
  return at == shares->size();
}

/// Roster, class, share set of an open entry; fills in marks and class. Empty if it holds.
std::string check_open(CheckedEntry& entry, const IntakeView& view) {
  const Result<envelope::OpenPart> open = envelope::decode_open(entry.header.header.part);
  if (!open) return "open-part";
  const Result<envelope::Core> core = envelope::decode_core(open->core);
  if (!core) return "open-part";
  const envelope::Core0& core0 = core->core0;
  const envelope::Header& header = entry.header.header;
  if (core0.archive != view.state.archive()) return "archive";
  if (core0.device != header.device || core0.incarnation != header.incarnation ||
      core0.device_key != crypto::sha256(view.device.key().ed25519)) {
    return "folder-device";
  }
  const roster::SignedRoster* roster = view.state.roster_by_hash(core0.roster);
  if (roster == nullptr) return "roster";
  if (roster->hash != view.state.current_roster()->hash) entry.marks.add(Mark::stale);
  const auto& allowed = view.device.enrolment.classes;
  const roster::RetentionClass* of = roster::find_class(roster->roster, core0.retention_class);
  if (of == nullptr || std::ranges::find(allowed, core0.retention_class) == allowed.end()) return "class";
  if (core0.lot.retention_class != core0.retention_class) return "class";
  if (!full_share_set(core0, *open, entry.body, roster->roster)) return "share-set";
  if (is_misfiled(core0, header, *of, view)) entry.marks.add(Mark::misfiled);
  entry.retention_class = core0.retention_class;
  return {};
}

/// The kind's own part. Empty if it holds.
std::string check_part(CheckedEntry& entry, const IntakeView& view) {
  const envelope::Header& header = entry.header.header;
  switch (header.kind) {
    case EntryKind::open: return check_open(entry, view);
    case EntryKind::batch: {
      const Result<envelope::BatchPart> batch = envelope::decode_batch_part(header.part);
      if (!batch) return "batch-part";
      entry.folder_header = batch->folder_header;
      return {};
    }
    case EntryKind::close: {
      const Result<envelope::ClosePart> close = envelope::decode_close(header.part);
      if (!close) return "close-part";
      entry.folder_header = close->folder_header;
      return {};
    }
    case EntryKind::heartbeat: return envelope::decode_heartbeat(header.part) ? "" : "heartbeat-part";
    case EntryKind::retire: return envelope::decode_retire(header.part) ? "" : "retire-part";
    case EntryKind::lost: return envelope::decode_lost(header.part) ? "" : "lost-part";
  }
  return "kind";
}

}  // namespace

Result<std::vector<SubmittedEntry>> decode_submission(BytesView request) {
  if (request.size() > kSubmissionBytesMax) return fail(ErrorCode::limit_exceeded, "more than 4 MiB at once");
  cbor::Reader r(request);
  const std::size_t count = TRY(r.array());
  if (count == 0 || count > kSubmissionEntriesMax) {
    return fail(ErrorCode::limit_exceeded, "a submission has 1 to 4096 entries");
  }
  std::vector<SubmittedEntry> out;
  for (std::size_t i = 0; i < count; ++i) {
    TRY(r.array(2));
    SubmittedEntry entry;
    entry.header = TRY(r.bytes());
    if (!TRY(r.null_next())) entry.body = TRY(r.bytes());
    out.push_back(entry);
  }
  TRY(r.end());
  return out;
}

std::expected<CheckedEntry, EntryRefused> check_entry(const SubmittedEntry& sent, const IntakeView& view) {
  const auto refused = [&](std::string_view code) {
    return std::unexpected(EntryRefused{std::string(code), crypto::sha256(sent.header)});
  };
  const BytesView body = sent.body.value_or(BytesView());
  if (sent.header.size() > envelope::kHeaderBytesMax || body.size() > envelope::kBodyBytesMax) {
    return refused("too-long");
  }
  Result<envelope::SignedHeader> header = envelope::decode_signed_header(sent.header);
  if (!header) return refused(header.error().code == ErrorCode::unsupported ? "version" : "header-form");
  if (header->header.device != view.device.enrolment.device) return refused("not-your-device");
  if (!envelope::verify_header(*header, view.device.key())) return refused("header-signature");
  if (!envelope::check_body(header->header, body, envelope::BodyCheck::sha256)) return refused("body");
  CheckedEntry out;
  out.header = std::move(*header);
  out.digests = envelope::digests_of(sent.header);
  out.body = body;
  if (is_late(out.header.header, view)) out.marks.add(Mark::late);
  out.refusal = check_part(out, view);
  return out;
}

}  // namespace strongroom::archive
