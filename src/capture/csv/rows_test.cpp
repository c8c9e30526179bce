#include "capture/csv/rows.h"

#include <gtest/gtest.h>

namespace strongroom::capture::csv {
namespace {

using Fields = std::vector<std::vector<std::string>>;

Fields all(std::string_view text, std::uint64_t max = 1u << 20) {
  Fields out;
  Rows rows(text, max);
  while (auto row = rows.next()) {
    EXPECT_EQ(text.substr(row->offset, row->text.size()), row->text);
    out.push_back(row->broken.empty() ? row->fields
                                      : std::vector<std::string>{"broken", std::string(row->text)});
  }
  return out;
}

TEST(Rows, FollowRfc4180) {
  EXPECT_EQ(all("\xEF\xBB\xBF"
                "a,b\r\n\"x, y\",\"he said \"\"no\"\"\nand left\"\r\n\r\n1,\n"),
            (Fields{{"a", "b"}, {"x, y", "he said \"no\"\nand left"}, {"1", ""}}));
  EXPECT_EQ(all("a"), (Fields{{"a"}}));
  EXPECT_EQ(all(""), Fields{});
  EXPECT_EQ(all(",\n"), (Fields{{"", ""}}));
}

TEST(Rows, TakeTheSeparatorOfTheFirstLine) {
  EXPECT_EQ(all("a;b,c;d\n1;2;3"), (Fields{{"a", "b,c", "d"}, {"1", "2", "3"}}));
  EXPECT_EQ(all("a\tb\n1\t2"), (Fields{{"a", "b"}, {"1", "2"}}));
}

TEST(Rows, AQuoteThatIsNeverClosedCostsOneLine) {
  EXPECT_EQ(all("a,b\n\"open,1\nc,d\n"), (Fields{{"a", "b"}, {"broken", "\"open,1"}, {"c", "d"}}));
  EXPECT_EQ(all("a,b\n" + std::string(100, 'x') + "\nc,d\n", 50)[1][0], "broken");
  EXPECT_EQ(all("a,b\n\"" + std::string(100, 'x') + "\"\nc,d\n", 50)[1][0], "broken");
}

TEST(Rows, InvalidTextIsRepaired) { EXPECT_EQ(all("\xFF,b")[0][0], "\xEF\xBF\xBD"); }

}  // namespace
}  // namespace strongroom::capture::csv
