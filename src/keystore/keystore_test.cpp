#include "keystore/keystore.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "keystore/guard_for_tests.h"
#include "keystore/keystore_file.h"
#include "platform/memory_file_system.h"

namespace strongroom::keystore {
namespace {

constexpr std::string_view kPath = "keys/trustee-1";
constexpr crypto::Argon2Cost kCheap = crypto::kArgon2Least;

SecretBytes secret(std::string_view text) { return SecretBytes::copy_of(bytes_of(text)); }

class KeystoreFile : public ::testing::Test {
 protected:
  KeystoreFile() { EXPECT_TRUE(files_.make_directories("keys")); }
  Keystore made(std::string_view passphrase = "correct horse") {
    auto made = Keystore::create(GuardForTests::make(), files_, entropy_, std::string(kPath),
                                 secret(passphrase), kCheap);
    EXPECT_TRUE(made) << made.error().to_string();
    return std::move(*made);
  }
  Result<Keystore> opened(std::string_view passphrase = "correct horse") {
    return Keystore::open(GuardForTests::make(), files_, entropy_, std::string(kPath), secret(passphrase));
  }
  Bytes bytes() { return files_.read(std::string(kPath), kFileBytesMax).value(); }
  void write(const Bytes& content) { EXPECT_TRUE(files_.write_durable(std::string(kPath), content)); }

