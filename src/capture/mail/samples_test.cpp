// Other people's mails: every one a record, and no file of another source taken for mail.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "base/shared_corpus.h"
#include "capture/collecting_sink.h"
#include "capture/mail/parser.h"

namespace strongroom::capture::mail {
namespace {

namespace fs = std::filesystem;

std::string read_file(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

TEST(MailSamples, AreAllReadAndComeBackFromTheirEncoding) {
  STRONGROOM_CORPUS(root, "samples/email");
  std::size_t files = 0;
  for (const auto& entry : fs::recursive_directory_iterator(root)) {
    if (!entry.is_regular_file()) continue;
    SCOPED_TRACE(entry.path().string());
    const std::string bytes = read_file(entry.path());
    const std::vector<InputFile> input{{entry.path().filename().string(), bytes_of(bytes)}};
    CollectingSink sink;
    const auto outcome = parser().parse(input, {}, {}, sink);
    ASSERT_TRUE(outcome);
    EXPECT_EQ(outcome->parsed, parser().count(input, {}, {}).value());
    EXPECT_EQ(outcome->refused, 0u);
    for (const record::Record& r : sink.records) {
      const auto again = record::decode(record::encode(r));
      ASSERT_TRUE(again);
      EXPECT_EQ(*again, r);
      EXPECT_EQ(bytes.substr(r.original.offset, r.original.length), text_of(r.original.bytes));
    }
    ++files;
  }
  EXPECT_GT(files, 1000u);
}

TEST(MailSamples, AreNotFoundAmongOtherSources) {
  STRONGROOM_CORPUS(root, "samples");
  for (const auto& entry : fs::recursive_directory_iterator(root)) {
    const std::string name = fs::relative(entry.path(), root).string();
    if (!entry.is_regular_file() || name.starts_with("email/")) continue;
    const std::string bytes = read_file(entry.path());
    EXPECT_EQ(parser().detect({{name, bytes_of(bytes)}}), 0) << name;
  }
}

}  // namespace
}  // namespace strongroom::capture::mail
