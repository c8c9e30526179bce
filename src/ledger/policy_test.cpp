#include "ledger/policy.h"

#include <gtest/gtest.h>

#include <sstream>

#include "base/shared_corpus.h"
#include "codec/text.h"
#include "ledger/test_material.h"

namespace strongroom::ledger {
namespace {

const std::string kPolicy(material::kKatPolicy);

/// The worked example with one line replaced (or, if `from` is empty, with a line added at the end).
std::string with(std::string_view from, std::string_view to) {
  std::string text = kPolicy;
  const std::size_t at = from.empty() ? text.size() : text.find(from);
  return text.replace(at, from.size(), to);
}

std::string cosigned_by(std::initializer_list<std::pair<const NoteSigner*, std::uint64_t>> witnesses) {
  const Checkpoint checkpoint = parse_checkpoint_text(material::kKatText).value();
  CosignedCheckpoint made = sign_checkpoint({3}, checkpoint.root, material::log_signer()).value();
  for (const auto& [witness, time] : witnesses) {
    made = with_cosignatures(made, {witness->cosign(material::kKatText, time)});
  }
  return format_cosigned_checkpoint(made);
}

TEST(Policy, TheWorkedExampleAcceptsAndRefusesTheRightSets) {
  const Policy policy = parse_policy(kPolicy).value();
  using Names = std::vector<std::string>;
  for (const Names& names : {Names{"w1", "w3"}, Names{"w2", "w3"}, Names{"w1", "w2", "w3"}}) {
    EXPECT_TRUE(quorum_holds(policy, names));
  }
  for (const Names& names :
       {Names{}, Names{"w1"}, Names{"w1", "w2"}, Names{"w3"}, Names{"both"}, Names{"ours", "w3"}}) {
    EXPECT_FALSE(quorum_holds(policy, names));
  }
}

TEST(Policy, FormatsBackToTheSamePolicy) {
  const Policy policy = parse_policy(kPolicy).value();
  EXPECT_EQ(parse_policy(format_policy(policy)).value(), policy);
  EXPECT_TRUE(check_policy(policy));
  Policy bad = policy;
  bad.groups[0].threshold = 3;
  EXPECT_FALSE(check_policy(bad));
  bad = policy;
  bad.witnesses[0].name = "w 1";
  EXPECT_FALSE(check_policy(bad));
}

TEST(Policy, ReadsTabsBlanksAndComments) { EXPECT_TRUE(parse_policy("\t quorum\t none \t\n\n   \n# end\n")); }

TEST(Policy, RefusesWhatBreaksARule) {
  const std::string w2_key = "witness.example/w2+96ca11c4+BBdFU7RW3d/GkI7KscEB/mqyHiuqBhd5W31DpjSCmT/V";
  for (const std::string& text : std::vector<std::string>{
           with("quorum both\n", ""),
           with("", "quorum both\n"),
           with("group ours", "quorum ours\ngroup ours"),
           with("quorum both", "group x 3 w1 w2\nquorum both"),
           with("", "group x 0 w3\n"),
           with("", "group y any w1\n"),
           with("", "group x any none\n"),
           with("group ours", "witness w4 " + w2_key + "\ngroup ours"),
           with("quorum both\n", "quorum both\r\n"),
           with("", "group x 01 both\n"),
           with("", "group x 2 both\n"),
           with("", "group w1 any both\n"),
           with("", "witness none " + w2_key + "\n"),
           with("", "mirror x\n"),
           with("", "group x any\n"),
           with("", "group x any nobody\n"),
           with("quorum both", "quorum"),
           with("quorum both", "quorum both both"),
           with("quorum both", "quorum \x7F"),
           with("quorum both\n", "quorum both"),
           with("", "log ledger.example/kat+b1839d73+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4\n"),
           with("", "log witness.example/w1+20324abe+BCmsuuFBvMrwsi4alNNNC8c2HlJtC/4SyJeUvJMilm3X\n"),
           with("+20324abe+", "+20324abf+"),
           with("https://other.example/", "https://other.example/ more"),
           std::string("log\nquorum none\n"),
           std::string("witness w\nquorum none\n"),
           std::string(),
           std::string("\0", 1)}) {
    EXPECT_FALSE(parse_policy(text)) << text;
  }
  EXPECT_EQ(parse_policy(with("quorum both", "quorum nobody")).error().where, "policy line 8");
}

TEST(Policy, AcceptsACheckpointAndSaysWhenItWasWitnessed) {
  const Policy policy = parse_policy(kPolicy).value();
  const NoteSigner w1 = material::w1_signer();
  const NoteSigner w2 = material::w2_signer();
  const NoteSigner w3 = material::w3_signer();
  const auto two = accept(policy, cosigned_by({{&w3, 300}, {&w1, 100}})).value();
  EXPECT_EQ(two.witnesses, (std::vector<WitnessSeen>{{"w1", 100}, {"w3", 300}}));
  EXPECT_EQ(two.witness_time, 100u);
  EXPECT_EQ(two.log_key, material::log_signer().vkey());
  EXPECT_EQ(two.checkpoint().size.value, 3u);
  EXPECT_EQ(accept(policy, cosigned_by({{&w3, 300}, {&w1, 100}, {&w2, 200}}))->witness_time, 200u);
  EXPECT_EQ(accept(policy, cosigned_by({{&w1, 100}, {&w2, 200}})).error().code, ErrorCode::unauthenticated);
  EXPECT_EQ(accept(policy, material::kat_checkpoint()).error().code, ErrorCode::unauthenticated);
}

TEST(Policy, WitnessesOutsideTheQuorumDoNotCountForTheTime) {
  const Policy policy = parse_policy(with("quorum both", "quorum ours")).value();
  const NoteSigner w1 = material::w1_signer();
  const NoteSigner w3 = material::w3_signer();
  const auto accepted = accept(policy, cosigned_by({{&w3, 50}, {&w1, 100}})).value();
  EXPECT_EQ(accepted.witnesses, (std::vector<WitnessSeen>{{"w1", 100}}));
  EXPECT_EQ(accepted.witness_time, 100u);
}

TEST(Policy, AnUnknownLogOrAFailingWitnessRefusesTheCheckpoint) {
  const Policy policy = parse_policy(kPolicy).value();
  const NoteSigner w1 = material::w1_signer();
  const NoteSigner w3 = material::w3_signer();
  const std::string good = cosigned_by({{&w1, 100}, {&w3, 100}});
  const Policy no_log = parse_policy(with("log ledger.example/kat", "# ledger.example/kat")).value();
  EXPECT_EQ(accept(no_log, good).error().code, ErrorCode::unauthenticated);
  EXPECT_TRUE(accept(no_log, identity_of(material::log_signer().vkey()), good));

  CosignedCheckpoint broken = parse_cosigned_checkpoint_unverified(good).value();
  broken.note.signatures.push_back(broken.note.signatures[1]);
  broken.note.signatures.back().signature[20] ^= std::byte{1};
  EXPECT_EQ(accept(policy, format_cosigned_checkpoint(broken)).error().code, ErrorCode::unauthenticated);
}

TEST(Policy, WithoutQuorumThereIsNoWitnessTime) {
  const Policy policy = parse_policy(with("quorum both", "quorum none")).value();
  const auto accepted = accept(policy, material::kat_checkpoint()).value();
  EXPECT_TRUE(accepted.witnesses.empty());
  EXPECT_EQ(accepted.witness_time, std::nullopt);
}

/// Sigsum's grammar is this one with bare keys: refused as it is, read once the keys are wrapped.
TEST(Policy, ReadsTheGrammarOfASigsumPolicy) {
  STRONGROOM_CORPUS(path, "vectors/sigsum/sigsum-generic-2025-1.builtin-policy");
  const std::string original = material::read_file(path);
  EXPECT_FALSE(parse_policy(original));
  std::istringstream lines(original);
  std::string wrapped;
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::string word;
    std::string rebuilt;
    const auto type = line.starts_with("log") ? KeyType::ed25519 : KeyType::cosignature_v1;
    while (words >> word) {
      const auto key = codec::array_from_hex<32>(word);
      const std::string name = "key.example/" + word.substr(0, 8);
      rebuilt += (key ? format_vkey(make_vkey(name, type, *key).value()) : word) + " ";
    }
    wrapped += (line.starts_with('#') ? line : rebuilt) + "\n";
  }
  const auto policy = parse_policy(wrapped);
  ASSERT_TRUE(policy) << policy.error().to_string();
  EXPECT_EQ(policy->logs.size(), 2u);
  EXPECT_EQ(policy->witnesses.size(), 3u);
  const std::vector<std::string> two = {policy->witnesses[0].name, policy->witnesses[2].name};
  EXPECT_TRUE(quorum_holds(*policy, two));
  EXPECT_FALSE(quorum_holds(*policy, std::span(two).first(1)));
}

}  // namespace
}  // namespace strongroom::ledger
