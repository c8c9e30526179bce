// The round trip of protocol §3, and what must fail (§8).
#include <gtest/gtest.h>

#include "crypto/hash.h"
#include "seal/seal.h"
#include "unseal/unseal.h"

namespace strongroom::unseal {
namespace {

using envelope::EntryKind;

struct FixedClock final : platform::Clock {
  std::uint64_t now_ms() override { return 1'760'000'000'000; }
};

/// Three trustees, 2-of-3, one device, one folder with one batch.
struct Room : ::testing::Test {
  void SetUp() override {
    Secret<32> seed = entropy.secret<32>();
    key = std::make_unique<crypto::SigningKey>(
        crypto::SigningKey::from_seeds(seed, SecretBytes::copy_of(entropy.secret<32>().reveal())));
    for (std::uint32_t p = 0; p < 3; ++p) {
      lots.emplace_back(entropy.secret<32>());
      keys.push_back({0, p, lots.back().public_key(), p});
    }
    chain = std::make_unique<seal::Chain>(seal::ChainState{}, *key, entropy, clock);
    fill(first, "first");
    fill(second, "second");
  }

  struct Filled {
    envelope::SignedHeader open, batch;
    envelope::OpenPart part;
    envelope::BatchPart batch_part;
    envelope::ShareSet shares;
    envelope::BatchBody body;
    Hash256 core_hash{};
  };
  void fill(Filled& f, std::string_view text) {
    envelope::Core0 core0;
    core0.dealings = {{0, 2, 3, 1}};
    auto opened = seal::Folder::open(*chain, core0, keys, entropy).value();
    f.open = envelope::decode_signed_header(opened.entry.header).value();
    f.part = envelope::decode_open(f.open.header.part).value();
    f.shares = envelope::decode_share_set(opened.entry.body).value();
    f.core_hash = envelope::folder_id(f.part.core);
    const auto batch =
        opened.folder.seal_batch(*chain, {copy_of(bytes_of(text)), Bytes(5000, std::byte{'x'})}, entropy)
            .value();
    f.batch = envelope::decode_signed_header(batch.header).value();
    f.batch_part = envelope::decode_batch_part(f.batch.header.part).value();
    f.body = envelope::decode_batch_body(batch.body).value();
  }
  crypto::Share share(const Filled& f, std::uint32_t position) {
    return {static_cast<std::uint8_t>(position + 1),
            open_share(f.shares[position], lots[position], f.core_hash).value()};
  }
  Result<OpenedFolder> combine(const Filled& f, std::initializer_list<std::uint32_t> positions) {
    std::vector<crypto::Share> shares;
    for (const std::uint32_t p : positions) shares.push_back(share(f, p));
    return OpenedFolder::combine(shares, 0, f.part.core, f.open.hash);
  }

