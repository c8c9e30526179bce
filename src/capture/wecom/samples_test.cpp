// Other people's examples: one message of most types, and the reply that the vendor's own header shows.
#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <sstream>

#include "base/shared_corpus.h"
#include "capture/collecting_sink.h"
#include "capture/wecom/parser.h"

namespace strongroom::capture::wecom {
namespace {

namespace fs = std::filesystem;

std::string read_file(const fs::path& path) {
  std::ostringstream out;
  out << std::ifstream(path, std::ios::binary).rdbuf();
  return out.str();
}

TEST(WecomSamples, GiveOneRecordOfTheRightKindEach) {
  STRONGROOM_CORPUS(root, "samples/wecom");
  const std::map<std::string, std::string> special{{"agree.json", "notice"},
                                                   {"disagree.json", "notice"},
                                                   {"revoke.json", "deletion"},
                                                   {"meetingVoiceCall.json", "call"}};
  std::size_t messages = 0, sealed = 0;
  for (const auto& entry : fs::recursive_directory_iterator(root)) {
    if (entry.path().extension() != ".json") continue;
    const std::string name = entry.path().filename(), text = read_file(entry.path());
    SCOPED_TRACE(name);
    const std::vector<InputFile> files{{name, bytes_of(text)}};
    ASSERT_EQ(archive_parser().detect(files), 90);
    CollectingSink sink;
    const Outcome outcome = archive_parser().parse(files, {}, {}, sink).value();
    EXPECT_EQ(archive_parser().count(files, {}, {}).value(), 1u);
    ASSERT_EQ(sink.records.size(), 1u);
    if (text.find("encrypt_chat_msg") != std::string::npos) {
      EXPECT_EQ(sink.records[0].doubts.at(0).code, "vendor-library-needed");
      ++sealed;
      continue;
    }
    const auto kind = special.find(name);
    EXPECT_EQ(record::name_of(sink.records[0].kind), kind == special.end() ? "message" : kind->second);
    EXPECT_TRUE(sink.records[0].doubts.empty());
    EXPECT_EQ(outcome.refused, 0u);
    ++messages;
  }
  EXPECT_EQ(messages, 16u);
  EXPECT_EQ(sealed, 4u);
}

}  // namespace
}  // namespace strongroom::capture::wecom
