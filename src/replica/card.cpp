#include "replica/card.h"

#include <fmt/format.h>

#include "base/utf8.h"
#include "codec/text.h"
#include "roster/roster.h"

namespace strongroom::replica {
namespace {

constexpr std::string_view kFirstLine = "strongroom archive card 1";

Result<void> take_line(Card& card, std::string& words, std::string_view line) {
  const auto space = line.find(' ');
  const std::string_view key = line.substr(0, space);
  const std::string_view value = space == line.npos ? std::string_view() : line.substr(space + 1);
  if (key == "archive") {
    card.archive = TRY(codec::array_from_hex<32>(value));
  } else if (key == "words") {
    words = value;
  } else if (key == "server") {
    TRY(split_address(value));
    card.server = value;
  } else if (key == "pin") {
    card.server_pins.push_back(TRY(codec::array_from_hex<32>(value)));
  } else {
    return fail(ErrorCode::malformed, "an archive card has a line that is not known");
  }
  return {};
}

}  // namespace

std::string format_card(const Card& card) {
  std::string out = fmt::format("{}\narchive {}\nwords {}\nserver {}\n", kFirstLine, codec::hex(card.archive),
                                roster::words_of(card.archive), card.server);
  for (const Hash256& pin : card.server_pins) out += fmt::format("pin {}\n", codec::hex(pin));
  return out;
}

Result<Card> parse_card(std::string_view text) {
  const std::string_view whole = text;
  Card card;
  std::string words;
  std::size_t number = 0;
  while (!text.empty()) {
    const auto end = text.find('\n');
    const std::string_view line = text.substr(0, end);
    text = end == text.npos ? std::string_view() : text.substr(end + 1);
    ++number;
    if (number == 1) {
      if (line != kFirstLine)
        return fail(ErrorCode::malformed, "this is not an archive card", "line 1",
                    "its first line is 'strongroom archive card 1'");
    } else if (!line.empty()) {
      TRY_IN(fmt::format("line {}", number), take_line(card, words, line));
    }
  }
  if (card.server.empty() || card.server_pins.empty() || card.server_pins.size() > 2)
    return fail(ErrorCode::malformed, "an archive card names one server and one or two pins");
  if (words != roster::words_of(card.archive))
    return fail(ErrorCode::malformed, "the card's words are not those of its archive id", "words",
                "ask for the card again, from a person you know");
  // Lines twice or in another order: a person and a program would read two different cards.
  if (format_card(card) != whole || !utf8::is_one_line(card.server))
    return fail(ErrorCode::malformed, "the lines are not as a card is written", "archive card",
                "ask for the card again, from a person you know");
  return card;
}

Result<std::pair<std::string, std::uint16_t>> split_address(std::string_view address) {
  const auto colon = address.rfind(':');
  if (colon == address.npos || colon == 0)
    return fail(ErrorCode::malformed, "not an address", std::string(address), "write it as host:port");
  std::string_view host = address.substr(0, colon);
  if (host.size() > 2 && host.front() == '[' && host.back() == ']') host = host.substr(1, host.size() - 2);
  const std::uint64_t port = TRY_IN("port", codec::from_decimal(address.substr(colon + 1), 65535));
  return std::pair(std::string(host), static_cast<std::uint16_t>(port));
}

}  // namespace strongroom::replica
