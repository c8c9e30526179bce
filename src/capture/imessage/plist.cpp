#include "capture/imessage/plist.h"

#include <bit>

#include "base/utf8.h"

namespace strongroom::capture::imessage {
namespace {

constexpr std::size_t kTrailer = 32;

std::unexpected<Error> bad(std::string_view why) {
  return fail(ErrorCode::malformed, "property list: " + std::string(why));
}

std::string from_utf16(BytesView bytes) {
  std::string out;
  for (std::size_t i = 0; i + 1 < bytes.size(); i += 2) {
    char32_t point = read_be<std::uint16_t>(bytes.subspan(i, 2));
    if (point >= 0xD800 && point <= 0xDFFF) {
      const char32_t low = i + 3 < bytes.size() ? read_be<std::uint16_t>(bytes.subspan(i + 2, 2)) : 0;
      const bool is_pair = point < 0xDC00 && low >= 0xDC00 && low <= 0xDFFF;
      point = is_pair ? 0x10000 + ((point - 0xD800) << 10) + (low - 0xDC00) : 0xFFFD;
      if (is_pair) i += 2;
    }
    utf8::append(out, point);
  }
  return out;
}

}  // namespace

Result<Plist> Plist::of(BytesView bytes) {
  if (bytes.size() < 8 + kTrailer || !text_of(bytes).starts_with("bplist0")) return bad("the header is none");
  const BytesView trailer = bytes.last(kTrailer);
  Plist out;
  out.bytes_ = bytes.first(bytes.size() - kTrailer);
  out.offset_size_ = std::to_integer<std::size_t>(trailer[6]);
  out.ref_size_ = std::to_integer<std::size_t>(trailer[7]);
  out.count_ = read_be<std::uint64_t>(trailer.subspan(8));
  out.top_ = read_be<std::uint64_t>(trailer.subspan(16));
  out.table_ = read_be<std::uint64_t>(trailer.subspan(24));
  const bool sizes =
      out.offset_size_ >= 1 && out.offset_size_ <= 8 && out.ref_size_ >= 1 && out.ref_size_ <= 8;
  if (!sizes || out.table_ > out.bytes_.size() ||
      out.count_ > (out.bytes_.size() - out.table_) / out.offset_size_)
    return bad("the trailer is none");
  return out;
}

Result<std::uint64_t> Plist::number_at(std::uint64_t offset, std::size_t size) const {
  if (offset > bytes_.size() || size > bytes_.size() - offset) return bad("it points outside");
  std::uint64_t out = 0;
  for (const std::byte b : bytes_.subspan(offset, size)) out = (out << 8) | std::to_integer<std::uint64_t>(b);
  return out;
}

Result<void> Plist::read_refs(std::uint64_t at, std::uint64_t count, std::vector<std::uint64_t>& out) const {
  if (at > bytes_.size() || count > (bytes_.size() - at) / ref_size_) return bad("it points outside");
  out.reserve(count);
  for (std::uint64_t i = 0; i < count; ++i) out.push_back(TRY(number_at(at + i * ref_size_, ref_size_)));
  return {};
}

Result<PlistValue> Plist::value(std::uint64_t number) const {
  if (number >= count_) return bad("it refers to no object");
  std::uint64_t at = TRY(number_at(table_ + number * offset_size_, offset_size_));
  const std::uint64_t head = TRY(number_at(at++, 1));
  const std::uint64_t kind = head >> 4;
  std::uint64_t count = head & 0xF;
  PlistValue out;
  if (kind == 1 || kind == 2) {
    const std::size_t size = std::size_t{1} << (count & 7);
    if (size > 8) return out;
    const std::uint64_t raw = TRY(number_at(at, size));
    out.type = kind == 1 ? PlistValue::Type::integer : PlistValue::Type::real;
    out.integer = static_cast<std::int64_t>(raw);
    if (kind == 2)
      out.real = size == 8   ? std::bit_cast<double>(raw)
                 : size == 4 ? static_cast<double>(std::bit_cast<float>(static_cast<std::uint32_t>(raw)))
                             : 0;
    return out;
  }
  if (kind < 4 || kind == 7 || kind == 8) return out;
  if (count == 0xF) {
    const std::uint64_t size_head = TRY(number_at(at++, 1));
    const std::size_t size = std::size_t{1} << (size_head & 7);
    if (size > 8) return bad("a length that is none");
    count = TRY(number_at(at, size));
    at += size;
  }
  if (count > bytes_.size()) return bad("a length that is none");
  if (kind == 0xA || kind == 0xC || kind == 0xD) {
    out.type = kind == 0xD ? PlistValue::Type::dictionary : PlistValue::Type::array;
    TRY(read_refs(at, kind == 0xD ? 2 * count : count, out.refs));
    return out;
  }
  const std::uint64_t length = kind == 6 ? 2 * count : count;
  if (at > bytes_.size() || length > bytes_.size() - at) return bad("it points outside");
  const BytesView raw = bytes_.subspan(at, length);
  out.type = kind == 4 ? PlistValue::Type::data : PlistValue::Type::text;
  if (kind == 4) out.data = raw;
  if (kind == 5) out.text = utf8::repaired(text_of(raw));
  if (kind == 6) out.text = from_utf16(raw);
  return out;
}

std::optional<PlistValue> Plist::member(const PlistValue& dictionary, std::string_view name) const {
  if (dictionary.type != PlistValue::Type::dictionary) return std::nullopt;
  const std::size_t count = dictionary.refs.size() / 2;
  for (std::size_t i = 0; i < count; ++i) {
    const auto key = value(dictionary.refs[i]);
    if (!key || key->type != PlistValue::Type::text || key->text != name) continue;
    auto found = value(dictionary.refs[count + i]);
    if (found) return std::move(*found);
  }
  return std::nullopt;
}

}  // namespace strongroom::capture::imessage
