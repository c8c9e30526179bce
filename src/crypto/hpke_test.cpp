#include "crypto/hpke.h"

#include <gtest/gtest.h>

#include "codec/text.h"
#include "crypto/aead_parts.h"
#include "crypto/hpke_schedule.h"
#include "crypto/openssl_kem_parts.h"
#include "crypto/vector_file.h"
#include "crypto/xof.h"

namespace strongroom::crypto::hpke {
namespace {

using codec::hex;

Secret<32> seed_of(unsigned value) {
  Secret<32> out;
  for (std::byte& b : out.reveal_mutable()) b = static_cast<std::byte>(value);
  return out;
}

Secret<64> randomness_of(unsigned value) {
  Secret<64> out;
  for (std::byte& b : out.reveal_mutable()) b = static_cast<std::byte>(value);
  return out;
}

// --- X-Wing vectors (draft-ietf-hpke-pq): HKDF-SHA256 with ChaCha20Poly1305 ---

void check_encryptions(const boost::json::object& vector, Context& sender, Context& recipient) {
  for (const auto& item : vector.at("encryptions").as_array()) {
    const auto& encryption = item.as_object();
    const Bytes aad = vectors::bytes(encryption, "aad");
    const Bytes plaintext = vectors::bytes(encryption, "pt");
    const Bytes sealed = sender.seal(aad, plaintext);
    EXPECT_EQ(hex(sealed), vectors::text(encryption, "ct"));
    const auto opened = recipient.open(aad, sealed);
    ASSERT_TRUE(opened.has_value());
    EXPECT_TRUE(equal(opened->reveal(), plaintext));
  }
}

void check_exports(const boost::json::object& vector, const Context& sender, const Context& recipient) {
  for (const auto& item : vector.at("exports").as_array()) {
    const auto& exported = item.as_object();
    const Bytes context = vectors::bytes(exported, "exporter_context");
    const auto length = static_cast<std::size_t>(exported.at("L").as_int64());
    EXPECT_EQ(hex(sender.export_secret(context, length).reveal()), vectors::text(exported, "exported_value"));
    EXPECT_EQ(hex(recipient.export_secret(context, length).reveal()),
              vectors::text(exported, "exported_value"));
  }
}

void check_xwing_vector(const boost::json::object& vector) {
  const auto aead = static_cast<Aead>(vector.at("aead_id").as_int64());
  const Bytes info = vectors::bytes(vector, "info");
  const xwing::PrivateKey key(vectors::secret<32>(vector, "skRm"));
  EXPECT_EQ(hex(key.public_key()), vectors::text(vector, "pkRm"));
  auto sender = setup_sender(key.public_key(), info, vectors::secret<64>(vector, "ikmE"), aead);
  ASSERT_TRUE(sender.has_value());
  EXPECT_EQ(hex(sender->enc), vectors::text(vector, "enc"));
  EXPECT_EQ(hex(key.decapsulate(sender->enc).reveal()), vectors::text(vector, "shared_secret"));
  Context recipient = setup_recipient(key, sender->enc, info, aead);
  check_encryptions(vector, sender->context, recipient);
  check_exports(vector, sender->context, recipient);
}

void check_schedule(const boost::json::object& vector) {
  const Bytes suite = vectors::bytes(vector, "suite_id");
  EXPECT_EQ(hex(suite_id(static_cast<std::uint16_t>(vector.at("kem_id").as_int64()),
                         static_cast<std::uint16_t>(vector.at("aead_id").as_int64()))),
            hex(suite));
  const Schedule schedule =
      key_schedule(suite, vectors::secret<32>(vector, "shared_secret"), vectors::bytes(vector, "info"));
  EXPECT_EQ(hex(schedule.base_nonce.reveal().first<12>()), vectors::text(vector, "base_nonce"));
  EXPECT_EQ(hex(schedule.exporter.reveal()), vectors::text(vector, "exporter_secret"));
  if (vector.at("aead_id").as_int64() != 1) {  // the key of AES-128 has another length, and so another value
    EXPECT_EQ(hex(schedule.key.reveal()), vectors::text(vector, "key"));
  }
}

/// The vectors of X-Wing with HKDF-SHA256 (kdf 1); those with SHAKE as the KDF are of another suite.
void run_xwing_file(const boost::json::value& file) {
  std::size_t count = 0;
  for (const auto& item : file.as_array()) {
    const auto& vector = item.as_object();
    if (vector.at("kem_id").as_int64() != kKemXWing || vector.at("kdf_id").as_int64() != kKdfHkdfSha256)
      continue;
    check_schedule(vector);
    check_xwing_vector(vector);
    ++count;
  }
  EXPECT_GT(count, 0u);
}

TEST(Hpke, AgreesWithTheVectorsOfTheHpkePqDraft) {
  STRONGROOM_CORPUS(path, "vectors/hpke-pq/test-vectors.json");
  run_xwing_file(vectors::load(path));
}

TEST(Hpke, AgreesWithTheVectorsThatRustHpkeUses) {
  STRONGROOM_CORPUS(path, "vectors/rust-hpke/test-vectors-go-8aa8a04.json");
  run_xwing_file(vectors::load(path));
}

/// Every KEM of the draft that goes with HKDF-SHA256 has the same key schedule.
TEST(Hpke, ScheduleAgreesWithOtherKemsOfTheDraft) {
  STRONGROOM_CORPUS(path, "vectors/hpke-pq/test-vectors.json");
  const auto file = vectors::load(path);
  std::size_t count = 0;
  for (const auto& item : file.as_array()) {
    if (item.at("kdf_id").as_int64() != kKdfHkdfSha256) continue;
    check_schedule(item.as_object());
    ++count;
  }
  EXPECT_GT(count, 1u);
}

// --- RFC 9180 itself ---
//
// Its vectors have other KEMs and, in the file we read, accumulated hashes: 1000 encryptions and exports of inputs
// drawn from SHAKE128, hashed with SHAKE128. DHKEM(X25519) is not ours, so its few lines are written here; schedule,
// AES-256-GCM, ChaCha20Poly1305 and exports are ours. DHKEM(P-256), P-521, HKDF-SHA512 and AES-128 are left out.

constexpr std::uint16_t kKemX25519 = 0x0020;

/// RFC 9180 §4.1 and §7.1.3, with the ephemeral key derived from ikm_e.
struct Dhkem {
  static Bytes suite() {
    Bytes id = copy_of(bytes_of("KEM"));
    append_u16(id, kKemX25519);
    return id;
  }
  static kem_parts::X25519 derive_key(BytesView ikm) {
    const Secret<32> prk = labelled_extract(suite(), {}, "dkp_prk", ikm);
    Secret<32> key;
    labelled_expand(suite(), prk, "sk", {}, key.reveal_mutable());
    return kem_parts::X25519(key.reveal());
  }
  static Bytes public_of(const kem_parts::X25519& key) {
    Bytes out(32);
    key.public_key(out);
    return out;
  }
  static Secret<32> encapsulate(const kem_parts::X25519& ephemeral, BytesView recipient) {
    const auto dh = ephemeral.agree(recipient);
    EXPECT_TRUE(dh.has_value());
    Bytes context = public_of(ephemeral);
    append(context, recipient);
    const Secret<32> prk = labelled_extract(suite(), {}, "eae_prk", dh->reveal());
    Secret<32> shared;
    labelled_expand(suite(), prk, "shared_secret", context, shared.reveal_mutable());
    return shared;
  }
};

/// The endless SHAKE128 stream of the empty string, from which the file's inputs are drawn.
class DrawnInputs {
 public:
  DrawnInputs() : stream_(1000 * 2 * 256) { shake128({}, stream_); }
  BytesView next() {
    const auto size = std::to_integer<std::size_t>(stream_[at_]);
    const BytesView drawn = BytesView(stream_).subspan(at_ + 1, size);
    at_ += 1 + size;
    return drawn;
  }

