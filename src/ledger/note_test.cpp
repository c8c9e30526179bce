#include "ledger/note.h"

#include <gtest/gtest.h>

#include "codec/text.h"
#include "crypto/hash.h"
#include "ledger/test_material.h"

namespace strongroom::ledger {
namespace {

const std::string kDash = "\xE2\x80\x94 ";
const std::string kLine = kDash + "a.example AAAAAQ4=\n";

TEST(Note, TheKnownNoteIsSignedAndVerified) {
  const NoteSigner log = material::log_signer();
  EXPECT_EQ(format_vkey(log.vkey()),
            "ledger.example/kat+b1839d73+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4");
  const std::string bytes = format_note(sign_note("One line.\n\nAfter an empty line.\n", log).value());
  EXPECT_EQ(bytes.size(), 149u);
  EXPECT_EQ(codec::hex(crypto::sha256(bytes_of(bytes))),
            "cd0ca056b36b27870e18866183648b7f2dd7a0aabce51f01283eb9f2cfed061a");
  const Note note = parse_note_unverified(bytes).value();
  EXPECT_EQ(note.text, "One line.\n\nAfter an empty line.\n");
  EXPECT_EQ(verify_note(note, std::vector{log.vkey()})->size(), 1u);
}

TEST(Note, SplitsAtTheLastEmptyLine) {
  const Note note = parse_note_unverified("text\n\n" + kLine + "\n" + kLine).value();
  EXPECT_EQ(note.text, "text\n\n" + kLine);
  EXPECT_EQ(note.signatures.size(), 1u);
  EXPECT_EQ(format_note(note), "text\n\n" + kLine + "\n" + kLine);
}

TEST(Note, RefusesWhatIsNotANote) {
  for (const std::string& bytes :
       std::vector<std::string>{"",
                                std::string("text\n"),
                                "text\n" + kLine,
                                std::string("text\n\n"),
                                "text\n\n" + kLine + "x",
                                "text\n\n" + kLine.substr(0, kLine.size() - 1),
                                "te\rxt\n\n" + kLine,
                                "te\txt\n\n" + kLine,
                                std::string("te\0xt\n\n", 7) + kLine,
                                "te\xFFxt\n\n" + kLine,
                                "text\n\n- a.example AAAAAQ4=\n",
                                "text\n\n" + kDash + " AAAAAQ4=\n",
                                "text\n\n" + kDash + "a+b AAAAAQ4=\n",
                                "text\n\n" + kDash +
                                    "a\xC2\xA0"
                                    "b AAAAAQ4=\n",
                                "text\n\n" + kDash +
                                    "a\xE3\x80\x80"
                                    "b AAAAAQ4=\n",
                                "text\n\n" + kDash + "a.example  AAAAAQ4=\n",
                                "text\n\n" + kDash + "a.example AAAAAQ4\n",
                                "text\n\n" + kDash + "a.example AAAAAQ5=\n",
                                "text\n\n" + kDash + "a.example AAAAAQ==\n",
                                "text\n\n" + kDash + "a.example\n",
                                "text\n\n" + kLine + "malformed\n",
                                "text\n\n" + kDash + std::string(256, 'n') + " AAAAAQ4=\n"}) {
    EXPECT_FALSE(parse_note_unverified(bytes)) << bytes;
  }
}

TEST(Note, TakesSixtyFourSignatureLinesAndNoMore) {
  std::string bytes = "text\n\n";
  for (std::size_t i = 0; i < kNoteSignaturesMax; ++i) bytes += kLine;
  EXPECT_TRUE(parse_note_unverified(bytes));
  EXPECT_EQ(parse_note_unverified(bytes + kLine).error().code, ErrorCode::limit_exceeded);
  EXPECT_EQ(parse_note_unverified(std::string(kNoteBytesMax, 'x') + "\n\n" + kLine).error().code,
            ErrorCode::limit_exceeded);
}

TEST(Note, IgnoresLinesThatMatchNameOrIdAlone) {
  const NoteSigner log = material::log_signer();
  Note note = sign_note("text\n", log).value();
  NoteSignature other_name = note.signatures[0];
  other_name.name = "somebody.example";
  other_name.signature[0] ^= std::byte{1};
  NoteSignature other_id = note.signatures[0];
  other_id.key_id ^= 1;
  note.signatures.insert(note.signatures.begin(), {other_name, other_id});
  EXPECT_TRUE(verify_note(note, std::vector{log.vkey()}));
  note.signatures.pop_back();
  EXPECT_EQ(verify_note(note, std::vector{log.vkey()}).error().code, ErrorCode::unauthenticated);
}

TEST(Note, RefusesTheNoteWhenAMatchingLineFails) {
  const NoteSigner log = material::log_signer();
  Note note = sign_note("text\n", log).value();
  NoteSignature bad = note.signatures[0];
  bad.signature[10] ^= std::byte{1};
  note.signatures.push_back(bad);
  EXPECT_EQ(verify_note(note, std::vector{log.vkey()}).error().code, ErrorCode::unauthenticated);
}

TEST(Note, CountsASignerOnceWithItsEarliestTime) {
  const NoteSigner witness = material::w1_signer();
  const std::string text(material::kKatText);
  const Note note{text, {witness.cosign(text, 300), witness.cosign(text, 100), witness.cosign(text, 200)}};
  const auto signers = verify_note(note, std::vector{witness.vkey(), witness.vkey()}).value();
  ASSERT_EQ(signers.size(), 1u);
  EXPECT_EQ(signers[0].time, 100u);
}

TEST(Vkey, RoundTripsAndKeepsPlusSignsInBase64) {
  const std::string text = "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8";
  EXPECT_EQ(format_vkey(parse_vkey(text).value()), text);
}

TEST(Vkey, RefusesWhatDoesNotBelongTogether) {
  const std::string key = "AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4";
  for (const std::string& text : std::vector<std::string>{
           "", "name", "name+b1839d73", "ledger.example/kat+b1839d74+" + key,
           "ledger.example/cat+b1839d73+" + key, "ledger.example/kat+B1839D73+" + key, "+b1839d73+" + key,
           "ledger.example/kat+b1839d73+",
           "ledger.example/kat+b1839d73+AQ==", "ledger.example/kat+b1839d73+" + key + "=",
           "ledger.example/kat+1839d73+" + key, "ledger.example/kat+b1839d73+AQOhB7/zzhC+"}) {
    EXPECT_FALSE(parse_vkey(text)) << text;
  }
  EXPECT_EQ(parse_vkey("name+00000000+BQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4").error().code,
            ErrorCode::unsupported);
}

TEST(Vkey, OneKeyHasAnotherIdAsAWitness) {
  const auto key = material::key_from(0).public_half().ed25519;
  EXPECT_EQ(make_vkey("ledger.example/kat", KeyType::ed25519, key)->id, 0xb1839d73u);
  EXPECT_EQ(make_vkey("ledger.example/kat", KeyType::cosignature_v1, key)->id, 0xb1215131u);
}

TEST(NoteSigner, RefusesNamesThatCannotBeInANote) {
  for (const char* name : {"", "a b", "a+b", "\xC3\xA9", "a\n"}) {
    EXPECT_FALSE(NoteSigner::create(name, KeyType::ed25519, material::key_from(1))) << name;
  }
  EXPECT_FALSE(NoteSigner::create("a", KeyType::ml_dsa_44, material::key_from(1)));
}

TEST(NoteSigner, RefusesTextsThatWouldNotParseBack) {
  const NoteSigner log = material::log_signer();
  EXPECT_FALSE(sign_note("no line feed", log));
  EXPECT_FALSE(sign_note("a\ttab\n", log));
  EXPECT_FALSE(sign_note("", log));
}

}  // namespace
}  // namespace strongroom::ledger
