#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "base/shared_corpus.h"
#include "capture/collecting_sink.h"
#include "capture/matrix/keys.h"
#include "capture/matrix/parser.h"

namespace strongroom::capture::matrix {
namespace {

std::string content_of_file(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

TEST(MatrixSamples, TheKeyExportOfMatrixRustSdkOpensWithItsPassphrase) {
  STRONGROOM_CORPUS(file,
                    "samples/matrix/matrix-org__matrix-rust-sdk/key_export/test_export.passphrase-1234.txt");
  const std::string text = content_of_file(file);
  const auto opened = open_export(text, "1234");
  ASSERT_TRUE(opened);
  EXPECT_NE(text_of(*opened).find("m.megolm.v1.aes-sha2"), std::string_view::npos);
  EXPECT_EQ(open_export(text, "12345").error().code, ErrorCode::unauthenticated);
  const std::vector<InputFile> files{{"keys.txt", bytes_of(text)}};
  CollectingSink sink;
  EXPECT_EQ(parser().parse(files, {}, {}, sink)->refused, 1u);
  EXPECT_EQ(sink.records[0].doubts[0].code, "key-needed");
  Statement statement;
  statement.keys.push_back(GivenKey::copy_of(bytes_of("wrong")));
  EXPECT_EQ(parser().parse(files, statement, {}, sink)->refused, 1u);
  EXPECT_EQ(sink.records[1].doubts[0].code, "key-does-not-fit");
  statement.keys.push_back(GivenKey::copy_of(bytes_of("1234\n")));
  EXPECT_EQ(parser().parse(files, statement, {}, sink)->parsed, 1u);
  EXPECT_GE(std::get<std::uint64_t>(sink.records[2].extra.at("sessions")), 1u);
}

TEST(MatrixSamples, EveryExampleOfTheSpecificationIsAnEventOfAKnownKind) {
  STRONGROOM_CORPUS(directory, "samples/matrix/matrix-org__matrix-spec/data/event-schemas/examples");
  std::uint64_t claimed = 0;
  for (const auto& entry : std::filesystem::directory_iterator(directory)) {
    if (!entry.is_regular_file()) continue;
    const std::string text = content_of_file(entry.path());
    const std::vector<InputFile> files{{entry.path().filename().string(), bytes_of(text)}};
    if (parser().detect(files) == 0) {
      EXPECT_EQ(text.find("\"type\""), std::string::npos) << entry.path();
      continue;
    }
    ++claimed;
    CollectingSink sink;
    const Outcome outcome = parser().parse(files, {}, {}, sink).value();
    EXPECT_EQ(outcome.parsed, 1u) << entry.path();
    for (const record::Record& record : sink.records) {
      for (const record::Doubt& doubt : record.doubts) EXPECT_NE(doubt.code, "unknown-kind") << entry.path();
    }
  }
  EXPECT_GE(claimed, 42u);
}

}  // namespace
}  // namespace strongroom::capture::matrix
