#include "capture/slack/mrkdwn.h"

#include <gtest/gtest.h>

#include <boost/json.hpp>

namespace strongroom::capture::slack {
namespace {

TEST(Mrkdwn, ReferencesBecomeNamesAndAreRanges) {
  Directory directory("");
  directory.learn_user(
      boost::json::parse(R"({"id":"U02AB","name":"ana","profile":{"real_name":"Ana Costa"}})").as_object());
  const Shown text =
      shown("\xF0\x9F\x98\x80 <@U02AB> &amp; <@U9ZZZ|bob> in <#C1AAA|general>, <!here> &lt;3", directory);
  EXPECT_EQ(text.text, "\xF0\x9F\x98\x80 @Ana Costa & @bob in #general, @here <3");
  ASSERT_EQ(text.ranges.size(), 4u);
  EXPECT_EQ(text.ranges[0], (record::TextRange{3, 10, "mention", "slack:U02AB"}));
  EXPECT_EQ(text.ranges[1], (record::TextRange{16, 4, "mention", "slack:U9ZZZ"}));
  EXPECT_EQ(text.ranges[2].mention_id, "slack:channel:C1AAA");
}

TEST(Mrkdwn, LinksShowBothLabelAndAddress) {
  const Directory directory("");
  EXPECT_EQ(shown("<https://a.b/?x=1&amp;y=2>", directory).text, "https://a.b/?x=1&y=2");
  EXPECT_EQ(shown("<https://a.b|this>", directory).text, "this (https://a.b)");
  EXPECT_EQ(shown("<mailto:a@b.c|a@b.c>", directory).text, "a@b.c");
  EXPECT_EQ(shown("<!date^1392734382^{date}|February 18th>", directory).text, "February 18th");
  EXPECT_EQ(shown("<!subteam^S1|@team>", directory).text, "@team");
}

TEST(Mrkdwn, WhatIsNoReferenceStaysAsItStands) {
  const Directory directory("");
  for (const std::string_view text : {"a < b", "<", "<>", "&", "&nbsp;", "<a <b", "<\xF0\x9F"})
    EXPECT_EQ(shown(text, directory).text, text);
}

TEST(Mrkdwn, BracketsThatNeverCloseAreReadInTheirOwnLength) {
  const std::string open(4u << 20, '<');  // the square of this would take hours
  EXPECT_EQ(shown(open, Directory("")).text, open);
}

}  // namespace
}  // namespace strongroom::capture::slack
