#include "roster/drill.h"

#include <algorithm>

#include "roster/encoding.h"
#include "roster/register_objects.h"

namespace strongroom::roster {

using namespace encoding;

namespace {

void put_folder(cbor::Writer& w, const DrilledFolder& f) {
  w.array(6).bytes(f.folder_header).bytes(f.device);
  envelope::put_lot(w, f.lot);
  w.uint(static_cast<std::uint64_t>(f.outcome));
  w.bytes(f.outcome == DrillOutcome::opened ? BytesView(f.answer) : BytesView());
  put_list(w, f.trustees, [](cbor::Writer& to, MemberId id) { to.uint(id); });
}

Result<DrilledFolder> get_folder(cbor::Reader& r) {
  TRY(r.array(6));
  DrilledFolder f;
  f.folder_header = TRY(r.array_bytes<32>());
  f.device = TRY(r.array_bytes<16>());
  f.lot = TRY(envelope::get_lot(r));
  const std::uint64_t outcome = TRY(r.uint());
  if (outcome < 1 || outcome > static_cast<std::uint64_t>(DrillOutcome::wrong_answer))
    return r.error(ErrorCode::unsupported, "an outcome this program does not know");
  f.outcome = static_cast<DrillOutcome>(outcome);
  if (f.outcome == DrillOutcome::opened) {
    f.answer = TRY(r.array_bytes<32>());
  } else if (!TRY(r.bytes()).empty()) {
    return r.error(ErrorCode::malformed, "a folder that did not open has no answer");
  }
  f.trustees = TRY(in_order(r, TRY(get_list<MemberId>(r, kTrusteesMax, get_u32))));
  if (f.trustees.empty() != (f.outcome == DrillOutcome::not_opened))
    return r.error(ErrorCode::malformed, "a folder opens by the shares of trustees, and only so");
  return f;
}

}  // namespace

std::string_view name_of(DrillOutcome outcome) {
  switch (outcome) {
    case DrillOutcome::opened: return "opened";
    case DrillOutcome::not_opened: return "not opened";
    case DrillOutcome::no_record: return "opened, its record is lost or bad";
    case DrillOutcome::wrong_answer: return "opened, with a wrong answer";
  }
  return "unknown";
}

bool succeeded(const Drill& drill) {
  return std::ranges::all_of(drill.folders,
                             [](const DrilledFolder& f) { return f.outcome == DrillOutcome::opened; });
}

Bytes encode(const Drill& d) {
  cbor::Writer w = begin(kDrillLabel, 6);
  w.bytes(d.archive).bytes(d.roster).bytes(d.commitment).uint(d.reader);
  put_list(w, d.folders, put_folder);
  w.uint(d.drilled_s);
  return w.take();
}

Result<Drill> decode_drill(BytesView content) {
  cbor::Reader r(content);
  TRY(begin(r, kDrillLabel, 6));
  Drill d;
  d.archive = TRY(r.array_bytes<32>());
  d.roster = TRY(r.array_bytes<32>());
  d.commitment = TRY(r.array_bytes<32>());
  d.reader = TRY(get_u32(r));
  d.folders = TRY(in_order(r, TRY(get_list<DrilledFolder>(r, kDrilledFoldersMax, get_folder)),
                           &DrilledFolder::folder_header));
  if (d.folders.empty()) return r.error(ErrorCode::malformed, "a drill is of at least one folder");
  d.drilled_s = TRY(r.uint());
  return finish(r, std::move(d), content);
}

}  // namespace strongroom::roster
