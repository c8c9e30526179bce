#include "capture/teams/markup.h"

#include <gtest/gtest.h>

namespace strongroom::capture::teams {
namespace {

TEST(TeamsMarkup, LooksAsItsReadersSawIt) {
  const Plain plain = plain_text(
      "<div><div>Hello&nbsp;<at id=\"0\">Jane</at>, <b>bo<i>ld</i></b></div>\n<p>line<br>two</p>"
      "<a href=\"https://a.b/?x=1&amp;y\">here</a> <a href=\"https://c\">https://c</a>"
      "<emoji id=\"x\" alt=\"\xF0\x9F\x98\x80\"></emoji><img src=\"u/hostedContents/1/$value\"><!-- gone "
      "--></div>");
  EXPECT_EQ(plain.text,
            "Hello\xC2\xA0Jane, bold\nline\ntwo\nhere (https://a.b/?x=1&y) https://c\xF0\x9F\x98\x80");
  ASSERT_EQ(plain.ranges.size(), 3u);
  EXPECT_EQ(plain.ranges[0], (record::TextRange{6, 4, "mention", "0"}));
  EXPECT_EQ(plain.ranges[1], (record::TextRange{12, 4, "bold", ""}));
  EXPECT_EQ(plain.ranges[2], (record::TextRange{14, 2, "italic", ""}));
  EXPECT_EQ(plain.images, std::vector<std::string>{"u/hostedContents/1/$value"});
}

TEST(TeamsMarkup, WhatIsNoMarkupStays) {
  EXPECT_EQ(plain_text("a < b &amp; c &unknown; d").text, "a < b & c &unknown; d");
  EXPECT_EQ(plain_text("&#x1F600;&#65;&#0;&#xD800;").text,
            "\xF0\x9F\x98\x80"
            "A&#0;&#xD800;");
  EXPECT_EQ(plain_text("<b>never closed").ranges.size(), 1u);
  EXPECT_EQ(plain_text("<").text, "<");
  EXPECT_EQ(plain_text("<pre>a\n  b</pre>").text, "a\n  b");
  EXPECT_EQ(plain_text("").text, "");
}

TEST(TeamsMarkup, HostileMarkupTakesNoLongerThanItIsLong) {
  std::string open, quoted;
  for (int i = 0; i < 100'000; ++i) open += "<a ", quoted += "<a x=\"";
  (void)plain_text(open);
  (void)plain_text(quoted + ">");
  std::string less, closing;
  for (int i = 0; i < 300'000; ++i) less += "<1", closing += "</1";
  EXPECT_EQ(plain_text(less + ">").text, less + ">");
  EXPECT_EQ(plain_text(closing + ">").text, closing + ">");
  std::string nested;
  for (int i = 0; i < 100'000; ++i) nested += "<b>x";
  EXPECT_LE(plain_text(nested).ranges.size(), 64u);
}

}  // namespace
}  // namespace strongroom::capture::teams
