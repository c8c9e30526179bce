/// Strings of the little JSON that programs answer with; its numbers and structure are written in place.
#pragma once

#include <string>
#include <string_view>

namespace strongroom::codec {

/// With quotation marks. Bytes that are not UTF-8 become U+FFFD; no control character is left that could write on a
/// terminal (RFC 8259 §7).
std::string json_string(std::string_view text);

}  // namespace strongroom::codec
