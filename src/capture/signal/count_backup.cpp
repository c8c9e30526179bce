#include <array>
#include <optional>

#include "capture/signal/count.h"
#include "capture/signal/wire_shape.h"
#include "capture/signal/wire_walk.h"

namespace strongroom::capture::signal {
namespace {

using wire_shape::Shape;

constexpr int kDepthMax = 100;

/// The rows of `kInside` by shape and number: a frame asks for five of them.
constexpr std::size_t kShapes = static_cast<std::size_t>(Shape::ChatFolder) + 1;
constexpr std::size_t kFields = 40;
using ByField = std::array<std::array<std::optional<Shape>, kFields>, kShapes>;
constexpr ByField kByField = [] {
  ByField out{};
  for (const wire_shape::Inside& row : wire_shape::kInside)
    out.at(static_cast<std::size_t>(row.outer)).at(row.field) = row.inner;
  return out;
}();

/// Of the message in this field; nullopt if it is none.
std::optional<Shape> inside(Shape outer, std::uint32_t field) {
  return field < kFields ? kByField[static_cast<std::size_t>(outer)][field] : std::nullopt;
}

bool is_packed_whole(BytesView payload, Shape shape) {
  if (shape == Shape::fixed32s) return payload.size() % 4 == 0;
  WireWalk numbers(payload);
  while (!numbers.at_end()) {
    if (!numbers.varint(10)) return false;
  }
  return true;
}

/// True if the message and everything inside it is whole.
bool is_whole(BytesView message, Shape shape, int depth) {
  WireWalk fields(message);
  while (const auto field = fields.next(depth)) {
    if (!field->delimited) continue;
    const std::optional<Shape> inner = inside(shape, field->number);
    if (!inner) continue;
    if (inner == Shape::varints || inner == Shape::fixed32s) {
      if (!is_packed_whole(field->payload, *inner)) return false;
    } else if (depth <= 0 || !is_whole(field->payload, *inner, depth - 1)) {
      return false;
    }
  }
  return !fields.broken();
}

std::uint64_t occurrences(BytesView message, std::uint32_t number) {
  std::uint64_t count = 0;
  WireWalk fields(message);
  while (const auto field = fields.next(kDepthMax)) {
    if (field->delimited && field->number == number) ++count;
  }
  return count;
}

/// Of fields that exclude each other the last one stands; pieces of one and the same are one message.
struct Choice {
  std::uint32_t number = 0;
  BytesView message;
  Bytes joined = {};  ///< what `message` shows if it came in pieces
};
template <class IsMember>
Choice last_of(BytesView message, IsMember is_member) {
  Choice out;
  WireWalk fields(message);
  while (const auto field = fields.next(kDepthMax)) {
    if (!field->delimited || !is_member(field->number)) continue;
    if (field->number != out.number) {
      out = {field->number, field->payload};
      continue;
    }
    if (out.joined.empty()) out.joined = copy_of(out.message);
    append(out.joined, field->payload);
    out.message = out.joined;
  }
  return out;
}

/// Reactions are field 6, 2, 2, 2, 3 or 5 of the six kinds of content that can have them.
std::uint32_t reaction_field(std::uint32_t content) {
  switch (content) {
    case 11: return 6;
    case 12:
    case 13:
    case 18: return 2;
    case 19: return 3;
    case 20: return 5;
    default: return 0;
  }
}

std::uint64_t votes_in(BytesView poll) {
  std::uint64_t count = 0;
  WireWalk fields(poll);
  while (const auto field = fields.next(kDepthMax)) {
    if (field->delimited && field->number == 3) count += occurrences(field->payload, 2);
  }
  return count;
}

/// One version of an item: itself (or its group updates), its pin, its reactions, its votes.
std::uint64_t count_version(BytesView item) {
  const Choice content = last_of(item, [](std::uint32_t n) { return (n >= 11 && n <= 20) || n == 22; });
  const std::uint64_t pin = occurrences(item, 21) > 0 ? 1 : 0;
  if (content.number == 15) {
    const Choice update = last_of(content.message, [](std::uint32_t n) { return n >= 1 && n <= 11; });
    const std::uint64_t changes = update.number == 2 ? occurrences(update.message, 1) : 1;
    return pin + (changes == 0 ? 1 : changes);
  }
  const std::uint32_t reactions = reaction_field(content.number);
  return 1 + pin + (reactions == 0 ? 0 : occurrences(content.message, reactions)) +
         (content.number == 20 ? votes_in(content.message) : 0);
}

std::uint64_t count_frame(BytesView frame) {
  if (!is_whole(frame, Shape::Frame, kDepthMax)) return 1;
  const Choice kind = last_of(frame, [](std::uint32_t n) { return n >= 1 && n <= 8; });
  if (kind.number != 4) return 1;
  std::uint64_t count = count_version(kind.message);
  WireWalk fields(kind.message);
  while (const auto field = fields.next(kDepthMax)) {
    if (field->delimited && field->number == 6) count += count_version(field->payload);
  }
  return count;
}

}  // namespace

std::size_t BackupCount::take(BytesView bytes) {
  std::size_t at = 0;
  for (; at < bytes.size(); ++count_) {
    WireWalk length_of(bytes.subspan(at));
    const auto length = length_of.varint(10);
    if (!length || *length > bytes.size() - at - length_of.offset()) return at;
    const BytesView frame = bytes.subspan(at + length_of.offset(), static_cast<std::size_t>(*length));
    if (count_ > 0 && frame.size() <= frame_bytes_max_) count_ += count_frame(frame) - 1;
    at += length_of.offset() + frame.size();
  }
  return at;
}

void BackupCount::add(BytesView piece) {
  append(held_, piece);
  const std::size_t taken = take(held_);
  held_.erase(held_.begin(), held_.begin() + static_cast<std::ptrdiff_t>(taken));
}

std::uint64_t count_backup(BytesView stream, std::uint64_t frame_bytes_max) {
  BackupCount count(frame_bytes_max);
  const std::size_t taken = count.take(stream);
  return count.whole() + (taken < stream.size() ? 1 : 0);
}

}  // namespace strongroom::capture::signal
