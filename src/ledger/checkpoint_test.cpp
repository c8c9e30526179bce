#include "ledger/checkpoint.h"

#include <gtest/gtest.h>

#include "codec/text.h"
#include "crypto/hash.h"
#include "ledger/ml_dsa_44_answer.h"
#include "ledger/test_material.h"

namespace strongroom::ledger {
namespace {

const std::string kText(material::kKatText);
const std::string kRoot = "NmQuc8JUCrEh46a/lUWwokmCzYMOsT080Z3jzmwCHsE=";
const std::string kDash = "\xE2\x80\x94 ";

std::string sha256_hex(std::string_view text) { return codec::hex(crypto::sha256(bytes_of(text))); }
std::string ml_dsa_line() {
  return kDash + "witness.example/m1 " + std::string(material::kMlDsaLineValue) + "\n";
}

TEST(Checkpoint, SigningGivesTheKnownBytes) {
  const Checkpoint checkpoint = parse_checkpoint_text(kText).value();
  CosignedCheckpoint made = sign_checkpoint({3}, checkpoint.root, material::log_signer()).value();
  EXPECT_EQ(made.checkpoint, checkpoint);
  made = with_cosignatures(made, {material::w1_signer().cosign(made.note.text, material::kKatTime)});
  const std::string bytes = format_cosigned_checkpoint(made);
  EXPECT_EQ(bytes, material::kat_checkpoint());
  EXPECT_EQ(bytes.size(), 311u);
  EXPECT_EQ(sha256_hex(bytes), "cc7e9b08e0f628fc5d3ad40c2243f07c0e1d2970c07d7cc9ae7e2148153151a3");
}

TEST(Checkpoint, TheWitnessSignsTheKnownMessage) {
  const Bytes message = cosignature_message(material::kKatTime, kText);
  EXPECT_EQ(message.size(), 97u);
  EXPECT_EQ(text_of(message), "cosignature/v1\ntime 1767225600\n" + kText);
}

TEST(Checkpoint, ParsesStrictlyAndFormatsBack) {
  for (const std::string& text :
       std::vector<std::string>{kText, kText + "Timestamp: 1\n", kText + "a\nb\n",
                                std::string("o\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n"),
                                "o\n4611686018427387904\n" + kRoot + "\n"}) {
    const auto checkpoint = parse_checkpoint_text(text);
    ASSERT_TRUE(checkpoint) << text;
    EXPECT_EQ(format_checkpoint_text(*checkpoint), text);
  }
}

TEST(Checkpoint, RefusesWhatIsNotACheckpoint) {
  for (const std::string& text :
       std::vector<std::string>{std::string(),
                                std::string("o\n"),
                                std::string("o\n3\n"),
                                "o\n3\n" + kRoot,
                                "\n3\n" + kRoot + "\n",
                                "o\n\n" + kRoot + "\n",
                                "o\n03\n" + kRoot + "\n",
                                "o\n+3\n" + kRoot + "\n",
                                "o\n-3\n" + kRoot + "\n",
                                "o\n 3\n" + kRoot + "\n",
                                "o\n3 \n" + kRoot + "\n",
                                "o\n4611686018427387905\n" + kRoot + "\n",
                                "o\n18446744073709551616\n" + kRoot + "\n",
                                "o\n3\n" + kRoot + "\n\n",
                                "o\n3\n\n" + kRoot + "\n",
                                "o\n3\n" + kRoot + "A\n",
                                std::string("o\n3\nNmQuc8JUCrEh46a/lUWwokmCzYMOsT080Z3jzmwCHsF=\n"),
                                std::string("o\n3\nAAAA\n"),
                                std::string("o\n3\n\n"),
                                "o\n0\n" + kRoot + "\n"}) {
    EXPECT_FALSE(parse_checkpoint_text(text)) << text;
  }
}

TEST(Checkpoint, OpensForItsOwnLogOnly) {
  const VerifierKey key = material::log_signer().vkey();
  EXPECT_TRUE(open_checkpoint(material::kat_checkpoint(), identity_of(key)));
  EXPECT_EQ(open_checkpoint(material::kat_checkpoint(), {"other.example", {key}}).error().code,
            ErrorCode::unauthenticated);
  EXPECT_EQ(open_checkpoint(material::kat_checkpoint(), {"ledger.example/kat", {}}).error().code,
            ErrorCode::unauthenticated);
  std::string tampered = material::kat_checkpoint();
  tampered[std::string_view("ledger.example/kat\n").size()] = '4';
  EXPECT_EQ(open_checkpoint(tampered, identity_of(key)).error().code, ErrorCode::unauthenticated);
}

TEST(Cosignature, CoversTimeAndText) {
  const NoteSigner witness = material::w1_signer();
  const NoteSignature line = witness.cosign(kText, material::kKatTime);
  EXPECT_EQ(format_signature_line(line), material::kKatWitnessLine);
  EXPECT_EQ(verify_signature(kText, line, witness.vkey())->time, material::kKatTime);
  NoteSignature later = line;
  later.signature[7] ^= std::byte{1};
  EXPECT_FALSE(verify_signature(kText, later, witness.vkey()));
  EXPECT_FALSE(verify_signature(kText + "extension\n", line, witness.vkey()));
  NoteSignature beyond = line;
  beyond.signature[0] = std::byte{0x80};
  EXPECT_FALSE(verify_signature(kText, beyond, witness.vkey()));
  NoteSignature short_one = line;
  short_one.signature.resize(64);
  EXPECT_FALSE(verify_signature(kText, short_one, witness.vkey()));
}

TEST(Cosignature, MlDsa44KnownAnswer) {
  const VerifierKey key = parse_vkey(material::kMlDsaVkey).value();
  EXPECT_EQ(key.type, KeyType::ml_dsa_44);
  EXPECT_EQ(key.id, 0x9fda0e9du);
  EXPECT_EQ(codec::hex(crypto::sha256(key.public_key)),
            "6c1c65071979225a139b3ec84688e2688ec30fabe8cc510cb688bc435f2d3cb9");
  EXPECT_EQ(sha256_hex(material::kMlDsaVkey),
            "aa122b4f59de146ad4cdbbf94c177f08973b81412609952bd1569b8dd5932f60");
  const std::string line = ml_dsa_line();
  EXPECT_EQ(line.size(), 3268u);
  EXPECT_EQ(sha256_hex(line), "de1813385c88a442011d1fc534e928f999bad23ae315d598d348b8b6e59d58d4");

  const Checkpoint checkpoint = parse_checkpoint_text(kText).value();
  EXPECT_EQ(
      codec::hex(ml_dsa_cosignature_message("witness.example/m1", material::kKatTime, checkpoint).value()),
      "737562747265652f76310a00127769746e6573732e6578616d706c652f6d31000000006955b900126c65646765722e6578616d"
      "70"
      "6c652f6b61740000000000000000000000000000000336642e73c2540ab121e3a6bf9545b0a24982cd830eb13d3cd19de3ce6c"
      "02"
      "1ec1");
  const auto signature = parse_signature_lines(line).value().front();
  EXPECT_EQ(verify_signature(kText, signature, key)->time, material::kKatTime);
  NoteSignature bad = signature;
  bad.signature[100] ^= std::byte{1};
  EXPECT_FALSE(verify_signature(kText, bad, key));
  bad = signature;
  bad.signature[7] ^= std::byte{1};
  EXPECT_FALSE(verify_signature(kText, bad, key));
  EXPECT_FALSE(verify_signature("x" + kText, signature, key));
}

TEST(Cosignature, NamesInTheMlDsaMessageHaveOneLengthByte) {
  Checkpoint checkpoint = parse_checkpoint_text(kText).value();
  EXPECT_TRUE(ml_dsa_cosignature_message(std::string(255, 'n'), 1, checkpoint));
  EXPECT_FALSE(ml_dsa_cosignature_message(std::string(256, 'n'), 1, checkpoint));
  EXPECT_FALSE(ml_dsa_cosignature_message("", 1, checkpoint));
  checkpoint.origin.assign(256, 'o');
  EXPECT_FALSE(ml_dsa_cosignature_message("n", 1, checkpoint));
}

TEST(Cosignature, LinesAreAddedOnce) {
  CosignedCheckpoint checkpoint = parse_cosigned_checkpoint_unverified(material::kat_checkpoint()).value();
  const auto lines = parse_signature_lines(ml_dsa_line()).value();
  checkpoint = with_cosignatures(with_cosignatures(checkpoint, lines), lines);
  EXPECT_EQ(format_cosigned_checkpoint(checkpoint), material::kat_checkpoint() + ml_dsa_line());
}

}  // namespace
}  // namespace strongroom::ledger
