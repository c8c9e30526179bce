/// What header fields say: encoded words (RFC 2047), parameters (RFC 2045, RFC 2231), raw 8-bit text, folding.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "capture/mail/charset.h"

namespace strongroom::capture::mail {

/// Lines joined again (RFC 5322 §2.2.3), no white space around.
std::string unfolded(std::string_view raw);

/// An unstructured field (Subject) as people read it: encoded words decoded, neighbours of one charset joined before,
/// so that a character split between two is whole. `fallback`: the charset of raw 8-bit text that is not UTF-8.
std::string decoded_text(std::string_view raw, Charsets& charsets, std::string_view fallback);

/// The same field with every encoded word as one of UTF-8, and raw 8-bit text as UTF-8: for a parser of addresses, that
/// must see commas within encoded words as they are.
std::string with_utf8_words(std::string_view raw, Charsets& charsets, std::string_view fallback);

/// "text/plain; charset=x; name*0=a; name*1=b": the first value lower-cased, and decoded parameters, names lower-cased.
struct ParameterValue {
  std::string value;
  std::vector<std::pair<std::string, std::string>> parameters;
  /// Empty if there is none of that name.
  std::string_view parameter(std::string_view name) const;
};
/// At most 200 parameters are read.
ParameterValue read_parameters(std::string_view raw, Charsets& charsets, std::string_view fallback);

/// The "<...>" of a field: Message-ID, References. At most `limit`, without the brackets, each at most 998 bytes.
std::vector<std::string> message_ids(std::string_view raw, std::size_t limit);

std::string lower(std::string_view text);
std::string_view trimmed(std::string_view text);

}  // namespace strongroom::capture::mail
