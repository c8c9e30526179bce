// From sealed entries to plaintext through real grants, in memory; and what must be named on the way (protocol §5.4,
// §5.5, §8).
#include "grant/open_case.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "crypto/hash.h"
#include "grant/fetch_case.h"
#include "grant/key_names.h"
#include "grant/reseal.h"
#include "keystore/guard_for_tests.h"
#include "platform/memory_file_system.h"
#include "roster/signing.h"
#include "roster/test_organisation.h"
#include "seal/seal.h"

namespace strongroom::grant {
namespace {

using envelope::RegisterType;
using roster::testing::entry_of;
using roster::testing::kTestClass;
using roster::testing::kTestDay;
using roster::testing::kTestStart;
using roster::testing::TestEntry;
using roster::testing::TestOrganisation;

struct FixedClock final : platform::Clock {
  std::uint64_t now_ms() override { return kTestStart * 1000; }
};

/// One device with one folder of two records, a request for it, and trustees who may grant.
struct Case : ::testing::Test {
  Case()
      : device(org.device(0)),
        entries(org.opening({org.lot_for_day()}, 1)),
        reply_seed(entropy.secret<32>()) {
    seal::ChainState state;
    state.device = device.enrolment.device;
    state.incarnation = entropy.array<16>();
    seal::Chain chain(state, device.key, entropy, clock);
    roster::RegisterState now = roster::testing::replay(org.archive(), entries);
    envelope::Core0 core0;
    core0.archive = org.archive();
    core0.roster = org.genesis().hash;
    core0.device_key = crypto::sha256(device.enrolment.device_key.ed25519);
    core0.retention_class = kTestClass;
    core0.lot = org.lot_for_day();
    core0.day = kTestDay;
    core0.dealings = {{0, 2, 3, 1}};
    auto opened = seal::Folder::open(chain, core0, now.lot_keys(core0.lot), entropy).value();
    keep(opened.entry);
    keep(opened.folder.seal_batch(chain, {text_record("first"), text_record("second")}, entropy).value());
    keep(opened.folder.close(chain));
    folders = {opened.entry.header_hash};
    prepared = org.request(folders, reply_seed);
    entries.push_back(entry_of(RegisterType::request, prepared.entry_object));
    entries.push_back(
        entry_of(RegisterType::approval, org.approval_object(commitment(), entries.size() - 1)));
    const auto object =
        envelope::decode_object(prepared.copy.request, roster::kReadingRequestLabel, 1u << 20).value();
    request = roster::decode_reading_request(object.content).value();
    index.commitment = commitment();
    index.devices = {{device.enrolment.device, {}}};
    for (std::size_t i = 0; i < sealed.size(); ++i)
      index.devices[0].entries.emplace_back(i, sealed[i].header);
  }

  static Bytes text_record(std::string text) {
    record::Record r;
    r.source = "strongroom-jsonl";
    r.conversation.id = "c";
    r.native_id = text;
    r.text = std::move(text);
    return record::encode(r);
  }
  void keep(seal::SealedEntry entry) {
    if (!entry.body.empty()) {
      EXPECT_TRUE(store.keep_object(crypto::sha256(entry.body), entry.body));
    }
    sealed.push_back(std::move(entry));
  }
  const Hash256& commitment() const { return prepared.entry.commitment; }

