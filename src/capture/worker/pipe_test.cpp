#include "capture/worker/pipe.h"

#include <gtest/gtest.h>

#include "capture/collecting_sink.h"
#include "capture/worker/material.h"

namespace strongroom::capture {
namespace {

record::Record a_record() {
  record::Record r;
  r.text = "hello";
  r.source = "s";
  return r;
}

/// Everything a worker might answer, as bytes.
Bytes full_answer() {
  Bytes out;
  AnswerWriter writer([&](BytesView bytes) -> Result<void> {
    append(out, bytes);
    return {};
  });
  EXPECT_TRUE(writer.record(a_record()));
  EXPECT_TRUE(writer.content(a_record(), Bytes(3'000'000, std::byte{7})));
  EXPECT_TRUE(writer.content(a_record(), {}));
  EXPECT_TRUE(writer.finish(std::vector{Outcome{"signal-backup", 4, 2, 2, 1}}));
  return out;
}

TEST(ParsePipe, RequestsSurvive) {
  const auto file = decode_request(encode_file_message("a/b.txt"));
  EXPECT_EQ(file->file_path, "a/b.txt");
  const StartMessage wanted{{"Europe/Lisbon", "dmy", "Ana"}, {1, 2, 3, 4}, Care::announce, {}};
  const auto start = decode_request(encode_start_message(wanted));
  ASSERT_TRUE(start && start->start);
  EXPECT_EQ(start->start->statement.zone, "Europe/Lisbon");
  EXPECT_EQ(start->start->statement.custodian_name, "Ana");
  EXPECT_EQ(start->start->limits.files_max, 4u);
  EXPECT_EQ(start->start->care, wanted.care);
  EXPECT_EQ(decode_request(encode_killer_message({"a.mbox", 12}))->killer, (Part{"a.mbox", 12}));
  const Bytes content(16u << 10, std::byte{7});
  const auto key = decode_request(encode_key_message(GivenKey::copy_of(content)).reveal());
  ASSERT_TRUE(key && key->key);
  EXPECT_TRUE(equal(key->key->reveal(), content));
  EXPECT_FALSE(decode_request({}));
}

TEST(ParsePipe, ManyKillersWithLongNamesFitTheirMessages) {
  constexpr std::size_t kMessageBytesMax = 64u << 10;
  const std::vector<Part> killers(50, Part{std::string(4096, 'x'), 12});
  EXPECT_LT(encode_start_message({{}, {}, Care::announce, killers}).size(), kMessageBytesMax);
  EXPECT_LT(encode_killer_message(killers.front()).size(), kMessageBytesMax);
}

TEST(ParsePipe, AnswersSurviveInPiecesOfAnySize) {
  const Bytes answer = full_answer();
  for (const std::size_t piece : {std::size_t{1} << 16, std::size_t{4093}, answer.size()}) {
    CollectingSink sink;
    AnswerReader reader(sink, 1u << 30);
    for (std::size_t at = 0; at < answer.size(); at += piece)
      ASSERT_TRUE(reader.take(BytesView(answer).subspan(at, std::min(piece, answer.size() - at))));
    ASSERT_EQ(sink.records.size(), 1u);
    EXPECT_EQ(sink.records[0], a_record());
    ASSERT_EQ(sink.contents.size(), 2u);
    EXPECT_EQ(sink.contents[0].second.size(), 3'000'000u);
    ASSERT_TRUE(reader.outcomes());
    EXPECT_EQ((*reader.outcomes())->at(0).refused, 2u);
  }
}

TEST(ParsePipe, RefusesAnswersAboveTheLimits) {
  CollectingSink sink;
  AnswerReader small(sink, 1000);
  EXPECT_FALSE(small.take(full_answer()));
  EXPECT_FALSE(small.sink_failed());
  AnswerReader reader(sink, 1000);
  EXPECT_FALSE(reader.take(Bytes{std::byte{0x7F}, std::byte{0}, std::byte{0}, std::byte{0}}));
}

TEST(ParsePipe, RefusesAnswersAfterTheLast) {
  Bytes twice = full_answer();
  append(twice, full_answer());
  CollectingSink sink;
  AnswerReader reader(sink, 1u << 30);
  EXPECT_FALSE(reader.take(twice));
}

TEST(ParsePipe, ACarefulWriterNamesEachPartAtOnceAndPassesOverKillers) {
  Bytes out;
  AnswerWriter writer([&](BytesView bytes) -> Result<void> {
    append(out, bytes);
    return {};
  });
  EXPECT_TRUE(writer.begin("a", 1).value());
  EXPECT_TRUE(out.empty());
  writer.heed({{}, {}, Care::announce, {{"a", 2}}});
  EXPECT_TRUE(writer.begin("a", 1).value());
  EXPECT_FALSE(writer.begin("a", 2).value());
  CollectingSink sink;
  AnswerReader reader(sink, 0);
  ASSERT_TRUE(reader.take(out));
  EXPECT_EQ(reader.begun(), (Part{"a", 1}));
}

/// Says that reading "killer" has killed a reader.
class Careful final : public Sink {
 public:
  Result<bool> begin(std::string_view file, std::uint64_t) override { return file != "killer"; }
  Result<void> record(record::Record&& record) override { return kept.record(std::move(record)); }
  Result<void> content(record::Record&& r, BytesView bytes) override {
    return kept.content(std::move(r), bytes);
  }
  CollectingSink kept;
};

TEST(ParseMaterial, AFileThatKilledAReaderIsShownToNobodyAndKept) {
  const std::string line = R"({"conversation":"c","author":"a","sent_at":"2024-03-10T14:05:00Z"})";
  Careful sink;
  const auto outcome = parse_material({{"a", bytes_of(line)}, {"killer", bytes_of(line)}}, {}, {}, sink);
  ASSERT_TRUE(outcome);
  ASSERT_EQ(sink.kept.records.size(), 2u);
  EXPECT_EQ(sink.kept.records.at(1).doubts.at(0).code, "killed-its-reader");
  EXPECT_EQ(text_of(sink.kept.records.at(1).original.bytes), line);
}

/// Says that dividing the material killed a reader.
class CarefulOfShares final : public Sink {
 public:
  Result<bool> begin(std::string_view file, std::uint64_t) override { return file != "strongroom-jsonl"; }
  Result<void> record(record::Record&& record) override { return kept.record(std::move(record)); }
  Result<void> content(record::Record&& r, BytesView bytes) override {
    return kept.content(std::move(r), bytes);
  }
  CollectingSink kept;
};

class Unreadable final : public Packed {
 public:
  std::uint64_t size() const override { return 7; }
  Result<Bytes> unpack() const override { return fail(ErrorCode::corrupt, "damaged"); }
  BytesView raw() const override { return bytes_of(std::string_view("as it lies there")); }
};

TEST(ParseMaterial, OfAPackedFileInAShareThatKilledAReaderTheBytesAreKept) {
  const std::string line = R"({"conversation":"c","author":"a","sent_at":"2024-03-10T14:05:00Z"})";
  const Unreadable picture;
  CarefulOfShares sink;
  const auto outcome =
      parse_material({{"a/l.jsonl", bytes_of(line)}, {"a/pic.jpg", {}, &picture}}, {}, {}, sink);
  ASSERT_TRUE(outcome);
  ASSERT_EQ(sink.kept.records.size(), 2u);
  EXPECT_EQ(sink.kept.records.at(1).original.file, "a/pic.jpg");
  EXPECT_EQ(text_of(sink.kept.records.at(1).original.bytes), "as it lies there");
}

TEST(ParseMaterial, AddsUpSeveralSources) {
  const std::string line = R"({"conversation":"c","author":"a","sent_at":"2024-03-10T14:05:00Z"})";
  const std::string backup("\x04\x08\x01\x10\x01", 5);
  CollectingSink sink;
  const auto outcome =
      parse_material({{"a/l.jsonl", bytes_of(line)}, {"b/x.binproto", bytes_of(backup)}}, {}, {}, sink);
  ASSERT_TRUE(outcome);
  ASSERT_EQ(outcome->size(), 2u);
  EXPECT_EQ(outcome->at(0).source, "strongroom-jsonl");
  EXPECT_EQ(outcome->at(1).source, "signal-backup");
  EXPECT_EQ(outcome->at(1).found, 1u);
  EXPECT_EQ(outcome->at(1).parsed, 1u);
}

TEST(ParseMaterial, KeepsWhatNobodyUnderstands) {
  CollectingSink sink;
  const auto outcome = parse_material({{"x", bytes_of("??")}}, {}, {}, sink);
  ASSERT_TRUE(outcome);
  EXPECT_EQ(outcome->at(0).source, "unknown");
  EXPECT_EQ(outcome->at(0).found, 1u);
  EXPECT_EQ(outcome->at(0).refused, 1u);
  EXPECT_EQ(text_of(sink.records.at(0).original.bytes), "??");
}

}  // namespace
}  // namespace strongroom::capture
