/// One page of the export, taken apart: views and small strings.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "record/record.h"

namespace strongroom::capture::google_voice {

/// Somebody with a card: their number and how the account called them.
struct Card {
  std::string number, name;
  bool is_self = false;
};

/// A message, or a call.
struct Item {
  std::string_view bytes;
  std::string time;  ///< "2023-09-20T07:41:11.657-07:00"; empty if there is none
  std::optional<Card> card;
  std::string text;  ///< of a message; of a voicemail the transcript
  std::string duration;  ///< "PT31S"
  struct Reference {
    std::string stem, element;  ///< "img", "audio", "a"
  };
  std::vector<Reference> references;
};

struct Page {
  bool is_call = false;
  std::vector<Card> participants;  ///< of a group, without the account's owner
  std::vector<Item> items;
  std::vector<std::string> labels;  ///< "sms", "inbox", "voicemail", ...
  std::string title;
  bool deleted = false;
};

/// By its classes, which no language of the account changes.
bool is_page(std::string_view text);
Page page_of(std::string_view text);
/// Seconds of "PT1H2M3S".
std::optional<std::uint64_t> seconds_of(std::string_view duration);

}  // namespace strongroom::capture::google_voice
