#include "codec/cbor.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/check.h"

namespace strongroom::cbor {

void Writer::long_head(unsigned major, std::uint64_t n) {
  const unsigned exponent = n <= 0xFF ? 0 : n <= 0xFFFF ? 1 : n <= 0xFFFFFFFF ? 2 : 3;
  const std::size_t width = std::size_t{1} << exponent;
  std::byte* const to = claim(1 + width);
  to[0] = static_cast<std::byte>((major << 5) | (24 + exponent));
  for (std::size_t i = 0; i < width; ++i) to[1 + i] = static_cast<std::byte>(n >> (8 * (width - 1 - i)));
}

void Writer::grow(std::size_t size) {
  constexpr std::size_t kFirst = 64;
  out_.resize(std::max({kFirst, 2 * out_.size(), used_ + size}));
}

Writer& Writer::text(std::string_view v) {
  CHECK(utf8::is_valid(v));
  return item(kText, v.size(), bytes_of(v));
}

Bytes Writer::take() {
  out_.resize(std::exchange(used_, 0));
  return std::exchange(out_, {});
}

MapBuilder& MapBuilder::add(std::string_view key, Bytes value) {
  items_.emplace_back(Writer().text(key).take(), std::move(value));
  return *this;
}

Bytes MapBuilder::take() {
  std::sort(items_.begin(), items_.end());
  Writer w;
  w.map(items_.size());
  for (std::size_t i = 0; i < items_.size(); ++i) {
    CHECK(i == 0 || items_[i - 1].first != items_[i].first);
    w.raw(items_[i].first).raw(items_[i].second);
  }
  items_.clear();
  return w.take();
}

std::unexpected<Error> Reader::error(ErrorCode code, std::string what) const {
  return fail(code, std::move(what), fmt::format("CBOR offset {}", offset_));
}

Result<Reader::Head> Reader::head() {
  if (offset_ >= bytes_.size())
    return error(ErrorCode::malformed, "the data ends where an item should begin");
  const auto first = std::to_integer<unsigned>(bytes_[offset_]);
  const unsigned low = first & 0x1F;
  if (low < 24) {
    ++offset_;
    return Head{first >> 5, low};
  }
  if (low > 27) return error(ErrorCode::malformed, "indefinite or reserved length");
  const std::size_t width = std::size_t{1} << (low - 24);
  if (width > bytes_.size() - offset_ - 1)
    return error(ErrorCode::malformed, "the data ends inside an item's head");
  std::uint64_t n = 0;
  for (std::size_t i = 0; i < width; ++i)
    n = (n << 8) | std::to_integer<std::uint64_t>(bytes_[offset_ + 1 + i]);
  const bool longer_than_needed =
      n < 24 || (width == 2 && n <= 0xFF) || (width == 4 && n <= 0xFFFF) || (width == 8 && n <= 0xFFFFFFFF);
  if (longer_than_needed) return error(ErrorCode::malformed, "an item's head is longer than needed");
  offset_ += 1 + width;
  return Head{first >> 5, n};
}

Result<Type> Reader::peek() const {
  if (offset_ >= bytes_.size())
    return error(ErrorCode::malformed, "the data ends where an item should begin");
  const auto first = std::to_integer<unsigned>(bytes_[offset_]);
  switch (first >> 5) {
    case kUint: return Type::uint;
    case kNegative: return Type::negative;
    case kBytes: return Type::bytes;
    case kText: return Type::text;
    case kArray: return Type::array;
    case kMap: return Type::map;
    case kSimple:
      if ((first & 0x1F) == kFalse || (first & 0x1F) == kTrue) return Type::boolean;
      if ((first & 0x1F) == kNull) return Type::null;
      break;
    default: break;
  }
  return error(ErrorCode::malformed, "an item of a type that is not used (tag, float or simple value)");
}

Result<std::uint64_t> Reader::long_argument_of(unsigned major, const char* wanted) {
  const std::size_t start = offset_;
  const Head h = TRY(head());
  if (h.major == major) return h.argument;
  offset_ = start;
  return error(ErrorCode::malformed, fmt::format("expected {}", wanted));
}

std::unexpected<Error> Reader::malformed(const char* what) const { return error(ErrorCode::malformed, what); }

Result<std::uint64_t> Reader::uint_max(std::uint64_t max) {
  const std::uint64_t v = TRY(uint());
  if (v > max) return error(ErrorCode::limit_exceeded, fmt::format("the number is larger than {}", max));
  return v;
}

Result<std::int64_t> Reader::integer() {
  const Head h = TRY(head());
  if (h.major > kNegative) return error(ErrorCode::malformed, "expected an integer");
  if (h.argument > static_cast<std::uint64_t>(INT64_MAX))
    return error(ErrorCode::limit_exceeded, "integer too large");
  const auto v = static_cast<std::int64_t>(h.argument);
  return h.major == kUint ? v : -1 - v;
}

Result<void> Reader::label(std::string_view expected) {
  if (TRY(text()) != expected)
    return error(ErrorCode::malformed, fmt::format("this is not a '{}' object", expected));
  return {};
}

Result<void> Reader::array(std::size_t count) {
  if (TRY(array()) != count)
    return error(ErrorCode::malformed, fmt::format("expected an array of {}", count));
  return {};
}

Result<bool> Reader::boolean() {
  const std::uint64_t value = TRY(argument_of(kSimple, "true or false"));
  if (value != kFalse && value != kTrue) return malformed("expected true or false");
  return value == kTrue;
}

Result<void> Reader::null() {
  if (!TRY(null_next())) return error(ErrorCode::malformed, "expected null");
  return {};
}

Result<std::vector<std::pair<std::string_view, BytesView>>> Reader::text_map() {
  const std::uint64_t count = TRY(argument_of(kMap, "a map"));
  if (count > bytes_.size() - offset_) return error(ErrorCode::malformed, "a map is longer than the data");
  if (count > limits_.items_max) return error(ErrorCode::limit_exceeded, "a map has too many entries");
  std::vector<std::pair<std::string_view, BytesView>> out;
  BytesView previous;
  for (std::uint64_t i = 0; i < count; ++i) {
    const std::size_t start = offset_;
    const std::string_view key = TRY(text());
    const BytesView encoded = bytes_.subspan(start, offset_ - start);
    if (i > 0 && !std::ranges::lexicographical_compare(previous, encoded))
      return error(ErrorCode::malformed, "map keys repeat or are out of order");
    previous = encoded;
    out.emplace_back(key, TRY(item()));
  }
  return out;
}

Result<BytesView> Reader::item() {
  const std::size_t start = offset_;
  TRY(skip(0));
  return bytes_.subspan(start, offset_ - start);
}

Result<void> Reader::skip(std::size_t depth) {
  if (depth > limits_.depth_max) return error(ErrorCode::limit_exceeded, "items are nested too deeply");
  switch (TRY(peek())) {
    case Type::uint:
    case Type::negative: TRY(head()); return {};
    case Type::bytes: TRY(bytes()); return {};
    case Type::text: TRY(text()); return {};
    case Type::boolean:
    case Type::null: ++offset_; return {};
    case Type::array: {
      const std::size_t n = TRY(array());
      for (std::size_t i = 0; i < n; ++i) TRY(skip(depth + 1));
      return {};
    }
    case Type::map: {
      const std::uint64_t count = TRY(argument_of(kMap, "a map"));
      if (count > bytes_.size() - offset_)
        return error(ErrorCode::malformed, "a map is longer than the data");
      BytesView previous;
      for (std::uint64_t i = 0; i < count; ++i) {
        const std::size_t start = offset_;
        TRY(text());
        const BytesView key = bytes_.subspan(start, offset_ - start);
        if (i > 0 && !std::ranges::lexicographical_compare(previous, key))
          return error(ErrorCode::malformed, "map keys repeat or are out of order");
        previous = key;
        TRY(skip(depth + 1));
      }
      return {};
    }
  }
  return error(ErrorCode::internal, "unknown item type");
}

Result<void> Reader::end() const {
  if (offset_ != bytes_.size()) return error(ErrorCode::malformed, "there are bytes after the end");
  return {};
}

}  // namespace strongroom::cbor
