/// From tags to records: one SMS, one call, one MMS with its parts and addresses.
#pragma once

#include <vector>

#include "capture/tally.h"
#include "capture/telephone/tags.h"

namespace strongroom::capture::sms {

using telephone::Attribute;
using telephone::Tag;
using telephone::Tags;
using telephone::Unescaped;
using telephone::unescaped;

/// A tag without its attachment data above this is no message.
inline constexpr std::size_t kItemBytesMax = 4u << 20;
/// Originals of an MMS above this stay where they are: what they hold besides attachment data goes to `extra`.
inline constexpr std::size_t kOriginalBytesMax = 256u << 10;

/// Where an item lies.
struct Place {
  std::string_view file;
  std::uint64_t offset = 0;
  std::string_view bytes;
};

record::Record message_of(const Tag& sms, const Place& place);
record::Record call_of(const Tag& call, const Place& place);
/// A tag this version of the connector has no word for.
record::Record unknown_of(const Tag& tag, const Place& place);

/// What one <mms> holds, as views.
struct Mms {
  Tag head;
  std::vector<Tag> parts, addresses;
  bool complete = true;  ///< its closing tag was there
};
/// The MMS, after its attachments: each is decoded, handed to the tally as content, and forgotten. What cannot be
/// decoded is refused.
Result<void> take_mms(const Mms& mms, const Place& place, Tally& tally);

}  // namespace strongroom::capture::sms
