#include "capture/imessage/parser.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "capture/imessage/test_material.h"
#include "capture/test_parsed.h"

namespace strongroom::capture::imessage {
namespace {

using record::AttachmentState;
using record::Kind;
using record::Record;

Parsed parse(const std::vector<InputFile>& files) { return parsed_by(parser(), files); }

TEST(ChatDatabase, ReadsMessagesOfBothGenerations) {
  const Bytes bytes = chat_database();
  const Parsed parsed =
      parse({{"Messages/chat.db", bytes}, {"Messages/Attachments/ab/11/X/IMG.jpg", bytes_of("jpeg")}});
  EXPECT_EQ(parsed.outcome.parsed, kRecords + 1);
  EXPECT_EQ(parsed.found, kRecords + 1);
  const Record& hello = parsed.at("G1");
  EXPECT_EQ(hello.text, "hello");
  EXPECT_EQ(hello.sent_at.unix_ms, 1678307200000);
  EXPECT_EQ(std::get<std::uint64_t>(hello.extra.at("read_at_ms")), 1678307201000u);
  EXPECT_EQ(hello.author.value().id, "tel:+15550001");
  EXPECT_EQ(hello.attachments.at(0).state, AttachmentState::present);
  EXPECT_EQ(parsed.at("G2").sent_at.unix_ms, 1278307200000);
  EXPECT_EQ(parsed.at("G2").conversation.id, hello.conversation.id) << "SMS and iMessage with one person";
  EXPECT_EQ(parsed.at("G2").doubts.at(0).code, "attachment-missing");
  const Record& typed = parsed.at("G3");
  EXPECT_EQ(typed.text, "typed");
  EXPECT_TRUE(typed.outgoing);
  EXPECT_EQ(typed.author.value().addresses.at(0), "tel:+1999");
  EXPECT_EQ(typed.reply_to.value().native_id, "G1");
}

TEST(ChatDatabase, TapbacksAreReactions) {
  const Bytes bytes = chat_database();
  const Parsed parsed = parse({{"chat.db", bytes}});
  EXPECT_EQ(parsed.at("G4").kind, Kind::reaction);
  EXPECT_EQ(parsed.at("G4").text, "\xE2\x9D\xA4\xEF\xB8\x8F");
  EXPECT_EQ(parsed.at("G4").target.value().native_id, "G3");
  EXPECT_EQ(parsed.at("G5").text, "");
  EXPECT_EQ(extra(parsed.at("G5"), "tapback"), "liked");
  EXPECT_EQ(parsed.at("G6").text, "!!");
  EXPECT_EQ(extra(parsed.at("G6"), "target_part"), "1");
  EXPECT_EQ(parsed.at("G7").kind, Kind::notice);
}

TEST(ChatDatabase, GroupEvents) {
  const Bytes bytes = chat_database();
  const Parsed parsed = parse({{"chat.db", bytes}});
  EXPECT_EQ(parsed.at("chat/iMessage;+;chat77").people.size(), 2u);
  EXPECT_EQ(parsed.at("G8").kind, Kind::membership);
  EXPECT_EQ(parsed.at("G8").people.at(0).id, "mailto:ana@example.org");
  EXPECT_EQ(parsed.at("G8").people.at(0).role, "added");
  EXPECT_EQ(parsed.at("G9").kind, Kind::rename);
  EXPECT_EQ(extra(parsed.at("G9"), "new_value"), "New");
  EXPECT_EQ(parsed.at("G9").conversation.title, "Team");
  EXPECT_EQ(extra(parsed.at("G10"), "change"), "left");
  EXPECT_EQ(parsed.at("G11").doubts.at(0).code, "unknown-kind");
}

TEST(ChatDatabase, EditsAndWhatWasTakenBack) {
  const Bytes bytes = chat_database();
  const Parsed parsed = parse({{"chat.db", bytes}});
  EXPECT_EQ(parsed.at("G12").text, "first");
  const Record& edit = parsed.at("G12/edit/0/1");
  EXPECT_EQ(edit.kind, Kind::edit);
  EXPECT_EQ(edit.text, "second");
  EXPECT_EQ(edit.target.value().native_id, "G12");
  EXPECT_EQ(edit.sent_at.unix_ms, 978307202000);
  const Record& back = parsed.at("G13/retracted/0/0");
  EXPECT_EQ(back.kind, Kind::deletion);
  EXPECT_EQ(back.sent_at.unix_ms, 1678307208000);
  EXPECT_TRUE(std::get<bool>(parsed.at("G13").extra.at("recently_deleted")));
  EXPECT_EQ(parsed.at("G14").doubts.size(), 3u) << "no author, unreadable text, unreadable edits";
}

TEST(ChatDatabase, DamageCostsWhatIsDamaged) {
  const Bytes good = chat_database();
  for (std::size_t page = 4096; page < good.size(); page += 4096) {
    Bytes bad = good;
    std::fill_n(bad.begin() + static_cast<std::ptrdiff_t>(page), 512, std::byte{0xA5});
    const std::vector<InputFile> files{{"chat.db", bad}};
    if (parser().detect(files) == 0) continue;
    const Parsed parsed = parse(files);
    EXPECT_EQ(parsed.found, parsed.outcome.parsed + parsed.outcome.refused) << page;
  }
}

TEST(ChatDatabase, KnowsItsOwnByItsTables) {
  const Bytes other = database::test_database();
  EXPECT_EQ(parser().detect({{"chat.db", other}}), 0);
  EXPECT_EQ(parser().detect({{"chat.db", bytes_of("")}}), 0);
}

}  // namespace
}  // namespace strongroom::capture::imessage
