/// Apple's binary property list ("bplist00"): one object at a time, by number, without recursion. Bounded by its bytes.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/error.h"

namespace strongroom::capture::imessage {

struct PlistValue {
  enum class Type { other, integer, real, text, data, array, dictionary };
  Type type = Type::other;
  std::int64_t integer = 0;
  double real = 0;
  std::string text;  ///< valid UTF-8
  BytesView data;
  std::vector<std::uint64_t>
      refs;  ///< of an array its elements; of a dictionary its keys, then as many values
};

/// Borrows.
class Plist {
 public:
  /// `malformed`.
  static Result<Plist> of(BytesView bytes);
  std::uint64_t top() const { return top_; }
  Result<PlistValue> value(std::uint64_t number) const;
  /// The member of that name; nullopt if it is not there or cannot be read.
  std::optional<PlistValue> member(const PlistValue& dictionary, std::string_view name) const;

 private:
  Result<std::uint64_t> number_at(std::uint64_t offset, std::size_t size) const;
  Result<void> read_refs(std::uint64_t at, std::uint64_t count, std::vector<std::uint64_t>& out) const;

  BytesView bytes_;
  std::size_t offset_size_ = 0, ref_size_ = 0;
  std::uint64_t count_ = 0, top_ = 0, table_ = 0;
};

}  // namespace strongroom::capture::imessage
