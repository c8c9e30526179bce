/// One message of an HTML export, as its page shows it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "record/record.h"

namespace strongroom::capture::telegram {

struct HtmlMessage {
  bool service = false;
  bool joined = false;  ///< by the author of the message before
  std::string id;       ///< without "message": "123", or "-1" for a line that shows a date
  std::string date;     ///< "08.03.2022 13:07:42 UTC+01:00"
  std::string from, via, forwarded_from, forwarded_date, signature, reply_to, service_text, reactions;
  bool forwarded = false;
  std::string text;
  std::vector<record::TextRange> ranges;
  std::string links;  ///< addresses behind words, one a line
  struct Media {
    std::string reference, thumbnail, kind, title, description, status;
  };
  std::vector<Media> media;
  std::string poll_question, poll_details;
  std::vector<std::string> poll_answers;
};

/// Reads the bytes of one message, from its own tag to the next message's.
HtmlMessage read_html_message(std::string_view block);

/// The name in a page's head.
std::string html_title(std::string_view head);

}  // namespace strongroom::capture::telegram
