/// The archive card: what a person or device must know before it can believe anything (protocol §2.4). It arrives out
/// of band, inside an invitation or from the genesis ceremony, never from the server; its words are compared aloud.
/// Format page: docs/formats/card.md.
#pragma once

#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/error.h"

namespace strongroom::replica {

struct Card {
  Hash256 archive{};  ///< the archive id
  std::string server;  ///< "host:port" of the service listener
  std::vector<Hash256> server_pins;  ///< one or two
  bool operator==(const Card&) const = default;
};

/// Lines of text: "strongroom archive card 1", then "archive", "words", "server", "pin".
std::string format_card(const Card& card);
/// `malformed` names the line; words that are not those of the archive id are refused.
Result<Card> parse_card(std::string_view text);

/// Splits "host:port"; IPv6 in brackets.
Result<std::pair<std::string, std::uint16_t>> split_address(std::string_view address);

}  // namespace strongroom::replica
