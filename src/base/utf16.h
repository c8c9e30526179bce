/// Lengths in UTF-16 code units, which the sources count positions in a text by.
#pragma once

#include <cstdint>
#include <string_view>

namespace strongroom::utf16 {

/// Code units of a text in UTF-8 (RFC 3629, RFC 2781): two above U+FFFF, one for every other character.
inline std::uint64_t length_of(std::string_view text) {
  std::uint64_t units = 0;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    units += (byte & 0xC0u) == 0x80u ? 0 : byte >= 0xF0u ? 2 : 1;
  }
  return units;
}

}  // namespace strongroom::utf16
