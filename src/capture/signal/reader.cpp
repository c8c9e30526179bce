#include "capture/signal/reader.h"

#include <fmt/format.h>

#include <google/protobuf/arena.h>

#include <algorithm>

#include "capture/signal/context.h"
#include "capture/signal/frame_decode.h"
#include "capture/signal/items.h"
#include "crypto/hash.h"
#include "record/time_text.h"

namespace strongroom::capture::signal {
namespace {

using record::Record;

constexpr std::uint64_t kClockSlackMs = 2ull * 24 * 3600 * 1000;  ///< other people's clocks run ahead
constexpr std::size_t kHeaderBytesMax = 64u << 10;

bool decode(Form form, BytesView bytes, google::protobuf::Message& message,
            std::vector<record::Doubt>& doubts) {
  return form == Form::binary ? decode_binary(bytes, message, doubts)
                              : decode_json(text_of(bytes), message, doubts);
}

}  // namespace

std::uint64_t frame_bytes_max(const Limits& limits) {
  return std::min<std::uint64_t>(limits.item_bytes_max, kRefusedInRecordMax);
}

bool is_header(Form form, BytesView bytes) {
  if (bytes.size() > kHeaderBytesMax) return false;
  frames::BackupInfo info;
  std::vector<record::Doubt> doubts;
  return decode(form, bytes, info, doubts) && info.has_version() && info.has_backuptimems() &&
         doubts.size() < 3;
}

Result<void> Reader::take(const FramePlace& place) {
  if (place.bytes.size() > frame_bytes_max_)
    return refuse(place, "too-large", "a frame is larger than the limit");
  if (!TRY(tally_.begin(file_, place.offset)))
    return refuse(place, "killed-its-reader", "reading this frame ended the reader before");
  if (!header_seen_) return take_header(place);
  google::protobuf::Arena memory(nearby_.data(), nearby_.size());
  auto& frame = *google::protobuf::Arena::CreateMessage<frames::Frame>(&memory);
  std::vector<record::Doubt> doubts;
  if (!decode(form_, place.bytes, frame, doubts))
    return refuse(place, "malformed-frame", "the bytes of a frame do not follow their format");
  return take_frame(frame, place, std::move(doubts));
}

Result<void> Reader::refuse(const FramePlace& place, std::string code, std::string detail) {
  header_seen_ = true;
  return tally_.refuse({file_, place.offset, place.bytes, std::move(code),
                        fmt::format("{} (offset {}, {} bytes)", detail, place.offset, place.bytes.size())});
}

Result<void> Reader::take_header(const FramePlace& place) {
  frames::BackupInfo info;
  std::vector<record::Doubt> doubts;
  if (!decode(form_, place.bytes, info, doubts))
    return refuse(place, "malformed-header", "the backup's first frame does not follow its format");
  header_seen_ = true;
  if (info.backuptimems() >= kOldestPlausibleMs &&
      info.backuptimems() <= static_cast<std::uint64_t>(record::kUnixMsMax) - kClockSlackMs)
    time_frame_ = {info.backuptimems(), info.backuptimems() + kClockSlackMs};
  Emission emission{place, std::move(doubts), 0, {}};
  return emit(context_of(info, around()), emission);
}

Result<void> Reader::take_frame(const frames::Frame& frame, const FramePlace& place,
                                std::vector<record::Doubt> doubts) {
  if (frame.has_account()) directory_.declare(frame.account());
  if (frame.has_recipient()) directory_.declare(frame.recipient());
  if (frame.has_chat()) directory_.declare(frame.chat());
  Emission emission{place, std::move(doubts), 0, {}};
  if (!frame.has_chatitem()) return emit(context_of(frame, around()), emission);
  return read_chat_item(frame.chatitem(), around(),
                        [&](Record&& record) { return emit(std::move(record), emission); });
}

Result<void> Reader::emit(Record&& record, Emission& emission) {
  record.original.file = file_;
  record.original.offset = emission.place.offset;
  record.original.length = emission.place.bytes.size();
  if (emission.count++ == 0) {
    record.original.bytes = copy_of(emission.place.bytes);
    std::ranges::move(emission.doubts, std::back_inserter(record.doubts));
  } else {
    if (!emission.digest) emission.digest = crypto::sha256(emission.place.bytes);
    record.original.within = emission.digest;
  }
  return tally_.record(std::move(record));
}

}  // namespace strongroom::capture::signal