  platform::SystemEntropy entropy;
  FixedClock clock;
  std::unique_ptr<crypto::SigningKey> key;
  std::vector<crypto::xwing::PrivateKey> lots;
  roster::LotKeySet keys;
  std::unique_ptr<seal::Chain> chain;
  Filled first, second;
};

TEST_F(Room, AnyTwoTrusteesOpenTheFolder) {
  for (auto pair : {std::pair{0u, 1u}, {1u, 2u}, {2u, 0u}}) {
    const auto folder = combine(first, {pair.first, pair.second});
    ASSERT_TRUE(folder) << folder.error().to_string();
    const auto batch = folder->open_batch(first.batch.header, first.batch_part, first.body).value();
    ASSERT_EQ(batch.records.size(), 2u);
    EXPECT_TRUE(batch.bad.empty());
    EXPECT_EQ(text_of(batch.records[0].cbor), "first");
    EXPECT_TRUE(folder->check_dealing(first.shares, keys).value().consistent);
  }
}

TEST_F(Room, FailsWithOneShareLess) { EXPECT_FALSE(combine(first, {1})); }

TEST_F(Room, FailsWithSharesOfTwoDealingsMixed) {
  std::vector<crypto::Share> shares;
  shares.push_back(share(first, 0));
  shares.push_back(share(second, 1));
  EXPECT_FALSE(OpenedFolder::combine(shares, 0, first.part.core, first.open.hash));
}

TEST_F(Room, FailsWithTheSameShareTwiceAndWithIndexZero) {
  EXPECT_FALSE(combine(first, {1, 1}));
  std::vector<crypto::Share> shares;
  shares.push_back(share(first, 0));
  shares.push_back({0, share(first, 1).y.duplicate()});
  EXPECT_FALSE(OpenedFolder::combine(shares, 0, first.part.core, first.open.hash));
}

TEST_F(Room, AShareRelabelledToAnythingElseDoesNotOpen) {
  const auto opens = [&](envelope::SealedShare s, std::uint32_t trustee, const Hash256& core) {
    return open_share(s, lots[trustee], core).has_value();
  };
  const envelope::SealedShare s = first.shares[0];
  EXPECT_TRUE(opens(s, 0, first.core_hash));
  EXPECT_FALSE(opens(s, 1, first.core_hash));   // another trustee
  EXPECT_FALSE(opens(s, 0, second.core_hash));  // another folder (and so device, day, lot)
  envelope::SealedShare other = s;
  other.position = 1;
  EXPECT_FALSE(opens(other, 0, first.core_hash));
  other = s;
  other.quorum = 1;
  EXPECT_FALSE(opens(other, 0, first.core_hash));
  other = s;
  other.commitment[0] ^= std::byte{1};
  EXPECT_FALSE(opens(other, 0, first.core_hash));
  const crypto::xwing::PrivateKey reply(entropy.secret<32>());
  EXPECT_FALSE(open_granted(s.sealed, 0, 0, s.commitment, lots[0], first.core_hash));  // another purpose
}

TEST_F(Room, ABadGrantIsCaughtBeforeItIsUsed) {
  const crypto::xwing::PrivateKey reply(entropy.secret<32>());
  const Secret<32> good = open_share(first.shares[0], lots[0], first.core_hash).value();
  const auto grant = [&](const Secret<32>& share) {
    return dealing::seal_share(share, envelope::Purpose::grant, first.core_hash, 0, 0, reply.public_key())
        .value();
  };
  EXPECT_TRUE(open_granted(grant(good), 0, 0, first.shares[0].commitment, reply, first.core_hash));
  EXPECT_EQ(
      open_granted(grant(entropy.secret<32>()), 0, 0, first.shares[0].commitment, reply, first.core_hash)
          .error()
          .where,
      "commitment");
  // The right share, sealed with other randomness than the protocol's.
  const Bytes info = envelope::hpke_info(envelope::Purpose::grant, first.core_hash, 0, 0,
                                         crypto::sha256(reply.public_key()));
  const Bytes own = crypto::hpke::seal(reply.public_key(), info, good.reveal(), entropy.secret<64>()).value();
  EXPECT_EQ(open_granted(array_of<1168>(own), 0, 0, first.shares[0].commitment, reply, first.core_hash)
                .error()
                .where,
            "seal");
}

TEST_F(Room, AnInconsistentDealingIsCaughtAndItsPositionsNamed) {
  envelope::ShareSet logged = first.shares;
  logged[2].sealed[5] ^= std::byte{1};
  const auto verdict = combine(first, {0, 1})->check_dealing(logged, keys).value();
  EXPECT_FALSE(verdict.consistent);
  ASSERT_EQ(verdict.bad.size(), 1u);
  EXPECT_EQ(verdict.bad[0], std::pair(0u, 2u));
}

TEST_F(Room, EveryChangeToARecordIsCaught) {
  const auto folder = combine(first, {0, 1});
  const auto good = [&](const envelope::BatchBody& body) {
    envelope::BatchPart part = first.batch_part;  // a lying server that also fixes the root
    part.record_root = envelope::record_root(body);
    part.records = body.size();
    const auto batch = folder->open_batch(first.batch.header, part, body);
    return batch && batch->bad.empty();
  };
  EXPECT_TRUE(good(first.body));
  for (int field = 0; field < 3; ++field) {
    envelope::BatchBody body = first.body;
    (field == 0 ? body[0].siv[3] : field == 1 ? body[0].frank[3] : body[0].ciphertext[3]) ^= std::byte{1};
    EXPECT_FALSE(good(body)) << field;
    EXPECT_FALSE(folder->open_batch(first.batch.header, first.batch_part, body));  // the header's root
  }
  envelope::BatchBody swapped = first.body;
  std::swap(swapped[0], swapped[1]);
  EXPECT_FALSE(good(swapped));
  EXPECT_FALSE(good(second.body));  // another folder's records
  envelope::Header replayed = first.batch.header;
  replayed.sequence += 1;
  EXPECT_EQ(folder->open_batch(replayed, first.batch_part, first.body)->bad.size(), 2u);
}

TEST_F(Room, ABatchOfAnotherFolderDoesNotOpen) {
  EXPECT_FALSE(combine(first, {0, 1})->open_batch(second.batch.header, second.batch_part, second.body));
  envelope::BatchPart relabelled = second.batch_part;
  relabelled.folder_header = first.open.hash;
  EXPECT_FALSE(combine(first, {0, 1})->open_batch(second.batch.header, relabelled, second.body));
}

TEST(Padding, ChangedPaddingOrCompressionIsRefused) {
  const Bytes good = seal::compress_and_pad(bytes_of("hello"));
  EXPECT_EQ(text_of(unpad_and_decompress(good).value()), "hello");
  Bytes bad = good;
  bad.back() = std::byte{1};
  EXPECT_FALSE(unpad_and_decompress(bad));  // padding not zero
  bad = good;
  bad.resize(512);
  EXPECT_FALSE(unpad_and_decompress(bad));  // padded more than needed
  bad = good;
  bad[3] ^= std::byte{1};
  EXPECT_FALSE(unpad_and_decompress(bad));  // another length
  bad = good;
  bad[4] ^= std::byte{1};
  EXPECT_FALSE(unpad_and_decompress(bad));  // not a frame
  EXPECT_FALSE(unpad_and_decompress(BytesView(good).first(3)));
}

}  // namespace
}  // namespace strongroom::unseal
