/// Which of Slack's files a text is, by what its first items look like.
#pragma once

#include <string_view>

#include "capture/json/count.h"
#include "capture/json/walk.h"

namespace strongroom::capture::slack {

enum class FileKind {
  none,
  day,       ///< an array of messages: one channel, one day
  users,     ///< users.json
  channels,  ///< channels.json, groups.json, dms.json, mpims.json
  logs,      ///< integration_logs.json
  dump,      ///< an object with "messages": slackdump, or an answer of conversations.history
  start,     ///< an answer of rtm.start
  events,    ///< one event an object
};
FileKind kind_of(std::string_view text);

/// "1555493779.000200".
bool is_timestamp(std::string_view text);
/// An id of Slack that begins with one of `letters`: "U02AB", "C3ZJKCGTU".
bool is_id(std::string_view text, std::string_view letters);

}  // namespace strongroom::capture::slack
