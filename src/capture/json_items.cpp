#include "capture/json_items.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/utf8.h"
#include "codec/json_text.h"

namespace strongroom::capture {
namespace {

constexpr std::size_t kFrameBytesMax = 64u << 10;
constexpr FrameMembers::Form kMembers{"frame.json", "application/json", "[", ",\n ", "]\n"};

}  // namespace

std::string scalar_text(std::string_view json) {
  if (json.starts_with('"')) {
    if (auto value = json::parse(json); value && value->is_string())
      return utf8::repaired({value->get_string().data(), value->get_string().size()});
  }
  return utf8::repaired(json);
}

JsonItems::JsonItems(Tally& tally, const InputFile& file, const Limits& limits)
    : tally_(tally),
      file_(file),
      members_(tally, file.path, kMembers),
      item_bytes_max_(std::min<std::uint64_t>(limits.item_bytes_max, kRefusedInRecordMax)) {}

Result<void> JsonItems::refuse(const json::Value& value, std::string code, std::string detail) {
  return tally_.refuse({file_.path, value.offset, bytes_of(value.text), std::move(code),
                        fmt::format("{} (offset {}, {} bytes)", detail, value.offset, value.text.size())});
}

Result<json::Found> JsonItems::item(std::string_view path, const json::Value& value) {
  if (frame_end_ == 0) frame_end_ = value.offset;
  const auto unsound = [&](std::string code, std::string detail) {
    why_unsound_ = {std::move(code), std::move(detail)};
    return json::Found::unsound;
  };
  if (value.text.size() > item_bytes_max_) return unsound("too-large", "an item is larger than the limit");
  if (!TRY(tally_.begin(file_.path, value.offset)))
    return unsound("killed-its-reader", "reading this item ended its reader before");
  const auto parsed = json::parse(value.text);
  if (!parsed) return unsound("malformed-json", parsed.error().what);
  const json::Object* object = parsed->if_object();
  if (object == nullptr)
    return unsound("not-an-object", "where an object is expected there is another value");
  Emission out(tally_, file_.path, bytes_of(value.text), value.offset);
  out.name_by_bytes();
  TRY(read(path, *object, out));
  return json::Found::sound;
}

Result<void> JsonItems::unsound(const json::Value& value) {
  if (frame_end_ == 0) frame_end_ = value.offset;
  record::Doubt why = std::exchange(why_unsound_, {"malformed-json", "its brackets or quotes do not close"});
  // Not so large after all: its end by brackets was another's.
  if (why.code == "too-large" && value.text.size() <= item_bytes_max_)
    why = {"malformed-json", "its brackets or quotes do not close"};
  return refuse(value, std::move(why.code), std::move(why.detail));
}

Result<void> JsonItems::aside(std::string_view path, const json::Value& value) {
  noted(path, value.text);
  TRY(members_.add("{\"at\":" + codec::json_string(path) + ",\"is\":", value.text, "}"));
  if (members_.are_few() && value.text != "null")
    asides_.emplace_back(utf8::repaired(path), scalar_text(value.text));
  return {};
}

Result<void> JsonItems::frame_begins(std::uint64_t offset) {
  asides_.clear();
  members_.begin();
  frame_at_ = offset;
  frame_end_ = 0;
  return {};
}

Result<void> JsonItems::frame_ends(std::uint64_t offset) {
  record::Record frame;
  frame.kind = record::Kind::context;
  frame.extra["object"] = std::string("frame");
  for (auto& [path, text] : asides_) frame.extra["frame." + path] = std::move(text);
  describe_frame(frame);
  frame.original.file = file_.path;
  frame.original.offset = frame_at_;
  TRY(members_.settle(frame));
  const std::uint64_t end = frame_end_ != 0 ? frame_end_ : offset;
  const std::uint64_t size = std::min<std::uint64_t>(end - frame_at_, kFrameBytesMax);
  Emission out(tally_, file_.path, file_.bytes.subspan(frame_at_, size), frame_at_);
  return out.emit(std::move(frame));
}

Result<void> JsonItems::broken(const json::Value& rest, const Error& why) {
  return refuse(rest, why.code == ErrorCode::limit_exceeded ? "too-deep" : "cut-off", why.what);
}

}  // namespace strongroom::capture
