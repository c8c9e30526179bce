#include <gtest/gtest.h>

#include "codec/text.h"
#include "crypto/hash.h"
#include "envelope/body.h"
#include "envelope/header.h"
#include "envelope/leaf.h"
#include "envelope/object_sign.h"

namespace strongroom::envelope {
namespace {

crypto::SigningKey a_key(std::byte fill) {
  Secret<32> seed;
  std::ranges::fill(seed.reveal_mutable(), fill);
  return crypto::SigningKey::from_seeds(seed, SecretBytes::copy_of(seed.reveal()));
}

Core a_core() {
  Core core;
  core.core0.archive.fill(std::byte{1});
  core.core0.lot = {7, 2033 * 12 + 10, LotKind::retention, {}};
  core.core0.day = 20'000;
  core.core0.dealings = {{0, 2, 3, 1}, {4, 1, 2, 1}};
  core.public_key.fill(std::byte{9});
  return core;
}

Header a_header() {
  Header h;
  h.kind = EntryKind::open;
  h.device.fill(std::byte{0xD});
  h.sequence = 300;
  h.part = encode(OpenPart{encode(a_core()), {}});
  h.body_sha256 = crypto::sha256(BytesView{});
  h.body_sha512 = crypto::sha512(BytesView{});
  return h;
}

TEST(Header, ParsesBackToTheSameBytes) {
  const Header h = a_header();
  EXPECT_EQ(decode_header(encode(h)).value(), h);
  EXPECT_EQ(decode_open(h.part).value().core, encode(a_core()));
  EXPECT_EQ(decode_core(encode(a_core())).value(), a_core());
}

TEST(Header, EveryTruncationAndEveryExtraByteIsRefused) {
  const Bytes bytes = encode(a_header());
  for (std::size_t n = 0; n < bytes.size(); ++n) ASSERT_FALSE(decode_header(BytesView(bytes).first(n))) << n;
  Bytes longer = bytes;
  longer.push_back(std::byte{0});
  EXPECT_FALSE(decode_header(longer));
}

TEST(SignedHeader, HoldsOnlyUnderItsDevicesTwoKeys) {
  const auto key = a_key(std::byte{3});
  SignedObject object{"header", encode(a_header()), {}};
  add_signature(object, a_header().device, key, signature_policy(EntryKind::open));
  const Bytes bytes = encode(object);
  const SignedHeader header = decode_signed_header(bytes).value();
  EXPECT_EQ(header.bytes, bytes);
  EXPECT_EQ(header.hash, crypto::sha256(encode(a_header())));
  EXPECT_TRUE(verify_header(header, key.public_half()));
  EXPECT_FALSE(verify_header(header, a_key(std::byte{4}).public_half()));

  SignedObject one_signature = object;  // a downgrade: the post-quantum signature left out
  one_signature.signers[0].signatures.pop_back();
  EXPECT_FALSE(verify_header(decode_signed_header(encode(one_signature)).value(), key.public_half()));
}

TEST(SignedHeader, EveryFlippedByteIsCaught) {
  const auto key = a_key(std::byte{3});
  Header h = a_header();
  h.kind = EntryKind::heartbeat;
  h.part = encode(HeartbeatPart{3600, 12});
  SignedObject object{"header", encode(h), {}};
  add_signature(object, h.device, key, signature_policy(h.kind));
  const Bytes good = encode(object);
  for (std::size_t i = 0; i < good.size(); ++i) {
    Bytes bad = good;
    bad[i] ^= std::byte{0x20};
    const auto header = decode_signed_header(bad);
    ASSERT_FALSE(header && verify_header(*header, key.public_half())) << "byte " << i;
  }
}

TEST(SignedObject, AnotherSuiteOrLabelIsNamed) {
  SignedObject object{"header", encode(a_header()), {}};
  Bytes bytes = encode(object);
  EXPECT_EQ(decode_object(bytes, "roster", 1 << 20).error().code, ErrorCode::malformed);
  EXPECT_EQ(decode_object(bytes, "header", 10).error().code, ErrorCode::limit_exceeded);
  bytes[0] = std::byte{2};
  EXPECT_EQ(decode_object(bytes, "header", 1 << 20).error().code, ErrorCode::unsupported);
}

TEST(Body, MustBeTheOneTheHeaderNames) {
  const Bytes body(100, std::byte{7});
  Header h = a_header();
  h.body_bytes = body.size();
  h.body_sha256 = crypto::sha256(body);
  h.body_sha512 = crypto::sha512(body);
  EXPECT_TRUE(check_body(h, body, BodyCheck::both));
  Bytes other = body;
  other[50] = std::byte{8};
  EXPECT_FALSE(check_body(h, other, BodyCheck::sha256));
  EXPECT_FALSE(check_body(h, BytesView(body).first(99), BodyCheck::sha256));
  h.body_sha512 = {};
  EXPECT_FALSE(check_body(h, body, BodyCheck::both));
}

TEST(ShareSet, IsInOrderOfQuorumAndPosition) {
  ShareSet shares(3);
  shares[1].position = 1;
  shares[2].quorum = 4;
  EXPECT_EQ(decode_share_set(encode(shares)).value(), shares);
  EXPECT_NE(share_root(shares), share_root({shares[0], shares[1]}));
  std::swap(shares[0], shares[1]);
  EXPECT_FALSE(decode_share_set(encode(shares)));
  shares[0] = shares[1];
  EXPECT_FALSE(decode_share_set(encode(shares)));
}

TEST(BatchBody, RootChangesWithEveryField) {
  BatchBody body(2);
  for (auto& record : body) record.ciphertext.assign(272, std::byte{1});
  EXPECT_EQ(decode_batch_body(encode(body)).value(), body);
  const Hash256 root = record_root(body);
  BatchBody changed = body;
  changed[1].siv[0] = std::byte{1};
  EXPECT_NE(record_root(changed), root);
  changed = body;
  changed[1].frank[0] = std::byte{1};
  EXPECT_NE(record_root(changed), root);
  changed = body;
  changed[1].ciphertext[0] = std::byte{2};
  EXPECT_NE(record_root(changed), root);
  changed[0].ciphertext.resize(271);
  EXPECT_FALSE(decode_batch_body(encode(changed)));
}

TEST(Padding, Is256Then512ThenPadme) {
  EXPECT_EQ(padded_size(0), 256u);
  EXPECT_EQ(padded_size(256), 256u);
  EXPECT_EQ(padded_size(257), 512u);
  EXPECT_EQ(padded_size(513), 544u);      // e = 9, s = 4: multiples of 32
  EXPECT_EQ(padded_size(1'000'000), 1'015'808u);  // e = 19, s = 5: multiples of 16384
  for (std::size_t n = 513; n < 100'000; n += 97) {
    ASSERT_GE(padded_size(n), n);
    ASSERT_EQ(padded_size(padded_size(n)), padded_size(n));
    ASSERT_LT(static_cast<double>(padded_size(n) - n) / static_cast<double>(n), 0.12);
  }
}

TEST(Leaf, KindsAreToldApart) {
  const Bytes object(10, std::byte{5});
  const Bytes capture = encode(CaptureLeaf{digests_of(object)});
  EXPECT_EQ(capture.size(), 97u);
  EXPECT_EQ(std::get<CaptureLeaf>(decode_capture_leaf(capture).value()).header, digests_of(object));
  const Bytes entry = encode(RegisterLeaf{RegisterType::receipt, digests_of(object)});
  EXPECT_EQ(std::get<RegisterLeaf>(decode_register_leaf(entry).value()).type, RegisterType::receipt);
  const Bytes cross = encode(CrossLeaf{std::string(200, 'x')});
  EXPECT_TRUE(std::holds_alternative<CrossLeaf>(decode_capture_leaf(cross).value()));
  EXPECT_TRUE(std::holds_alternative<CrossLeaf>(decode_register_leaf(cross).value()));
  EXPECT_FALSE(decode_capture_leaf(entry));
  EXPECT_FALSE(decode_register_leaf(capture));
}

TEST(Days, AreNamedAsPeopleNameThem) {
  EXPECT_EQ(day_name(0), "1970-01-01");
  EXPECT_EQ(day_from_name("2026-11-22").value(), 20'779u);
  EXPECT_EQ(day_name(20'779), "2026-11-22");
  EXPECT_EQ(month_name(month_of_day(20'779)), "2026-11");
  for (const char* bad : {"2026-02-30", "26-11-22", "2026/11/22", "2026-1-022", ""})
    EXPECT_FALSE(day_from_name(bad)) << bad;
}

TEST(HpkeInfo, DiffersInEveryField) {
  const Hash256 a{}, b{std::byte{1}};
  const Bytes base = hpke_info(Purpose::deal, a, 0, 1, a);
  EXPECT_NE(base, hpke_info(Purpose::grant, a, 0, 1, a));
  EXPECT_NE(base, hpke_info(Purpose::deal, b, 0, 1, a));
  EXPECT_NE(base, hpke_info(Purpose::deal, a, 1, 1, a));
  EXPECT_NE(base, hpke_info(Purpose::deal, a, 0, 2, a));
  EXPECT_NE(base, hpke_info(Purpose::deal, a, std::nullopt, 1, a));
  EXPECT_NE(base, hpke_info(Purpose::deal, a, 0, 1, b));
}

}  // namespace
}  // namespace strongroom::envelope
