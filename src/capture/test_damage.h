/// Test code only. Damage to an export that is indented, for tests of what it costs.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

namespace strongroom::capture {

/// Calls `see` with the text, one of its bytes from `begin` to `end` replaced by another: each by each. Left alone are
/// the bytes of the first `margin` columns, which show the lines' depth.
template <class See>
void each_damaged_byte(const std::string& text, std::size_t begin, std::size_t end, std::size_t margin,
                       See see) {
  for (std::size_t i = begin; i < end; ++i) {
    if (i - text.rfind('\n', i) <= margin) continue;
    for (const char c : {'"', '{', '}', '[', ']', ',', ':', '\\', 'x', '\0'}) {
      std::string damaged = text;
      damaged[i] = c;
      see(damaged);
    }
  }
}

/// Calls `see` 4000 times with the text, one to three blocks of it overwritten; nothing before `from`.
template <class See>
void each_damaged_text(const std::string& text, std::size_t from, See see) {
  std::uint32_t chance = 1;
  for (std::uint32_t round = 0; round < 4000; ++round) {
    std::string damaged = text;
    for (std::uint32_t block = 0; block < 1 + round % 3; ++block) {
      chance = chance * 1664525u + 1013904223u;
      const std::size_t at = from + (chance >> 8) % (damaged.size() - from);
      const std::size_t size =
          std::min<std::size_t>(1 + (chance >> 4) % (round % 2 == 0 ? 4 : 300), damaged.size() - at);
      damaged.replace(at, size, std::string(size, "\"{}[],x \n\0:"[(chance >> 28) % 11]));
    }
    see(damaged);
  }
}

}  // namespace strongroom::capture
