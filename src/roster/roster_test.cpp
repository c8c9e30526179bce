#include <gtest/gtest.h>

#include <functional>
#include <set>

#include "codec/text.h"
#include "roster/signing.h"
#include "roster/test_organisation.h"

namespace strongroom::roster {
namespace {

using testing::TestOrganisation;

const TestOrganisation& organisation() {
  static const TestOrganisation one;
  return one;
}

std::vector<MemberSigner> signers(const std::vector<MemberId>& ids) {
  std::vector<MemberSigner> out;
  for (const MemberId id : ids) out.push_back({id, organisation().member(id).key});
  return out;
}

Roster successor() {
  Roster next = organisation().genesis().roster;
  next.archive = organisation().archive();
  next.number = 1;
  next.previous = organisation().genesis().hash;
  next.issued_s += 86400;
  next.expires_s += 86400;
  return next;
}

TEST(Roster, DecodeGivesBackWhatEncodeWrote) {
  Roster roster = organisation().genesis().roster;
  roster.canaries = {envelope::DeviceId{}};
  roster.extensions = cbor::MapBuilder().add("later", cbor::Writer().uint(1).take()).take();
  const Bytes content = encode(roster);
  const auto back = decode_roster(content);
  ASSERT_TRUE(back) << back.error().to_string();
  EXPECT_EQ(*back, roster);
  EXPECT_EQ(encode(*back), content);
}

TEST(Roster, RefusesEveryTruncationAndATrailingByte) {
  Bytes content = encode(organisation().genesis().roster);
  for (std::size_t n = 0; n < content.size(); n += n < 256 ? 1 : 97)
    EXPECT_FALSE(decode_roster(BytesView(content).first(n))) << n;
  content.push_back(std::byte{0});
  EXPECT_FALSE(decode_roster(content));
}

TEST(Roster, RefusesAnotherVersion) {
  Bytes content = encode(organisation().genesis().roster);
  ASSERT_EQ(content[8], std::byte{1});  // array head, "roster" with its head, version
  content[8] = std::byte{2};
  EXPECT_EQ(decode_roster(content).error().code, ErrorCode::unsupported);
}

TEST(Roster, CheckRefusesWhatBreaksARule) {
  const Roster good = organisation().genesis().roster;
  ASSERT_TRUE(check(good));
  const std::vector<std::pair<const char*, std::function<void(Roster&)>>> defects = {
      {"a genesis that names an archive", [](Roster& r) { r.archive[0] = std::byte{1}; }},
      {"a lifetime above 400 days", [](Roster& r) { ++r.expires_s; }},
      {"an expiry before the issue", [](Roster& r) { r.expires_s = r.issued_s; }},
      {"no members", [](Roster& r) { r.members.clear(); }},
      {"members out of order", [](Roster& r) { std::swap(r.members[0], r.members[1]); }},
      {"a member twice", [](Roster& r) { r.members.insert(r.members.begin(), r.members[0]); }},
      {"one signing key for two", [](Roster& r) { r.members[1].signing = r.members[0].signing; }},
      {"one mail key for two", [](Roster& r) { r.members[1].mail = r.members[0].mail; }},
      {"one TLS pin for two", [](Roster& r) { r.members[1].tls_pin = r.members[0].tls_pin; }},
      {"the server's pin for a member", [](Roster& r) { r.members[1].tls_pin = r.server_pins[0]; }},
      {"a member without a role", [](Roster& r) { r.members[5].roles.clear(); }},
      {"roles out of order", [](Roster& r) { r.members[5].roles = {Role::auditor, Role::reader}; }},
      {"roles that exclude each other",
       [](Roster& r) { r.members[5].roles = {Role::approver, Role::reader}; }},
      {"a member without ML-DSA-65", [](Roster& r) { r.members[0].signing.ml_dsa_65.clear(); }},
      {"a member of no time", [](Roster& r) { r.members[0].not_after_s = r.members[0].not_before_s; }},
      {"no officer", [](Roster& r) { r.members[3].roles = {Role::auditor}; }},
      {"no governing quorum", [](Roster& r) { r.quorums[0].id = 1; }},
      {"no quorum", [](Roster& r) { r.quorums.clear(); }},
      {"k = n", [](Roster& r) { r.quorums[0].k = 3; }},
      {"k = 0", [](Roster& r) { r.quorums[0].k = 0; }},
      {"k = 1 in the governing quorum", [](Roster& r) { r.quorums[0].k = 1; }},
      {"n below 2k-1",
       [](Roster& r) {
         r.members[3].roles = {Role::trustee, Role::officer};
         r.quorums[0] = {0, 3, {1, 2, 3, 4}};
       }},
      {"a position of no trustee", [](Roster& r) { r.quorums[0].positions[2] = testing::kReader; }},
      {"a position of nobody", [](Roster& r) { r.quorums[0].positions[2] = 99; }},
      {"one trustee at two positions", [](Roster& r) { r.quorums[0].positions[2] = 1; }},
      {"no class", [](Roster& r) { r.classes.clear(); }},
      {"a class without months", [](Roster& r) { r.classes[0].months = 0; }},
      {"an exclusion of one role", [](Roster& r) { r.exclusions = {{Role::reader, Role::reader}}; }},
      {"no server pin", [](Roster& r) { r.server_pins.clear(); }},
      {"one server pin twice", [](Roster& r) { r.server_pins.push_back(r.server_pins[0]); }},
      {"one key for both ledgers", [](Roster& r) { r.capture_vkey = r.register_vkey; }},
      {"an unreadable ledger key", [](Roster& r) { r.capture_vkey += "x"; }},
      {"a witness' key for a ledger",
       [](Roster& r) { r.capture_vkey = ledger::format_vkey(organisation().witness_signer().vkey()); }},
      {"no witness", [](Roster& r) { r.witness_policy = "quorum none\n"; }},
      {"an unreadable policy", [](Roster& r) { r.witness_policy = "quorum nobody\n"; }},
      {"log lines in the policy",
       [](Roster& r) { r.witness_policy = "log " + r.capture_vkey + "\n" + r.witness_policy; }},
      {"canaries twice", [](Roster& r) { r.canaries.resize(2); }},
  };
  for (const auto& [name, break_it] : defects) {
    Roster roster = good;
    break_it(roster);
    EXPECT_FALSE(check(roster)) << name;
  }
}

TEST(Roster, ASecondQuorumMayHaveKOfOne) {
  Roster roster = organisation().genesis().roster;
  roster.quorums.push_back({1, 1, {2, 3}});
  EXPECT_TRUE(check(roster));
}

TEST(Genesis, OpensOnlyWithTheHashOfTheInvitation) {
  const auto opened = open_genesis(organisation().genesis_object(), organisation().archive());
  ASSERT_TRUE(opened) << opened.error().to_string();
  EXPECT_EQ(archive_of(*opened), organisation().archive());
  const TestOrganisation rival(2);
  EXPECT_EQ(open_genesis(rival.genesis_object(), organisation().archive()).error().code,
            ErrorCode::unauthenticated);
}

TEST(Genesis, NeedsEveryTrusteeAndNobodyElse) {
  const Roster& roster = organisation().genesis().roster;
  for (const std::vector<MemberId>& who : {std::vector<MemberId>{1, 2}, {1, 2, 3, 4}, {}, {1, 2, 4}})
    EXPECT_FALSE(open_genesis(sign_roster(roster, signers(who)), hash_of(roster)));
  auto wrong_key = signers({1, 2});
  wrong_key.push_back({3, organisation().member(2).key});
  EXPECT_FALSE(open_genesis(sign_roster(roster, wrong_key), hash_of(roster)));
}

TEST(Genesis, MayBeSignedOnOneMachineAfterTheOther) {
  const Roster& roster = organisation().genesis().roster;
  Bytes object = sign_roster(roster, signers({2}));
  for (const MemberId id : {1u, 3u})
    object = add_roster_signature(object, {id, organisation().member(id).key}).value();
  EXPECT_TRUE(open_genesis(object, hash_of(roster)));
}

TEST(Successor, IsSignedByKOfTheGoverningQuorumBefore) {
  const SignedRoster& before = organisation().genesis();
  const Roster next = successor();
  const auto opened = open_successor(sign_roster(next, signers({1, 3})), before);
  ASSERT_TRUE(opened) << opened.error().to_string();
  EXPECT_EQ(archive_of(*opened), organisation().archive());
  EXPECT_FALSE(open_successor(sign_roster(next, signers({1})), before));
  EXPECT_FALSE(open_successor(sign_roster(next, signers({4, 5})), before));
  EXPECT_FALSE(open_successor(sign_roster(next, signers({1, 2, 4})), before));
}

TEST(Successor, OfARegulatorQuorumIsRefused) {
  // The genesis of this archive has a second quorum of members 4 and 5; it may sign nothing.
  Roster genesis = organisation().genesis().roster;
  genesis.members[3].roles = {Role::trustee, Role::officer};
  genesis.members[4].roles = {Role::trustee, Role::approver};
  genesis.quorums.push_back({1, 1, {4, 5}});
  const SignedRoster before =
      open_genesis(sign_roster(genesis, signers({1, 2, 3, 4, 5})), hash_of(genesis)).value();
  Roster next = genesis;
  next.archive = next.previous = before.hash;
  next.number = 1;
  EXPECT_FALSE(open_successor(sign_roster(next, signers({4, 5})), before));
  EXPECT_FALSE(open_successor(sign_roster(next, signers({1, 2, 4})), before));
  EXPECT_TRUE(open_successor(sign_roster(next, signers({1, 2})), before));
}

TEST(Successor, MustFollowItsPredecessor) {
  const SignedRoster& before = organisation().genesis();
  const auto refused = [&](const std::function<void(Roster&)>& change) {
    Roster next = successor();
    change(next);
    return !open_successor(sign_roster(next, signers({1, 2, 3})), before);
  };
  EXPECT_FALSE(refused([](Roster&) {}));
  EXPECT_TRUE(refused([](Roster& r) { r.number = 2; }));
  EXPECT_TRUE(refused([](Roster& r) { r.previous[0] ^= std::byte{1}; }));
  EXPECT_TRUE(refused([](Roster& r) { r.archive[0] ^= std::byte{1}; }));
  EXPECT_TRUE(refused([](Roster& r) {
    r.issued_s -= 2 * 86400;
    r.expires_s -= 2 * 86400;
  }));
  EXPECT_TRUE(refused([](Roster& r) { r.members[0].name_hash[0] ^= std::byte{1}; }));
}

TEST(Words, AreSixAndDependOnEveryByte) {
  const std::string words = words_of(organisation().archive());
  EXPECT_EQ(std::count(words.begin(), words.end(), ' '), 5);
  std::set<std::string> seen{words};
  for (std::size_t i = 0; i < 32; ++i) {
    Hash256 other = organisation().archive();
    other[i] ^= std::byte{1};
    seen.insert(words_of(other));
  }
  EXPECT_EQ(seen.size(), 33u);
  EXPECT_EQ(words_of(Hash256{}), words_of(Hash256{}));
}

}  // namespace
}  // namespace strongroom::roster
