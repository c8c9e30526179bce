// What people carry by hand (docs/formats/card.md). Each test keeps an input that once got through.
#include "replica/card.h"

#include <gtest/gtest.h>

namespace strongroom::replica {
namespace {

const Card kCard{{}, "archive.example:443", {Hash256{}}};

TEST(Card, ComesBackAsItWas) { EXPECT_EQ(parse_card(format_card(kCard)).value(), kCard); }

TEST(Card, LineThatStandsTwiceIsRefused) {
  std::string text = format_card(kCard);
  text.insert(text.find("server "), "server elsewhere.example:443\n");
  EXPECT_FALSE(parse_card(text));  // a person reads the first, the program took the last
}

TEST(Card, OtherOrderEmptyLinesAndALastLineCutOffAreRefused) {
  const std::string text = format_card(kCard);
  const std::string pin = text.substr(text.find("pin "));
  std::string moved = text.substr(0, text.find("pin "));
  moved.insert(moved.find("server "), pin);
  EXPECT_FALSE(parse_card(moved));
  EXPECT_FALSE(parse_card(text + "\n"));
  EXPECT_FALSE(parse_card(std::string_view(text).substr(0, text.size() - 1)));
}

TEST(Card, ServerThatCouldCommandATerminalIsRefused) {
  for (const char* server : {"a\x1B[2J:443", "a\xC2\x9B:443", "a\xFF:443"}) {
    Card card = kCard;
    card.server = server;
    EXPECT_FALSE(parse_card(format_card(card)));
  }
}

}  // namespace
}  // namespace strongroom::replica
