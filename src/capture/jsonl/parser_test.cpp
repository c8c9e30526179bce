#include "capture/jsonl/parser.h"

#include <gtest/gtest.h>

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

}  // namespace
}  // namespace strongroom::capture::jsonl
