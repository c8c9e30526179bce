// Encodings of what a reading leaves behind: request, approval, grant, receipt (protocol §5).
#include "crypto/hash.h"
#include "ledger/tree.h"
#include "roster/encoding.h"
#include "roster/register_objects.h"

namespace strongroom::roster {
namespace {

using namespace encoding;

constexpr std::size_t kScopeDevicesMax = 4096;
constexpr std::size_t kGrantedSharesMax = 4 * kFoldersPerRequestMax;
constexpr std::size_t kCopiesMax = kMembersMax;

Result<Hash256> get_hash(cbor::Reader& r) { return r.array_bytes<32>(); }

void put_scope(cbor::Writer& w, const Scope& s) {
  w.array(6);
  put_list(w, s.devices, [](cbor::Writer& to, const envelope::DeviceId& id) { to.bytes(id); });
  put_list(w, s.classes, [](cbor::Writer& to, std::uint32_t id) { to.uint(id); });
  w.uint(s.day_from).uint(s.day_to).uint(s.folders).bytes(s.folders_root);
}
Result<Scope> get_scope(cbor::Reader& r) {
  TRY(r.array(6));
  Scope s;
  const auto get_device = [](cbor::Reader& from) { return from.array_bytes<16>(); };
  s.devices = TRY(in_order(r, TRY(get_list<envelope::DeviceId>(r, kScopeDevicesMax, get_device))));
  s.classes = TRY(in_order(r, TRY(get_list<std::uint32_t>(r, kClassesMax, get_u32))));
  s.day_from = TRY(get_u32(r));
  s.day_to = TRY(get_u32(r));
  if (s.day_from > s.day_to) return r.error(ErrorCode::malformed, "the scope's days run backwards");
  s.folders = TRY(r.uint_max(kFoldersPerRequestMax));
  s.folders_root = TRY(r.array_bytes<32>());
  return s;
}

void put_granted(cbor::Writer& w, const GrantedShare& s) {
  w.array(4).bytes(s.folder_header).uint(s.quorum).uint(s.position).bytes(s.sealed);
}
Result<GrantedShare> get_granted(cbor::Reader& r) {
  TRY(r.array(4));
  GrantedShare s;
  s.folder_header = TRY(r.array_bytes<32>());
  s.quorum = TRY(get_u32(r));
  s.position = TRY(get_u32(r));
  s.sealed = TRY(r.array_bytes<1168>());
  return s;
}

using Copy = std::pair<MemberId, Hash256>;
Result<Copy> get_copy(cbor::Reader& r) {
  TRY(r.array(2));
  const MemberId recipient = TRY(get_u32(r));
  const Hash256 digest = TRY(r.array_bytes<32>());
  return Copy{recipient, digest};
}

}  // namespace

Bytes encode(const ReadingRequest& q) {
  cbor::Writer w = begin(kReadingRequestLabel, 10);
  w.bytes(q.archive).bytes(q.roster).uint(q.reader).text(q.case_name).text(q.legal_basis);
  put_scope(w, q.scope);
  w.bytes(q.reply_key).uint(q.asked_s).uint(q.expires_s).uint(static_cast<std::uint64_t>(q.purpose));
  return w.take();
}
Result<ReadingRequest> decode_reading_request(BytesView content) {
  cbor::Reader r(content);
  TRY(begin(r, kReadingRequestLabel, 10));
  ReadingRequest q;
  q.archive = TRY(r.array_bytes<32>());
  q.roster = TRY(r.array_bytes<32>());
  q.reader = TRY(get_u32(r));
  q.case_name = TRY(get_line(r, kTextBytesMax));
  q.legal_basis = TRY(get_line(r, kTextBytesMax));
  q.scope = TRY(get_scope(r));
  q.reply_key = TRY(r.array_bytes<1216>());
  q.asked_s = TRY(r.uint());
  q.expires_s = TRY(r.uint());
  const std::uint64_t purpose = TRY(r.uint());
  if (purpose < 1 || purpose > static_cast<std::uint64_t>(RequestPurpose::drill))
    return r.error(ErrorCode::unsupported, "a purpose this program does not know");
  q.purpose = static_cast<RequestPurpose>(purpose);
  return finish(r, std::move(q), content);
}

Bytes encode(const RequestCopy& c) {
  cbor::Writer w = begin("request-copy", 3);
  w.bytes(c.request).bytes(c.salt);
  put_list(w, c.folders, [](cbor::Writer& to, const Hash256& folder) { to.bytes(folder); });
  return w.take();
}
Result<RequestCopy> decode_request_copy(BytesView content) {
  cbor::Reader r(content);
  TRY(begin(r, "request-copy", 3));
  RequestCopy c;
  c.request = copy_of(TRY(r.bytes()));
  if (c.request.size() > kRegisterObjectBytesMax)
    return r.error(ErrorCode::limit_exceeded, "the request in the copy is too large");
  c.salt = TRY(r.array_bytes<32>());
  c.folders = TRY(in_order(r, TRY(get_list<Hash256>(r, kFoldersPerRequestMax, get_hash))));
  return finish(r, std::move(c), content);
}

Hash256 request_commitment(const ByteArray<32>& salt, BytesView signed_request) {
  const Hash256 digest = crypto::sha256(signed_request);
  return crypto::sha256(cbor::labelled("request-commit", BytesView(salt), BytesView(digest)));
}

Hash256 folders_root(const std::vector<Hash256>& folders) {
  std::vector<Hash256> leaves;
  leaves.reserve(folders.size());
  for (const Hash256& folder : folders) leaves.push_back(ledger::leaf_hash(folder));
  return ledger::root_of_leaves(leaves);
}

Bytes encode(const RequestEntry& e) {
  cbor::Writer w = begin(kRequestLabel, 5);
  w.bytes(e.archive).uint(e.reader).bytes(e.commitment);
  put_list(w, e.copies,
           [](cbor::Writer& to, const auto& copy) { to.array(2).uint(copy.first).bytes(copy.second); });
  w.uint(e.asked_s);
  return w.take();
}
Result<RequestEntry> decode_request_entry(BytesView content) {
  cbor::Reader r(content);
  TRY(begin(r, kRequestLabel, 5));
  RequestEntry e;
  e.archive = TRY(r.array_bytes<32>());
  e.reader = TRY(get_u32(r));
  e.commitment = TRY(r.array_bytes<32>());
  e.copies = TRY(in_order(r, TRY(get_list<Copy>(r, kCopiesMax, get_copy)), &Copy::first));
  e.asked_s = TRY(r.uint());
  return finish(r, std::move(e), content);
}

Bytes encode(const Approval& a) {
  cbor::Writer w = begin(kApprovalLabel, 6);
  w.bytes(a.archive)
      .bytes(a.roster)
      .uint(a.approver)
      .bytes(a.commitment)
      .uint(a.request_leaf)
      .uint(a.approved_s);
  return w.take();
}
Result<Approval> decode_approval(BytesView content) {
  cbor::Reader r(content);
  TRY(begin(r, kApprovalLabel, 6));
  Approval a;
  a.archive = TRY(r.array_bytes<32>());
  a.roster = TRY(r.array_bytes<32>());
  a.approver = TRY(get_u32(r));
  a.commitment = TRY(r.array_bytes<32>());
  a.request_leaf = TRY(r.uint());
  a.approved_s = TRY(r.uint());
  return finish(r, a, content);
}

Bytes encode(const Grant& g) {
  cbor::Writer w = begin(kGrantLabel, 4);
  w.bytes(g.archive).bytes(g.commitment).uint(g.trustee);
  put_list(w, g.shares, put_granted);
  return w.take();
}
Result<Grant> decode_grant(BytesView content) {
  if (content.size() > kGrantBytesMax)
    return fail(ErrorCode::limit_exceeded, "the grant is larger than 32 MiB");
  cbor::Reader r(content);
  TRY(begin(r, kGrantLabel, 4));
  Grant g;
  g.archive = TRY(r.array_bytes<32>());
  g.commitment = TRY(r.array_bytes<32>());
  g.trustee = TRY(get_u32(r));
  g.shares =
      TRY(in_order(r, TRY(get_list<GrantedShare>(r, kGrantedSharesMax, get_granted)),
                   [](const GrantedShare& s) { return std::tuple(s.folder_header, s.quorum, s.position); }));
  return finish(r, std::move(g), content);
}

Hash256 grants_root(const Grant& grant) {
  std::vector<Hash256> leaves;
  leaves.reserve(grant.shares.size());
  for (const GrantedShare& share : grant.shares) {
    cbor::Writer w;
    put_granted(w, share);
    leaves.push_back(ledger::leaf_hash(w.view()));
  }
  return ledger::root_of_leaves(leaves);
}

Bytes encode(const Receipt& c) {
  cbor::Writer w = begin(kReceiptLabel, 9);
  w.bytes(c.archive)
      .bytes(c.commitment)
      .uint(c.trustee)
      .uint(c.shares)
      .bytes(c.grants_root)
      .bytes(c.grant_blob);
  envelope::put_tree_head(w, c.register_head);
  envelope::put_tree_head(w, c.capture_head);
  w.uint(c.granted_s);
  return w.take();
}
Result<Receipt> decode_receipt(BytesView content) {
  cbor::Reader r(content);
  TRY(begin(r, kReceiptLabel, 9));
  Receipt c;
  c.archive = TRY(r.array_bytes<32>());
  c.commitment = TRY(r.array_bytes<32>());
  c.trustee = TRY(get_u32(r));
  c.shares = TRY(r.uint());
  c.grants_root = TRY(r.array_bytes<32>());
  c.grant_blob = TRY(r.array_bytes<32>());
  c.register_head = TRY(envelope::get_tree_head(r));
  c.capture_head = TRY(envelope::get_tree_head(r));
  c.granted_s = TRY(r.uint());
  return finish(r, std::move(c), content);
}

}  // namespace strongroom::roster
