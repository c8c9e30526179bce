#include "ledger/proof.h"

#include <gtest/gtest.h>

#include "codec/text.h"
#include "crypto/hash.h"
#include "ledger/test_material.h"

namespace strongroom::ledger {
namespace {

const std::string kProof =
    "c2sp.org/tlog-proof@v1\nindex 2\nsTeYX/SE+2ANuTEHx3sDZcgNePW0Kd7Q/Zc2HQd5mes=\n\n" +
    material::kat_checkpoint();

Policy log_and_w1() {
  return parse_policy("log " + format_vkey(material::log_signer().vkey()) + "\nwitness w1 " +
                      format_vkey(material::w1_signer().vkey()) + "\nquorum w1\n")
      .value();
}

std::string replaced(std::string text, std::string_view from, std::string_view to) {
  return text.replace(text.find(from), from.size(), to);
}

TEST(TlogProof, TheKnownProofHolds) {
  EXPECT_EQ(kProof.size(), 388u);
  EXPECT_EQ(codec::hex(crypto::sha256(bytes_of(kProof))),
            "a3265790d3695bf97699785246dbd330522e5043076d1b07af6c02447fda7278");
  const TlogProof proof = parse_tlog_proof(kProof).value();
  EXPECT_EQ(format_tlog_proof(proof), kProof);
  const auto proven = verify_tlog_proof(proof, bytes_of("c"), log_and_w1());
  ASSERT_TRUE(proven) << proven.error().to_string();
  EXPECT_EQ(proven->index.value, 2u);
  EXPECT_EQ(proven->accepted.witness_time, material::kKatTime);
}

TEST(TlogProof, OtherDataIndexOrPolicyDoesNotHold) {
  TlogProof proof = parse_tlog_proof(kProof).value();
  EXPECT_EQ(verify_tlog_proof(proof, bytes_of("b"), log_and_w1()).error().code, ErrorCode::unauthenticated);
  EXPECT_EQ(verify_tlog_proof(proof, bytes_of("c"), parse_policy(material::kKatPolicy).value()).error().code,
            ErrorCode::unauthenticated);
  EXPECT_FALSE(verify_tlog_proof(proof, bytes_of("c"), log_and_w1(), {"other.example", {}}));
  EXPECT_TRUE(
      verify_tlog_proof(proof, bytes_of("c"), log_and_w1(), identity_of(material::log_signer().vkey())));
  for (const std::uint64_t index : {0ull, 1ull, 3ull, 1ull << 62}) {
    proof.index = {index};
    EXPECT_EQ(verify_tlog_proof(proof, bytes_of("c"), log_and_w1()).error().code, ErrorCode::unauthenticated);
  }
}

TEST(TlogProof, ExtraIsCarriedAndNotBelieved) {
  const std::string with_extra = replaced(kProof, "index", "extra AAEC\nindex");
  const TlogProof proof = parse_tlog_proof(with_extra).value();
  EXPECT_EQ(proof.extra, (Bytes{std::byte{0}, std::byte{1}, std::byte{2}}));
  EXPECT_EQ(format_tlog_proof(proof), with_extra);
  EXPECT_TRUE(verify_tlog_proof(proof, bytes_of("c"), log_and_w1()));
}

TEST(TlogProof, RefusesWhatIsNotAProof) {
  const std::string hash = "sTeYX/SE+2ANuTEHx3sDZcgNePW0Kd7Q/Zc2HQd5mes=\n";
  std::string long_proof;
  for (int i = 0; i < 64; ++i) long_proof += hash;
  for (const std::string& text : std::vector<std::string>{
           std::string(), replaced(kProof, "@v1", "@v2"), replaced(kProof, "index 2", "index 02"),
           replaced(kProof, "index 2", "index"), replaced(kProof, "index 2", "index -2"),
           replaced(kProof, "index 2\n", ""), replaced(kProof, "index", "extra A\nindex"),
           replaced(kProof, "index 2\n", "index 2\nextra AAEC\n"), replaced(kProof, "mes=", "met="),
           replaced(kProof, hash, "AAAA\n"), replaced(kProof, hash, long_proof),
           std::string("c2sp.org/tlog-proof@v1\nindex 2\n"), std::string(kTlogProofBytesMax + 1, 'x')}) {
    EXPECT_FALSE(parse_tlog_proof(text)) << text.substr(0, 80);
  }
}

}  // namespace
}  // namespace strongroom::ledger
