#include "capture/json_items.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/utf8.h"
#include "codec/json_text.h"
#include "codec/text.h"
#include "crypto/hash.h"

namespace strongroom::capture {
namespace {

constexpr std::size_t kExtraBytesMax = 32u
                                       << 10;  ///< of the members in the record; more are a file beside it
constexpr std::size_t kMembersBytesMax = 64u << 20;
constexpr std::size_t kFrameBytesMax = 64u << 10;

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
  aside_bytes_ += path.size() + value.text.size();
  if (aside_bytes_ <= kMembersBytesMax) {
    members_ += (members_.empty() ? "[{\"at\":" : ",\n {\"at\":") + codec::json_string(path) + ",\"is\":";
    members_.append(value.text) += '}';
  }
  if (aside_bytes_ <= kExtraBytesMax && value.text != "null")
    asides_.emplace_back(utf8::repaired(path), scalar_text(value.text));
  return {};
}

Result<void> JsonItems::frame_begins(std::uint64_t offset) {
  asides_.clear();
  members_.clear();
  aside_bytes_ = 0;
  frame_at_ = offset;
  frame_end_ = 0;
  return {};
}

/// What stands behind the items is in no record's bytes: the frame is named by all of its members, and where they are
/// many they are a file of their own.
Result<void> JsonItems::attach_members(record::Record& frame) {
  members_ += "]\n";
  const BytesView bytes = bytes_of(members_);
  const Hash256 digest = crypto::sha256(bytes);
  if (frame.native_id.empty()) frame.native_id = "frame:" + codec::hex(digest);
  if (aside_bytes_ > kMembersBytesMax)
    frame.doubts.push_back(
        {"frame-cut", "the members around the items are more than 64 MiB: the rest is not kept"});
  if (aside_bytes_ <= kExtraBytesMax) return {};
  record::Attachment& members = frame.attachments.emplace_back();
  members.name = "frame.json";
  members.media_type = "application/json";
  members.size = bytes.size();
  members.sha256 = digest;
  members.state = record::AttachmentState::present;
  record::Record part;
  part.kind = record::Kind::attachment;
  part.conversation = frame.conversation;
  part.sent_at = frame.sent_at;
  part.target.emplace().native_id = frame.native_id;
  part.native_id = frame.native_id + "/frame.json";
  part.attachments.push_back(members);
  part.original.within = digest;
  part.original.file = file_.path;
  part.original.offset = frame_at_;
  part.original.length = bytes.size();
  return tally_.part(std::move(part), bytes);
}

Result<void> JsonItems::frame_ends(std::uint64_t offset) {
  record::Record frame;
  frame.kind = record::Kind::context;
  frame.extra["object"] = std::string("frame");
  for (auto& [path, text] : asides_) frame.extra["frame." + path] = std::move(text);
  describe_frame(frame);
  if (!members_.empty()) TRY(attach_members(frame));
  const std::uint64_t end = frame_end_ != 0 ? frame_end_ : offset;
  const std::uint64_t size = std::min<std::uint64_t>(end - frame_at_, kFrameBytesMax);
  Emission out(tally_, file_.path, file_.bytes.subspan(frame_at_, size), frame_at_);
  return out.emit(std::move(frame));
}

Result<void> JsonItems::broken(const json::Value& rest, const Error& why) {
  return refuse(rest, why.code == ErrorCode::limit_exceeded ? "too-deep" : "cut-off", why.what);
}

}  // namespace strongroom::capture
