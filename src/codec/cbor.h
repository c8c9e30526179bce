/// Deterministic CBOR: the core deterministic encoding of RFC 8949 §4.2.1 and nothing else.
///
/// Our formats use unsigned and negative integers, byte and text strings, arrays, maps with text keys, false,
/// true and null. The reader refuses every other type and every second way to write the same thing (longer
/// heads than needed, indefinite lengths, unsorted or repeated keys, invalid UTF-8, bytes after the end), so
/// parse followed by encode gives the same bytes.
#pragma once

#include <concepts>
#include <string_view>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "base/error.h"

namespace strongroom::cbor {

enum class Type { uint, negative, bytes, text, array, map, boolean, null };

/// Appends items to a growing buffer. Counts are the caller's promise: an array of n is followed by n items.
class Writer {
 public:
  Writer& uint(std::uint64_t v);
  Writer& integer(std::int64_t v);
  Writer& bytes(BytesView v);
  Writer& text(std::string_view v);  ///< must be valid UTF-8 (CHECKed)
  Writer& repaired_text(std::string_view v);  ///< what is not UTF-8 in it becomes U+FFFD
  Writer& array(std::size_t count);
  Writer& map(std::size_t count);  ///< keys must follow in order of their encodings
  Writer& boolean(bool v);
  Writer& null();
  /// An item that is already encoded.
  Writer& raw(BytesView item);

  void reserve(std::size_t size) { out_.reserve(size); }
  const Bytes& view() const { return out_; }
  Bytes take() { return std::move(out_); }

 private:
  Writer& valid_text(std::string_view v);
  void head(unsigned major, std::uint64_t argument);
  Bytes out_;
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
  Result<Head> long_head();
  Result<Head> head_of(unsigned major, const char* wanted);
  std::unexpected<Error> not_what_is_expected(const char* wanted) const;
  Result<BytesView> run(std::uint64_t length);
  Result<void> skip(std::size_t depth);

  BytesView bytes_;
  Limits limits_;
  std::size_t offset_ = 0;
};

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
