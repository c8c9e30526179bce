/// Deterministic CBOR: the core deterministic encoding of RFC 8949 §4.2.1 and nothing else.
///
/// Our formats use unsigned and negative integers, byte and text strings, arrays, maps with text keys, false,
/// true and null. The reader refuses every other type and every second way to write the same thing (longer
/// heads than needed, indefinite lengths, unsorted or repeated keys, invalid UTF-8, bytes after the end), so
/// parse followed by encode gives the same bytes.
#pragma once

#include <concepts>
#include <cstring>
#include <string_view>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "base/error.h"
#include "base/utf8.h"

namespace strongroom::cbor {

enum class Type { uint, negative, bytes, text, array, map, boolean, null };

enum Major : unsigned { kUint = 0, kNegative = 1, kBytes = 2, kText = 3, kArray = 4, kMap = 5, kSimple = 7 };
inline constexpr std::uint64_t kFalse = 20, kTrue = 21, kNull = 22;
inline constexpr std::byte kNullByte{(kSimple << 5) | kNull};

/// Appends items to a growing buffer. Counts are the caller's promise: an array of n is followed by n items. Inline, as
/// nearly every head is one byte: a record has some hundred of them.
class Writer {
 public:
  Writer& uint(std::uint64_t v) { return item(kUint, v); }
  Writer& integer(std::int64_t v) {
    return v >= 0 ? item(kUint, static_cast<std::uint64_t>(v))
                  : item(kNegative, static_cast<std::uint64_t>(-(v + 1)));
  }
  Writer& bytes(BytesView v) { return item(kBytes, v.size(), v); }
  Writer& text(std::string_view v);  ///< must be valid UTF-8 (CHECKed)
  /// What is not UTF-8 in it becomes U+FFFD.
  Writer& repaired_text(std::string_view v) {
    return utf8::is_valid(v) ? item(kText, v.size(), bytes_of(v)) : text(utf8::repaired(v));
  }
  Writer& array(std::size_t count) { return item(kArray, count); }
  Writer& map(std::size_t count) {
    return item(kMap, count);
  }  ///< keys must follow in order of their encodings
  Writer& boolean(bool v) { return item(kSimple, v ? kTrue : kFalse); }
  Writer& null() { return item(kSimple, kNull); }
  /// An item that is already encoded, or bytes around items.
  Writer& raw(BytesView v) {
    if (!v.empty()) std::memcpy(claim(v.size()), v.data(), v.size());
    return *this;
  }

  std::size_t size() const { return used_; }
  BytesView view() const { return BytesView(out_).first(used_); }
  Bytes take();
  /// Room for `size` bytes altogether.
  void reserve(std::size_t size) {
    if (size > out_.size()) out_.resize(size);
  }
  /// Writes over what is there already.
  void put_at(std::size_t offset, BytesView v) { std::memcpy(out_.data() + offset, v.data(), v.size()); }
  /// Forgets what is behind the first `size` bytes; keeps the room.
  void cut(std::size_t size) { used_ = size; }

 private:
  Writer& item(unsigned major, std::uint64_t argument, BytesView content = {}) {
    if (argument >= 24) {
      long_head(major, argument);
    } else {
      *claim(1) = static_cast<std::byte>((major << 5) | argument);
    }
    return raw(content);
  }
  void long_head(unsigned major, std::uint64_t argument);
  std::byte* claim(std::size_t size) {
    if (size > out_.size() - used_) grow(size);
    return out_.data() + std::exchange(used_, used_ + size);
  }
  void grow(std::size_t size);

  Bytes out_;  ///< larger than what is written: it grows in steps, and nobody asks at every byte
  std::size_t used_ = 0;
};

/// Makes a map from pairs in any order; `take` sorts them by encoded key. Keys must differ (CHECKed).
class MapBuilder {
 public:
  /// `value` is one encoded item.
  MapBuilder& add(std::string_view key, Bytes value);
  bool empty() const { return items_.empty(); }
  Bytes take();

 private:
  std::vector<std::pair<Bytes, Bytes>> items_;
};

struct Limits {
  std::size_t depth_max = 16;  ///< arrays and maps inside each other
  std::size_t items_max = 1u << 20;  ///< elements of one array or map
};

/// Reads items in order from borrowed bytes; what it returns points into them. After an error the reader
/// must not be used. Errors carry the byte offset.
class Reader {
 public:
  explicit Reader(BytesView bytes, Limits limits = {}) : bytes_(bytes), limits_(limits) {}

