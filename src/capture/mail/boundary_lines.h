/// A second look at the parts of a mail, by its boundary lines alone: for what GMime passes over.
///
/// It gives a part whose fields no empty line ends without its content, or, if the content is one long line, not at
/// all, and then nothing of what follows either.
#pragma once

#include <string_view>

#include "capture/mail/mime.h"

namespace strongroom::capture::mail {

enum class BoundaryLine { none, begins, ends };
/// What a line (and what follows it) is to the multipart of that boundary ("--" before it): one that only begins like
/// a boundary is text.
BoundaryLine boundary_line(std::string_view text, std::string_view boundary);

/// Adds to `tree` the parts that boundary lines of its multiparts begin and it has not, and gives parts without content
/// the lines before their first empty line that are no fields. What was done, and what such lines remain in the mail's
/// bytes only, is a doubt of the tree. Time is linear in the mail, but for the depth of the tree.
void add_what_boundaries_show(std::string_view mail, const MimeLimits& limits, MimeTree& tree);

}  // namespace strongroom::capture::mail
