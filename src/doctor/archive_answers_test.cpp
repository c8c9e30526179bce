#include "doctor/archive_answers.h"

#include <gmock/gmock.h>

#include "doctor/own_services.h"
#include "ledger/test_material.h"
#include "roster/drill_schedule.h"
#include "roster/replay_ground.h"

namespace strongroom::doctor {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::Not;

std::vector<std::string> codes(const Findings& findings) {
  std::vector<std::string> out;
  for (const Finding& finding : findings) out.push_back(finding.code);
  return out;
}
const Names kNames{[](roster::MemberId id) { return "member " + std::to_string(id); },
                   [](const envelope::DeviceId&) { return std::string("device"); }};

class ARegister : public roster::ReplayTest {};

TEST_F(ARegister, NamesTrusteesWhoseLotKeysAreMissing) {
  const std::uint64_t now_s = roster::testing::kTestStart + 3600;
  const Findings found = judge_register(state_, now_s, kNames);
  std::size_t missing = 0;
  for (const Finding& finding : found)
    if (finding.code.starts_with("lots-missing")) {
      ++missing;
      EXPECT_EQ(finding.severity, Severity::warning);
      EXPECT_NE(finding.what.find("14 lots"), std::string::npos) << finding.what;
    }
  EXPECT_EQ(missing, 3u);  // one lot of fifteen has its keys
}

TEST_F(ARegister, SaysThatTheRosterEnds) {
  const std::uint64_t ends_s = org().genesis().roster.expires_s;
  EXPECT_THAT(codes(judge_register(state_, ends_s - 86400, kNames)), Contains("roster-ends"));
  EXPECT_THAT(codes(judge_register(state_, ends_s + 1, kNames)), Contains("roster-ended"));
}

TEST_F(ARegister, NamesDrillsThatAreOverdue) {
  const std::uint64_t now_s = roster::testing::kTestStart + 3600;
  EXPECT_THAT(codes(judge_drills(state_, now_s, {}, kNames)), ElementsAre("drills"));
  const std::uint64_t later_s = now_s + 2 * roster::kDrillEveryS;
  const std::size_t all = judge_drills(state_, later_s, {}, kNames).size();
  EXPECT_THAT(codes(judge_drills(state_, later_s, {}, kNames)), Contains("drill-overdue"));
  std::set<envelope::DeviceId> retired;
  for (const auto& [id, device] : state_.devices()) retired.insert(id);
  EXPECT_EQ(judge_drills(state_, later_s, retired, kNames).size(), all - retired.size());
}

TEST(Devices, SilentOnesAreNamed) {
  using As = Heard::As;
  EXPECT_THAT(codes(judge_devices({{{}, As::heard, 5}, {{}, As::retired, 5}}, 100'000, kNames)),
              ElementsAre("devices"));
  const Findings found = judge_devices({{{}, As::silent, 7200}}, 7200 + 3 * 3600, kNames);
  EXPECT_THAT(codes(found), ElementsAre("device-silent"));
  EXPECT_NE(found[0].what.find("3 hours"), std::string::npos);
}

/// Two of three witnesses must sign.
ledger::Policy policy() {
  ledger::Policy out;
  out.logs = {{ledger::material::log_signer().vkey(), ""}};
  out.witnesses = {{"w1", ledger::material::w1_signer().vkey(), ""},
                   {"w2", ledger::material::w2_signer().vkey(), ""},
                   {"w3", ledger::material::w3_signer().vkey(), ""}};
  out.groups = {{"two", 2, {"w1", "w2", "w3"}}};
  out.quorum = "two";
  return out;
}

TEST(Witnesses, LagAndReachAndQuorumAreJudged) {
  using Asked = WitnessShown::Asked;
  const WitnessShown good{"w1", 990, Asked::answered, {}, 50}, late{"w2", 100, Asked::no, {}, {}},
      missing{"w3", {}, Asked::unreachable, "no answer", {}};
  const Findings found = judge_witnesses(policy(), {good, late, missing}, 50, 1000, 600);
  EXPECT_THAT(codes(found), ElementsAre("witness", "witness-late", "witness-unreachable", "witness-missing",
                                        "witness-quorum-lost"));
  EXPECT_EQ(exit_status(found), 2);
  WitnessShown second = good;
  second.name = "w2";
  EXPECT_EQ(exit_status(judge_witnesses(policy(), {good, second, missing}, 50, 1000, 600)), 1);
  second.cosigned_s = 2000;
  EXPECT_THAT(codes(judge_witnesses(policy(), {second}, 50, 1000, 600)), Contains("clock-wrong"));
  EXPECT_THAT(codes(judge_witnesses(policy(), {{"w1", 990, Asked::answered, {}, {}}}, 50, 1000, 600)),
              Contains("witness-strange"));
  EXPECT_THAT(codes(judge_witnesses(policy(), {{"w1", 990, Asked::answered, {}, 40}}, 50, 1000, 600)),
              Contains("witness-behind"));
}

TEST(OwnServices, AreKnownByTheirSignaturesOnly) {
  const std::string text = ledger::material::kat_checkpoint();
  const Place place{"host:1", Over::plain};
  const Ours ours{{}, {policy()}};
  const auto paths = own_paths(ours);
  ASSERT_EQ(paths.size(), 2u);
  const auto server = judge_own_path(place, ours, paths[0], text);
  ASSERT_TRUE(server.has_value());
  EXPECT_EQ(server->code, "ours");
  EXPECT_FALSE(judge_own_path(place, ours, paths[0], "200 OK").has_value());
  const auto witness = judge_own_path(place, ours, paths[1], text);
  ASSERT_TRUE(witness.has_value());
  EXPECT_NE(witness->what.find("our witness w1"), std::string::npos) << witness->what;
  std::string changed = text;
  changed[changed.size() - 5] = changed[changed.size() - 5] == 'A' ? 'B' : 'A';
  EXPECT_FALSE(judge_own_path(place, ours, paths[1], changed).has_value());
  EXPECT_TRUE(own_paths(Ours{}).empty());
}

}  // namespace
}  // namespace strongroom::doctor
