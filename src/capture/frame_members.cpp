#include "capture/frame_members.h"

#include "capture/part.h"
#include "codec/text.h"
#include "crypto/hash.h"

namespace strongroom::capture {
namespace {

constexpr std::size_t kFileBytes = 8u << 20;

}  // namespace

void FrameMembers::begin() {
  text_.clear();
  files_.clear();
  bytes_ = 0;
}

Result<void> FrameMembers::add(std::string_view head, std::string_view written, std::string_view tail) {
  bytes_ += head.size() + written.size() + tail.size();
  record::Record frame;  // its name is not known yet; it names its files
  frame.original.file = file_;
  if (text_.size() + written.size() > kFileBytes) TRY(hand_over_text(frame));
  if (written.size() > kFileBytes) return hand_over(frame, bytes_of(written));
  text_ += text_.empty() ? form_.before : form_.between;
  text_.append(head).append(written).append(tail);
  return {};
}

Result<void> FrameMembers::hand_over(const record::Record& frame, BytesView bytes) {
  record::Record part = part_of(frame, std::string(form_.name), std::string(form_.media_type), bytes);
  files_.push_back(part.attachments.front());
  return tally_.part(std::move(part), bytes);
}

Result<void> FrameMembers::hand_over_text(const record::Record& frame) {
  if (text_.empty()) return {};
  const std::string whole = std::exchange(text_, {}).append(form_.behind);
  return hand_over(frame, bytes_of(whole));
}

Result<void> FrameMembers::settle(record::Record& frame) {
  if (bytes_ == 0) return {};
  if (frame.native_id.empty()) {
    Bytes all;
    for (const record::Attachment& file : files_) append(all, *file.sha256);
    append(all, bytes_of(text_));
    frame.native_id = "frame:" + codec::hex(crypto::sha256(all));
  }
  if (are_few()) return {};
  TRY(hand_over_text(frame));
  std::ranges::move(files_, std::back_inserter(frame.attachments));
  return {};
}

}  // namespace strongroom::capture
