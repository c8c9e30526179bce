// Real bodies and real summaries, written by macOS.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "base/shared_corpus.h"
#include "capture/imessage/summary.h"
#include "capture/imessage/typedstream.h"

namespace strongroom::capture::imessage {
namespace {

constexpr const char* kDirectory = "samples/imessage/ReagentX__imessage-exporter/imessage-database/test_data";

std::string content(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

TEST(MessageSamples, BodiesOfEveryKind) {
  STRONGROOM_CORPUS(directory, kDirectory);
  const auto text = [&](const char* name) {
    const auto read = read_attributed_text(bytes_of(content(directory / "streamtyped" / name)));
    EXPECT_TRUE(read) << name << ": " << (read ? "" : read.error().what);
    return read.value_or(AttributedText{});
  };
  EXPECT_EQ(text("AttributedBodyTextOnly").text, "Noter test");
  EXPECT_EQ(text("AttributedBodyTextOnly2").text, "Test 3");
  EXPECT_EQ(text("Blank").text, "");
  EXPECT_EQ(text("ExtraData").text, "This is parsing  ") << "the length in this one is not that of its text";
  EXPECT_EQ(text("URL").text, "https://github.com/ReagentX/Logria");
  EXPECT_EQ(text("URL").stretches.at(0).attributes.at("__kIMLinkAttributeName"),
            "https://github.com/ReagentX/Logria");
  EXPECT_EQ(text("WeirdText").text.size(), 41u);
  const AttributedText parts = text("MultiPart");
  ASSERT_EQ(parts.stretches.size(), 6u);
  EXPECT_EQ(parts.stretches[5].attributes.at("__kIMMessagePartAttributeName"), "5");
  EXPECT_TRUE(parts.stretches[4].attributes.at("__kIMFileTransferGUIDAttributeName").starts_with("at_4_"));
  EXPECT_EQ(parts.stretches[5].start + parts.stretches[5].length, 22u)
      << "the length of the text in UTF-16 units";
}

TEST(MessageSamples, SummariesOfEdits) {
  STRONGROOM_CORPUS(directory, kDirectory);
  const auto summary = [&](const char* name) {
    return read_summary(bytes_of(content(directory / "edited_message" / name))).value();
  };
  EXPECT_EQ(summary("Deleted.plist").retracted, std::vector<std::int64_t>{0});
  const Summary edited = summary("Edited.plist");
  ASSERT_EQ(edited.versions.size(), 4u);
  EXPECT_EQ(edited.versions[0].at_ms, 1668820674273);
  for (const Version& v : edited.versions) EXPECT_TRUE(v.readable && !v.text.empty());
  EXPECT_EQ(summary("EditedToLink.plist").versions.size(), 2u);
  EXPECT_EQ(summary("EditedToLink.plist").versions[0].part, 1);
  EXPECT_EQ(summary("EditedToLinkAndBack.plist").versions.size(), 3u);
}

}  // namespace
}  // namespace strongroom::capture::imessage
