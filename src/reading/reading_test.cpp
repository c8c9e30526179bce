#include <gtest/gtest.h>

#include "crypto/hash.h"
#include "platform/memory_file_system.h"
#include "reading/conversation.h"
#include "reading/export_jsonl.h"
#include "reading/folding.h"
#include "reading/search.h"
#include "reading/show.h"

namespace strongroom::reading {
namespace {

using record::Kind;
using record::Record;

/// One device, one folder, one batch; records are added before `read`.
struct Room : ::testing::Test {
  Room() {
    opened.devices.resize(1);
    opened.devices[0].custodian = "Ana Silva";
    opened.devices[0].folders.resize(1);
    opened.devices[0].folders[0].batches.resize(1);
    opened.devices[0].folders[0].batches[0].entry.leaf = 5;
  }
  Record& add(Kind kind, std::string id, const std::string& author, std::int64_t at_ms, std::string text) {
    auto& records = opened.devices[0].folders[0].batches[0].records;
    grant::OpenedRecord one;
    one.index = records.size();
    one.record.kind = kind;
    one.record.source = "strongroom-jsonl";
    one.record.conversation = {"budget", "Budget 2026", record::ConversationKind::group};
    one.record.author = record::Person{"name:" + author, author, {}, ""};
    one.record.native_id = std::move(id);
    one.record.order = records.size();
    one.record.sent_at.unix_ms = at_ms;
    one.record.text = std::move(text);
    records.push_back(std::move(one));
    return records.back().record;
  }
  std::string shown_text() {
    const Reading reading = read(opened);
    EXPECT_EQ(reading.conversations.size(), 1u);
    return conversation_text(opened, reading, reading.conversations.at(0));
  }
  grant::OpenedCase opened;
};

#define EXPECT_SHOWS(text, part) EXPECT_NE((text).find(part), std::string::npos) << (text)
#define EXPECT_HIDES(text, part) EXPECT_EQ((text).find(part), std::string::npos) << (text)

constexpr std::int64_t kNoon = 1'773'144'000'000;  // 2026-03-10T12:00:00Z

TEST_F(Room, ShowsEditsWithTheTextBefore) {
  add(Kind::message, "1", "Bo", kNoon, "Pay ten");
  Record& edit = add(Kind::edit, "2", "Bo", kNoon + 60'000, "Pay twenty");
  edit.target.emplace();
  edit.target->native_id = "1";
  const std::string text = shown_text();
  EXPECT_SHOWS(text, "---- 2026-03-10 ----");
  EXPECT_SHOWS(text, "12:00 UTC  Bo\n       Pay twenty\n");
  EXPECT_SHOWS(text, "[edited 2026-03-10 12:01 UTC by Bo; before:]");
  EXPECT_SHOWS(text, "~ Pay ten");
}

TEST_F(Room, EndsAPollUnderThePollAndSaysSoAloneWhereThePollIsNotHere) {
  add(Kind::poll, "1", "Bo", kNoon, "").poll = record::Poll{"Lunch?", {{"yes", 1}}, {}, {}};
  add(Kind::poll_end, "2", "Bo", kNoon + 60'000, "").target = record::Target{"1", "", {}, "Lunch?"};
  add(Kind::poll_end, "3", "Bo", kNoon + 60'000, "").target = record::Target{"0", "", {}, "Dinner?"};
  const std::string text = shown_text();
  EXPECT_SHOWS(text, "[poll ended 2026-03-10 12:01 UTC by Bo]");
  EXPECT_SHOWS(text, "(about \"Dinner?\", which is not here)");
  EXPECT_HIDES(text, "(about \"Lunch?\"");
}

TEST_F(Room, SaysOfAnEventWhatItWasAndWhomItConcernsOnly) {
  Record& r = add(Kind::membership, "1", "Bo", kNoon, "");
  r.extra["event"] = std::string("group_member_removed");
  r.people = {{"name:Cy", "Cy", {}, "admin"}, {"name:Di", "Di", {}, "removed"}, {"name:Ed", "Ed", {}, ""}};
  EXPECT_SHOWS(shown_text(), "* membership, group member removed: Di (removed)\n");
}

TEST_F(Room, NumbersLinesByLeafAndIndexWhereAsked) {
  add(Kind::message, "1", "Bo", kNoon, "Pay ten");
  add(Kind::edit, "2", "Bo", kNoon + 60'000, "Pay twenty").target = record::Target{"1", "", {}, ""};
  const Reading reading = read(opened);
  const std::string text = conversation_text(opened, reading, reading.conversations.at(0), Numbers::shown);
  EXPECT_SHOWS(text, "12:00 UTC  Bo  [5.0]\n");
  EXPECT_SHOWS(text, "[edited 2026-03-10 12:01 UTC by Bo  [5.1]; before:]");
}

TEST_F(Room, KeepsWhatWasDeletedAndSaysByWhom) {
  add(Kind::message, "1", "Bo", kNoon, "Burn this");
  add(Kind::deletion, "2", "Cy", kNoon + 60'000, "").target = record::Target{"1", "", {}, ""};
  const std::string text = shown_text();
  EXPECT_SHOWS(text, "Burn this");
  EXPECT_SHOWS(text, "[DELETED for everyone 2026-03-10 12:01 UTC by Cy; kept here as it was]");
}

TEST_F(Room, FindsTheMessageOfAReactionByAuthorAndTimeEvenIfItCameFirst) {
  Record& reaction = add(Kind::reaction, "", "Cy", kNoon, "+1");
  reaction.target = record::Target{"", "name:Bo", kNoon, ""};
  add(Kind::message, "1", "Bo", kNoon, "Lunch?");
  EXPECT_SHOWS(shown_text(), "[+1 Cy]");
}

TEST_F(Room, ShowsNamesOfThatDay) {
  add(Kind::message, "1", "Bo", kNoon, "one");
  add(Kind::message, "2", "Bo", kNoon + 86'400'000, "two").author->name = "Bo (new job)";
  const std::string text = shown_text();
  EXPECT_SHOWS(text, "12:00 UTC  Bo\n       one");
  EXPECT_SHOWS(text, "12:00 UTC  Bo (new job)\n       two");
}

TEST_F(Room, MarksAnAssumedZoneAndDoubts) {
  Record& r = add(Kind::message, "1", "Bo", kNoon, "when?");
  r.sent_at = {kNoon, record::ZoneCertainty::assumed, "Europe/Lisbon", "2026-03-10T11:00"};
  r.doubts = {{"ambiguous-date-order", "day and month may be exchanged"}};
  const std::string text = shown_text();
  EXPECT_SHOWS(text, "11:00 (Europe/Lisbon, zone ASSUMED)");
  EXPECT_SHOWS(text, "(!) ambiguous-date-order: day and month may be exchanged");
}

TEST_F(Room, SaysWhatIsMissingFirst) {
  EXPECT_SHOWS(missing_text(opened, read(opened)), "Nothing is missing");
  opened.missing.push_back({"LOSS: the server does not have the 3 records of leaf 9", 3});
  EXPECT_SHOWS(missing_text(opened, read(opened)), "MISSING OR DOUBTFUL (1):\n  - LOSS: the server");
}

TEST_F(Room, NeverPassesAControlCharacterToTheTerminal) {
  add(Kind::message, "1", "Bo\x1b[2J", kNoon,
      "a\x1b]0;title\x07"
      "b\xff");
  const std::string text = shown_text();
  EXPECT_HIDES(text, '\x1b');
  EXPECT_HIDES(text, '\x07');
}

TEST_F(Room, LeavesRightToLeftTextAsItIs) {
  add(Kind::message, "1", "דנה", kNoon, "שלום עולם");
  EXPECT_SHOWS(shown_text(), "דנה\n       שלום עולם\n");
}

TEST_F(Room, DoesNotFindAMessageByTheMembersOfItsConversation) {
  add(Kind::message, "1", "Bo", kNoon, "Lunch").people = {{"name:Cy", "Cy", {}, "member"}};
  add(Kind::membership, "2", "Bo", kNoon, "").people = {{"name:Cy", "Cy", {}, "removed"}};
  const auto found = search(read(opened), {"cy"});
  ASSERT_TRUE(found);
  ASSERT_EQ(found->hits.size(), 1u);
  EXPECT_EQ(found->hits[0].place.record->kind, Kind::membership);
}

TEST_F(Room, ShowsThePartThatWasFoundAndTheTextOfWhatAnAuthorSaid) {
  add(Kind::message, "1", "Bo", kNoon, "Lunch");
  record::Attachment file;
  file.name = "minutes.pdf";
  add(Kind::message, "2", "Cy", kNoon + 1, "Here").attachments = {file};
  EXPECT_EQ(search(read(opened), {"bo"}).value().hits.at(0).snippet, "Lunch");
  EXPECT_EQ(search(read(opened), {"minutes"}).value().hits.at(0).snippet, "minutes.pdf");
}

TEST_F(Room, SearchesInAnyCaseAndScriptAndSaysHowMany) {
  add(Kind::message, "1", "Bo", kNoon, "Die ÜBERWEISUNG an ΣΟΦΙΑ");
  add(Kind::message, "2", "Bo", kNoon + 1, "СЧЁТ оплачен");
  add(Kind::message, "3", "Cy", kNoon + 2, "nothing");
  const Reading reading = read(opened);
  const auto hits = [&](const std::vector<std::string>& words) {
    return search(reading, words).value().hits.size();
  };
  EXPECT_EQ(hits({"überweisung"}), 1u);
  EXPECT_EQ(hits({"überweisung", "σοφια"}), 1u);
  EXPECT_EQ(hits({"überweisung", "nothing"}), 0u);
  EXPECT_EQ(hits({"счёт"}), 1u);
  EXPECT_EQ(hits({"BUDGET"}), 3u);
  EXPECT_EQ(search(reading, {"x"}).value().searched, 3u);
  EXPECT_FALSE(search(reading, {""}));
  EXPECT_SHOWS(found_text(reading, search(reading, {"nothing"}).value()),
               "1 line found in 3 records searched.");
}

/// A file in two pieces, and the message that names it.
void add_file(Room& room, const Bytes& content, bool whole) {
  const Hash256 hash = crypto::sha256(content);
  for (std::uint64_t i = 0; i < (whole ? 2u : 1u); ++i) {
    Record& chunk = room.add(Kind::attachment, "f", "Bo", kNoon, "");
    chunk.attachments.emplace_back().name = "Plan.PDF";
    chunk.original.within = hash;
    chunk.original.bytes = copy_of(BytesView(content).subspan(i * 4, 4));
    chunk.extra = {{"chunk", i}, {"chunks", std::uint64_t{2}}, {"last", i == 1}};
  }
  Record& message = room.add(Kind::message, "1", "Bo", kNoon, "see the plan");
  message.attachments.emplace_back().name = "Plan.PDF";
  message.attachments[0].sha256 = hash;
  message.attachments[0].state = record::AttachmentState::present;
}

TEST_F(Room, ExportsRecordsAndJoinsAttachments) {
  add_file(*this, copy_of(bytes_of("abcdefgh")), true);
  platform::MemoryFileSystem files;
  const auto counts = export_jsonl(opened, files, "out");
  ASSERT_TRUE(counts) << counts.error().to_string();
  EXPECT_EQ(counts->records, 2u);
  EXPECT_EQ(counts->chunks, 2u);
  EXPECT_EQ(counts->attachments, 1u);
  const auto names = files.list("out/attachments").value();
  ASSERT_EQ(names.size(), 1u);
  EXPECT_TRUE(names[0].ends_with(".pdf"));
  EXPECT_EQ(text_of(files.read("out/attachments/" + names[0], 100).value()), "abcdefgh");
  const Bytes manifest = files.read("out/manifest.json", 100000).value();
  EXPECT_SHOWS(std::string(text_of(manifest)), "\"name\": \"Plan.PDF\"");
  EXPECT_FALSE(export_jsonl(opened, files, "out"));
}

TEST_F(Room, CountsFilesThatAreInFoldersNotOpened) {
  Record& message = add(Kind::message, "1", "Bo", kNoon, "see the plan");
  message.attachments.emplace_back().sha256 = crypto::sha256({});
  message.attachments[0].state = record::AttachmentState::present;
  EXPECT_EQ(contents_not_here(read(opened)), 1u);
  EXPECT_SHOWS(missing_text(opened, read(opened)), "the content of 1 attachment is in folders");
}

TEST_F(Room, NamesAnAttachmentWhosePiecesAreNotAllHere) {
  add_file(*this, copy_of(bytes_of("abcdefgh")), false);
  platform::MemoryFileSystem files;
  const auto counts = export_jsonl(opened, files, "out");
  ASSERT_TRUE(counts);
  EXPECT_EQ(counts->attachments, 0u);
  EXPECT_EQ(counts->incomplete, 1u);
  EXPECT_SHOWS(std::string(text_of(files.read("out/manifest.json", 100000).value())), "1 of 2 pieces");
}

// The next four keep what fuzzing found.
TEST_F(Room, NameWithALineFeedCannotMakeUpAMessage) {
  add(Kind::message, "1", "Bo\n\n12:01 UTC  Ana\n       I did it", kNoon, "text");
  const std::string text = shown_text();
  EXPECT_SHOWS(text, "12:00 UTC  Bo  12:01 UTC  Ana        I did it");
  EXPECT_HIDES(text, "\n12:01 UTC  Ana");
}

TEST_F(Room, TitleWithALineFeedStaysOneLine) {
  add(Kind::message, "1", "Bo", kNoon, "text").conversation.title = "Budget\n\n12:01 UTC  Ana";
  EXPECT_HIDES(shown_text(), "\n12:01 UTC  Ana");
  EXPECT_HIDES(list_text(opened, read(opened)), "\n12:01 UTC  Ana");
  EXPECT_HIDES(found_text(read(opened), search(read(opened), {"text"}).value()), "\n12:01 UTC  Ana");
}

TEST_F(Room, ZoneAndWallClockCannotCommandATerminal) {
  Record& r = add(Kind::message, "1", "Bo", kNoon, "text");
  r.sent_at.certainty = record::ZoneCertainty::stated;
  r.sent_at.zone = "UTC\x1B[2J";
  r.sent_at.wall_clock = "2026-\x1B[8m1212:00:00";
  r.source = "jsonl\x1B[2J";
  EXPECT_HIDES(shown_text(), "\x1B");
  EXPECT_HIDES(list_text(opened, read(opened)), "\x1B");
}

TEST(Folding, NoLineIsWiderThanAsked) {
  for (const std::string_view text :
       {"abcdefgh", "ab cdefgh i", "\xE2\x82\xAC\xE2\x82\xAC\xE2\x82\xAC\xE2\x82\xAC", " a  bcde "})
    for (const std::string& line : wrapped(text, 3)) EXPECT_LE(length_of(line), 3u) << text;
}

TEST(Folding, BreaksLinesAtSpacesAndInsideLongWords) {
  EXPECT_EQ(wrapped("one two three", 7), (std::vector<std::string>{"one two", "three"}));
  EXPECT_EQ(wrapped("abcdefgh", 3), (std::vector<std::string>{"abc", "def", "gh"}));
  EXPECT_EQ(wrapped("a\nb", 10), (std::vector<std::string>{"a", "b"}));
}

TEST(Folding, FoldsPairs) {
  EXPECT_EQ(folded("ŽĀŁŸ"), folded("žāłÿ"));
  EXPECT_EQ(folded("ΐΆΣς"), folded("ΐάσσ"));
  EXPECT_EQ(folded("Ѐя"), folded("ѐЯ"));
}

}  // namespace
}  // namespace strongroom::reading
