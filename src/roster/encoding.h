/// How this room reads and writes its objects: a deterministic CBOR array that begins with a label and the suite
/// version. Private to src/roster.
#pragma once

#include <algorithm>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "base/error.h"
#include "base/utf8.h"
#include "codec/cbor.h"

namespace strongroom::roster::encoding {

/// Begins [label, 1, ...] with `fields` items after the version.
inline cbor::Writer begin(std::string_view label, std::size_t fields) {
  cbor::Writer w;
  w.array(fields + 2).text(label).uint(1);
  return w;
}
inline Result<void> begin(cbor::Reader& r, std::string_view label, std::size_t fields) {
  TRY(r.array(fields + 2));
  TRY(r.label(label));
  if (TRY(r.uint()) != 1) return r.error(ErrorCode::unsupported, "a version this program does not know");
  return {};
}

/// Nothing follows, and writing the value again gives the same bytes.
template <class T>
Result<T> finish(const cbor::Reader& r, T value, BytesView content) {
  TRY(r.end());
  if (!equal(encode(value), content))
    return r.error(ErrorCode::malformed, "this is not the one way to write it");
  return value;
}

inline Result<std::uint32_t> get_u32(cbor::Reader& r) {
  return static_cast<std::uint32_t>(TRY(r.uint_max(UINT32_MAX)));
}
inline Result<std::string> get_text(cbor::Reader& r, std::size_t bytes_max) {
  const std::string_view text = TRY(r.text());
  if (text.size() > bytes_max) return r.error(ErrorCode::limit_exceeded, "a text is too long");
  return std::string(text);
}

/// A text that people are shown: one line, nothing in it that could write elsewhere on their terminal.
inline Result<std::string> get_line(cbor::Reader& r, std::size_t bytes_max) {
  std::string text = TRY(get_text(r, bytes_max));
  if (!utf8::is_one_line(text)) return r.error(ErrorCode::malformed, "a text has control characters");
  return text;
}

/// An array of at most `max` items, each read by `get(r)`.
template <class T, class Get>
Result<std::vector<T>> get_list(cbor::Reader& r, std::size_t max, Get get) {
  const std::size_t count = TRY(r.array());
  if (count > max) return r.error(ErrorCode::limit_exceeded, "a list has too many items");
  std::vector<T> out;
  for (std::size_t i = 0; i < count; ++i) {
    Result<T> item = get(r);
    if (!item) return std::unexpected(std::move(item).error());
    out.push_back(std::move(*item));
  }
  return out;
}
template <class T, class Put>
void put_list(cbor::Writer& w, const std::vector<T>& list, Put put) {
  w.array(list.size());
  for (const T& item : list) put(w, item);
}

/// Strictly ascending by `key`: sorted, and nothing twice.
template <class T, class Key>
bool ascending(const std::vector<T>& list, Key key) {
  return std::ranges::adjacent_find(list, [&](const T& a, const T& b) {
           return !(std::invoke(key, a) < std::invoke(key, b));
         }) == list.end();
}
template <class T>
bool ascending(const std::vector<T>& list) {
  return ascending(list, std::identity{});
}
/// `list` if it is ascending; `malformed` otherwise.
template <class T, class Key = std::identity>
Result<std::vector<T>> in_order(const cbor::Reader& r, std::vector<T> list, Key key = {}) {
  if (!ascending(list, key))
    return r.error(ErrorCode::malformed, "a list repeats an item or is out of order");
  return list;
}

}  // namespace strongroom::roster::encoding
