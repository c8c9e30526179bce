#include <gtest/gtest.h>

#include "capture/parser.h"

namespace strongroom::capture {
namespace {

constexpr std::string_view kLine = R"({"conversation":"c","author":"a","sent_at":"2024-03-10T14:05:00Z"})";
bool anything(const InputFile&) { return true; }

constexpr std::string_view kTakeout = R"({"version":"1","backupTimeMs":"1715636551000"})";

TEST(Parsers, SayWhatIsMissingWhenNobodyUnderstands) {
  const auto parser = detect({{"x", bytes_of("nothing we know")}});
  ASSERT_FALSE(parser);
  EXPECT_EQ(parser.error().code, ErrorCode::not_found);
  const auto shares = divide({{"x", bytes_of("nothing we know")}}, anything);
  ASSERT_EQ(shares.size(), 1u);
  EXPECT_EQ(shares[0].parser, nullptr);
}

TEST(Parsers, DivideMixedMaterialByContentAndMediaByNearness) {
  const auto shares = divide({{"a/lines", bytes_of(kLine)},
                              {"a/photo.jpg", bytes_of("\xFF\xD8")},
                              {"b/main.jsonl", bytes_of(kTakeout)},
                              {"b/files/voice.ogg", bytes_of("Ogg")}},
                             anything);
  ASSERT_EQ(shares.size(), 2u);
  EXPECT_EQ(shares[0].parser->source, "strongroom-jsonl");
  EXPECT_EQ(shares[0].files[1].path, "a/photo.jpg");
  EXPECT_EQ(shares[1].parser->source, "signal-takeout");
  EXPECT_EQ(shares[1].files[1].path, "b/files/voice.ogg");
}

}  // namespace
}  // namespace strongroom::capture
