/// Strict UTF-8 (RFC 3629): no overlong forms, no surrogates, nothing above U+10FFFF.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace strongroom::utf8 {

bool is_valid(std::string_view text);
/// Valid, and without control characters (C0, DEL and C1): on a terminal it writes one line and does nothing else.
bool is_one_line(std::string_view text);
/// `text` made so: every invalid byte and every control character replaced by U+FFFD; for showing, never for storing.
std::string one_line(std::string_view text);
/// Decodes the code point at `offset` and moves past it; nullopt (offset unmoved) if the bytes are not UTF-8.
std::optional<char32_t> next(std::string_view text, std::size_t& offset);
/// Appends one code point (a scalar value).
void append(std::string& to, char32_t code_point);
/// `text` with every invalid byte replaced by U+FFFD; for showing, never for storing.
std::string repaired(std::string_view text);

}  // namespace strongroom::utf8
