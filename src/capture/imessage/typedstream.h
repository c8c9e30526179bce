/// NeXT's typedstream, in which Messages keeps the text of a message with its attributes (message.attributedBody): the
/// text, and what applies to which part of it. Bounded: depth, objects, and nothing outside the bytes.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/error.h"

namespace strongroom::capture::imessage {

/// A stretch of the text (UTF-16 units) and its attributes: texts and numbers as text, everything else as "".
struct Stretch {
  std::uint64_t start = 0, length = 0;
  std::map<std::string, std::string> attributes;
};
struct AttributedText {
  std::string text;  ///< valid UTF-8
  std::vector<Stretch> stretches;
  bool is_guess =
      false;  ///< the stream is damaged: what stands where the text begins, up to where it seems to end
};
/// `malformed`, `limit_exceeded`.
Result<AttributedText> read_attributed_text(BytesView stream);

}  // namespace strongroom::capture::imessage
