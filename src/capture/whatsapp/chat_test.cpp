// Every trap of the exported chat, one by one.
#include <gtest/gtest.h>

#include <algorithm>

#include "capture/whatsapp/test_material.h"

namespace strongroom::capture::whatsapp {
namespace {

using record::AttachmentState;
using record::Kind;
using record::Record;

#define MARK "\xE2\x80\x8E"

Record only(const std::string& text, const Statement& statement = {}) {
  const Material material{{{"_chat.txt", text}}};
  const Parsed parsed = parse_material(material, statement);
  EXPECT_EQ(unsound(material, parsed), "") << text;
  EXPECT_EQ(parsed.sink.records.size(), 1u) << text;
  return parsed.sink.records.empty() ? Record{} : parsed.sink.records[0];
}

std::string text_extra(const Record& r, const std::string& key) {
  const auto at = r.extra.find(key);
  if (at == r.extra.end() || !std::holds_alternative<std::string>(at->second)) return "";
  return std::get<std::string>(at->second);
}

bool doubts(const Record& r, std::string_view code) {
  return std::ranges::any_of(r.doubts, [&](const record::Doubt& d) { return d.code == code; });
}

TEST(WhatsappChat, KeepsContinuationLinesAndEveryByte) {
  const std::string text =
      "\uFEFF[13/10/2024, 14:05:00] Ana: one\r\ntwo\r\n\r\n[13/10/2024, 14:06:00] Bob: \u00A0x \r\n";
  const Material material{{{"_chat.txt", text}}};
  const Parsed parsed = parse_material(material);
  EXPECT_EQ(unsound(material, parsed), "");
  ASSERT_EQ(parsed.sink.records.size(), 2u);
  EXPECT_EQ(parsed.sink.records[0].text, "one\r\ntwo\r\n");
  EXPECT_EQ(parsed.sink.records[1].text, "\u00A0x ");
  EXPECT_EQ(parsed.sink.records[0].original.offset, 0u);
}

TEST(WhatsappChat, MarksTheAssumedZoneOncePerFileAndOnEveryTime) {
  const Parsed parsed = parse_text("13/10/2024, 14:05 - Ana: a\n13/10/2024, 14:06 - Bob: b\n");
  ASSERT_EQ(parsed.sink.records.size(), 2u);
  EXPECT_TRUE(doubts(parsed.sink.records[0], "zone-assumed"));
  EXPECT_TRUE(parsed.sink.records[1].doubts.empty());
  EXPECT_EQ(parsed.sink.records[1].sent_at.certainty, record::ZoneCertainty::assumed);
  const Record stated = only("13/10/2024, 14:05 - Ana: a\n",
                             {.zone = "America/Sao_Paulo", .date_order = {}, .custodian_name = {}});
  EXPECT_EQ(stated.sent_at.unix_ms, 1728839100000);
  EXPECT_EQ(stated.sent_at.certainty, record::ZoneCertainty::stated);
  EXPECT_TRUE(stated.doubts.empty());
}

TEST(WhatsappChat, ReportsTheHourThatCameTwice) {
  const Record r =
      only("27/10/2024, 01:30 - Ana: a\n", {.zone = "Europe/Lisbon", .date_order = {}, .custodian_name = {}});
  EXPECT_TRUE(doubts(r, "wall-clock-repeated"));
}

TEST(WhatsappChat, FollowsAStatedDateOrder) {
  const std::string text = "01/02/2024, 14:05 - Ana: a\n";
  EXPECT_TRUE(doubts(only(text), "ambiguous-date-order"));
  const Record r = only(text, {.zone = {}, .date_order = "mdy", .custodian_name = {}});
  EXPECT_FALSE(doubts(r, "ambiguous-date-order"));
  EXPECT_EQ(r.sent_at.wall_clock, "2024-01-02T14:05");
}

TEST(WhatsappChat, RefusesAStatedZoneOrOrderThatIsNone) {
  CollectingSink sink;
  const std::string text = "13/10/2024, 14:05 - Ana: a\n";
  const std::vector<InputFile> files{{"_chat.txt", bytes_of(text)}};
  EXPECT_FALSE(parser().parse(files, {.zone = "Nowhere", .date_order = {}, .custodian_name = {}}, {}, sink));
  EXPECT_FALSE(parser().parse(files, {.zone = {}, .date_order = "yy", .custodian_name = {}}, {}, sink));
}

TEST(WhatsappChat, SeesSystemTextWithAColonThatIsNoAuthor) {
  const Record r = only("13/10/2024, 14:05 - Anna changed the subject to \"a: b\"\n");
  EXPECT_EQ(r.kind, Kind::rename);
  EXPECT_EQ(r.author->name, "Anna");
  EXPECT_EQ(text_extra(r, "new_value"), "a: b");
  EXPECT_EQ(r.conversation.title, "a: b");
  const Record unknown = only("13/10/2024, 14:05 - Anna vaihtoi nimen \"a: b\"\n");
  EXPECT_EQ(unknown.kind, Kind::notice);
  EXPECT_TRUE(doubts(unknown, "author-uncertain"));
}

TEST(WhatsappChat, ReadsNumbersInBidiMarksAndUnsavedNames) {
  EXPECT_EQ(
      only("13/10/2024, 14:05 - \u202A+33\u00A06\u00A012\u00A034\u00A056\u00A078\u202C: x\n").author->id,
      "tel:+33612345678");
  const Record r = only("[13/10/2024, 14:05:00] ~\u202FAna: x\n");
  EXPECT_EQ(r.author->id, "pushname:Ana");
  EXPECT_EQ(r.author->name, "~ Ana");
}

TEST(WhatsappChat, TakesTheGroupNameOfTheEncryptionNoticeForNoPerson) {
  const Parsed parsed =
      parse_text("[13/10/2024, 14:05:00] Choir: " MARK
                 "Messages and calls are end-to-end encrypted. Only people in this chat can read them.\r\n"
                 "[13/10/2024, 14:05:00] Choir: " MARK
                 "Ana created group \u201CChoir\u201D\r\n"
                 "[13/10/2024, 14:06:00] Ana: hello\r\n[13/10/2024, 14:07:00] Bob: hi\r\n");
  ASSERT_EQ(parsed.sink.records.size(), 4u);
  const Record& notice = parsed.sink.records[0];
  EXPECT_EQ(notice.kind, Kind::notice);
  EXPECT_FALSE(notice.author);
  EXPECT_EQ(text_extra(notice, "shown_author"), "Choir");
  EXPECT_EQ(notice.conversation.title, "Choir");
  EXPECT_EQ(notice.conversation.kind, record::ConversationKind::group);
  ASSERT_EQ(parsed.sink.records[2].people.size(), 1u);
  EXPECT_EQ(parsed.sink.records[2].people[0].name, "Bob");
}

TEST(WhatsappChat, TakesAPastedChatForTextOfItsMessage) {
  const Material material{
      {{"_chat.txt",
        "13/10/2024, 14:05 - Ana: look\n13/10/2024, 14:06 - Bob: at\n13/10/2024, 14:07 - Ana: this:\n"
        "01/02/2019, 09:00 - Eve: old\n01/02/2019, 09:01 - Mallory: older\n13/10/2024, 14:08 - Bob: ok\n"}}};
  const Parsed parsed = parse_material(material);
  EXPECT_EQ(unsound(material, parsed), "");
  ASSERT_EQ(parsed.sink.records.size(), 4u);
  EXPECT_TRUE(doubts(parsed.sink.records[2], "header-like-line-in-text"));
  EXPECT_EQ(parsed.sink.records[2].text,
            "this:\n01/02/2019, 09:00 - Eve: old\n01/02/2019, 09:01 - Mallory: older");
  EXPECT_EQ(parsed.sink.records[3].text, "ok");
}

TEST(WhatsappChat, TellsDeletionsByTheirLanguageAndByAdmins) {
  for (const std::string said :
       {"This message was deleted", "This message was deleted.", "Diese Nachricht wurde gelöscht.",
        "Mensagem apagada", "Se eliminó este mensaje", "Bu mesaj silindi"}) {
    const Record r = only("13/10/2024, 14:05 - Ana: " + said + "\n");
    EXPECT_EQ(r.kind, Kind::deletion) << said;
    EXPECT_EQ(r.target->author_id, "name:Ana");
  }
  const Record by_admin = only("13/10/2024, 14:05 - Ana: This message was deleted by admin Bob\n");
  EXPECT_EQ(by_admin.author->name, "Bob");
  EXPECT_EQ(by_admin.target->author_id, "name:Ana");
  // On iOS the application's words follow a mark: someone who types them deletes nothing.
  const Parsed typed = parse_text(
      "[13/10/2024, 14:05:00] Ana: This message was deleted\r\n"
      "[13/10/2024, 14:05:00] Ana: " MARK "This message was deleted.\r\n");
  EXPECT_EQ(typed.sink.records[0].kind, Kind::message);
  EXPECT_EQ(typed.sink.records[1].kind, Kind::deletion);
}

TEST(WhatsappChat, ReadsEditedMessagesWithoutTheirHistory) {
  for (const std::string suffix :
       {" <This message was edited>", " " MARK "<This message was edited>", " <Mensagem editada>"}) {
    const Record r = only("13/10/2024, 14:05 - Ana: better" + suffix + "\n");
    EXPECT_EQ(r.kind, Kind::message);
    EXPECT_EQ(r.text, "better") << suffix;
    EXPECT_TRUE(std::get<bool>(r.extra.at("edited")));
  }
}

TEST(WhatsappChat, ReadsPollsCallsPlacesAndTimers) {
  const Record poll = only("[13/10/2024, 14:05:00] Ana: " MARK "POLL:\r\nWhen?\r\n" MARK
                           "OPTION: Mon (noon) (1 vote)\r\n" MARK "OPTION: Tue (12 votes)\r\n");
  ASSERT_TRUE(poll.poll);
  EXPECT_EQ(poll.poll->question, "When?");
  ASSERT_EQ(poll.poll->options.size(), 2u);
  EXPECT_EQ(poll.poll->options[0].text, "Mon (noon)");
  EXPECT_EQ(poll.poll->options[1].votes, 12u);
  const Record call = only("[13/10/2024, 14:05:00] Ana: " MARK "Video call, " MARK "1 hr 5 min\r\n");
  EXPECT_EQ(call.kind, Kind::call);
  EXPECT_EQ(std::get<std::uint64_t>(call.extra.at("duration_s")), 3900u);
  EXPECT_TRUE(std::get<bool>(call.extra.at("video")));
  EXPECT_EQ(text_extra(only("13/10/2024, 14:05 - Ana: Missed voice call\n"), "state"), "missed");
  const Record place = only("13/10/2024, 14:05 - Ana: location: https://maps.google.com/?q=51.51,-0.09\n");
  EXPECT_EQ(text_extra(place, "latitude"), "51.51");
  const Record timer = only(
      "13/10/2024, 14:05 - Ana turned on disappearing messages. New messages will disappear from this chat "
      "after 7 days. Tap to change.\n");
  EXPECT_EQ(timer.kind, Kind::timer);
  EXPECT_EQ(std::get<std::uint64_t>(timer.extra.at("expires_in_ms")), 604800000u);
}

TEST(WhatsappChat, NamesWhoWasAddedRemovedAndLeft) {
  const Record added = only("13/10/2024, 14:05 - Ana added Bob, Eve and Zoë\n");
  EXPECT_EQ(added.kind, Kind::membership);
  EXPECT_EQ(added.author->name, "Ana");
  ASSERT_EQ(added.people.size(), 3u);
  EXPECT_EQ(added.people[2].name, "Zoë");
  EXPECT_EQ(added.people[2].role, "added");
  EXPECT_EQ(only("13/10/2024, 14:05 - Ana left\n").author->role, "left");
  EXPECT_EQ(only("13/10/2024, 14:05 - Ana hat Bob entfernt.\n").people.at(0).role, "removed");
  const Record you =
      only("13/10/2024, 14:05 - You were added\n", {.zone = {}, .date_order = {}, .custodian_name = "Ana"});
  EXPECT_EQ(you.people.at(0).name, "Ana");
}

TEST(WhatsappChat, KeepsUnknownSystemLinesAsNotices) {
  const Record r = only("13/10/2024, 14:05 - Something nobody translated happened\n");
  EXPECT_EQ(r.kind, Kind::notice);
  EXPECT_EQ(r.text, "Something nobody translated happened");
  EXPECT_TRUE(doubts(r, "unknown-phrase"));
}

TEST(WhatsappChat, MatchesMediaByTheNameThatIsThere) {
  const Material material{
      {{"WhatsApp Chat with Ana.txt",
        "13/10/2024, 14:05 - Ana: IMG-20241013-WA0001.jpg (in no known language)\nthe caption\n"
        "13/10/2024, 14:06 - Bob: <Media omitted>\n"
        "13/10/2024, 14:07 - Bob: gone.pdf (file attached)\n"
        "13/10/2024, 14:08 - Bob: null\n"},
       {"IMG-20241013-WA0001.jpg", "JPEG"},
       {"stray.opus", "OPUS"}}};
  const Parsed parsed = parse_material(material, {.zone = {}, .date_order = {}, .custodian_name = "Bob"});
  EXPECT_EQ(unsound(material, parsed), "");
  ASSERT_EQ(parsed.sink.records.size(), 4u);
  ASSERT_EQ(parsed.sink.contents.size(), 2u);
  const Record& photo = parsed.sink.records[0];
  ASSERT_EQ(photo.attachments.size(), 1u);
  EXPECT_EQ(photo.attachments[0].state, AttachmentState::present);
  EXPECT_EQ(photo.attachments[0].sha256, parsed.sink.contents[0].first.attachments[0].sha256);
  EXPECT_EQ(photo.text, "the caption");
  EXPECT_EQ(photo.attachments[0].media_type, "image/jpeg");
  EXPECT_EQ(photo.conversation.id, "whatsapp:Ana");
  EXPECT_EQ(photo.conversation.kind, record::ConversationKind::direct);
  EXPECT_FALSE(photo.outgoing);
  EXPECT_EQ(parsed.sink.records[1].attachments.at(0).state, AttachmentState::omitted);
  EXPECT_TRUE(parsed.sink.records[1].outgoing);
  EXPECT_EQ(parsed.sink.records[2].attachments.at(0).state, AttachmentState::missing);
  EXPECT_TRUE(parsed.sink.records[3].view_once);
  EXPECT_TRUE(doubts(parsed.sink.contents[1].first, "unreferenced-file"));
  EXPECT_FALSE(doubts(parsed.sink.contents[0].first, "unreferenced-file"));
}

TEST(WhatsappChat, ReadsIosAttachmentsWithCaptionsAndDocuments) {
  const Parsed parsed =
      parse_material({{{"_chat.txt", "[13/10/2024, 14:05:00] Ana: look " MARK "<attached: 1-PHOTO.jpg>\r\n"
                                     "[13/10/2024, 14:06:00] Ana: Plan.pdf \u2022 " MARK "2 pages " MARK
                                     "<Anhang: 2-Plan.pdf>\r\n"
                                     "[13/10/2024, 14:07:00] Ana: " MARK "image omitted\r\n"},
                       {"1-PHOTO.jpg", "J"},
                       {"2-Plan.pdf", "P"}}});
  ASSERT_EQ(parsed.sink.records.size(), 3u);
  EXPECT_EQ(parsed.sink.records[0].text, "look");
  EXPECT_EQ(parsed.sink.records[1].attachments.at(0).name, "Plan.pdf");
  EXPECT_EQ(parsed.sink.records[1].attachments.at(0).source_reference, "2-Plan.pdf");
  EXPECT_EQ(parsed.sink.records[2].attachments.at(0).state, AttachmentState::omitted);
}

TEST(WhatsappChat, KeepsWhatStandsBeforeTheFirstHeader) {
  const Material material{{{"chat.txt", "saved by someone\n13/10/2024, 14:05 - Ana: x\n"}}};
  const Parsed parsed = parse_material(material);
  EXPECT_EQ(unsound(material, parsed), "");
  EXPECT_EQ(parsed.outcome.refused, 1u);
  EXPECT_EQ(parsed.sink.records[0].kind, Kind::unparsed_original);
}

TEST(WhatsappChat, RefusesAFileWithoutHeadersWhole) {
  const Material material{{{"notes.txt", "nothing\nof the kind\n"}}};
  const Parsed parsed = parse_material(material);
  EXPECT_EQ(unsound(material, parsed), "");
  EXPECT_EQ(parsed.outcome.refused, 1u);
  EXPECT_EQ(parser().detect(material.files()), 0);
}

TEST(WhatsappChat, SurvivesBytesThatAreNoText) {
  const Record r = only(
      "13/10/2024, 14:05 - Ana: \xFF\xFE"
      "a\n");
  EXPECT_TRUE(doubts(r, "invalid-utf8"));
  EXPECT_EQ(r.text,
            "\uFFFD\uFFFD"
            "a");
}

TEST(WhatsappChat, GivesOneMessageTheSameIdInTwoExports) {
  const std::string line = "13/10/2024, 14:05 - Ana: same\n";
  const Parsed a = parse_text(line + line, {}, "WhatsApp Chat with Ana.txt");
  const Parsed b =
      parse_text("13/10/2024, 14:04 - Ana: earlier\n" + line + line, {}, "WhatsApp Chat mit Ana.txt");
  EXPECT_NE(a.sink.records[0].native_id, a.sink.records[1].native_id);
  EXPECT_EQ(record::identity_of(a.sink.records[0]), record::identity_of(b.sink.records[1]));
  EXPECT_EQ(record::identity_of(a.sink.records[1]), record::identity_of(b.sink.records[2]));
}

TEST(WhatsappChat, ClaimsNoLogTableOrMailBox) {
  for (const std::string text :
       {"[2024-01-02 10:00:00] production.ERROR: it failed\n[2024-01-02 10:00:01] production.INFO: ok\n",
        "2024-01-02 10:00:00 - INFO: started\n2024-01-02 10:00:01 - ERROR: x\n",
        "[2024-01-02 10:00:00] <nick> hello\n[2024-01-02 10:00:01] <other> hi\n",
        "2024-01-02 10:00:00,Ana,hello\n2024-01-02 10:00:01,Bob,hi\n",
        "From ana@example.org Mon Jan  1 10:00:00 2024\nSubject: x\n\n13/10/2024, 14:05 - Ana: x\n",
        "[1,2,3]\n", "{\"a\":1}\n", ""}) {
    EXPECT_EQ(parser().detect({{"a.txt", bytes_of(text)}}), 0) << text;
  }
}

class Unreadable final : public Packed {
 public:
  std::uint64_t size() const override { return 7; }
  Result<Bytes> unpack() const override { return fail(ErrorCode::corrupt, "damaged"); }
  BytesView raw() const override { return bytes_of(std::string_view("as it lies there")); }
};

TEST(WhatsappMedia, OfAFileThatCannotBeUnpackedTheBytesAreKept) {
  const std::string text = "[10/03/2024, 14:05:00] Ana: IMG-1.jpg (file attached)\n";
  const Unreadable picture;
  CollectingSink sink;
  const std::vector<InputFile> files{{"x.zip/_chat.txt", bytes_of(text)}, {"x.zip/IMG-1.jpg", {}, &picture}};
  const Outcome outcome = parser().parse(files, {}, {}, sink).value();
  EXPECT_EQ(outcome.refused, 1u);
  ASSERT_FALSE(sink.records.empty());
  EXPECT_EQ(sink.records[0].doubts.at(0).code, "archive-member-unreadable");
  EXPECT_EQ(text_of(sink.records[0].original.bytes), "as it lies there");
}

TEST(WhatsappMedia, TakesAnAttachedExportForAFile) {
  const Material material{{{"WhatsApp Chat with Ana.txt",
                            "13/10/2024, 14:05 - Ana: WhatsApp Chat with Bob.txt (file attached)\n"},
                           {"WhatsApp Chat with Bob.txt", "13/10/2024, 14:05 - Bob: hi\n"}}};
  const Parsed parsed = parse_material(material);
  EXPECT_EQ(parsed.kinds_text(), "attachment:1 message:1");
  EXPECT_EQ(parsed.outcome.found, 2u);
}

TEST(WhatsAppIdentity, ANamelessExportIsNamedAfterItsPeople) {
  const Parsed one = parse_text("[13/10/2024, 14:05:00] Bo: hi\r\n[13/10/2024, 14:06:00] Ana: hello\r\n");
  EXPECT_EQ(one.sink.records[0].conversation.title, "Ana, Bo");
  const Parsed other = parse_text("[13/10/2024, 14:05:00] Bo: hi\r\n[13/10/2024, 14:06:00] Cy: hello\r\n");
  EXPECT_NE(one.sink.records[0].conversation.id, other.sink.records[0].conversation.id);
}

}  // namespace
}  // namespace strongroom::capture::whatsapp