  platform::MemoryFileSystem files_;
  platform::SystemEntropy entropy_;
};

TEST(Guard, IsClaimedOnceInTheLifeOfAProcess) {
  platform::MemoryFileSystem files;
  platform::SystemEntropy entropy;
  auto guard = Guard::claim();
  ASSERT_TRUE(guard);
  EXPECT_EQ(Guard::claim().error().code, ErrorCode::refused);
  {
    // A failure leaves the guard with the caller.
    EXPECT_EQ(Keystore::open(std::move(*guard), files, entropy, "none", secret("x")).error().code,
              ErrorCode::not_found);
    EXPECT_TRUE(guard->held());
    const auto first = Keystore::create(std::move(*guard), files, entropy, "first", secret("x"), kCheap);
    ASSERT_TRUE(first) << first.error().to_string();
    EXPECT_FALSE(guard->held());
    EXPECT_EQ(Keystore::create(std::move(*guard), files, entropy, "second", secret("x"), kCheap).error().code,
              ErrorCode::refused);
  }
  EXPECT_EQ(Keystore::open(std::move(*guard), files, entropy, "first", secret("x")).error().code,
            ErrorCode::refused);
  EXPECT_EQ(Guard::claim().error().code, ErrorCode::refused);
}

TEST_F(KeystoreFile, GivesBackWhatWasPutIn) {
  {
    Keystore keystore = made();
    ASSERT_TRUE(keystore.put("ed25519", secret("seed of 32 bytes, or nearly so..")));
    ASSERT_TRUE(keystore.put("lot/1/24394/retention/0/2", secret("lot seed")));
    ASSERT_TRUE(keystore.put("lot/1/24395/retention/0/2", secret("")));
    EXPECT_EQ(keystore.put("ed25519", secret("another")).error().code, ErrorCode::conflict);
    EXPECT_EQ(keystore.put("", secret("x")).error().code, ErrorCode::malformed);
    ASSERT_TRUE(keystore.save());
  }
  const auto keystore = opened();
  ASSERT_TRUE(keystore) << keystore.error().to_string();
  EXPECT_TRUE(equal((*keystore->get("ed25519"))->reveal(), bytes_of("seed of 32 bytes, or nearly so..")));
  EXPECT_EQ(keystore->names("lot/"),
            (std::vector<std::string>{"lot/1/24394/retention/0/2", "lot/1/24395/retention/0/2"}));
  EXPECT_EQ(keystore->names().size(), 3u);
  EXPECT_EQ(keystore->get("mail").error().code, ErrorCode::not_found);
}

TEST_F(KeystoreFile, AWrongPassphraseIsSaidToBeOne) {
  made();
  for (const std::string_view wrong : {"correct horsf", "", "correct horse "}) {
    const auto keystore = opened(wrong);
    ASSERT_FALSE(keystore);
    EXPECT_EQ(keystore.error().code, ErrorCode::unauthenticated);
    EXPECT_NE(keystore.error().what.find("passphrase"), std::string::npos);
  }
}

TEST_F(KeystoreFile, DoesNotOverwriteAndRefusesAnEmptyPassphrase) {
  made();
  EXPECT_EQ(Keystore::create(GuardForTests::make(), files_, entropy_, std::string(kPath), secret("x"), kCheap)
                .error()
                .code,
            ErrorCode::conflict);
  EXPECT_EQ(
      Keystore::create(GuardForTests::make(), files_, entropy_, "keys/b", secret(""), kCheap).error().code,
      ErrorCode::refused);
  EXPECT_FALSE(files_.exists("keys/b").value());
}

TEST_F(KeystoreFile, AFlippedByteAnywhereIsRefused) {
  Keystore keystore = made();
  ASSERT_TRUE(keystore.put("mail", secret("a seed")));
  ASSERT_TRUE(keystore.save());
  const Bytes good = bytes();
  const file::Frame frame = file::decode(good).value();
  const Secret<32> master = file::unwrap(frame.slots[0], secret("correct horse")).value();
  // Where the frame still reads and its one slot is untouched, the content does not open; a changed slot (below) does
  // not give the master key. So that the slow passphrase is not tried hundreds of times, the two are apart.
  std::vector<Slot> changed_slots;
  for (std::size_t i = 0; i < good.size(); ++i) {
    Bytes bad = good;
    bad[i] ^= std::byte{0x01};
    const auto read = file::decode(bad);
    if (!read) continue;
    EXPECT_FALSE(file::open(master, *read)) << i;
    if (read->slots != frame.slots) changed_slots.push_back(read->slots[0]);
  }
  ASSERT_GT(changed_slots.size(), 60u);
  for (std::size_t i = 0; i < changed_slots.size(); i += 4) {
    if (changed_slots[i].kind != 1) continue;  // no slot that this program opens
    EXPECT_FALSE(file::unwrap(changed_slots[i], secret("correct horse"))) << i;
  }
}

TEST_F(KeystoreFile, ATruncatedOrLengthenedFileIsRefused) {
  made();
  const Bytes good = bytes();
  for (std::size_t n = 0; n < good.size(); ++n) EXPECT_FALSE(file::decode(BytesView(good).first(n))) << n;
  Bytes longer = good;
  longer.push_back(std::byte{0});
  EXPECT_FALSE(file::decode(longer));
}

TEST_F(KeystoreFile, AnotherVersionIsUnsupported) {
  made();
  for (const unsigned version : {0u, 2u, 3u}) {
    Bytes other = bytes();
    other[0] = static_cast<std::byte>(version);
    write(other);
    EXPECT_EQ(opened().error().code, ErrorCode::unsupported);
  }
}

TEST_F(KeystoreFile, AnOldSlotOrContentDoesNotFitIntoANewFile) {
  Keystore keystore = made();
  const file::Frame before = file::decode(bytes()).value();
  ASSERT_TRUE(keystore.put("mail", secret("a seed")));
  ASSERT_TRUE(keystore.change_passphrase(1, secret("another"), kCheap));
  ASSERT_TRUE(keystore.save());
  const file::Frame after = file::decode(bytes()).value();
  file::Frame mixed = after;
  mixed.slots = before.slots;
  write(file::encode(mixed));
  EXPECT_EQ(opened().error().code, ErrorCode::corrupt);
  mixed = after;
  mixed.ciphertext = before.ciphertext;
  write(file::encode(mixed));
  EXPECT_EQ(opened("another").error().code, ErrorCode::corrupt);
}

TEST_F(KeystoreFile, CostsOutOfBoundsAreRefusedWhenMadeAndWhenRead) {
  const auto create = [&](const crypto::Argon2Cost& cost) {
    return Keystore::create(GuardForTests::make(), files_, entropy_, "keys/b", secret("x"), cost);
  };
  EXPECT_EQ(create({1024, 1, 1}).error().code, ErrorCode::limit_exceeded);
  EXPECT_EQ(create({crypto::kArgon2Most.memory_kib + 1, 1, 1}).error().code, ErrorCode::limit_exceeded);
  EXPECT_EQ(create({kCheap.memory_kib, 1000, 1}).error().code, ErrorCode::limit_exceeded);
  made();
  file::Frame frame = file::decode(bytes()).value();
  frame.slots[0].parameters = file::encode(file::PassphraseParameters{{}, {UINT32_MAX, 1, 1}});
  write(file::encode(frame));
  EXPECT_EQ(opened().error().code, ErrorCode::limit_exceeded);
}

TEST_F(KeystoreFile, HoldsNoSecretAndNoNameInTheClear) {
  Keystore keystore = made();
  ASSERT_TRUE(keystore.put("name-of-a-secret", secret("THE-SECRET-ITSELF")));
  ASSERT_TRUE(keystore.save());
  const Bytes content = bytes();
  const std::string_view text = text_of(content);
  for (const std::string_view plain : {"THE-SECRET", "name-of-a", "correct horse"})
    EXPECT_EQ(text.find(plain), std::string_view::npos) << plain;
}

TEST_F(KeystoreFile, EverySaveIsUnderAFreshSalt) {
  Keystore keystore = made();
  const file::Frame first = file::decode(bytes()).value();
  ASSERT_TRUE(keystore.save());
  const file::Frame second = file::decode(bytes()).value();
  EXPECT_NE(first.salt, second.salt);
  EXPECT_NE(first.ciphertext, second.ciphertext);
}

TEST_F(KeystoreFile, ADestroyedSecretIsGoneFromTheNewFile) {
  Keystore keystore = made();
  ASSERT_TRUE(keystore.put("lot/1/1/retention/0/0", secret("destroy me")));
  ASSERT_TRUE(keystore.save());
  const std::size_t with = bytes().size();
  ASSERT_TRUE(keystore.remove("lot/1/1/retention/0/0"));
  EXPECT_EQ(keystore.remove("lot/1/1/retention/0/0").error().code, ErrorCode::not_found);
  ASSERT_TRUE(keystore.save());
  EXPECT_LT(bytes().size(), with);
  EXPECT_EQ(opened()->names().size(), 0u);
}

TEST_F(KeystoreFile, SlotsAreAddedChangedAndRemoved) {
  Keystore keystore = made();
  ASSERT_TRUE(keystore.put("mail", secret("a seed")));
  EXPECT_EQ(keystore.remove_slot(1).error().code, ErrorCode::refused);
  EXPECT_EQ(keystore.add_passphrase(secret("second"), kCheap).value(), 2u);
  ASSERT_TRUE(keystore.save());
  EXPECT_TRUE(opened());
  EXPECT_TRUE(opened("second"));
  ASSERT_TRUE(keystore.change_passphrase(2, secret("third"), kCheap));
  ASSERT_TRUE(keystore.remove_slot(1));
  ASSERT_TRUE(keystore.save());
  EXPECT_FALSE(opened());
  EXPECT_FALSE(opened("second"));
  EXPECT_TRUE(opened("third")->contains("mail"));
  EXPECT_EQ(keystore.change_passphrase(1, secret("x"), kCheap).error().code, ErrorCode::not_found);
}

TEST_F(KeystoreFile, SlotsOfUnknownKindsAreKept) {
  Keystore keystore = made();
  file::Frame frame = file::decode(bytes()).value();
  const Secret<32> master = file::unwrap(frame.slots[0], secret("correct horse")).value();
  frame.slots.push_back({9, 77, Bytes(3), Bytes(5)});
  write(file::seal(master, frame.slots, frame.salt, {}));
  auto again = opened();
  ASSERT_TRUE(again);
  EXPECT_EQ(again->slots().size(), 2u);
  EXPECT_EQ(again->remove_slot(1).error().code, ErrorCode::refused);
  ASSERT_TRUE(again->save());
  EXPECT_EQ(file::decode(bytes())->slots[1].kind, 77u);
}

}  // namespace
}  // namespace strongroom::keystore
