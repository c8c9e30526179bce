/// Many patterns looked for at once, in one pass over the bytes. Test code only.
///
/// Every four bytes are hashed into a table of one bit each; where the bit is set, the patterns that begin with these four
/// bytes are compared. With some thousands of patterns about one position in a hundred is looked at twice.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <unordered_map>
#include <vector>

#include "forms.h"

namespace strongroom::breach {

/// What the thief is after. A canary of 32 bytes or more is looked for in two halves: memory that was freed and taken
/// again has often lost its beginning.
struct Canary {
  /// opens, names, login: must not be found. expected: the server's own. public: anybody's. control: of the double.
  std::string kind;
  std::string name;
  Bytes bytes;
};
/// Lines of `kind TAB name TAB hex`.
std::vector<Canary> read_canaries(const std::string& path);

inline constexpr std::size_t kCanaryBytesMin = 8;  ///< shorter ones would be found by chance

class Searcher {
 public:
  /// CHECKs that each canary has at least kCanaryBytesMin bytes.
  explicit Searcher(const std::vector<Canary>& canaries);

  struct Found {
    std::size_t canary = 0;  ///< index into the canaries
    Form form = Form::raw;
    std::size_t offset = 0;
  };
  void search(BytesView bytes, const std::function<void(const Found&)>& visit) const;
  std::size_t patterns() const { return patterns_.size(); }

 private:
  struct Pattern {
    Bytes bytes;
    std::size_t canary = 0;
    Form form = Form::raw;
  };
  static constexpr unsigned kTableBits = 20;
  static std::uint32_t slot_of(std::uint32_t four) { return (four * 0x9e3779b1u) >> (32 - kTableBits); }
  void add(Bytes pattern, std::size_t canary, Form form);

  std::vector<Pattern> patterns_;
  std::unordered_map<std::uint32_t, std::vector<std::size_t>> by_prefix_;
  std::vector<std::uint64_t> table_ = std::vector<std::uint64_t>((1u << kTableBits) / 64);
};

}  // namespace strongroom::breach
