#include <fstream>
#include <map>
#include <sstream>

#include "base/shared_corpus.h"
#include "capture/telegram/test_material.h"

namespace strongroom::capture::telegram {
namespace {

using record::Kind;

std::string content_of_file(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::stringstream out;
  out << in.rdbuf();
  return out.str();
}

TEST(TelegramSamples, ThePrivateChatGivesWhatPeopleSee) {
  STRONGROOM_CORPUS(directory, "samples/telegram/mlomb__chat-analytics/tests/samples/telegram");
  const std::string text = content_of_file(directory / "DM_2A_7M.json");
  EXPECT_EQ(desktop_parser().detect({{"r", bytes_of(text)}}), 95);
  const Parsed parsed = read(desktop_parser(), {{"r", bytes_of(text)}});
  ASSERT_EQ(parsed.records.size(), 9u);
  EXPECT_EQ(parsed.records[1].kind, Kind::notice);
  EXPECT_EQ(said(parsed.records[1], "event"), "joined_telegram");
  EXPECT_EQ(parsed.records[2].text, "https://google.com \U0001F440");
  EXPECT_EQ(parsed.records[2].conversation.id, "telegram:user:700000000");
  EXPECT_FALSE(parsed.records[2].outgoing);
  EXPECT_TRUE(parsed.records[3].outgoing);
  EXPECT_EQ(parsed.records[6].attachments.at(0).state, record::AttachmentState::omitted);
  EXPECT_EQ(parsed.records[8].kind, Kind::call);
  EXPECT_EQ(std::get<std::uint64_t>(parsed.records[8].extra.at("duration_s")), 56u);
}

TEST(TelegramSamples, TheLargeGroupHasItsTwentyPeople) {
  STRONGROOM_CORPUS(directory, "samples/telegram/mlomb__chat-analytics/tests/samples/telegram");
  const std::string text = content_of_file(directory / "BIG_20A_5475M.json");
  const Parsed parsed = read(desktop_parser(), {{"r", bytes_of(text)}});
  EXPECT_EQ(parsed.found, 5476u);
  EXPECT_EQ(parsed.outcome.refused, 0u);
  std::map<std::string, int> people;
  for (const record::Record& r : parsed.records) {
    if (r.author) ++people[r.author->id];
  }
  EXPECT_EQ(people.size(), 20u);
  EXPECT_EQ(parsed.outcome.doubts, 0u);
  EXPECT_EQ(parsed.records[1].sent_at.unix_ms, 1483251609248);
}

TEST(TelegramSamples, ExportsRewrittenByOthersWithoutIdsAreRead) {
  STRONGROOM_CORPUS(directory, "samples/telegram");
  const std::string persian =
      content_of_file(directory / "Mehrdad-esn__Telegram-Export-Parser/test_data.json");
  const Parsed parsed = read(desktop_parser(), {{"r", bytes_of(persian)}});
  EXPECT_EQ(parsed.found, 10u);  // about, two chats, seven messages
  EXPECT_EQ(parsed.outcome.refused, 0u);
  EXPECT_EQ(parsed.records.back().reply_to->native_id, "101");
  const std::string batch =
      content_of_file(directory / "joweich__chat-miner/test/telegram/test_batch_export.json");
  EXPECT_EQ(read(desktop_parser(), {{"r", bytes_of(batch)}}).found, 3u);
}

}  // namespace
}  // namespace strongroom::capture::telegram
