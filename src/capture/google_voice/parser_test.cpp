#include "capture/google_voice/parser.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "capture/collecting_sink.h"
#include "capture/google_voice/page.h"

namespace strongroom::capture::google_voice {
namespace {

using record::AttachmentState;
using record::Kind;
using record::Record;

const std::string kHead =
    "<?xml version=\"1.0\" ?>\n<!DOCTYPE "
    "html><html><head><title>Ana</title><style>.deletedStatusContainer{}</style></head>\n<body>";
const std::string kTail =
    "\n<div class=\"tags\">Labels:\n<a rel=\"tag\" href=\"http://www.google.com/voice#sms\">T</a>, "
    "<a rel=\"tag\" href=\"http://www.google.com/voice#inbox\">I</a></div>"
    "<div class=\"deletedStatusContainer\">User Deleted:\nTrue</div></body></html>";
const std::string kAna =
    "<cite class=\"sender vcard\"><a class=\"tel\" href=\"tel:+1555\"><span "
    "class=\"fn\">Ana</span></a></cite>";
const std::string kMe =
    "<cite class=\"sender vcard\"><a class=\"tel\" href=\"tel:+1777\"><abbr class=\"fn\" "
    "title=\"\">Yo</abbr></a></cite>";

std::string message(const std::string& who, const std::string& text, const std::string& more = "") {
  return "<div class=\"message\"><abbr class=\"dt\" title=\"2023-09-20T07:41:11.657-07:00\">x</abbr>:\n" +
         who + ":\n<q>" + text + "</q>\n" + more + "</div> ";
}
std::string chat(const std::string& messages, const std::string& head = "") {
  return kHead + "<div class=\"hChatLog hfeed\">" + head + "\n" + messages + "</div>\n" + kTail;
}

struct Parsed {
  Outcome outcome;
  CollectingSink sink;
  std::uint64_t found = 0;
};
Parsed parse(const std::vector<InputFile>& files) {
  Parsed out;
  out.outcome = parser().parse(files, {}, {}, out.sink).value();
  out.found = parser().count(files, {}, {}).value();
  for (const Record& r : out.sink.records) {
    EXPECT_EQ(record::decode(record::encode(r)).value(), r);
    const auto file = std::ranges::find(files, r.original.file, &InputFile::path);
    EXPECT_EQ(text_of(file->bytes).substr(r.original.offset, r.original.length), text_of(r.original.bytes));
  }
  return out;
}

TEST(GoogleVoice, MessagesOfBothSidesWithAttachments) {
  const std::string page = chat(message(kAna, "a<br>b &amp; c <a href=\"x\">link</a>") +
                                message(kMe, "",
                                        "<div><img src=\"Ana - Text - 2023Z-2-1\" alt=\"x\" /></div>"
                                        "<div><a class=\"vcard\" href=\"gone\">x</a></div>"));
  const Parsed parsed = parse({{"Calls/Ana - Text - 2023Z.html", bytes_of(page)},
                               {"Calls/Ana - Text - 2023Z-2-1.jpg", bytes_of("j")}});
  ASSERT_EQ(parsed.sink.records.size(), 2u);
  EXPECT_EQ(parsed.found, 3u);
  EXPECT_EQ(parsed.outcome.parsed, 3u);
  const Record& first = parsed.sink.records[0];
  EXPECT_EQ(first.text, "a\nb & c link");
  EXPECT_EQ(first.author.value().id, "tel:+1555");
  EXPECT_EQ(first.conversation.id, "googlevoice:tel:+1555");
  EXPECT_EQ(first.conversation.title, "Ana");
  EXPECT_EQ(first.sent_at.unix_ms, 1695220871657);
  EXPECT_EQ(std::get<std::string>(first.extra.at("labels")), "sms,inbox");
  EXPECT_TRUE(std::get<bool>(first.extra.at("deleted_by_user")));
  const Record& second = parsed.sink.records[1];
  EXPECT_TRUE(second.outgoing);
  EXPECT_EQ(second.author.value().id, "self");
  EXPECT_EQ(second.author.value().addresses.at(0), "tel:+1777");
  ASSERT_EQ(second.attachments.size(), 2u);
  EXPECT_EQ(second.attachments[0].state, AttachmentState::present);
  EXPECT_EQ(second.attachments[0].name, "Ana - Text - 2023Z-2-1.jpg");
  EXPECT_EQ(second.attachments[1].state, AttachmentState::missing);
}

TEST(GoogleVoice, AFragmentOfOnesOwnFindsTheOther) {
  const std::string mine = chat(message(kMe, "hi")), hers = chat(message(kAna, "ho"));
  const Parsed both = parse({{"Ana - Text - 1.html", bytes_of(mine)}, {"x - Text - 2.html", bytes_of(hers)}});
  EXPECT_EQ(both.sink.records.at(0).conversation.id, "googlevoice:tel:+1555");
  EXPECT_EQ(parse({{"Ana - Text - 1.html", bytes_of(mine)}}).sink.records.at(0).conversation.id,
            "googlevoice:name:Ana");
  EXPECT_EQ(parse({{"+1 999 - Text - 1.html", bytes_of(mine)}}).sink.records.at(0).conversation.id,
            "googlevoice:tel:+1999");
  EXPECT_EQ(parse({{"x.html", bytes_of(mine)}}).sink.records.at(0).conversation.id, "googlevoice:unknown");
}

TEST(GoogleVoice, GroupsAreKnownByTheirPeople) {
  const std::string bo =
      "<cite class=\"sender vcard\"><a class=\"tel\" href=\"tel:+1444\"><span "
      "class=\"fn\"></span></a></cite>";
  const std::string page = chat(message(bo, "x"), "<div class=\"participants\">Group conversation with:\n" +
                                                      kAna + ", " + bo + "</div>");
  const Parsed parsed = parse({{"Group Conversation - 1.html", bytes_of(page)}});
  EXPECT_EQ(parsed.sink.records.at(0).conversation.id, "googlevoice:group:tel:+1444~tel:+1555");
  EXPECT_EQ(parsed.sink.records.at(0).people.at(0).name, "Ana");
}

TEST(GoogleVoice, AForgedCrowdIsNotNamedWithEveryMessage) {
  std::string head, messages;
  for (int i = 0; i < 2'000; ++i)
    head += "<cite class=\"sender vcard\"><a class=\"tel\" href=\"tel:+1" + std::to_string(10'000 + i) +
            "\"><span class=\"fn\">A</span></a></cite>";
  for (int i = 0; i < 2'000; ++i) messages += message(kMe, std::to_string(i));
  const std::string page = chat(messages, head);
  const Parsed parsed = parse({{"A - 2023.html", bytes_of(page)}});
  EXPECT_EQ(parsed.outcome.parsed, 2'000u);
  for (const Record& r : parsed.sink.records) {
    EXPECT_EQ(r.people.size(), 100u);
    EXPECT_EQ(r.doubts.at(0).code, "people-cut");
  }
  ASSERT_EQ(parsed.sink.contents.size(), 1u) << "the whole page, once";
  EXPECT_EQ(text_of(parsed.sink.contents[0].second), page);
  EXPECT_EQ(parsed.sink.contents[0].first.target->native_id, parsed.sink.records[0].native_id);
  std::string other = page;
  other.replace(other.find("+111999"), 7, "+119999");
  EXPECT_NE(parse({{"A - 2023.html", bytes_of(other)}}).sink.records[0].conversation.id,
            parsed.sink.records[0].conversation.id);
}

TEST(GoogleVoice, LabelsThatAreCutAreSaidAndThePageIsKept) {
  std::string tail;
  for (int i = 0; i < 200; ++i)
    tail += "<a rel=\"tag\" href=\"http://www.google.com/voice#label" + std::to_string(i) + "\">x</a>";
  std::string page = chat(message(kMe, "x"));
  page.insert(page.find("<div class=\"tags\">") + 18, tail);
  const Parsed parsed = parse({{"A - 2023.html", bytes_of(page)}});
  const Record& r = parsed.sink.records.at(0);
  EXPECT_EQ(r.doubts.at(0).code, "labels-cut");
  EXPECT_TRUE(std::get<std::string>(r.extra.at("labels")).starts_with("label0,label1,"));
  EXPECT_EQ(text_of(parsed.sink.contents.at(0).second), page);
}

TEST(GoogleVoice, CallsAndVoicemails) {
  const auto call = [](const std::string& label, const std::string& inner) {
    return kHead +
           "<div class=\"haudio\"><span class=\"album\">x</span>\n<span class=\"fn\">Voicemail "
           "from\nAna</span>\n"
           "<div class=\"contributor vcard\">x\n<a class=\"tel\" href=\"tel:+1555\"><span "
           "class=\"fn\">Ana</span></a></div>\n"
           "<abbr class=\"published\" title=\"2016-04-30T17:16:43.000-07:00\">x</abbr>" +
           inner +
           "<abbr class=\"duration\" title=\"PT1H2M28S\">x</abbr>\n<div class=\"tags\"><a rel=\"tag\" "
           "href=\"http://www.google.com/voice#" +
           label +
           "\">x</a></div><div class=\"deletedStatusContainer\">User "
           "Deleted:\nFalse</div></div></body></html>";
  };
  const std::string voicemail =
      call("voicemail",
           "<span class=\"description\"><span class=\"full-text\">Hi, it&#39;s me.</span>"
           "<span class=\"word high\">Hi,</span></span><audio src=\"v.mp3\"><a rel=\"enclosure\" "
           "href=\"v.mp3\">x</a></audio>");
  const std::string placed = call("placed", "");
  const Parsed parsed =
      parse({{"v.html", bytes_of(voicemail)}, {"v.mp3", bytes_of("m")}, {"p.html", bytes_of(placed)}});
  ASSERT_EQ(parsed.sink.records.size(), 2u);
  EXPECT_EQ(parsed.found, 3u);
  const Record& mail = parsed.sink.records[0];
  EXPECT_EQ(mail.kind, Kind::call);
  EXPECT_EQ(mail.text, "Hi, it's me.");
  EXPECT_EQ(mail.author.value().name, "Ana");
  EXPECT_EQ(std::get<std::uint64_t>(mail.extra.at("duration_s")), 3748u);
  EXPECT_EQ(mail.attachments.at(0).state, AttachmentState::present);
  EXPECT_TRUE(parsed.sink.records[1].outgoing);
  EXPECT_EQ(parsed.sink.records[1].people.at(0).id, "tel:+1555");
}

TEST(GoogleVoice, AMessageWithoutATimeIsRefusedAndTheRestIsRead) {
  std::string bad = message(kAna, "x");
  bad.replace(bad.find("2023-"), 5, "never");
  const std::string page = chat(message(kAna, "a") + bad + message(kMe, "b"));
  const Parsed parsed = parse({{"a.html", bytes_of(page)}});
  EXPECT_EQ(parsed.outcome.parsed, 2u);
  EXPECT_EQ(parsed.outcome.refused, 1u);
  EXPECT_EQ(parsed.found, 3u);
  for (std::size_t cut = page.find("<div class=\"hChat") + 40; cut < page.size(); ++cut) {
    const Parsed part = parse({{"a.html", bytes_of(std::string_view(page).substr(0, cut))}});
    EXPECT_EQ(part.found, part.outcome.parsed + part.outcome.refused) << cut;
  }
}

TEST(GoogleVoice, TwoPicturesOfOneMomentAreTwoMessages) {
  const std::string page =
      chat(message(kAna, "", "<img src=\"1\"/>") + message(kAna, "", "<img src=\"2\"/>"));
  const Parsed parsed =
      parse({{"a.html", bytes_of(page)}, {"1.jpg", bytes_of("x")}, {"2.jpg", bytes_of("y")}});
  EXPECT_NE(record::identity_of(parsed.sink.records.at(0)), record::identity_of(parsed.sink.records.at(1)));
}

TEST(GoogleVoice, APageMadeToTakeLongTakesAMoment) {
  const auto many = [](std::string_view piece) {
    std::string out;
    while (out.size() < 1u << 20) out += piece;
    return out;
  };
  for (const char* piece :
       {"<q>", "<span class=\"full-text\">", "<cite>", "<a class=\"tel\"><b class=\"fn\">"}) {
    const std::string head = chat(message(kAna, "a"), many(piece)),
                      item = chat(message(kAna, "a", many(piece)));
    EXPECT_EQ(parse({{"a.html", bytes_of(head)}}).found, 1u);
    EXPECT_EQ(parse({{"a.html", bytes_of(item)}}).sink.records.at(0).text, "a");
  }
  const std::string tail = chat(message(kAna, "a")) + many("<div class=\"deletedStatusContainer\">");
  EXPECT_EQ(parse({{"a.html", bytes_of(tail)}}).found, 1u);
}

TEST(GoogleVoice, KnowsItsOwnByContent) {
  EXPECT_EQ(parser().detect({{"Ana - Text - 1.html", bytes_of("<html><body>hello</body></html>")}}), 0);
  EXPECT_EQ(parser().detect({{"a.html", bytes_of("")}}), 0);
  const std::string page = chat("");
  EXPECT_GT(parser().detect({{"a", bytes_of(page)}}), 0);
  EXPECT_EQ(seconds_of("PT"), 0u);
  EXPECT_EQ(seconds_of("P1D"), std::nullopt);
  EXPECT_EQ(seconds_of("PT99999999999S"), std::nullopt);
}

}  // namespace
}  // namespace strongroom::capture::google_voice
