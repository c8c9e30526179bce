/// Small exports for the tests, and one way to read them.
#pragma once

#include <gtest/gtest.h>

#include "capture/collecting_sink.h"
#include "capture/telegram/parser.h"

namespace strongroom::capture::telegram {

struct Parsed {
  Outcome outcome;
  std::uint64_t found = 0;
  std::vector<record::Record> records;
  std::vector<std::pair<record::Record, Bytes>> contents;
};

/// Parses and counts; every record must survive its encoding, and nothing may be lost.
inline Parsed read(const Parser& parser, const std::vector<InputFile>& files, const Statement& statement = {},
                   const Limits& limits = {}) {
  CollectingSink sink;
  Parsed out;
  out.outcome = parser.parse(files, statement, limits, sink).value();
  out.found = parser.count(files, statement, limits).value();
  EXPECT_EQ(out.found, out.outcome.parsed + out.outcome.refused);
  for (const record::Record& r : sink.records) EXPECT_EQ(record::decode(record::encode(r)).value(), r);
  out.records = std::move(sink.records);
  out.contents = std::move(sink.contents);
  return out;
}

inline std::string said(const record::Record& record, const std::string& name) {
  const auto found = record.extra.find(name);
  return found == record.extra.end() ? std::string() : std::get<std::string>(found->second);
}

inline constexpr std::string_view kGroup = R"J({
 "name": "Budget", "type": "private_supergroup", "id": 1234567890,
 "messages": [
  {"id": 1, "type": "service", "date": "2024-03-10T15:05:00", "date_unixtime": "1710079500", "actor": "Ana",
   "actor_id": "user111", "action": "create_group", "title": "Budget", "members": ["Rui", null], "text": "",
   "text_entities": []},
  {"id": 2, "type": "message", "date": "2024-03-10T15:06:00", "date_unixtime": "1710079560",
   "edited": "2024-03-10T15:07:00", "edited_unixtime": "1710079620", "from": "Ana", "from_id": "user111",
   "text": ["\ud83d\ude00 see ", {"type": "bold", "text": "this"}],
   "text_entities": [{"type": "plain", "text": "\ud83d\ude00 see "}, {"type": "bold", "text": "this"},
    {"type": "text_link", "text": " page", "href": "https://example.org/"},
    {"type": "mention_name", "text": "Rui", "user_id": 222}],
   "reactions": [{"type": "emoji", "count": 3, "emoji": "\ud83d\udc4d", "recent": [
     {"from": "Rui", "from_id": "user222", "date": "2024-03-10T16:00:00"},
     {"from": null, "from_id": "channel9", "date": "2024-03-10T16:01:00"}]}]},
  {"id": 3, "type": "message", "date": "2024-03-10T15:08:00", "date_unixtime": "1710079680", "from": "Rui",
   "from_id": "user222", "forwarded_from": null, "reply_to_message_id": 2, "photo": "photos/photo_1.jpg",
   "photo_file_size": 7, "width": 4, "height": 3, "text": "", "text_entities": []},
  {"id": 4, "type": "message", "date": "2024-03-10T15:09:00", "date_unixtime": "1710079740", "from": "Rui",
   "from_id": "user222", "file": "(File not included. Change data exporting settings to download.)",
   "media_type": "voice_message", "mime_type": "audio/ogg", "duration_seconds": 9, "text": "", "text_entities": []},
  {"id": 5, "type": "message", "date": "2024-03-10T15:10:00", "date_unixtime": "1710079800", "from": "Ana",
   "from_id": "user111", "poll": {"question": "When?", "closed": true, "total_voters": 2,
    "answers": [{"text": "Now", "voters": 2, "chosen": true}, {"text": "Later", "voters": 0, "chosen": false}]},
   "text": "", "text_entities": []},
  {"id": 6, "type": "service", "date": "2024-03-10T15:11:00", "date_unixtime": "1710079860", "actor": "Ana",
   "actor_id": "user111", "action": "pin_message", "message_id": 2, "text": "", "text_entities": []},
  {"id": 7, "type": "unsupported"}
 ]
})J";

}  // namespace strongroom::capture::telegram
