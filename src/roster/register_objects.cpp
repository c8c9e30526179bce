// Encodings of what governs the archive: ledgers, lot keys, enrolments, nonces, refusals, the directory.
#include "roster/register_objects.h"

#include "crypto/hash.h"
#include "roster/encoding.h"

namespace strongroom::roster {
namespace {

using namespace encoding;

constexpr std::size_t kLotKeySetMax = 16 * 255;
constexpr std::size_t kDirectoryEntriesMax = 65536;
constexpr std::size_t kCopiesMax = kMembersMax;

Result<LotKeyRef> get_lot_key_ref(cbor::Reader& r) {
  TRY(r.array(4));
  LotKeyRef ref;
  ref.quorum = TRY(get_u32(r));
  ref.position = TRY(get_u32(r));
  ref.public_key = TRY(r.array_bytes<1216>());
  ref.leaf_index = TRY(r.uint());
  return ref;
}

Result<DirectoryEntry> get_directory_entry(cbor::Reader& r) {
  TRY(r.array(3));
  DirectoryEntry entry;
  entry.device = TRY(r.array_bytes<16>());
  entry.custodian = TRY(get_line(r, kTextBytesMax));
  entry.note = TRY(get_line(r, kTextBytesMax));
  return entry;
}

using SealedCopy = std::pair<MemberId, Bytes>;
Result<SealedCopy> get_sealed_copy(cbor::Reader& r) {
  TRY(r.array(2));
  const MemberId recipient = TRY(get_u32(r));
  Bytes sealed = copy_of(TRY(r.bytes()));
  return SealedCopy{recipient, std::move(sealed)};
}

}  // namespace

Bytes encode(const LedgerOpened& o) {
  cbor::Writer w = begin(kLedgerOpenedLabel, 4);
  w.bytes(o.archive).text(o.register_origin).text(o.capture_origin).uint(o.opened_s);
  return w.take();
}
Result<LedgerOpened> decode_ledger_opened(BytesView content) {
  cbor::Reader r(content);
  TRY(begin(r, kLedgerOpenedLabel, 4));
  LedgerOpened o;
  o.archive = TRY(r.array_bytes<32>());
  o.register_origin = TRY(get_line(r, kTextBytesMax));
  o.capture_origin = TRY(get_line(r, kTextBytesMax));
  o.opened_s = TRY(r.uint());
  return finish(r, std::move(o), content);
}

Bytes encode(const LotKey& k) {
  cbor::Writer w = begin(kLotKeyLabel, 7);
  w.bytes(k.archive).bytes(k.roster);
  envelope::put_lot(w, k.lot);
  w.uint(k.quorum).uint(k.position).bytes(k.public_key).uint(k.issued_s);
  return w.take();
}
Result<LotKey> decode_lot_key(BytesView content) {
  cbor::Reader r(content);
  TRY(begin(r, kLotKeyLabel, 7));
  LotKey k;
  k.archive = TRY(r.array_bytes<32>());
  k.roster = TRY(r.array_bytes<32>());
  k.lot = TRY(envelope::get_lot(r));
  k.quorum = TRY(get_u32(r));
  k.position = TRY(get_u32(r));
  k.public_key = TRY(r.array_bytes<1216>());
  k.issued_s = TRY(r.uint());
  return finish(r, std::move(k), content);
}

Bytes encode(const LotKeySet& set) {
  cbor::Writer w = begin("lot-key-set", 1);
  put_list(w, set, [](cbor::Writer& to, const LotKeyRef& ref) {
    to.array(4).uint(ref.quorum).uint(ref.position).bytes(ref.public_key).uint(ref.leaf_index);
  });
  return w.take();
}
Result<LotKeySet> decode_lot_key_set(BytesView bytes) {
  cbor::Reader r(bytes);
  TRY(begin(r, "lot-key-set", 1));
  LotKeySet set = TRY(in_order(r, TRY(get_list<LotKeyRef>(r, kLotKeySetMax, get_lot_key_ref)),
                               [](const LotKeyRef& ref) { return std::pair(ref.quorum, ref.position); }));
  return finish(r, std::move(set), bytes);
}
Hash256 hash_of(const LotKeySet& set) { return crypto::sha256(encode(set)); }

Bytes encode(const Enrolment& e) {
  cbor::Writer w = begin(kEnrolmentLabel, 11);
  w.bytes(e.archive).bytes(e.roster).bytes(e.device);
  crypto::put_public(w, e.device_key);
  w.bytes(e.tls_pin);
  put_list(w, e.classes, [](cbor::Writer& to, std::uint32_t id) { to.uint(id); });
  w.bytes(e.invitation).uint(e.heartbeat_s).uint(e.officer).uint(e.countersigner).uint(e.enrolled_s);
  return w.take();
}
Result<Enrolment> decode_enrolment(BytesView content) {
  cbor::Reader r(content);
  TRY(begin(r, kEnrolmentLabel, 11));
  Enrolment e;
  e.archive = TRY(r.array_bytes<32>());
  e.roster = TRY(r.array_bytes<32>());
  e.device = TRY(r.array_bytes<16>());
  e.device_key = TRY(crypto::get_public(r));
  e.tls_pin = TRY(r.array_bytes<32>());
  e.classes = TRY(in_order(r, TRY(get_list<std::uint32_t>(r, kClassesMax, get_u32))));
  e.invitation = TRY(r.array_bytes<16>());
  e.heartbeat_s = TRY(r.uint());
  e.officer = TRY(get_u32(r));
  e.countersigner = TRY(get_u32(r));
  e.enrolled_s = TRY(r.uint());
  return finish(r, std::move(e), content);
}

Bytes encode(const Nonce& n) {
  cbor::Writer w = begin(kNonceLabel, 2);
  w.uint(n.member).bytes(n.value);
  return w.take();
}
Result<Nonce> decode_nonce(BytesView content) {
  cbor::Reader r(content);
  TRY(begin(r, kNonceLabel, 2));
  Nonce n;
  n.member = TRY(get_u32(r));
  n.value = TRY(r.array_bytes<32>());
  return finish(r, n, content);
}

Bytes encode(const Refusal& refusal) {
  cbor::Writer w = begin(kRefusalLabel, 4);
  w.text(refusal.what).bytes(refusal.about).uint(refusal.count).uint(refusal.at_s);
  return w.take();
}
Result<Refusal> decode_refusal(BytesView content) {
  cbor::Reader r(content);
  TRY(begin(r, kRefusalLabel, 4));
  Refusal refusal;
  refusal.what = TRY(get_line(r, kTextBytesMax));
  refusal.about = TRY(r.array_bytes<32>());
  refusal.count = TRY(r.uint());
  refusal.at_s = TRY(r.uint());
  return finish(r, std::move(refusal), content);
}

Bytes encode(const std::vector<DirectoryEntry>& entries) {
  cbor::Writer w = begin("directory-entries", 1);
  put_list(w, entries, [](cbor::Writer& to, const DirectoryEntry& entry) {
    to.array(3).bytes(entry.device).text(entry.custodian).text(entry.note);
  });
  return w.take();
}
Result<std::vector<DirectoryEntry>> decode_directory(BytesView content) {
  cbor::Reader r(content);
  TRY(begin(r, "directory-entries", 1));
  auto entries = TRY(in_order(r, TRY(get_list<DirectoryEntry>(r, kDirectoryEntriesMax, get_directory_entry)),
                              &DirectoryEntry::device));
  return finish(r, std::move(entries), content);
}

Bytes encode(const SealedDirectory& d) {
  cbor::Writer w = begin(kDirectoryLabel, 5);
  w.bytes(d.archive).bytes(d.roster).uint(d.officer);
  put_list(w, d.copies,
           [](cbor::Writer& to, const auto& copy) { to.array(2).uint(copy.first).bytes(copy.second); });
  w.uint(d.issued_s);
  return w.take();
}
Result<SealedDirectory> decode_sealed_directory(BytesView content) {
  cbor::Reader r(content);
  TRY(begin(r, kDirectoryLabel, 5));
  SealedDirectory d;
  d.archive = TRY(r.array_bytes<32>());
  d.roster = TRY(r.array_bytes<32>());
  d.officer = TRY(get_u32(r));
  d.copies = TRY(in_order(r, TRY(get_list<SealedCopy>(r, kCopiesMax, get_sealed_copy)), &SealedCopy::first));
  d.issued_s = TRY(r.uint());
  return finish(r, std::move(d), content);
}

}  // namespace strongroom::roster
