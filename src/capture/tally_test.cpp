#include "capture/tally.h"

#include <gtest/gtest.h>

#include "capture/collecting_sink.h"

namespace strongroom::capture {
namespace {

using record::Kind;
using record::Record;

/// A message whose original is `bytes` and of which a reader made `text`.
Record read_as(std::string text, BytesView bytes) {
  Record out;
  out.original = {copy_of(bytes), std::nullopt, 7, bytes.size(), "a.json"};
  out.text = std::move(text);
  return out;
}

TEST(Tally, WhatIsReadAsMoreThanARecordMayHoldIsRefusedWithItsBytes) {
  CollectingSink sink;
  Tally tally(sink, "test", 1);
  const std::string bytes = "{\"text\":\"@ana @ana\"}";
  Record many = read_as("", bytes_of(bytes));
  for (int i = 0; i < 18; ++i) many.extra["part " + std::to_string(i)] = std::string(1u << 20, 'x');
  Record within = read_as(std::string(17u << 20, 'x'), {});
  within.original.within = Hash256{};
  ASSERT_TRUE(tally.record(read_as(std::string(17u << 20, 'x'), bytes_of(bytes))));
  ASSERT_TRUE(tally.record(std::move(many)));
  ASSERT_TRUE(tally.record(Record(within)));
  ASSERT_TRUE(tally.record(read_as(std::string(9u << 20, 'x'), bytes_of(bytes))));
  EXPECT_EQ(tally.outcome().parsed, 1u);
  EXPECT_EQ(tally.outcome().refused, 3u);
  ASSERT_EQ(sink.records.size(), 4u);
  for (const Record& record : sink.records) EXPECT_LE(record::encode(record).size(), record::kRecordBytesMax);
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(sink.records[i].kind, Kind::unparsed_original);
    EXPECT_EQ(sink.records[i].doubts.at(0).code, "too-large");
    EXPECT_EQ(sink.records[i].original.offset, 7u);
  }
  EXPECT_EQ(text_of(sink.records[0].original.bytes), bytes);
  EXPECT_EQ(text_of(sink.records[1].original.bytes), bytes);
  EXPECT_EQ(sink.records[2].original.within, within.original.within);
  EXPECT_EQ(sink.records[3].kind, Kind::message);
}

TEST(Tally, AFileThatNoMessageNamesIsDoubted) {
  CollectingSink sink;
  Tally tally(sink, "test", 1);
  const InputFile file{"folder/notes.json", bytes_of("{}")};
  ASSERT_TRUE(hand_over_file(tally, file, Named::no));
  ASSERT_TRUE(hand_over_file(tally, file, Named::yes));
  ASSERT_EQ(sink.contents.size(), 2u);
  EXPECT_EQ(sink.contents[0].first.doubts.at(0).code, "unreferenced-file");
  EXPECT_TRUE(sink.contents[1].first.doubts.empty());
}

TEST(Tally, WhatIsRepairedWhenItIsEncodedCountsAsItWillBe) {
  CollectingSink sink;
  Tally tally(sink, "test", 1);
  ASSERT_TRUE(tally.record(read_as(std::string(5'700'000, '\xFF'), bytes_of("not UTF-8"))));
  ASSERT_EQ(sink.records.size(), 1u);
  EXPECT_EQ(sink.records[0].doubts.at(0).code, "too-large");
  EXPECT_EQ(text_of(sink.records[0].original.bytes), "not UTF-8");
}

}  // namespace
}  // namespace strongroom::capture
