/// The HTML of message bodies, as its readers saw it. Bounded: reads once, nothing of it is run, fetched or nested.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "record/record.h"

namespace strongroom::capture::teams {

struct Plain {
  std::string text;
  std::vector<record::TextRange> ranges;  ///< styles; mentions with the `id` of their <at> as mention_id
  std::vector<std::string> images;  ///< the addresses of <img>
};

/// Paragraphs and lines become lines, links "label (address)", emoji their alternative text; other tags are left out.
Plain plain_text(std::string_view html);

}  // namespace strongroom::capture::teams
