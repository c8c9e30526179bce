#include "ledger/witness_protocol.h"

#include <gtest/gtest.h>

#include "codec/text.h"
#include "ledger/policy.h"
#include "ledger/test_material.h"

namespace strongroom::ledger {
namespace {

using material::Ledger;

struct Witnessing : ::testing::Test {
  Witnessing() : ledger({100}), log(material::log_signer()), logs{identity_of(log.vkey())} {}

  std::string checkpoint(std::uint64_t size) {
    return format_cosigned_checkpoint(sign_checkpoint({size}, ledger.tree.root({size}), log).value());
  }
  std::string request(std::uint64_t old_size, std::uint64_t size) {
    const Proof proof = consistency_proof({old_size}, {size}, ledger.tree).value();
    return format_add_checkpoint({{old_size}, proof, checkpoint(size)});
  }
  std::optional<WitnessedTree> witnessed(std::uint64_t size) {
    return WitnessedTree{{size}, ledger.tree.root({size}), checkpoint(size)};
  }
  int status(const std::string& body, const std::optional<WitnessedTree>& last) {
    const auto examined = examine(body, logs);
    if (!examined) return examined.error().status;
    const auto next = decide(*examined, last);
    return next ? 200 : next.error().status;
  }

  Ledger ledger;
  NoteSigner log;
  std::vector<LogIdentity> logs;
};

TEST(AddCheckpoint, TheKnownBody) {
  const std::string note = std::string(material::kKatText) + "\n" + std::string(material::kKatLogLine);
  const Hash256 leaf_c = leaf_hash(bytes_of("c"));
  const std::string body = "old 2\nWX/LMSgtNGVMIA00GPylcFxkjr8ybsc9jd7xGEH4dtg=\n\n" + note;
  EXPECT_EQ(format_add_checkpoint({{2}, {leaf_c}, note}), body);
  EXPECT_EQ(parse_add_checkpoint(body).value(), (AddCheckpoint{{2}, {leaf_c}, note}));
  EXPECT_EQ(monitoring_path("ledger.example/kat"),
            "3876226d56763485bc58a0224d4ffc8d8efb57ca4e4973f04d650ff391e9757f/checkpoint");
}

TEST_F(Witnessing, CosignsATreeThatGrows) {
  EXPECT_EQ(status(request(0, 10), std::nullopt), 200);
  EXPECT_EQ(status(request(10, 100), witnessed(10)), 200);
  EXPECT_EQ(status(request(100, 100), witnessed(100)), 200);
  const auto next = decide(examine(request(10, 100), logs).value(), witnessed(10));
  EXPECT_EQ(next->size.value, 100u);
  EXPECT_EQ(next->root, ledger.tree.root({100}));
  EXPECT_EQ(next->checkpoint, checkpoint(100));
}

TEST_F(Witnessing, Step1RefusesMalformedBodies) {
  EXPECT_EQ(status("", std::nullopt), 400);
  EXPECT_EQ(status("old 00\n\n" + checkpoint(10), std::nullopt), 400);
  EXPECT_EQ(status("old 0\nAAAA\n\n" + checkpoint(10), std::nullopt), 400);
  EXPECT_EQ(status("old 0\n" + checkpoint(10), std::nullopt), 400);
  EXPECT_EQ(status("old 0\n\nnot a note\n", std::nullopt), 400);
  EXPECT_EQ(status("old 0\n\n" + format_note(sign_note("a\n1\nAAAA\n", log).value()), std::nullopt), 400);
  EXPECT_EQ(status(std::string(kAddCheckpointBytesMax + 1, 'x'), std::nullopt), 413);
  std::string hashes;
  for (int i = 0; i < 64; ++i) hashes += codec::base64(ledger.tree.root({10})) + "\n";
  EXPECT_EQ(status("old 1\n" + hashes + "\n" + checkpoint(10), witnessed(1)), 400);
}

TEST_F(Witnessing, Step2RefusesUnknownOrigins) {
  logs[0].origin = "other.example";
  EXPECT_EQ(status(request(0, 10), std::nullopt), 404);
}

TEST_F(Witnessing, Step3DemandsTheLogsSignatureAndNoFailingOne) {
  CosignedCheckpoint signed_one = parse_cosigned_checkpoint_unverified(checkpoint(10)).value();
  CosignedCheckpoint failing = signed_one;
  failing.note.signatures.push_back(failing.note.signatures[0]);
  failing.note.signatures.back().signature[0] ^= std::byte{1};
  EXPECT_EQ(status("old 0\n\n" + format_cosigned_checkpoint(failing), std::nullopt), 403);
  CosignedCheckpoint stranger = signed_one;
  stranger.note.signatures[0].name = "stranger.example";
  EXPECT_EQ(status("old 0\n\n" + format_cosigned_checkpoint(stranger), std::nullopt), 403);
  CosignedCheckpoint beside = with_cosignatures(signed_one, stranger.note.signatures);
  const std::string body = "old 0\n\n" + format_cosigned_checkpoint(beside);
  EXPECT_EQ(status(body, std::nullopt), 200);
  EXPECT_EQ(examine(body, logs)->checkpoint.note.signatures, signed_one.note.signatures);
}

TEST_F(Witnessing, Step4RefusesAnOldSizeAboveTheNew) {
  EXPECT_EQ(status("old 11\n\n" + checkpoint(10), witnessed(11)), 400);
}

TEST_F(Witnessing, Step5TellsTheSizeThatItKnows) {
  const auto refused = decide(examine(request(10, 100), logs).value(), witnessed(20));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error(), (WitnessAnswer{409, "text/x.tlog.size", "20\n"}));
  EXPECT_EQ(decide(examine(request(10, 100), logs).value(), std::nullopt).error().body, "0\n");
  EXPECT_EQ(parse_witness_answer(refused.error())->last_size, TreeSize{20});
}

TEST_F(Witnessing, Step6RefusesAnEmptyTreeWithAnotherRoot) {
  const std::string text = format_checkpoint_text({"ledger.example/kat", {0}, ledger.tree.root({1}), {}});
  EXPECT_EQ(status("old 0\n\n" + format_note(sign_note(text, log).value()), std::nullopt), 422);
  EXPECT_EQ(status("old 0\n\n" + checkpoint(0), std::nullopt), 200);
}

TEST_F(Witnessing, Step7VerifiesFromTheStoredRoot) {
  AddCheckpoint body = parse_add_checkpoint(request(10, 100)).value();
  body.proof[0][0] ^= std::byte{1};
  EXPECT_EQ(status(format_add_checkpoint(body), witnessed(10)), 422);
  auto forked = witnessed(10);
  forked->root = ledger.tree.root({9});
  EXPECT_EQ(status(request(10, 100), forked), 422);
  AddCheckpoint first = parse_add_checkpoint(request(0, 10)).value();
  first.proof.push_back(ledger.tree.root({1}));
  EXPECT_EQ(status(format_add_checkpoint(first), std::nullopt), 422);
}

TEST_F(Witnessing, Step8RefusesAnotherRootOfTheSameSize) {
  auto other = witnessed(100);
  other->root = ledger.tree.root({99});
  EXPECT_EQ(status(request(100, 100), other), 422);
}

TEST_F(Witnessing, ItsAnswerIsReadByTheClient) {
  const NoteSigner witness = material::w1_signer();
  const auto next = decide(examine(request(0, 10), logs).value(), std::nullopt).value();
  const Note note = parse_note_unverified(next.checkpoint).value();
  const WitnessAnswer answer = answer_with({witness.cosign(note.text, 1)});
  const WitnessReply reply = parse_witness_answer(answer).value();
  CosignedCheckpoint checkpoint = parse_cosigned_checkpoint_unverified(next.checkpoint).value();
  checkpoint = with_cosignatures(checkpoint, reply.cosignatures);
  const Policy policy = parse_policy("witness w " + format_vkey(witness.vkey()) + "\nquorum w\n").value();
  EXPECT_TRUE(accept(policy, logs[0], format_cosigned_checkpoint(checkpoint)));
}

TEST(WitnessAnswers, OthersAreErrors) {
  for (const int status : {400, 403, 404, 413, 422}) {
    EXPECT_EQ(parse_witness_answer({status, "", ""}).error().code, ErrorCode::refused);
  }
  EXPECT_EQ(parse_witness_answer({503, "", ""}).error().code, ErrorCode::unavailable);
  EXPECT_EQ(parse_witness_answer({409, "text/plain", "3\n"}).error().code, ErrorCode::conflict);
  for (const char* body : {"", "3", "03\n", "3\n\n", "x\n"}) {
    EXPECT_FALSE(parse_witness_answer({409, "text/x.tlog.size", body})) << body;
  }
  EXPECT_FALSE(parse_witness_answer({200, "", ""}));
  EXPECT_FALSE(parse_witness_answer({200, "", "not a line\n"}));
}

}  // namespace
}  // namespace strongroom::ledger
