/// A set of bytes, and where one of them stands in a text: std::string_view::find_first_of calls the C library for
/// every byte it looks at.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

namespace strongroom {

class CharSet {
 public:
  constexpr explicit CharSet(std::string_view members) {
    for (const char c : members) has_[static_cast<unsigned char>(c)] = true;
  }
  constexpr bool contains(char c) const { return has_[static_cast<unsigned char>(c)]; }
  /// Where the first member at or behind `from` stands; the text's size if none does.
  constexpr std::size_t first_in(std::string_view text, std::size_t from = 0) const {
    while (from < text.size() && !contains(text[from])) ++from;
    return from < text.size() ? from : text.size();
  }

 private:
  std::array<bool, 256> has_{};
};

}  // namespace strongroom
