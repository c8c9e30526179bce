#include "doctor/answers.h"

#include <algorithm>

namespace strongroom::doctor {
namespace {

constexpr std::size_t kLinesMax = 512;

char lower(char letter) {
  return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
}
bool alike(char a, char b) { return lower(a) == lower(b); }

}  // namespace

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> out;
  while (!text.empty() && out.size() < kLinesMax) {
    const std::size_t end = text.find('\n');
    std::string_view line = text.substr(0, end);
    if (line.ends_with('\r')) line.remove_suffix(1);
    out.push_back(line);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return out;
}

bool begins_with_word(std::string_view line, std::string_view word) {
  return line.size() >= word.size() && std::ranges::equal(line.substr(0, word.size()), word, alike);
}

bool mentions(std::string_view text, std::string_view word) {
  return !std::ranges::search(text, word, alike).empty();
}

}  // namespace strongroom::doctor