  enum class LotKey { held, gone };
  /// Trustee `id` with the lot key of its position, granting from the chain as read.
  MadeGrant made_by(roster::MemberId id, LotKey lot_key = LotKey::held) {
    auto keys = keystore::Keystore::create(keystore::GuardForTests::make(), files, entropy,
                                           std::to_string(++keystores), SecretBytes::copy_of(bytes_of("x")),
                                           crypto::kArgon2Least)
                    .value();
    if (lot_key == LotKey::held) {
      EXPECT_TRUE(keys.put(lot_key_name(org.lot_for_day(), 0, id - 1),
                           SecretBytes::copy_of(org.lot_seed(org.lot_for_day(), id - 1).reveal())));
    }
    std::vector<chain::LoggedEntry> logged;
    for (std::size_t i = 0; i < sealed.size(); ++i)
      logged.push_back({i, envelope::decode_signed_header(sealed[i].header).value()});
    const auto chain = chain::read_chain({device.enrolment, 0, {}, {}}, logged, 0);
    EXPECT_EQ(chain.folders.size(), 1u);
    FolderToGrant folder{chain.folders.at(0), {}};
    folder.shares = read_share_set(folder.view, sealed[0].body).value();
    if (spoil_share) folder.shares[id - 1].sealed[5] ^= std::byte{1};
    const auto state = roster::testing::replay(org.archive(), entries);
    auto made = reseal({folder}, request, commitment(), id, state, keys);
    EXPECT_TRUE(made) << made.error().to_string();
    return std::move(*made);
  }
  /// The grant goes to the store, the receipt to the register.
  void grant(roster::MemberId id, const roster::Grant& shares) {
    const Bytes object = roster::sign_grant(shares, org.member(id).key);
    EXPECT_TRUE(store.keep_object(crypto::sha256(object), object));
    index.grants.push_back(crypto::sha256(object));
    auto receipt = org.receipt(commitment(), id, roster::testing::replay(org.archive(), entries).head());
    receipt.shares = shares.shares.size();
    receipt.grants_root = roster::grants_root(shares);
    receipt.grant_blob = crypto::sha256(object);
    entries.push_back(entry_of(RegisterType::receipt, org.receipt_object(receipt)));
  }
  void grant(roster::MemberId id) { grant(id, made_by(id).grant); }

  Result<OpenedCase> open() {
    EXPECT_TRUE(store.keep_index(index, reply_seed.reveal()));
    const auto state = roster::testing::replay(org.archive(), entries);
    EXPECT_TRUE(state.findings().empty()) << state.findings().back().error.to_string();
    const std::map<envelope::DeviceId, std::string> names = {{device.enrolment.device, "Ana Silva"}};
    return open_case({request, commitment(), folders, reply_seed, state, names}, store);
  }
  static std::string all(const OpenedCase& opened) {
    std::string out;
    for (const Missing& missing : opened.missing) out += missing.what + "\n";
    return out;
  }

