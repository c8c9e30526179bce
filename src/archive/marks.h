/// What the archive says of an entry that it stored all the same (protocol §3.9, §4.1).
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace strongroom::archive {

enum class Mark : std::uint8_t {
  late = 1,          ///< the device's clock was far behind when it arrived
  stale = 2,         ///< sealed under a roster that was no longer the current one
  misfiled = 4,      ///< its lot is not the one the schedule names
  dead = 8,          ///< its lot had been destroyed
  equivocation = 16  ///< its place in the chain was taken, or the hash before it is not the one there
};

/// A set of marks: the flags byte of a header in the vault.
class Marks {
 public:
  Marks() = default;
  explicit Marks(std::uint8_t bits) : bits_(bits) {}
  Marks& add(Mark mark) {
    bits_ = static_cast<std::uint8_t>(bits_ | static_cast<std::uint8_t>(mark));
    return *this;
  }
  bool has(Mark mark) const { return (bits_ & static_cast<std::uint8_t>(mark)) != 0; }
  std::uint8_t bits() const { return bits_; }
  /// "late", "stale", ... in order of the bits.
  std::vector<std::string_view> names() const {
    std::vector<std::string_view> out;
    if (has(Mark::late)) out.emplace_back("late");
    if (has(Mark::stale)) out.emplace_back("stale");
    if (has(Mark::misfiled)) out.emplace_back("misfiled");
    if (has(Mark::dead)) out.emplace_back("dead");
    if (has(Mark::equivocation)) out.emplace_back("equivocation");
    return out;
  }
  bool operator==(const Marks&) const = default;

 private:
  std::uint8_t bits_ = 0;
};

}  // namespace strongroom::archive
