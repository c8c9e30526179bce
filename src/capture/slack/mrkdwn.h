/// Slack's text markup: "<@U02AB> see <https://a.b|this> &amp; <#C1|general>", as its readers saw it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "capture/slack/directory.h"

namespace strongroom::capture::slack {

struct Shown {
  std::string text;
  std::vector<record::TextRange> ranges;  ///< mentions
};

/// References become names (unknown ones stay ids), links "label (address)", the three escapes their characters. The
/// marks of bold, italics and code stay as they were typed.
Shown shown(std::string_view mrkdwn, const Directory& directory);

}  // namespace strongroom::capture::slack