  TestOrganisation org;
  FixedClock clock;
  platform::SystemEntropy entropy;
  platform::MemoryFileSystem files;
  CaseStore store{files, "cases", {}};
  roster::testing::TestDevice device;
  std::vector<TestEntry> entries;
  std::vector<seal::SealedEntry> sealed;
  std::vector<Hash256> folders;
  Secret<32> reply_seed;
  roster::PreparedRequest prepared;
  roster::ReadingRequest request;
  CaseIndex index;
  bool spoil_share = false;
  unsigned keystores = 0;
};

#define EXPECT_SAYS(text, part) EXPECT_NE((text).find(part), std::string::npos) << (text)

TEST_F(Case, OpensWithTheSharesOfTwoAndFindsNothingMissing) {
  grant(1);
  grant(3);
  const auto opened = open();
  ASSERT_TRUE(opened) << opened.error().to_string();
  EXPECT_EQ(all(*opened), "");
  EXPECT_EQ(opened->records(), 2u);
  EXPECT_EQ(opened->devices.at(0).custodian, "Ana Silva");
  EXPECT_EQ(opened->devices[0].folders.at(0).trustees, (std::vector<roster::MemberId>{1, 3}));
  EXPECT_EQ(opened->devices[0].folders.at(0).batches.at(0).records.at(1).record.text, "second");
}

TEST_F(Case, DoesNotOpenWithTheShareOfOne) {
  grant(1);
  const auto opened = open();
  ASSERT_FALSE(opened);
  EXPECT_SAYS(opened.error().to_string(), "1 of the 2 shares needed");
}

TEST_F(Case, DoesNotCountOneTrusteeTwice) {
  grant(1);
  grant(1);
  EXPECT_FALSE(open());
}

TEST_F(Case, NamesABadGrantAndOpensWithTheOthers) {
  roster::Grant bad = made_by(1).grant;
  bad.shares.at(0).sealed[1130] ^= std::byte{1};
  grant(1, bad);
  EXPECT_FALSE(open());
  grant(2);
  grant(3);
  const auto opened = open();
  ASSERT_TRUE(opened);
  EXPECT_SAYS(all(*opened), "BAD GRANT: member 1");
  EXPECT_EQ(opened->records(), 2u);
}

TEST_F(Case, RefusesAShareRelabelledToAPositionNotHeld) {
  roster::Grant other = made_by(2).grant;
  other.trustee = 1;
  grant(1, other);
  grant(3);
  const auto opened = open();
  ASSERT_FALSE(opened);
}

TEST_F(Case, NamesADealingThatDoesNotHoldAndGrantsNothingOfIt) {
  spoil_share = true;
  const MadeGrant made = made_by(1);
  EXPECT_TRUE(made.grant.shares.empty());
  ASSERT_EQ(made.own.bad.size(), 1u);
  EXPECT_EQ(made.own.bad[0].device, device.enrolment.device);
}

TEST_F(Case, LeavesOutSharesWhoseLotKeyIsGone) {
  const MadeGrant made = made_by(1, LotKey::gone);
  EXPECT_TRUE(made.grant.shares.empty());
  EXPECT_EQ(made.own.no_key, 1u);
}

TEST_F(Case, KeepsTheRecordsOfALostBatchCounted) {
  grant(1);
  grant(2);
  EXPECT_TRUE(files.remove(store.directory() + "/objects/" + codec::hex(crypto::sha256(sealed[1].body))));
  index.missing = {{"LOSS: the server does not have the 2 records of leaf 1", 2}};
  const auto opened = open();
  ASSERT_TRUE(opened);
  EXPECT_EQ(opened->records(), 0u);
  EXPECT_EQ(opened->devices[0].folders[0].records_sealed, 2u);
  EXPECT_SAYS(all(*opened), "LOSS");
}

TEST_F(Case, RefusesAnIndexThatSomebodyChanged) {
  grant(1);
  grant(2);
  ASSERT_TRUE(store.keep_index(index, reply_seed.reveal()));
  Bytes bytes = files.read(store.directory() + "/index", 1u << 20).value();
  bytes[20] ^= std::byte{1};
  ASSERT_TRUE(files.write_durable(store.directory() + "/index", bytes));
  EXPECT_EQ(store.index(reply_seed.reveal()).error().code, ErrorCode::corrupt);
}

TEST_F(Case, WritesNoPlaintextToTheCase) {
  grant(1);
  grant(2);
  ASSERT_TRUE(open());
  const auto names = files.list(store.directory() + "/objects").value();
  for (const std::string& name : names) {
    const Bytes bytes = files.read(store.directory() + "/objects/" + name, 1u << 20).value();
    EXPECT_EQ(text_of(bytes).find("second"), std::string_view::npos);
  }
}

TEST_F(Case, AGrantIsTheOneItsReceiptNames) {
  const roster::Grant shares = made_by(1).grant;
  const Bytes object = roster::sign_grant(shares, org.member(1).key);
  auto receipt = org.receipt(commitment(), 1, {});
  receipt.shares = 1;
  receipt.grants_root = roster::grants_root(shares);
  EXPECT_TRUE(open_grant(object, receipt, org.genesis().roster));
  receipt.grants_root[0] ^= std::byte{1};
  EXPECT_FALSE(open_grant(object, receipt, org.genesis().roster));
  receipt.grants_root[0] ^= std::byte{1};
  receipt.trustee = 2;
  EXPECT_FALSE(open_grant(object, receipt, org.genesis().roster));
}

}  // namespace
}  // namespace strongroom::grant
