#include <algorithm>

#include "capture/telegram/html_message.h"
#include "capture/telegram/markup.h"
#include "capture/telegram/test_material.h"

namespace strongroom::capture::telegram {
namespace {

using record::Kind;

constexpr std::string_view kHead = R"(<!DOCTYPE html>
<html>
 <head>
  <meta charset="utf-8"/>
<title>Exported Data</title>
 </head>
 <body onload="CheckLocation();">
  <div class="page_wrap">
   <div class="page_header">
    <div class="content">
     <div class="text bold">
Budget &amp; pay
     </div>
    </div>
   </div>
   <div class="page_body chat_page">
    <div class="history">
)";

/// A message as the writer indents it.
std::string message(std::string_view id, std::string_view classes, std::string_view inside) {
  return "\n     <div class=\"message " + std::string(classes) + "\" id=\"message" + std::string(id) +
         "\">\n\n      <div class=\"body\">\n\n       <div class=\"pull_right date details\" "
         "title=\"10.03.2024 15:05:00 UTC+01:00\">\n15:05\n       </div>\n" +
         std::string(inside) + "\n      </div>\n\n     </div>\n";
}
std::string from(std::string_view name) {
  return "\n       <div class=\"from_name\">\n" + std::string(name) + " \n       </div>\n";
}
std::string text(std::string_view words) {
  return "\n       <div class=\"text\">\n" + std::string(words) + "\n       </div>\n";
}

Parsed read_page(const std::string& body) {
  const std::string page = std::string(kHead) + body + "    </div>\n   </div>\n  </div>\n </body>\n</html>\n";
  EXPECT_EQ(html_parser().detect({{"messages.html", bytes_of(page)}}), 92);
  return read(html_parser(), {{"ChatExport/messages.html", bytes_of(page)},
                              {"ChatExport/photos/a.jpg", bytes_of("picture")}});
}

TEST(TelegramHtml, HostileMarkupTakesNoLongerThanItIsLong) {
  std::string quoted;
  for (int i = 0; i < 300'000; ++i) quoted += "<\"<";
  for (const std::string& block : {std::string(2'000'000, '<'), quoted, quoted + ">"}) {
    Markup markup(block);
    std::size_t read = 0;
    while (const auto token = markup.next()) read += token->text.size();
    EXPECT_LE(read, block.size());
  }
}

TEST(TelegramHtml, MessagesHaveTheirAuthorsTimesAndStyles) {
  const Parsed parsed = read_page(
      "\n     <div class=\"message service\" id=\"message-1\">\n\n      <div class=\"body details\">\n10 "
      "March 2024\n"
      "      </div>\n\n     </div>\n" +
      message("5", "default clearfix",
              "<div class=\"pull_left userpic_wrap\"><div class=\"initials\">A</div></div>" +
                  from("Ana &lt;C&gt;") +
                  text("see <strong>this</strong><br><a href=\"https://example.org/?a=1&amp;b=2\">page</a> "
                       "&#x1F600; "
                       "<em>now</em>")) +
      message("6", "default clearfix joined",
              "<div class=\"reply_to details\">\nIn reply to <a href=\"messages2.html#go_to_message5\">this "
              "message</a>\n</div>" +
                  text("and <span class=\"spoiler hidden\" onclick=\"x\"><span "
                       "aria-hidden=\"true\">that</span></span>")) +
      message("7", "default clearfix", from("Deleted Account via @bot") + text("x")));
  ASSERT_EQ(parsed.records.size(), 5u);
  EXPECT_EQ(parsed.contents.size(), 1u);
  EXPECT_EQ(parsed.records[0].conversation.title, "Budget & pay");
  EXPECT_EQ(parsed.records[1].kind, Kind::context);
  const record::Record& first = parsed.records[2];
  EXPECT_EQ(first.author->id, "name:Ana <C>");
  EXPECT_EQ(first.native_id, "5");
  EXPECT_EQ(first.sent_at.unix_ms, 1710079500000);
  EXPECT_EQ(first.sent_at.certainty, record::ZoneCertainty::instant);
  EXPECT_EQ(first.text, "see this\npage \U0001F600 now");
  ASSERT_EQ(first.ranges.size(), 3u);
  EXPECT_EQ(first.ranges[0], (record::TextRange{4, 4, "bold", ""}));
  EXPECT_EQ(first.ranges[1], (record::TextRange{9, 4, "link", ""}));
  EXPECT_EQ(first.ranges[2], (record::TextRange{17, 3, "italic", ""}));
  EXPECT_EQ(said(first, "links"), "https://example.org/?a=1&b=2");
  EXPECT_EQ(parsed.records[3].author->id, "name:Ana <C>");
  EXPECT_EQ(parsed.records[3].reply_to->native_id, "5");
  EXPECT_EQ(parsed.records[3].ranges.at(0), (record::TextRange{4, 4, "spoiler", ""}));
  EXPECT_FALSE(parsed.records[4].author);
  EXPECT_EQ(said(parsed.records[4], "via_bot"), "bot");
}

TEST(TelegramHtml, FilesForwardsPollsAndServiceLinesAreKept) {
  const Parsed parsed = read_page(
      message("8", "default clearfix",
              from("Ana") +
                  "<div class=\"media_wrap clearfix\"><a class=\"photo_wrap clearfix pull_left\" "
                  "href=\"photos/a.jpg\"><img class=\"photo\" src=\"photos/a_thumb.jpg\"/></a></div>") +
      message("9", "default clearfix",
              from("Ana") +
                  "<div class=\"pull_left forwarded userpic_wrap\"><div class=\"initials\">R</div></div>"
                  "<div class=\"forwarded body\"><div class=\"from_name\">\nRui <span class=\"date details\" "
                  "title=\"09.03.2024 10:00:00 UTC+01:00\"> 09.03.2024</span></div>" +
                  text("old") + "</div>") +
      message(
          "10", "default clearfix",
          from("Ana") +
              "<div class=\"media_wrap clearfix\"><div class=\"media clearfix pull_left "
              "media_voice_message\"><div class=\"body\"><div class=\"title bold\">\nVoice message\n</div>"
              "<div class=\"description\">Not included</div><div class=\"status details\">00:07</div>"
              "</div></div></div>") +
      message("11", "default clearfix",
              from("Ana") +
                  "<div class=\"media_wrap clearfix\"><div class=\"media_poll\"><div class=\"question bold\">"
                  "When?</div><div class=\"details\">Final results</div><div class=\"answer\">- Now <span "
                  "class=\"details\">2 votes</span></div><div class=\"total details\">2 "
                  "votes</div></div></div>") +
      "<div class=\"message service\" id=\"message12\">\n<div class=\"body details\">\nAna pinned <a "
      "href=\"#go_to_message8\">this message</a>\n</div></div>");
  ASSERT_EQ(parsed.records.size(), 6u);
  const auto& files = parsed.records[1].attachments;
  ASSERT_EQ(files.size(), 2u);
  EXPECT_EQ(files[0].state, record::AttachmentState::present);
  EXPECT_EQ(files[1].state, record::AttachmentState::missing);
  EXPECT_EQ(said(parsed.records[2], "forwarded_from"), "Rui");
  EXPECT_EQ(said(parsed.records[2], "forwarded_date"), "09.03.2024 10:00:00 UTC+01:00");
  EXPECT_EQ(parsed.records[2].text, "old");
  EXPECT_EQ(parsed.records[2].sent_at.unix_ms, 1710079500000);
  EXPECT_EQ(parsed.records[3].attachments.at(0).state, record::AttachmentState::omitted);
  EXPECT_EQ(parsed.records[3].attachments[0].flavour, "voice");
  EXPECT_EQ(parsed.records[4].poll->question, "When?");
  EXPECT_EQ(parsed.records[4].poll->options.at(0).text, "- Now 2 votes");
  EXPECT_EQ(parsed.records[5].kind, Kind::notice);
  EXPECT_EQ(parsed.records[5].text, "Ana pinned this message");
  EXPECT_EQ(parsed.records[5].target->native_id, "8");
}

TEST(TelegramHtml, APageCutAnywhereLosesNothing) {
  const std::string page = std::string(kHead) +
                           message("5", "default clearfix", from("Ana") + text("a <em>b</em>")) +
                           message("6", "default clearfix joined", text("c"));
  for (std::size_t size = kHead.size(); size < page.size(); ++size) {
    const std::string cut = page.substr(0, size);
    const Parsed parsed = read(html_parser(), {{"f", bytes_of(cut)}});
    std::uint64_t kept = 0;
    for (const record::Record& r : parsed.records) kept += r.original.length;
    EXPECT_EQ(kept, size);
  }
}

TEST(TelegramHtml, OddMarkupIsReadWithoutHarm) {
  std::string deep;
  for (int i = 0; i < 300; ++i) deep += "<div><b>";
  const Parsed parsed =
      read_page("<div class=\"message x\">no id</div>" + message("1", "default", deep + text("t")) +
                "<div class=\"message default\" id=\"message2\"><div class=\"text\"><a href=\"<&#0;&#xD800;&"
                "#99999999;&nothing; \xFF");
  EXPECT_EQ(parsed.outcome.refused, 1u);
  EXPECT_EQ(parsed.outcome.parsed, 4u);
}

TEST(TelegramHtml, EntitiesAndAttributesAreRead) {
  EXPECT_EQ(without_entities("&lt;a&gt; &amp;amp; &#65;&#x42; &what; &"), "<a> &amp; AB &what; &");
  Markup markup("<a  href=\"x&quot;y>\" class=\"one two\">t</a><br/>");
  const Token tag = markup.next().value_or(Token{});
  EXPECT_EQ(attribute(tag, "href"), "x\"y>");
  EXPECT_TRUE(has_class(tag, "two"));
  EXPECT_FALSE(has_class(tag, "tw"));
  EXPECT_EQ(markup.next().value_or(Token{}).text, "t");
  EXPECT_EQ(markup.next().value_or(Token{}).kind, Token::Kind::close);
  EXPECT_TRUE(markup.next().value_or(Token{}).empty);
  EXPECT_FALSE(markup.next());
}

TEST(TelegramHtml, IsKnownByContent) {
  EXPECT_EQ(html_parser().detect({{"f", bytes_of("<!DOCTYPE html><title>Exported Data</title>")}}), 0);
  EXPECT_EQ(html_parser().detect({{"f", bytes_of(kGroup)}}), 0);
}

}  // namespace
}  // namespace strongroom::capture::telegram
