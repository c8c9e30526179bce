/// message.message_summary_info: earlier versions of a message, and parts that were taken back.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/error.h"

namespace strongroom::capture::imessage {

struct Version {
  std::int64_t part = 0;
  std::int64_t at_ms = 0;  ///< since 1970
  std::string text;
  bool readable = true;  ///< false: its text could not be read
};
struct Summary {
  std::vector<Version> versions;  ///< of each edited part in order: the first is the text as sent
  std::vector<std::int64_t> retracted;  ///< parts
  std::size_t parts = 0;  ///< that the message had; 0 if not said
};
/// `malformed`.
Result<Summary> read_summary(BytesView plist);

/// An Apple time, in nanoseconds or (before 2017) seconds since 2001, as milliseconds since 1970.
std::int64_t unix_ms(std::int64_t apple);
std::int64_t unix_ms_of_seconds(double apple_seconds);

}  // namespace strongroom::capture::imessage
