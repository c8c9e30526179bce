// Who is convicted by evidence, and above all who is not: an honest device and an honest trustee, whatever is charged.
#include "conviction/conviction.h"

#include "crypto/hash.h"
#include "dealing/dealing.h"
#include "exports/evidence.h"
#include "roster/signing.h"
#include "unseal/unseal.h"
#include "verify/archive_files.h"
#include "verify/test_archive.h"

namespace strongroom::conviction {
namespace {

using ::testing::HasSubstr;
using verify::testing::TestArchive;

constexpr std::uint64_t kOpening = 1;  // leaf of the test archive

struct Evidence : ::testing::Test {
  void SetUp() override {
    archive.write(files, "mirror");
    mirror = verify::open_mirror(files, "mirror");
    register_log = archive.register_log();
    evidence.archive = archive.org.archive();
    evidence.register_log = register_log;
    evidence.register_checkpoint = archive.register_checkpoint();
    evidence.capture_checkpoint = archive.capture_checkpoint();
    for (std::uint64_t leaf = 1; leaf <= 4; ++leaf)
      evidence.entries.push_back({leaf, archive.capture[leaf].header, archive.capture[leaf].body, {}});
    copy = roster::decode_request_copy(archive.request_copy).value();
    logged = envelope::decode_share_set(archive.capture[kOpening].body).value();
    const auto open = envelope::decode_signed_header(archive.capture[kOpening].header).value();
    core_hash = envelope::folder_id(envelope::decode_open(open.header.part).value().core);
  }

  Secret<32> share(std::uint32_t position) {
    const crypto::xwing::PrivateKey key(archive.org.lot_seed(archive.org.lot_for_day(), position));
    return unseal::open_share(logged[position], key, core_hash).value();
  }
  Conviction charge(Charge what) {
    Conviction c;
    c.charge = what;
    c.share_set = archive.capture[kOpening].body;
    c.lot_keys = roster::testing::replay(archive.org.archive(), archive.register_entries)
                     .lot_keys(archive.org.lot_for_day());
    for (const std::uint32_t position : {0u, 2u})
      c.shares.push_back({position, array_of<32>(share(position).reveal())});
    return c;
  }
  /// What member `id` granted for its position, and signed.
  Bytes granted(roster::MemberId id, const roster::GrantedShare& granted) {
    return roster::sign_grant({archive.org.archive(), archive.commitment, id, {granted}},
                              archive.org.member(id).key);
  }
  roster::GrantedShare right_share(std::uint32_t position) {
    const auto object = envelope::decode_object(copy.request, roster::kReadingRequestLabel, 1u << 20).value();
    const auto asked = roster::decode_reading_request(object.content).value();
    return {archive.folder, 0, position,
            dealing::seal_share(share(position), envelope::Purpose::grant, core_hash, 0, position,
                                asked.reply_key)
                .value()};
  }
  Conviction charge_grant(roster::MemberId id, const roster::GrantedShare& share) {
    Conviction c = charge(Charge::grant);
    c.grant = granted(id, share);
    c.request = copy.request;
    c.request_salt = copy.salt;
    return c;
  }
  /// Written as the reader's program does it, read and judged as a stranger's does.
  Result<Judgement> judged(const Conviction& c) {
    const auto bytes = exports::write_conviction(
        evidence, c, evidence.entries[0], c.charge == Charge::equivocation ? &evidence.entries[1] : nullptr,
        mirror->tiles(verify::LedgerName::capture));
    if (!bytes) return std::unexpected(bytes.error());
    const auto decoded = decode_conviction(*bytes);
    EXPECT_TRUE(decoded.has_value());
    EXPECT_EQ(encode(*decoded), *bytes);
    return judge(*decoded, archive.org.archive());
  }
  ErrorCode refused(const Conviction& c) {
    const auto j = judged(c);
    return j ? ErrorCode::unavailable : j.error().code;
  }

