#include "capture/signal/wire_walk.h"

namespace strongroom::capture::signal {
namespace {
constexpr std::uint64_t kLengthMax = 0x7FFFFFFF - 16;  ///< what the protobuf library accepts
constexpr std::uint32_t kEndGroup = 4;
}  // namespace

std::optional<std::uint64_t> WireWalk::varint(std::size_t bytes_max) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < bytes_max && at_ < bytes_.size(); ++i) {
    const auto byte = std::to_integer<std::uint64_t>(bytes_[at_++]);
    value |= (byte & 0x7F) << (7 * i);
    if ((byte & 0x80) == 0) return value;
  }
  return std::nullopt;
}

std::optional<BytesView> WireWalk::run(std::uint64_t length) {
  if (length > bytes_.size() - at_) return std::nullopt;
  const BytesView out = bytes_.subspan(at_, static_cast<std::size_t>(length));
  at_ += static_cast<std::size_t>(length);
  return out;
}

bool WireWalk::skip_group(std::uint32_t number, int depth) {
  if (depth <= 0) return false;
  while (at_ < bytes_.size()) {
    const auto tag = varint(5);
    if (!tag) return false;
    const auto t = static_cast<std::uint32_t>(*tag);
    if ((t & 7) == kEndGroup) return t >> 3 == number;
    WireField unused;
    if (!skip(t, depth - 1, unused)) return false;
  }
  return false;
}

bool WireWalk::skip(std::uint32_t tag, int depth, WireField& field) {
  field.number = tag >> 3;
  if (field.number == 0) return false;
  switch (tag & 7) {
    case 0: return varint(10).has_value();
    case 1: return run(8).has_value();
    case 2: {
      const auto length = varint(5);
      if (!length || *length > kLengthMax) return false;
      const auto payload = run(*length);
      if (!payload) return false;
      field.delimited = true;
      field.payload = *payload;
      return true;
    }
    case 3: return skip_group(field.number, depth);
    case 5: return run(4).has_value();
    default: return false;
  }
}

std::optional<WireField> WireWalk::next(int depth) {
  if (broken_ || at_end()) return std::nullopt;
  const auto tag = varint(5);
  WireField field;
  if (!tag || !skip(static_cast<std::uint32_t>(*tag), depth, field)) {
    broken_ = true;
    return std::nullopt;
  }
  return field;
}

}  // namespace strongroom::capture::signal
