/// Texts for made-up messages: the same every time.
#pragma once

#include <cstdint>
#include <random>
#include <string>

namespace strongroom::bench {

/// Words that are none, of 2 to 9 letters, some beyond ASCII, 4 to 40 a message.
class Words {
 public:
  std::string message() {
    std::string out;
    const auto count = 4 + random_() % 37;
    for (std::uint64_t i = 0; i < count; ++i) {
      if (i > 0) out += ' ';
      const auto letters = 2 + random_() % 8;
      for (std::uint64_t l = 0; l < letters; ++l)
        out += random_() % 40 == 0 ? "\xC3\xA9" : std::string(1, static_cast<char>('a' + random_() % 26));
    }
    return out;
  }
  std::uint64_t number(std::uint64_t below) { return random_() % below; }

 private:
  std::mt19937_64 random_{20261122};
};

}  // namespace strongroom::bench
