/// What stands around the items of an export, as it is written there: the members of JSON objects, elements of XML. It
/// may stand behind the items, where no record's bytes are, and it may be large.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "capture/tally.h"

namespace strongroom::capture {

/// Of one frame after the other. Borrows all it is given.
class FrameMembers {
 public:
  /// How members are written one after the other in a file.
  struct Form {
    std::string_view name, media_type, before, between, behind;
  };
  FrameMembers(Tally& tally, const std::string& file, const Form& form)
      : tally_(tally), file_(file), form_(form) {}

  void begin();
  /// One member: what `head`, `written` and `tail` say together, or, if it is too large to be copied, `written` as a
  /// file of its own. Where there are many, full files are handed over at once.
  Result<void> add(std::string_view head, std::string_view written, std::string_view tail);
  /// Few enough to stand in the record.
  bool are_few() const { return bytes_ <= kFewBytes; }
  /// Names the frame by all its members, so that two exports that differ behind their items only are two, and attaches
  /// the files where there are not few. To be called once, before the frame is emitted.
  Result<void> settle(record::Record& frame);

 private:
  static constexpr std::uint64_t kFewBytes = 32u << 10;
  Result<void> hand_over(const record::Record& frame, BytesView bytes);
  Result<void> hand_over_text(const record::Record& frame);

  Tally& tally_;
  const std::string& file_;
  const Form& form_;
  std::string text_;  ///< of the file that is being filled
  std::vector<record::Attachment> files_;  ///< those that were handed over
  std::uint64_t bytes_ = 0;
};

}  // namespace strongroom::capture