  Result<Type> peek() const;
  Result<std::uint64_t> uint();
  /// An unsigned integer of at most `max`.
  Result<std::uint64_t> uint_max(std::uint64_t max);
  Result<std::int64_t> integer();
  Result<BytesView> bytes();
  /// A byte string of exactly N bytes.
  template <std::size_t N>
  Result<ByteArray<N>> array_bytes() {
    const BytesView v = TRY(bytes());
    if (v.size() != N) return error(ErrorCode::malformed, "byte string has the wrong length");
    return array_of<N>(v);
  }
  Result<std::string_view> text();
  /// A text string that must equal `expected` (labels).
  Result<void> label(std::string_view expected);
  Result<std::size_t> array();
  /// An array that must have exactly `count` items.
  Result<void> array(std::size_t count);
  Result<bool> boolean();
  Result<void> null();
  /// Consumes a null if one is next; false leaves the reader where it was.
  Result<bool> null_next();
  /// A map with text keys: (key, encoded value) in order; order and uniqueness are checked.
  Result<std::vector<std::pair<std::string_view, BytesView>>> text_map();
  /// One whole item of any kind, checked for determinism; returns its bytes.
  Result<BytesView> item();
  /// Refuses bytes after the last item.
  Result<void> end() const;

  std::size_t offset() const { return offset_; }
  std::unexpected<Error> error(ErrorCode code, std::string what) const;

 private:
  struct Head {
    unsigned major;
    std::uint64_t argument;
  };
  Result<Head> head();
  Result<std::uint64_t> argument_of(unsigned major, const char* wanted);
  Result<std::uint64_t> long_argument_of(unsigned major, const char* wanted);
  Result<BytesView> string_of(unsigned major, const char* wanted);
  std::unexpected<Error> malformed(const char* what) const;
  Result<void> skip(std::size_t depth);

  BytesView bytes_;
  Limits limits_;
  std::size_t offset_ = 0;
};

// Nearly every head is one byte, and of the kind that is wanted: what else may be is asked, and told, elsewhere.
inline Result<std::uint64_t> Reader::argument_of(unsigned major, const char* wanted) {
  if (offset_ < bytes_.size()) {
    const auto first = std::to_integer<unsigned>(bytes_[offset_]);
    if (first >> 5 == major && (first & 0x1F) < 24) {
      ++offset_;
      return first & 0x1F;
    }
  }
  return long_argument_of(major, wanted);
}

inline Result<std::uint64_t> Reader::uint() { return argument_of(kUint, "an unsigned integer"); }

inline Result<BytesView> Reader::string_of(unsigned major, const char* wanted) {
  const std::uint64_t length = TRY(argument_of(major, wanted));
  if (length > bytes_.size() - offset_) return malformed("a string is longer than the data");
  return bytes_.subspan(std::exchange(offset_, offset_ + length), length);
}

inline Result<BytesView> Reader::bytes() { return string_of(kBytes, "a byte string"); }

inline Result<std::string_view> Reader::text() {
  const std::string_view v = text_of(TRY(string_of(kText, "a text string")));
  if (!utf8::is_valid(v)) return malformed("a text string is not UTF-8");
  return v;
}

inline Result<std::size_t> Reader::array() {
  const std::uint64_t count = TRY(argument_of(kArray, "an array"));
  // Each item takes at least one byte, so a count beyond the rest of the data is a lie.
  if (count > bytes_.size() - offset_) return malformed("an array is longer than the data");
  if (count > limits_.items_max) return error(ErrorCode::limit_exceeded, "an array has too many items");
  return count;
}

inline Result<bool> Reader::null_next() {
  if (offset_ >= bytes_.size()) return malformed("the data ends where an item should begin");
  if (bytes_[offset_] != kNullByte) return false;
  ++offset_;
  return true;
}

/// The one array that protocol §1.9 feeds to HKDF, HMAC and hashes: [label, version, items...].
/// Built with `labelled("seed", h.size...)`: see the overloads of `put`.
inline void put(Writer& w, BytesView v) { w.bytes(v); }
inline void put(Writer& w, std::string_view v) { w.text(v); }
inline void put(Writer& w, const char* v) { w.text(v); }
template <std::unsigned_integral T>
void put(Writer& w, T v) {
  w.uint(v);
}
inline void put(Writer& w, std::nullptr_t) { w.null(); }

/// Protocol §1.9: the deterministic array [label, suite version 1, items...].
template <class... Items>
Bytes labelled(std::string_view label, const Items&... items) {
  Writer w;
  w.array(2 + sizeof...(items)).text(label).uint(1);
  (put(w, items), ...);
  return w.take();
}

}  // namespace strongroom::cbor
