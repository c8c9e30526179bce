#include "roster/roster.h"

#include "crypto/hash.h"
#include "roster/encoding.h"

namespace strongroom::roster {
namespace {

using namespace encoding;

constexpr std::size_t kFields = 16;
constexpr std::size_t kRolesMax = 5;
constexpr std::size_t kNameBytesMax = 64;
constexpr std::size_t kVkeyBytesMax = 4096;
constexpr std::size_t kPolicyBytesMax = 256 * 1024;
constexpr std::byte kEmptyMap{0xa0};

Result<Role> get_role(cbor::Reader& r) {
  const std::uint64_t role = TRY(r.uint());
  if (role < 1 || role > static_cast<std::uint64_t>(Role::auditor))
    return r.error(ErrorCode::unsupported, "a role this program does not know");
  return static_cast<Role>(role);
}
void put_role(cbor::Writer& w, Role role) { w.uint(static_cast<std::uint64_t>(role)); }

void put_member(cbor::Writer& w, const Member& m) {
  w.array(8).uint(m.id).bytes(m.name_hash);
  put_list(w, m.roles, put_role);
  crypto::put_public(w, m.signing);
  w.bytes(m.mail).bytes(m.tls_pin).uint(m.not_before_s).uint(m.not_after_s);
}
Result<Member> get_member(cbor::Reader& r) {
  TRY(r.array(8));
  Member m;
  m.id = TRY(get_u32(r));
  m.name_hash = TRY(r.array_bytes<32>());
  m.roles = TRY(get_list<Role>(r, kRolesMax, get_role));
  m.signing = TRY(crypto::get_public(r));
  m.mail = TRY(r.array_bytes<1216>());
  m.tls_pin = TRY(r.array_bytes<32>());
  m.not_before_s = TRY(r.uint());
  m.not_after_s = TRY(r.uint());
  return m;
}

void put_quorum(cbor::Writer& w, const Quorum& q) {
  w.array(3).uint(q.id).uint(q.k);
  put_list(w, q.positions, [](cbor::Writer& to, MemberId id) { to.uint(id); });
}
Result<Quorum> get_quorum(cbor::Reader& r) {
  TRY(r.array(3));
  Quorum q;
  q.id = TRY(get_u32(r));
  q.k = TRY(get_u32(r));
  q.positions = TRY(get_list<MemberId>(r, kTrusteesMax, get_u32));
  return q;
}

void put_class(cbor::Writer& w, const RetentionClass& c) {
  w.array(3).uint(c.id).text(c.name).uint(c.months);
}
Result<RetentionClass> get_class(cbor::Reader& r) {
  TRY(r.array(3));
  RetentionClass c;
  c.id = TRY(get_u32(r));
  c.name = TRY(get_line(r, kNameBytesMax));
  c.months = TRY(get_u32(r));
  return c;
}

using RolePair = std::pair<Role, Role>;
void put_role_pair(cbor::Writer& w, const RolePair& pair) {
  w.array(2);
  put_role(w, pair.first);
  put_role(w, pair.second);
}
Result<RolePair> get_role_pair(cbor::Reader& r) {
  TRY(r.array(2));
  const Role first = TRY(get_role(r));
  const Role second = TRY(get_role(r));
  return RolePair{first, second};
}

Result<Bytes> get_extensions(cbor::Reader& r) {
  if (TRY(r.peek()) != cbor::Type::map) return r.error(ErrorCode::malformed, "extensions are a map");
  const BytesView item = TRY(r.item());
  return item.size() == 1 ? Bytes{} : copy_of(item);
}

}  // namespace

std::string_view name_of(Role role) {
  switch (role) {
    case Role::trustee: return "trustee";
    case Role::officer: return "officer";
    case Role::approver: return "approver";
    case Role::reader: return "reader";
    case Role::auditor: return "auditor";
  }
  return "unknown";
}

bool has_role(const Member& member, Role role) {
  return std::ranges::find(member.roles, role) != member.roles.end();
}

bool in_its_time(const Roster& roster, const Member& member, std::uint64_t at_s) {
  if (at_s < member.not_before_s) return false;
  return member.not_after_s >= roster.expires_s || at_s <= member.not_after_s;
}

Hash256 name_hash(const ByteArray<16>& salt, std::string_view name) {
  return crypto::sha256(cbor::labelled("name", BytesView(salt), name));
}

Bytes encode(const Roster& roster) {
  cbor::Writer w = begin("roster", kFields);
  w.bytes(roster.archive)
      .uint(roster.number)
      .bytes(roster.previous)
      .uint(roster.issued_s)
      .uint(roster.expires_s)
      .uint(roster.cooling_off_s);
  put_list(w, roster.members, put_member);
  put_list(w, roster.quorums, put_quorum);
  put_list(w, roster.classes, put_class);
  put_list(w, roster.exclusions, put_role_pair);
  w.text(roster.register_vkey).text(roster.capture_vkey).text(roster.witness_policy);
  put_list(w, roster.server_pins, [](cbor::Writer& to, const Hash256& pin) { to.bytes(pin); });
  put_list(w, roster.canaries, [](cbor::Writer& to, const envelope::DeviceId& id) { to.bytes(id); });
  if (roster.extensions.empty()) {
    w.raw({&kEmptyMap, 1});
  } else {
    w.raw(roster.extensions);
  }
  return w.take();
}

Result<Roster> decode_roster(BytesView content) {
  if (content.size() > kRosterBytesMax)
    return fail(ErrorCode::limit_exceeded, "the roster is larger than 4 MiB");
  cbor::Reader r(content);
  TRY(begin(r, "roster", kFields));
  Roster roster;
  roster.archive = TRY(r.array_bytes<32>());
  roster.number = TRY(r.uint());
  roster.previous = TRY(r.array_bytes<32>());
  roster.issued_s = TRY(r.uint());
  roster.expires_s = TRY(r.uint());
  roster.cooling_off_s = TRY(r.uint());
  roster.members = TRY(get_list<Member>(r, kMembersMax, get_member));
  roster.quorums = TRY(get_list<Quorum>(r, kQuorumsMax, get_quorum));
  roster.classes = TRY(get_list<RetentionClass>(r, kClassesMax, get_class));
  roster.exclusions = TRY(get_list<RolePair>(r, kRolePairsMax, get_role_pair));
  roster.register_vkey = TRY(get_text(r, kVkeyBytesMax));
  roster.capture_vkey = TRY(get_text(r, kVkeyBytesMax));
  roster.witness_policy = TRY(get_text(r, kPolicyBytesMax));
  roster.server_pins =
      TRY(get_list<Hash256>(r, 2, [](cbor::Reader& from) { return from.array_bytes<32>(); }));
  roster.canaries = TRY(get_list<envelope::DeviceId>(
      r, kCanariesMax, [](cbor::Reader& from) { return from.array_bytes<16>(); }));
  roster.extensions = TRY(get_extensions(r));
  return finish(r, std::move(roster), content);
}

Hash256 hash_of(const Roster& roster) { return crypto::sha256(encode(roster)); }

const Member* find_member(const Roster& roster, MemberId id) {
  const auto found = std::ranges::find(roster.members, id, &Member::id);
  return found == roster.members.end() ? nullptr : &*found;
}
const Member* find_member_by_pin(const Roster& roster, const Hash256& tls_pin) {
  const auto found = std::ranges::find(roster.members, tls_pin, &Member::tls_pin);
  return found == roster.members.end() ? nullptr : &*found;
}
const Quorum* find_quorum(const Roster& roster, std::uint32_t id) {
  const auto found = std::ranges::find(roster.quorums, id, &Quorum::id);
  return found == roster.quorums.end() ? nullptr : &*found;
}
const RetentionClass* find_class(const Roster& roster, std::uint32_t id) {
  const auto found = std::ranges::find(roster.classes, id, &RetentionClass::id);
  return found == roster.classes.end() ? nullptr : &*found;
}

}  // namespace strongroom::roster
