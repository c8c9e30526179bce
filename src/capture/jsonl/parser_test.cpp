#include "capture/jsonl/parser.h"

#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <sstream>

#include "capture/collecting_sink.h"

namespace strongroom::capture::jsonl {
namespace {

constexpr std::string_view kLine =
    R"({"conversation":"Budget","author":"Ana","sent_at":"2024-03-10T14:05:00Z","text":"hello")";

struct Parsed {
  Outcome outcome;
  CollectingSink sink;
  std::uint64_t found = 0;
};

Parsed parse(const std::vector<InputFile>& files, const Limits& limits = {}) {
  Parsed out;
  out.outcome = parser().parse(files, {}, limits, out.sink).value();
  out.found = parser().count(files, {}, limits).value();
  return out;
}

TEST(JsonLines, EveryNonEmptyLineIsARecordOrRefusedWithItsNumber) {
  const std::string text =
      "\xEF\xBB\xBF" + std::string(kLine) + "}\r\n\n  \nnot json\n" + std::string(kLine) + "}";
  const Parsed parsed = parse({{"a.jsonl", bytes_of(text)}});
  EXPECT_EQ(parsed.found, 3u);
  EXPECT_EQ(parsed.outcome.parsed, 2u);
  EXPECT_EQ(parsed.outcome.refused, 1u);
  ASSERT_EQ(parsed.sink.records.size(), 3u);
  const record::Record& refused = parsed.sink.records[1];
  EXPECT_EQ(refused.kind, record::Kind::unparsed_original);
  EXPECT_EQ(text_of(refused.original.bytes), "not json");
  EXPECT_EQ(refused.doubts.at(0).detail, "line 4: the line is not JSON");
  EXPECT_EQ(text.substr(refused.original.offset, refused.original.length), "not json");
}

TEST(JsonLines, KeepsTheLineAsTheOriginalAndSaysWhereItLies) {
  const std::string text = std::string(kLine) + ",\"source\":\"signal-backup\"}\n";
  const Parsed parsed = parse({{"d/a.jsonl", bytes_of(text)}});
  const record::Record& record = parsed.sink.records.at(0);
  EXPECT_EQ(text_of(record.original.bytes), text.substr(0, text.size() - 1));
  EXPECT_EQ(record.original.file, "d/a.jsonl");
  EXPECT_EQ(record.source, "strongroom-jsonl");
  EXPECT_EQ(std::get<std::string>(record.extra.at("stated_source")), "signal-backup");
}

TEST(JsonLines, FindsAttachmentsBesideTheLines) {
  const std::string text =
      std::string(kLine) +
      R"(,"attachments":[{"source_reference":"files/a.bin"},{"source_reference":"gone"}]})";
  const Parsed parsed = parse({{"d/a.jsonl", bytes_of(text)}, {"d/files/a.bin", bytes_of("content")}});
  EXPECT_EQ(parsed.found, 2u);
  EXPECT_EQ(parsed.outcome.parsed, 2u);
  ASSERT_EQ(parsed.sink.contents.size(), 1u);
  const record::Record& record = parsed.sink.records.at(0);
  EXPECT_EQ(record.attachments[0].state, record::AttachmentState::present);
  EXPECT_EQ(record.attachments[0].sha256, parsed.sink.contents[0].first.attachments[0].sha256);
  EXPECT_EQ(record.attachments[1].state, record::AttachmentState::not_in_source);
}

TEST(JsonLines, DoubtsAFileThatIsNotAsTheLineSays) {
  const std::string text = std::string(kLine) + R"(,"attachments":[{"source_reference":"a.bin","size":7},)"
                                                R"({"source_reference":"a.bin","size":8}]})";
  const Parsed parsed = parse({{"a.jsonl", bytes_of(text)}, {"a.bin", bytes_of("content")}});
  const record::Record& record = parsed.sink.records.at(0);
  ASSERT_EQ(record.doubts.size(), 1u);
  EXPECT_EQ(record.doubts[0].code, "attachment-altered");
  EXPECT_EQ(record.attachments[1].size, 7u);
}

TEST(JsonLines, RefusesALineAboveTheLimitAndGoesOn) {
  const std::string text =
      std::string(kLine) + "}\n" + std::string(1000, 'x') + "\n" + std::string(kLine) + "}\n";
  Limits limits;
  limits.item_bytes_max = 500;
  const Parsed parsed = parse({{"a.jsonl", bytes_of(text)}}, limits);
  EXPECT_EQ(parsed.outcome.parsed, 2u);
  EXPECT_EQ(parsed.outcome.refused, 1u);
  EXPECT_EQ(parsed.found, 3u);
}

TEST(JsonLines, KnowsItsOwnByContentNotByName) {
  EXPECT_GT(parser().detect({{"noname", bytes_of(std::string(kLine) + "}")}}), 50);
  EXPECT_EQ(parser().detect({{"a.jsonl", bytes_of(R"({"version":"1","backupTimeMs":"1"})")}}), 0);
  EXPECT_EQ(parser().detect({{"a.jsonl", bytes_of("")}}), 0);
  EXPECT_EQ(parser().detect({}), 0);
}

/// The lines between "```jsonl" and "```" of the format page.
std::string worked_example() {
  std::ostringstream page;
  page << std::ifstream(STRONGROOM_SOURCE_DIR "/docs/formats/record-jsonl.md").rdbuf();
  const std::string text = page.str(), begin = "```jsonl\n";
  const std::size_t start = text.find(begin);
  if (start == std::string::npos) return {};
  return text.substr(start + begin.size(), text.find("```", start + begin.size()) - start - begin.size());
}

TEST(JsonLines, TheExampleOfTheFormatPageIsReadWithoutADoubt) {
  const std::string lines = worked_example(), picture(48'213, 'p');
  const std::vector<InputFile> files{{"lines.jsonl", bytes_of(lines)},
                                     {"files/valve.jpg", bytes_of(picture)}};
  EXPECT_GT(parser().detect(files), 50);
  const Parsed parsed = parse(files);
  EXPECT_EQ(parsed.outcome.parsed, 8u);
  EXPECT_EQ(parsed.outcome.refused, 0u);
  EXPECT_EQ(parsed.outcome.doubts, 0u);
  EXPECT_EQ(parsed.found, 8u);
  std::map<record::Kind, int> kinds;
  std::map<Hash256, int> identities;
  for (const record::Record& r : parsed.sink.records) {
    ++kinds[r.kind];
    ++identities[record::identity_of(r)];
    EXPECT_FALSE(r.native_id.empty());
  }
  EXPECT_EQ(kinds.size(), 6u);
  EXPECT_EQ(kinds[record::Kind::message], 2);
  EXPECT_EQ(identities.size(), 7u);
  EXPECT_EQ(parsed.sink.records[3].attachments[0].state, record::AttachmentState::present);
  EXPECT_EQ(parsed.sink.records[1].conversation.id, parsed.sink.records[2].conversation.id);
}

}  // namespace
}  // namespace strongroom::capture::jsonl
