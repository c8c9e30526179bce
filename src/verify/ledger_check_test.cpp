#include "verify/ledger_check.h"

#include <gtest/gtest.h>

#include "ledger/proof.h"
#include "ledger/test_material.h"

namespace strongroom::verify {
namespace {

using ledger::material::Ledger;
namespace material = ledger::material;

struct LedgerCheck : ::testing::Test {
  LedgerCheck() : ledger({5, 300}), log(material::log_signer()), witness(material::w1_signer()) {}

  std::string checkpoint(std::uint64_t size) {
    auto made = sign_checkpoint({size}, ledger.tree.root({size}), log).value();
    const std::string text = made.note.text;
    return format_cosigned_checkpoint(with_cosignatures(made, {witness.cosign(text, 1767225600)}));
  }
  Result<LedgerFindings> ask(const LedgerQuestion& question, const LedgerTrust& trust) {
    return check_ledger(TRY(rules_of(trust)), question);
  }
  LedgerTrust both() { return {{log.vkey(), witness.vkey()}, {}, {}}; }

  Ledger ledger;
  ledger::NoteSigner log;
  ledger::NoteSigner witness;
};

TEST_F(LedgerCheck, CheckpointTilesAndGrowthHold) {
  const LedgerQuestion question{checkpoint(300), checkpoint(5), {}, {}, &ledger.files};
  ASSERT_TRUE(check_question(question));
  const auto found = ask(question, both());
  ASSERT_TRUE(found) << found.error().to_string();
  EXPECT_EQ(found->tiles->entries, 300u);
  EXPECT_EQ(found->growth->from.value, 5u);
  EXPECT_EQ(found->checkpoint->witness_time, 1767225600u);
  EXPECT_NE(report_text(*found).find("2026-01-01T00:00:00Z"), std::string::npos);
  EXPECT_NE(report_json(*found).find(R"("tiles":3,"bundles":2,"entries":300)"), std::string::npos)
      << report_json(*found);
}

TEST_F(LedgerCheck, AnEntryIsProvedWithoutTheLog) {
  const auto proof = inclusion_proof({7}, {300}, ledger.tree).value();
  const std::string text = ledger::format_tlog_proof({{}, {7}, proof, checkpoint(300)});
  EXPECT_EQ(ask({{}, {}, text, copy_of(bytes_of("entry 7")), nullptr}, both())->entry_index,
            ledger::LeafIndex{7});
  EXPECT_FALSE(ask({{}, {}, text, copy_of(bytes_of("entry 8")), nullptr}, both()));
}

TEST_F(LedgerCheck, AForkIsNotGrowth) {
  Ledger other({4});
  const auto fork = sign_checkpoint({5}, other.tree.root({4}), log).value();
  const LedgerQuestion question{checkpoint(300), format_cosigned_checkpoint(fork), {}, {}, &ledger.files};
  EXPECT_EQ(ask(question, both()).error().code, ErrorCode::unauthenticated);
  const LedgerQuestion shrunk{checkpoint(5), checkpoint(300), {}, {}, &ledger.files};
  EXPECT_EQ(ask(shrunk, both()).error().code, ErrorCode::unauthenticated);
}

TEST_F(LedgerCheck, EveryWitnessKeyGivenMustHaveSigned) {
  LedgerTrust trust = both();
  EXPECT_TRUE(ask({checkpoint(5), {}, {}, {}, nullptr}, trust));
  trust.keys.push_back(material::w2_signer().vkey());
  EXPECT_EQ(ask({checkpoint(5), {}, {}, {}, nullptr}, trust).error().code, ErrorCode::unauthenticated);
}

TEST_F(LedgerCheck, APolicyServesWithAndWithoutTheLogsKey) {
  const auto policy = ledger::parse_policy("log " + format_vkey(log.vkey()) + "\nwitness w " +
                                           format_vkey(witness.vkey()) + "\nquorum w\n")
                          .value();
  EXPECT_TRUE(ask({checkpoint(5), {}, {}, {}, nullptr}, {{}, {}, policy}));
  EXPECT_TRUE(ask({checkpoint(5), checkpoint(5), {}, {}, &ledger.files}, {{}, {}, policy}));
  EXPECT_TRUE(ask({checkpoint(5), {}, {}, {}, nullptr}, {{log.vkey()}, {}, policy}));
  EXPECT_FALSE(ask({checkpoint(5), {}, {}, {}, nullptr}, {{log.vkey()}, "other.example", policy}));
}

TEST_F(LedgerCheck, ContradictoryQuestionsAreRefused) {
  EXPECT_FALSE(rules_of({}));
  EXPECT_FALSE(rules_of({{witness.vkey()}, {}, {}}));
  EXPECT_FALSE(rules_of({{}, "origin", ledger::Policy{{}, {}, {}, "none"}}));
  EXPECT_FALSE(rules_of({{log.vkey(), witness.vkey()}, {}, ledger::Policy{{}, {}, {}, "none"}}));
  EXPECT_FALSE(check_question({}));
  EXPECT_FALSE(check_question({{}, {}, "proof", {}, nullptr}));
  EXPECT_FALSE(check_question({{}, {}, "proof", Bytes{}, &ledger.files}));
  EXPECT_FALSE(check_question({"checkpoint", "old", {}, {}, nullptr}));
}

TEST(LedgerReport, JsonEscapesWhatItQuotes) {
  EXPECT_EQ(failure_json({ErrorCode::malformed, "a \"b\" \\ \n", "", ""}),
            "{\"holds\":false,\"code\":\"malformed\",\"what\":\"a \\\"b\\\" \\\\ "
            "\\u000a\",\"where\":\"\",\"hint\":\"\"}\n");
}

}  // namespace
}  // namespace strongroom::verify
