/// The words of an HTML text, for mails that have no other: enough to read and to search, not a rendering.
#pragma once

#include <string>
#include <string_view>

namespace strongroom::capture::mail {

/// Tags gone, blocks on lines of their own, scripts, styles and comments left out, character references decoded.
std::string text_of_html(std::string_view html);

}  // namespace strongroom::capture::mail
