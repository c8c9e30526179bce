#include "roster/restraints.h"

#include <tuple>

#include "roster/encoding.h"

namespace strongroom::roster {

using namespace encoding;

std::string_view name_of(RevocationReason reason) {
  switch (reason) {
    case RevocationReason::lost: return "lost";
    case RevocationReason::stolen: return "stolen";
    case RevocationReason::compromised: return "compromised";
    case RevocationReason::replaced: return "replaced";
  }
  return "unknown";
}

bool may_stop(const Member& member) {
  return has_role(member, Role::trustee) || has_role(member, Role::officer) ||
         has_role(member, Role::approver) || has_role(member, Role::auditor);
}

Bytes encode(const Revocation& v) {
  cbor::Writer w = begin(kRevocationLabel, 6);
  w.bytes(v.archive).bytes(v.roster).bytes(v.device).uint(static_cast<std::uint64_t>(v.reason));
  w.uint(v.officer).uint(v.revoked_s);
  return w.take();
}
Result<Revocation> decode_revocation(BytesView content) {
  cbor::Reader r(content);
  TRY(begin(r, kRevocationLabel, 6));
  Revocation v;
  v.archive = TRY(r.array_bytes<32>());
  v.roster = TRY(r.array_bytes<32>());
  v.device = TRY(r.array_bytes<16>());
  const std::uint64_t reason = TRY(r.uint());
  if (reason < 1 || reason > static_cast<std::uint64_t>(RevocationReason::replaced))
    return r.error(ErrorCode::unsupported, "a reason this program does not know");
  v.reason = static_cast<RevocationReason>(reason);
  v.officer = TRY(get_u32(r));
  v.revoked_s = TRY(r.uint());
  return finish(r, v, content);
}

Bytes encode(const StopOrder& o) {
  cbor::Writer w = begin(kStopOrderLabel, 6);
  w.bytes(o.archive).bytes(o.roster).uint(o.member).bytes(o.commitment).uint(o.until_s).uint(o.ordered_s);
  return w.take();
}
Result<StopOrder> decode_stop_order(BytesView content) {
  cbor::Reader r(content);
  TRY(begin(r, kStopOrderLabel, 6));
  StopOrder o;
  o.archive = TRY(r.array_bytes<32>());
  o.roster = TRY(r.array_bytes<32>());
  o.member = TRY(get_u32(r));
  o.commitment = TRY(r.array_bytes<32>());
  o.until_s = TRY(r.uint());
  o.ordered_s = TRY(r.uint());
  return finish(r, o, content);
}

Bytes encode(const CaseClosed& c) {
  cbor::Writer w = begin(kCaseClosedLabel, 4);
  w.bytes(c.archive).bytes(c.commitment).uint(c.reader).uint(c.closed_s);
  return w.take();
}
Result<CaseClosed> decode_case_closed(BytesView content) {
  cbor::Reader r(content);
  TRY(begin(r, kCaseClosedLabel, 4));
  CaseClosed c;
  c.archive = TRY(r.array_bytes<32>());
  c.commitment = TRY(r.array_bytes<32>());
  c.reader = TRY(get_u32(r));
  c.closed_s = TRY(r.uint());
  return finish(r, c, content);
}

namespace {

void put_checked(cbor::Writer& w, const CheckedShare& s) {
  w.array(4).bytes(s.folder_header).uint(s.quorum).uint(s.position).uint(s.good ? 1 : 0);
}
Result<CheckedShare> get_checked(cbor::Reader& r) {
  TRY(r.array(4));
  CheckedShare s;
  s.folder_header = TRY(r.array_bytes<32>());
  s.quorum = TRY(get_u32(r));
  s.position = TRY(get_u32(r));
  s.good = TRY(r.uint_max(1)) == 1;
  return s;
}

}  // namespace

Bytes encode(const ShareCheck& c) {
  cbor::Writer w = begin(kShareCheckLabel, 5);
  w.bytes(c.archive).bytes(c.roster).uint(c.trustee);
  put_list(w, c.shares, put_checked);
  w.uint(c.checked_s);
  return w.take();
}
Result<ShareCheck> decode_share_check(BytesView content) {
  cbor::Reader r(content);
  TRY(begin(r, kShareCheckLabel, 5));
  ShareCheck c;
  c.archive = TRY(r.array_bytes<32>());
  c.roster = TRY(r.array_bytes<32>());
  c.trustee = TRY(get_u32(r));
  c.shares =
      TRY(in_order(r, TRY(get_list<CheckedShare>(r, kCheckedSharesMax, get_checked)),
                   [](const CheckedShare& s) { return std::tuple(s.folder_header, s.quorum, s.position); }));
  c.checked_s = TRY(r.uint());
  return finish(r, std::move(c), content);
}

}  // namespace strongroom::roster