  TestArchive archive;
  platform::MemoryFileSystem files;
  std::unique_ptr<verify::ArchiveFiles> mirror;
  Bytes register_log;
  exports::Evidence evidence;
  roster::RequestCopy copy;
  envelope::ShareSet logged;
  Hash256 core_hash{};
};

TEST_F(Evidence, DoesNotConvictAnHonestDevice) {
  EXPECT_EQ(refused(charge(Charge::dealing)), ErrorCode::conflict);
  EXPECT_EQ(refused(charge(Charge::equivocation)), ErrorCode::conflict);
}

TEST_F(Evidence, DoesNotConvictAnHonestTrustee) {
  EXPECT_EQ(refused(charge_grant(2, right_share(1))), ErrorCode::conflict);
}

TEST_F(Evidence, ConvictsATrusteeThatGrantsSomethingElse) {
  roster::GrantedShare wrong = right_share(1);
  wrong.sealed[7] ^= std::byte{1};
  const auto j = judged(charge_grant(2, wrong));
  ASSERT_TRUE(j.has_value()) << j.error().to_string();
  EXPECT_EQ(j->trustee, 2u);
  ASSERT_EQ(j->wrongs.size(), 1u);
  EXPECT_THAT(j->wrongs[0], HasSubstr("position 1 of quorum 0"));
  EXPECT_THAT(report_text(*j), HasSubstr("Convicted: the trustee who is member 2."));
  EXPECT_THAT(report_json(*j), HasSubstr(R"("convicted":"trustee","charge":"grant")"));
}

TEST_F(Evidence, ConvictsATrusteeThatGrantsAnothersPosition) {
  const auto j = judged(charge_grant(2, right_share(0)));
  ASSERT_TRUE(j.has_value()) << j.error().to_string();
  EXPECT_THAT(j->wrongs[0], HasSubstr("not its own"));
}

TEST_F(Evidence, AGrantIsJudgedByTheKeyOfItsOwnRequestOnly) {
  Conviction c = charge_grant(2, right_share(1));
  const auto other =
      archive.org.request({archive.folder}, archive.org.lot_seed(archive.org.lot_for_day(), 8));
  c.request = other.copy.request;  // with another reply key the right grant would look wrong
  c.request_salt = other.copy.salt;
  EXPECT_EQ(refused(c), ErrorCode::unauthenticated);
}

TEST_F(Evidence, AGrantThatTheTrusteeDidNotSignIsNobodys) {
  Conviction c = charge_grant(2, right_share(1));
  roster::GrantedShare wrong = right_share(1);
  wrong.sealed[7] ^= std::byte{1};
  c.grant =
      roster::sign_grant({archive.org.archive(), archive.commitment, 2, {wrong}}, archive.org.member(3).key);
  EXPECT_EQ(refused(c), ErrorCode::unauthenticated);
}

TEST_F(Evidence, SharesThatTheDeviceDidNotCommitToProveNothing) {
  Conviction c = charge(Charge::dealing);
  c.shares[1].share[0] ^= std::byte{1};
  EXPECT_EQ(refused(c), ErrorCode::unauthenticated);
  c = charge(Charge::dealing);
  c.shares[1].position = 1;
  EXPECT_EQ(refused(c), ErrorCode::unauthenticated);
}

TEST_F(Evidence, FewerSharesThanTheQuorumNeedsProveNothing) {
  Conviction c = charge(Charge::dealing);
  c.shares.pop_back();
  EXPECT_EQ(refused(c), ErrorCode::unauthenticated);
}

TEST_F(Evidence, AnotherShareSetOrOtherLotKeysAreNotTheFolders) {
  Conviction c = charge(Charge::dealing);
  c.share_set[c.share_set.size() / 2] ^= std::byte{1};
  EXPECT_EQ(refused(c), ErrorCode::corrupt);
  c = charge(Charge::dealing);
  c.lot_keys[1].public_key[3] ^= std::byte{1};
  EXPECT_EQ(refused(c), ErrorCode::unauthenticated);
}

TEST_F(Evidence, OfAnotherArchiveIsRefused) {
  roster::GrantedShare wrong = right_share(1);
  wrong.sealed[7] ^= std::byte{1};
  const Conviction c = charge_grant(2, wrong);
  const auto bytes = exports::write_conviction(evidence, c, evidence.entries[0], nullptr,
                                               mirror->tiles(verify::LedgerName::capture))
                         .value();
  Conviction decoded = decode_conviction(bytes).value();
  EXPECT_EQ(judge(decoded, Hash256{}).error().code, ErrorCode::unauthenticated);
  // Nothing in it can be exchanged: each part is under a signature or a proof.
  EXPECT_TRUE(judge(decoded, archive.org.archive()).has_value());
  decoded.entry.proof[decoded.entry.proof.size() / 2] ^= 1;
  EXPECT_FALSE(judge(decoded, archive.org.archive()).has_value());
}

}  // namespace
}  // namespace strongroom::conviction
