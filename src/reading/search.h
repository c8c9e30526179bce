/// Finding words by going through everything (no index): case-insensitive, any script.
#pragma once

#include <string>
#include <vector>

#include "grant/opened_case.h"
#include "reading/conversation.h"
#include "reading/show.h"

namespace strongroom::reading {

struct Hit {
  std::size_t conversation = 0;   ///< index in Reading::conversations
  Place place;
  std::string snippet;            ///< around the first word, on one line, fit for a terminal
};
struct Found {
  std::vector<Hit> hits;          ///< in the order of the conversations
  std::uint64_t searched = 0;     ///< records gone through
  std::uint64_t not_searched = 0; ///< originals that have no text a parser knew
};
/// Records where every word occurs somewhere: text, quotes, names, titles, attachments, polls.
/// `malformed` without words.
Result<Found> search(const Reading& reading, const std::vector<std::string>& words);

std::string found_text(const Reading& reading, const Found& found, Numbers numbers = Numbers::hidden);

}  // namespace strongroom::reading