 private:
  Bytes stream_;
  std::size_t at_ = 0;
};

std::string accumulated(BytesView all) {
  Bytes out(16);
  shake128(all, out);
  return hex(out);
}

std::string accumulated_encryptions(const Schedule& schedule, AeadCipher cipher) {
  DrawnInputs inputs;
  Bytes all;
  for (unsigned sequence = 0; sequence < 1000; ++sequence) {
    const BytesView aad = inputs.next();
    const BytesView plaintext = inputs.next();
    auto nonce = array_of<12>(schedule.base_nonce.reveal());
    nonce[11] ^= static_cast<std::byte>(sequence);
    nonce[10] ^= static_cast<std::byte>(sequence >> 8);
    Bytes sealed(plaintext.size() + 16);
    aead_seal_into(cipher, schedule.key.reveal(), nonce, aad, plaintext, sealed);
    append(all, sealed);
  }
  return accumulated(all);
}

std::string accumulated_exports(BytesView suite, const Schedule& schedule) {
  DrawnInputs inputs;
  Bytes all;
  for (std::size_t length = 0; length < 1000; ++length) {
    Bytes value(length);
    labelled_expand(suite, schedule.exporter, "sec", inputs.next(), value);
    append(all, value);
  }
  return accumulated(all);
}

TEST(Hpke, ScheduleAeadAndExportsAgreeWithRfc9180) {
  STRONGROOM_CORPUS(path, "vectors/hpke-filippo/rfc9180.json");
  const auto file = vectors::load(path);
  std::size_t encrypted = 0;
  std::size_t exported = 0;
  for (const auto& item : file.as_array()) {
    const auto& vector = item.as_object();
    const auto aead = vector.at("aead_id").as_int64();
    if (vector.at("kem_id").as_int64() != kKemX25519 || vector.at("kdf_id").as_int64() != kKdfHkdfSha256)
      continue;
    const auto ephemeral = Dhkem::derive_key(vectors::bytes(vector, "ikmE"));
    EXPECT_EQ(hex(Dhkem::public_of(ephemeral)), vectors::text(vector, "enc"));
    const Secret<32> shared = Dhkem::encapsulate(ephemeral, vectors::bytes(vector, "pkRm"));
    const Bytes suite = suite_id(kKemX25519, static_cast<std::uint16_t>(aead));
    const Schedule schedule = key_schedule(suite, shared, vectors::bytes(vector, "info"));
    EXPECT_EQ(accumulated_exports(suite, schedule), vectors::text(vector, "exports_accumulated"));
    ++exported;
    if (aead != 2 && aead != 3) continue;
    const auto cipher = aead == 2 ? AeadCipher::aes_256_gcm : AeadCipher::chacha20_poly1305;
    EXPECT_EQ(accumulated_encryptions(schedule, cipher), vectors::text(vector, "encryptions_accumulated"));
    ++encrypted;
  }
  EXPECT_GT(encrypted, 0u);
  EXPECT_GT(exported, 0u);
}

// --- Our suite ---

TEST(Hpke, OpensWhatItSealed) {
  const xwing::PrivateKey key(seed_of(1));
  const auto sealed = seal(key.public_key(), bytes_of("info"), bytes_of("share"), randomness_of(2));
  ASSERT_TRUE(sealed.has_value());
  EXPECT_EQ(sealed->size(), xwing::kCiphertextBytes + 5 + 16);
  const auto opened = open(key, bytes_of("info"), *sealed);
  ASSERT_TRUE(opened.has_value());
  EXPECT_EQ(text_of(opened->reveal()), "share");
}

/// Protocol §3.2: whoever is shown the inputs can seal again and compare.
TEST(Hpke, SealingAgainGivesTheSameBytes) {
  const auto recipient = xwing::public_from_seed(seed_of(1));
  EXPECT_EQ(seal(recipient, bytes_of("info"), bytes_of("share"), randomness_of(2)).value(),
            seal(recipient, bytes_of("info"), bytes_of("share"), randomness_of(2)).value());
}

TEST(Hpke, RefusesAnotherKeyInfoOrByte) {
  const xwing::PrivateKey key(seed_of(1));
  const auto sealed = seal(key.public_key(), bytes_of("info"), bytes_of("share"), randomness_of(2));
  ASSERT_TRUE(sealed.has_value());
  const auto code = [&](const xwing::PrivateKey& by, std::string_view info, BytesView bytes) {
    const auto opened = open(by, bytes_of(info), bytes);
    return opened ? ErrorCode::internal : opened.error().code;
  };
  EXPECT_EQ(code(xwing::PrivateKey(seed_of(2)), "info", *sealed), ErrorCode::unauthenticated);
  EXPECT_EQ(code(key, "other", *sealed), ErrorCode::unauthenticated);
  for (const std::size_t at : {std::size_t{0}, std::size_t{1087}, std::size_t{1100}, sealed->size() - 1}) {
    Bytes wrong = *sealed;
    wrong[at] ^= std::byte{1};
    EXPECT_EQ(code(key, "info", wrong), ErrorCode::unauthenticated) << at;
  }
  EXPECT_EQ(code(key, "info", BytesView(*sealed).first(1135)), ErrorCode::malformed);
  EXPECT_EQ(code(key, "info", {}), ErrorCode::malformed);
}

TEST(Hpke, ARefusedMessageDoesNotAdvanceTheContext) {
  const xwing::PrivateKey key(seed_of(1));
  auto sender = setup_sender(key.public_key(), {}, randomness_of(2));
  ASSERT_TRUE(sender.has_value());
  Context recipient = setup_recipient(key, sender->enc, {});
  const Bytes first = sender->context.seal({}, bytes_of("one"));
  const Bytes second = sender->context.seal({}, bytes_of("two"));
  EXPECT_FALSE(recipient.open({}, second).has_value());
  EXPECT_TRUE(recipient.open({}, first).has_value());
  EXPECT_FALSE(recipient.open({}, first).has_value());
  EXPECT_TRUE(recipient.open({}, second).has_value());
}

TEST(Hpke, SuitesDoNotShareExports) {
  const xwing::PrivateKey key(seed_of(1));
  auto ours = setup_sender(key.public_key(), {}, randomness_of(2));
  auto exporting = setup_sender(key.public_key(), {}, randomness_of(2), Aead::export_only);
  ASSERT_TRUE(ours && exporting);
  EXPECT_FALSE(
      equal(ours->context.export_secret({}, 32).reveal(), exporting->context.export_secret({}, 32).reveal()));
}

}  // namespace
}  // namespace strongroom::crypto::hpke
