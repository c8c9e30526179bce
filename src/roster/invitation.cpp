#include "roster/invitation.h"

#include "roster/encoding.h"

namespace strongroom::roster {

using namespace encoding;

namespace {
constexpr std::size_t kInvitationClassesMax = 256;
}

Bytes encode(const Invitation& i) {
  cbor::Writer w = begin(kInvitationLabel, 11);
  w.bytes(i.archive).bytes(i.roster).bytes(i.id).bytes(i.key).bytes(i.tls_pin).array(i.classes.size());
  for (const std::uint32_t id : i.classes) w.uint(id);
  w.uint(i.heartbeat_s).uint(i.officer).uint(i.countersigner).uint(i.issued_s).uint(i.expires_s);
  return w.take();
}

Result<Invitation> decode_invitation(BytesView content) {
  cbor::Reader r(content);
  TRY(begin(r, kInvitationLabel, 11));
  Invitation i;
  i.archive = TRY(r.array_bytes<32>());
  i.roster = TRY(r.array_bytes<32>());
  i.id = TRY(r.array_bytes<16>());
  i.key = TRY(r.array_bytes<32>());
  i.tls_pin = TRY(r.array_bytes<32>());
  i.classes =
      TRY(get_list<std::uint32_t>(r, kInvitationClassesMax, [](cbor::Reader& in) { return get_u32(in); }));
  i.heartbeat_s = TRY(r.uint());
  i.officer = TRY(get_u32(r));
  i.countersigner = TRY(get_u32(r));
  i.issued_s = TRY(r.uint());
  i.expires_s = TRY(r.uint());
  return finish(r, std::move(i), content);
}

}  // namespace strongroom::roster
