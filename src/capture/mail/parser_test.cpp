#include "capture/mail/parser.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "capture/collecting_sink.h"
#include "capture/part.h"

namespace strongroom::capture::mail {
namespace {

struct Parsed {
  Outcome outcome;
  CollectingSink sink;
  std::uint64_t found = 0;

  const record::Record& record(std::size_t i = 0) const { return sink.records.at(i); }
};

Parsed parse(const std::vector<std::pair<std::string, std::string>>& named, const Limits& limits = {}) {
  std::vector<InputFile> files;
  for (const auto& [name, text] : named) files.push_back({name, bytes_of(text)});
  Parsed out;
  out.outcome = parser().parse(files, {}, limits, out.sink).value();
  out.found = parser().count(files, {}, limits).value();
  EXPECT_EQ(out.outcome.parsed + out.outcome.refused, out.found);
  for (const record::Record& r : out.sink.records) {
    const auto again = record::decode(record::encode(r));
    EXPECT_TRUE(again && *again == r);
  }
  return out;
}

bool doubted(const record::Record& record, std::string_view code) {
  return std::ranges::any_of(record.doubts, [&](const record::Doubt& d) { return d.code == code; });
}
std::string extra(const record::Record& record, const std::string& key) {
  const auto found = record.extra.find(key);
  return found == record.extra.end() ? "" : std::get<std::string>(found->second);
}
std::string people(const record::Record& record) {
  std::string out;
  for (const record::Person& p : record.people) out += p.role + "=" + p.id + ";";
  return out;
}

constexpr std::string_view kPlain =
    "Received: from a by b; Fri, 22 Feb 2008 17:06:30 +0100\r\n"
    "From: =?iso-8859-1?Q?Andr=E9_Costa?= <Andre@Example.org>\r\n"
    "To: \"Lima, Bo\" <bo@example.org>, team: c@example.org, d@example.org;\r\n"
    "Bcc: secret@example.org\r\n"
    "Subject: =?utf-8?B?QnVkZ2V0IPCfkrA=?= of\r\n the year\r\n"
    "Date: Fri, 22 Feb 2008 17:06:23 +0100\r\n"
    "Message-ID: <2@x>\r\n"
    "In-Reply-To: <1@x>\r\n"
    "References: <0@x>\r\n <1@x>\r\n"
    "\r\n"
    "Hello.\r\nGood bye.\r\n";

TEST(Mail, SaysWhoWhenAndWhereItBelongs) {
  const Parsed parsed = parse({{"a.eml", std::string(kPlain)}});
  const record::Record& r = parsed.record();
  EXPECT_EQ(r.author->id, "mailto:andre@example.org");
  EXPECT_EQ(r.author->name, "Andr\u00e9 Costa");
  EXPECT_EQ(r.author->addresses.at(0), "mailto:Andre@Example.org");
  EXPECT_EQ(people(r),
            "to=mailto:bo@example.org;to=mailto:c@example.org;to=mailto:d@example.org;bcc=mailto:secret@"
            "example.org;");
  EXPECT_EQ(r.people[0].name, "Lima, Bo");
  EXPECT_EQ(r.conversation.id, "mail:thread:0@x");
  EXPECT_EQ(r.conversation.title, "Budget \U0001F4B0 of the year");
  EXPECT_EQ(r.conversation.kind, record::ConversationKind::group);
  EXPECT_EQ(r.sent_at.unix_ms, 1203696383000);
  EXPECT_EQ(r.received_at->unix_ms, 1203696390000);
  EXPECT_EQ(r.text, "Hello.\nGood bye.\n");
  EXPECT_EQ(extra(r, "message_id"), "2@x");
  EXPECT_EQ(extra(r, "in_reply_to"), "1@x");
  EXPECT_EQ(extra(r, "references"), "<0@x> <1@x>");
  EXPECT_EQ(text_of(r.original.bytes), kPlain);
  EXPECT_TRUE(r.doubts.empty());
}

TEST(Mail, IsKnownByTheHashOfItsBytesNeverByItsMessageId) {
  const std::string again = std::string(kPlain) + "P.S. more\r\n";
  const Parsed parsed =
      parse({{"a.eml", std::string(kPlain)}, {"b.eml", again}, {"c.eml", std::string(kPlain)}});
  EXPECT_NE(parsed.record(0).native_id, parsed.record(1).native_id);
  EXPECT_EQ(parsed.record(0).native_id, parsed.record(2).native_id);
  EXPECT_EQ(parsed.record(0).native_id.size(), 64u);
}

constexpr std::string_view kMixed =
    "From: a@example.org\nTo: b@example.org\nDate: Fri, 22 Feb 2008 17:06:23 +0100\nSubject: "
    "parts\nMIME-Version: 1.0\n"
    "Content-Type: multipart/mixed; boundary=outer\n\npreamble\n--outer\n"
    "Content-Type: multipart/alternative; boundary=\"outer-inner\"\n\n--outer-inner\n"
    "Content-Type: text/plain; charset=koi8-r\nContent-Transfer-Encoding: "
    "base64\n\n8NLJ18XUCg==\n--outer-inner\n"
    "Content-Type: text/html\n\n<p>Hi</p>\n--outer-inner--\n--outer\n"
    "Content-Type: application/octet-stream\nContent-Transfer-Encoding: base64\n"
    "Content-Disposition: attachment;\n filename*0*=utf-8''%e2%82%ac%20;\n "
    "filename*1=rates.bin\n\nAAEC\n--outer\n"
    "Content-Type: message/rfc822\n\nFrom: c@example.org\nSubject: within\n\ninner "
    "text\n--outer--\nepilogue\n";

TEST(Mail, HandsOverEachAttachmentByItselfAndDoesNotCountIt) {
  const Parsed parsed = parse({{"a.eml", std::string(kMixed)}});
  EXPECT_EQ(parsed.found, 1u);
  const record::Record& r = parsed.record();
  EXPECT_EQ(r.text, "\u041f\u0440\u0438\u0432\u0435\u0442\n");
  ASSERT_EQ(r.attachments.size(), 3u);
  ASSERT_EQ(parsed.sink.contents.size(), 3u);
  EXPECT_EQ(r.attachments[0].flavour, "html_body");
  EXPECT_EQ(r.attachments[1].name, "\u20ac rates.bin");
  EXPECT_EQ(r.attachments[2].flavour, "message");
  EXPECT_EQ(text_of(parsed.sink.contents[1].second), std::string_view("\0\1\2", 3));
  EXPECT_EQ(text_of(parsed.sink.contents[2].second), "From: c@example.org\nSubject: within\n\ninner text");
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_TRUE(is_part(parsed.sink.contents[i].first));
    EXPECT_EQ(parsed.sink.contents[i].first.target->native_id, r.native_id);
    EXPECT_EQ(parsed.sink.contents[i].first.attachments[0].sha256, r.attachments[i].sha256);
  }
}

TEST(Mail, ShowsTheWordsOfAnHtmlMailAndKeepsTheHtml) {
  const Parsed parsed =
      parse({{"a.eml",
              "From: a@example.org\nSubject: x\nContent-Type: text/html; charset=windows-1252\n\n"
              "<html><style>p{}</style><!-- no --><p>Caf\xe9 &amp; bar</p><script>1<2</script>t&#8364;"}});
  EXPECT_EQ(parsed.record().text, "Caf\u00e9 & bar\nt\u20ac");
  EXPECT_EQ(parsed.record().attachments.at(0).flavour, "html_body");
  EXPECT_EQ(extra(parsed.record(), "text_from"), "html");
}

TEST(Mail, ReadsCharsetsThatTheCLibraryWouldLoadFromDisk) {
  const auto text = [](const std::string& charset, const std::string& body) {
    const Parsed parsed = parse(
        {{"a.eml", "From: a@b.c\nSubject: x\nContent-Type: text/plain; charset=" + charset + "\n\n" + body}});
    return parsed.record().text;
  };
  EXPECT_EQ(text("GB18030", "\xc4\xe3\xba\xc3"), "\u4f60\u597d");
  EXPECT_EQ(text("gb2312", "\xc4\xe3\xba\xc3"), "\u4f60\u597d");
  EXPECT_EQ(text("ISO-2022-JP", "\x1b$B$3$s\x1b(B"), "\u3053\u3093");
  EXPECT_EQ(text("windows-1252", "\x80"), "\u20ac");
  EXPECT_EQ(text("iso-8859-1", "\x80"), "\u20ac");
  EXPECT_EQ(text("KOI8-R", "\xf0"), "\u041f");
  EXPECT_EQ(text("unknown-8bit", "\xe9"), "\u00e9");
  EXPECT_EQ(text("big5", "\xa7\x41"), "\u4f60");
  EXPECT_EQ(text("euc-kr", "\xb0\xa1"), "\uac00");
  EXPECT_EQ(text("shift_jis", "\x82\xb1"), "\u3053");
  EXPECT_EQ(text("utf-7", "+AOk-"), "\u00e9");
}

TEST(Mail, JoinsEncodedWordsThatSplitACharacter) {
  const Parsed parsed =
      parse({{"a.eml", "From: a@b.c\nSubject: =?utf-8?B?4oI=?=\n =?utf-8?B?rA==?= x =?bad\n\n"}});
  EXPECT_EQ(parsed.record().conversation.title, "\u20ac x =?bad");
}

TEST(Mbox, EndsAMailOnlyAtALineThatCanBeginAnother) {
  const std::string box =
      "From a@example.org Fri Feb 22 17:06:23 2008\nFrom: a@example.org\nSubject: one\n\nFrom here on it is "
      "text\n\n"
      "From Russia with love\nYear: 1963\n\n>From quoted\n>>From twice\n\n"
      "From - \nX-Mozilla-Status: 0001\nFrom: b@example.org\nSubject: two\n\nsecond\n\n";
  const Parsed parsed = parse({{"Inbox", box}});
  ASSERT_EQ(parsed.sink.records.size(), 2u);
  EXPECT_EQ(parsed.record(0).text,
            "From here on it is text\n\nFrom Russia with love\nYear: 1963\n\nFrom quoted\n>From twice\n");
  EXPECT_EQ(extra(parsed.record(0), "postmark"), "a@example.org Fri Feb 22 17:06:23 2008");
  EXPECT_TRUE(doubted(parsed.record(0), "no-date"));
  EXPECT_EQ(parsed.record(0).sent_at.unix_ms, 1203699983000);
  EXPECT_EQ(box.substr(parsed.record(1).original.offset, parsed.record(1).original.length),
            text_of(parsed.record(1).original.bytes));
  EXPECT_TRUE(text_of(parsed.record(1).original.bytes).ends_with("second\n"));
}

std::string with_length(const std::string& body, std::size_t length) {
  return "From a@example.org Fri Feb 22 17:06:23 2008\nFrom: a@example.org\nSubject: x\nContent-Length: " +
         std::to_string(length) + "\n\n" + body + "\n";
}

TEST(Mbox, BelievesAStatedLengthOnlyWhereAMailFollowsIt) {
  const std::string forwarded =
      "see\n\nFrom z@example.org Fri Feb 22 17:06:23 2008\nFrom: z@example.org\n\nnot a mail here\n";
  const std::string good = with_length(forwarded, forwarded.size()) + with_length("b\n", 2);
  const Parsed believed = parse({{"a", good}});
  EXPECT_EQ(believed.sink.records.size(), 2u);
  EXPECT_TRUE(doubted(believed.record(0), "spans-from-lines"));
  const Parsed not_believed = parse({{"a", with_length(forwarded, 7) + with_length("b\n", 99999)}});
  EXPECT_EQ(not_believed.sink.records.size(), 3u);
}

TEST(Mbox, ReadsTheHeaderOfAMailWithoutABodyOnlyUpToTheNextMail) {
  std::string box;
  for (int i = 0; i < 40; ++i) box += with_length("x\n", 2);
  for (int i = 0; i < 100'000; ++i) box += "From - \nX-a: b\n";  // 1.5 MB: took minutes
  EXPECT_EQ(parse({{"a", box}}).sink.records.size(), 100'040u);
}

TEST(Maildir, TellsFolderAndFlags) {
  const Parsed parsed =
      parse({{"Mail/.Sent.2024/cur/1203696390.M1.host:2,RS", "From: a@b.c\nTo: d@e.f\n\nx"}});
  EXPECT_EQ(extra(parsed.record(), "folder"), "Sent/2024");
  EXPECT_EQ(extra(parsed.record(), "flags"), "RS");
  EXPECT_EQ(parsed.record().sent_at.unix_ms, 1203696390000);
}

TEST(Journal, NamesTheTrueRecipientsAndKeepsReportAndMail) {
  const std::string report =
      "From: <MicrosoftExchange@example.org>\nTo: <journal@example.org>\nX-MS-Journal-Report:\nSubject: "
      "budget\n"
      "Message-ID: <r@journal.report.generator>\nDate: Fri, 22 Feb 2008 17:07:00 +0100\nMIME-Version: 1.0\n"
      "Content-Type: multipart/mixed; boundary=\"j\"\n\n--j\nContent-Type: text/plain; "
      "charset=\"us-ascii\"\n\n"
      "Sender: ana@example.org\nSubject: budget\nMessage-Id: <1@x>\nTo: bo@example.org, Expanded: "
      "staff@example.org\n"
      "Bcc: eve@example.org\nRecipient: kim@example.org\n\n--j\nContent-Type: message/rfc822\n\n"
      "From: Ana <ana@example.org>\nTo: Staff <staff@example.org>\nCc: Kim <kim@example.org>\nSubject: "
      "budget\n"
      "Date: Fri, 22 Feb 2008 17:06:23 +0100\nMessage-ID: <1@x>\n\nmoney\n\n--j--\n";
  const Parsed parsed = parse({{"j.eml", report}});
  const record::Record& r = parsed.record();
  EXPECT_EQ(r.author->name, "Ana");
  EXPECT_EQ(r.text, "money\n");
  EXPECT_EQ(
      people(r),
      "expanded_list=mailto:staff@example.org;to=mailto:bo@example.org;bcc=mailto:eve@example.org;"
      "cc=mailto:kim@example.org;header_to=mailto:staff@example.org;envelope_sender=mailto:ana@example.org;");
  EXPECT_EQ(r.people[3].name, "Kim");
  EXPECT_EQ(r.conversation.id, "mail:thread:1@x");
  EXPECT_EQ(text_of(r.original.bytes), report);
  EXPECT_EQ(r.attachments.at(0).flavour, "journaled_message");
  EXPECT_EQ(extra(r, "journal_report_id"), "<r@journal.report.generator>");
}

TEST(Journal, NamesAllRecipientsOfAListInAnAttachmentWhereTheyAreTooMany) {
  std::string words;
  for (int i = 0; i < 6'000; ++i)
    words += "To: p" + std::to_string(i) + "@" + std::string(60, 'x') + ".example.org\n";
  const Parsed parsed =
      parse({{"j.eml",
              "From: <j@example.org>\nX-MS-Journal-Report:\nContent-Type: multipart/mixed; boundary=j\n\n"
              "--j\nContent-Type: text/plain\n\nSender: a@b.c\n" +
                  words + "\n--j\nContent-Type: message/rfc822\n\nFrom: a@b.c\nSubject: s\n\nx\n--j--\n"}});
  record::Record r = parsed.record();
  EXPECT_TRUE(doubted(r, "people-cut"));
  r.original.bytes.clear();
  EXPECT_LT(record::encode(r).size(), 500u << 10);
  ASSERT_EQ(parsed.sink.contents.at(0).first.attachments[0].name, "all-recipients.txt");
  const std::string_view all = text_of(parsed.sink.contents[0].second);
  EXPECT_NE(all.find("to:  <mailto:p5999@"), std::string_view::npos);
}

TEST(Mail, KeepsProtectedMailsAsTheyAreAndSaysSo) {
  const Parsed parsed =
      parse({{"a.eml",
              "From: a@b.c\nSubject: x\nMIME-Version: 1.0\nContent-Type: application/pkcs7-mime; "
              "smime-type=enveloped-data; name=smime.p7m\nContent-Transfer-Encoding: base64\n\nMIAG\n"}});
  EXPECT_EQ(extra(parsed.record(), "encrypted"), "smime");
  EXPECT_EQ(parsed.record().attachments.at(0).flavour, "encrypted");
}

TEST(Mail, SaysWhatIsOddAboutIt) {
  const Parsed parsed = parse(
      {{"a.eml", "Subject: a\nSubject: b\nDate: some day\nnonsense line\nContent-Type: text/plain\n\n\xff"}});
  const record::Record& r = parsed.record();
  for (const char* code :
       {"repeated-field", "no-author", "odd-date", "no-date", "odd-header-line", "charset-guessed"})
    EXPECT_TRUE(doubted(r, code)) << code;
}

TEST(Mail, KeepsAMailWithinWholeThatHasABoundaryBeginningLikeItsOwn) {
  const std::string within =
      "From: c@example.org\nSubject: within\nContent-Type: multipart/mixed; boundary=mail-12\n\n--mail-12\n\n"
      "one\n--mail-1 is text\n--mail-12\n\ntwo\n--mail-12--";
  const Parsed parsed =
      parse({{"a.eml",
              "From: a@b.c\nSubject: x\nContent-Type: multipart/mixed; boundary=mail-1\n\n--mail-1\n"
              "Content-Type: message/rfc822\n\n" +
                  within + "\n--mail-1  \n\ntext\n--mail-1--\n"}});
  EXPECT_EQ(text_of(parsed.sink.contents.at(0).second), within);
  EXPECT_EQ(parsed.record().text, "text");
}

TEST(Mail, KeepsAMailWithinWholeThatBeginsWithWhatItHolds) {
  const std::string within = "Content-Type: text/html\nFrom: c@example.org\nSubject: within\n\n<p>text";
  const Parsed parsed =
      parse({{"a.eml", "From: a@b.c\nSubject: x\nContent-Type: message/rfc822\n\n" + within}});
  EXPECT_EQ(text_of(parsed.sink.contents.at(0).second), within);
}

TEST(Mail, KeepsAMailWithinThatHasNoFieldsOrIsEncoded) {
  const auto content = [](const std::string& part) {
    const Parsed parsed =
        parse({{"a.eml",
                "From: a@b.c\nSubject: x\nContent-Type: multipart/mixed; boundary=b\n\n--b\n"
                "Content-Type: message/rfc822\n" +
                    part + "\n--b--\n"}});
    return parsed.sink.contents.empty() ? parsed.record().text
                                        : std::string(text_of(parsed.sink.contents[0].second));
  };
  EXPECT_EQ(content("\n\nno field at all"), "no field at all");
  EXPECT_EQ(content("Content-Transfer-Encoding: base64\n\nRnJvbTogZEBlLmYKU3ViamVjdDogeQoKaW5uZXI="),
            "From: d@e.f\nSubject: y\n\ninner");
}

TEST(Mail, ReadsTheFirstFieldAfterAByteOrderMark) {
  const Parsed parsed = parse({{"a.eml",
                                "\xEF\xBB\xBF"
                                "From: a@b.c\nSubject: x\nContent-Type: text/html\n\n<p>Hi"}});
  EXPECT_EQ(parsed.record().author->id, "mailto:a@b.c");
  EXPECT_EQ(parsed.record().text, "Hi");
  EXPECT_FALSE(doubted(parsed.record(), "odd-header-line"));
}

TEST(Mail, ReadsTheFirstFieldAfterEmptyLines) {
  const Parsed parsed = parse({{"a.eml", "\r\n\r\nFrom: a@b.c\r\nSubject: x\r\n\r\nHi"}});
  EXPECT_EQ(parsed.record().author->id, "mailto:a@b.c");
  EXPECT_EQ(parsed.record().text, "Hi");
  EXPECT_EQ(parsed.record().original.offset, 4u);
  EXPECT_EQ(std::get<std::string>(parsed.record().extra.at("preceded_by")), "\r\n\r\n") << "nothing is lost";
  const InputFile more{"a.eml", bytes_of(std::string_view("\n"))};
  EXPECT_EQ(parser().detect({more}), 0);
}

TEST(Mail, DoesNotLookForTheEndsOfWordsAgainAndAgain) {
  std::string words;
  while (words.size() < 4u << 20) words += "=?a?q? ";
  for (const char* field : {"Subject: ", "X-Odd: "}) {
    const Parsed parsed = parse({{"a.eml", "From: a@b.c\n" + (field + words) + "\n\ntext"}});
    EXPECT_EQ(parsed.record().author->id, "mailto:a@b.c");
    EXPECT_TRUE(doubted(parsed.record(), "too-many-parts"));
  }
  const Parsed usual = parse({{"a.eml", "From: a@b.c\nSubject: " + words.substr(0, 4096) + "?=\n\ntext"}});
  EXPECT_EQ(usual.record().text, "text");
}

TEST(Mail, OpensNoBomb) {
  std::string deep = "From: a@b.c\nSubject: deep\n";
  for (int i = 0; i < 5000; ++i) {
    const std::string b = "b" + std::to_string(i);
    deep.append("Content-Type: multipart/mixed; boundary=").append(b).append("\n\n--").append(b).append("\n");
  }
  std::string wide = "From: a@b.c\nSubject: wide\nContent-Type: multipart/mixed; boundary=b\n\n";
  for (int i = 0; i < 50'000; ++i) wide += "--b\n\nx\n";
  std::string lines = "From: a@b.c\nSubject: lines\nContent-Type: multipart/mixed; boundary=b\n\n";
  for (int i = 0; i < 150'000; ++i) lines += "--b\n";
  const Parsed parsed = parse({{"a", deep}, {"b", wide}, {"c", lines}});
  ASSERT_EQ(parsed.sink.records.size(), 3u);
  EXPECT_TRUE(doubted(parsed.record(0), "too-deep"));
  EXPECT_TRUE(doubted(parsed.record(1), "too-many-parts"));
  EXPECT_TRUE(doubted(parsed.record(2), "too-many-parts"));
}

TEST(Mail, StaysSmallEnoughToBeSealed) {
  std::string many = "From: a@b.c\nSubject: many\nTo: ";
  for (int i = 0; i < 30'000; ++i)
    many += "Person Number " + std::to_string(i) + " <p" + std::to_string(i) + "@example.org>,\n ";
  many += "z@example.org\n\n" + std::string(3u << 20, 'x');
  const Parsed parsed = parse({{"a", many}});
  record::Record r = parsed.record();
  EXPECT_TRUE(doubted(r, "people-cut"));
  EXPECT_TRUE(doubted(r, "text-continues"));
  r.original.bytes.clear();
  EXPECT_LT(record::encode(r).size(), 900u << 10);
  EXPECT_EQ(parsed.sink.contents.at(0).second.size(), 3u << 20);
}

TEST(Mail, StaysSmallHoweverManyPartsAreInDoubt) {
  std::string many = "From: a@b.c\nSubject: many\nContent-Type: multipart/mixed; boundary=b\n\n";
  for (int i = 0; i < 9'000; ++i)
    many += "--b\nContent-Type: text/plain; charset=koi8-r-" + std::to_string(i) + "\n\n\xff\n";
  const Parsed parsed = parse({{"a", many}});
  record::Record r = parsed.record();
  EXPECT_TRUE(doubted(r, "charset-guessed"));
  EXPECT_LE(r.doubts.size(), 100u);
  r.original.bytes.clear();
  EXPECT_LT(record::encode(r).size(), 100u << 10);
}

TEST(Mail, ReadsOnlyTheHeaderOfAMailAboveTheLimitAndKeepsAllOfIt) {
  Limits limits;
  limits.item_bytes_max = 1000;
  const std::string big = "From: a@b.c\nSubject: big\n\n" + std::string(9u << 20, 'x');
  const Parsed parsed = parse({{"a", big}}, limits);
  const record::Record& r = parsed.record();
  EXPECT_TRUE(doubted(r, "too-large-to-open"));
  EXPECT_TRUE(r.original.bytes.empty());
  EXPECT_EQ(parsed.sink.contents.at(0).first.attachments[0].flavour, "original");
  EXPECT_EQ(r.original.within, parsed.sink.contents.at(0).first.attachments[0].sha256);
}

TEST(Mail, IsKnownByItsFieldsNotByItsName) {
  const auto sure = [](std::string_view text) { return parser().detect({{"x.txt", bytes_of(text)}}); };
  EXPECT_GE(sure(kPlain), 80);
  EXPECT_GE(sure("From - \nFrom: a@b.c\n\nx"), 80);
  EXPECT_GT(sure("Subject: only\n\nx"), 0);
  EXPECT_EQ(sure("BEGIN:VCARD\nFN:Ana\n"), 0);
  EXPECT_EQ(sure("{\"From\":1}"), 0);
  EXPECT_EQ(sure("10/03/24, 14:05 - Ana: Subject: x\n"), 0);
  EXPECT_EQ(sure("From here on\nthere is text\n"), 0);
  EXPECT_EQ(sure(""), 0);
}

TEST(Mail, RefusesTheMailThatKilledItsReader) {
  class Refusing final : public Sink {
   public:
    Result<bool> begin(std::string_view, std::uint64_t offset) override { return offset == 0; }
    Result<void> record(record::Record&& r) override {
      kinds.push_back(r.kind);
      return {};
    }
    Result<void> content(record::Record&&, BytesView) override { return {}; }
    std::vector<record::Kind> kinds;
  } sink;
  const auto outcome = parser().parse(
      {{"a.eml", bytes_of(kPlain)}, {"b", bytes_of("From - \nFrom: a@b.c\n\nx\n")}}, {}, {}, sink);
  EXPECT_EQ(outcome->refused, 1u);
  EXPECT_EQ(sink.kinds.back(), record::Kind::unparsed_original);
}

/// A mail of parts, each as it stands between boundary lines.
std::string mail_of(const std::vector<std::string>& parts, const std::string& end = "--X--\n") {
  std::string out = "From: a@b.c\nContent-Type: multipart/mixed; boundary=X\n\n";
  for (const std::string& part : parts) out += "--X\n" + part;
  return out + end;
}

/// What is handed over beside the mail, under its name in it.
std::map<std::string, std::string> attached(const Parsed& parsed) {
  std::map<std::string, std::string> out;
  for (const auto& [described, bytes] : parsed.sink.contents)
    out[described.attachments.at(0).source_reference] = text_of(bytes);
  return out;
}

constexpr const char* kOpen = "Content-Type: application/zip\nContent-Transfer-Encoding: base64\n";

TEST(Mail, ReadsThePartWhoseFieldsNoEmptyLineEnds) {
  const std::string text = "\nHello\n", file = kOpen + std::string("YWJj\nZGVm\n");
  for (const std::string& mail :
       {mail_of({text, file}), mail_of({text, file + "\n"}), mail_of({text, file}, ""),
        mail_of({text, file.substr(0, file.size() - 1)}, "")}) {
    const Parsed parsed = parse({{"a.eml", mail}});
    EXPECT_EQ(parsed.record().text, "Hello");
    EXPECT_EQ(attached(parsed), (std::map<std::string, std::string>{{"2", "abcdef"}})) << mail;
    EXPECT_EQ(parsed.record().doubts.size(), 2u);  // the other: it has no date
    EXPECT_TRUE(doubted(parsed.record(), "part-header-open") ||
                doubted(parsed.record(), "part-by-boundaries"));
  }
}

TEST(Mail, ReadsWhatFollowsAPartThatGMimeGivesUp) {
  const std::string line(6000, 'A'), last = "Content-Type: text/x-note\nContent-ID: <n@x>\n\nlast\n";
  const Parsed parsed = parse({{"a.eml", mail_of({"\nHello\n", kOpen + line + "\n\n", last, last})}});
  EXPECT_EQ(attached(parsed), (std::map<std::string, std::string>{
                                  {"2", std::string(4500, '\0')}, {"3", "last"}, {"4", "last"}}));
  EXPECT_EQ(extra(parsed.record(), "content_id.3"), "n@x");
  EXPECT_TRUE(doubted(parsed.record(), "part-by-boundaries"));
  const Parsed words = parse({{"a.eml", mail_of({"\nHello\n", "no field\nat all\n"})}});
  EXPECT_EQ(words.record().text, "Hello\nno field\nat all");
}

TEST(Mail, RepairsTheTypeOfAPartReadByItsBoundaries) {
  const Parsed parsed = parse({{"a.eml", mail_of({"\nHello\n", "Content-Type: ap\xf0p/zip\nYWJj"}, "")}});
  EXPECT_EQ(parsed.sink.contents.at(0).first.attachments.at(0).media_type, "ap\uFFFDp/zip");
}

TEST(Mail, SaysWhatOfAPartsHeaderIsNoField) {
  const std::string folded =
      "Content-Type: application/zip;\nname=a.zip\nContent-Transfer-Encoding: base64\n\nYWJj\n";
  const Parsed parsed = parse({{"a.eml", mail_of({folded})}});
  EXPECT_EQ(attached(parsed), (std::map<std::string, std::string>{{"1", "abc"}}));
  EXPECT_TRUE(doubted(parsed.record(), "odd-part-header"));
}

TEST(Mail, TakesNoTextForAPart) {
  const std::string alternative =
      "Content-Type: multipart/alternative; boundary=\"Y\"\n\n--Y\n\none\n--Y\nContent-Type: "
      "text/html\n\n<p>one\n";
  const Parsed parsed =
      parse({{"a.eml", mail_of({alternative + "--Y--\n--Y\n\nafter its end\n", "\n--Y\n\n--Xno\n"},
                               "--X--\n--X\n\nafter the end\n")}});
  EXPECT_EQ(parsed.record().text, "one\n--Y\n\n--Xno");
  EXPECT_EQ(attached(parsed), (std::map<std::string, std::string>{{"1.2", "<p>one"}}));
  EXPECT_EQ(parsed.record().doubts.size(), 1u);  // it has no date
}

TEST(Mail, ShowsTheWordNullAsText) {
  EXPECT_EQ(parse({{"a.eml", "From: a@b.c\n\nnull"}}).record().text, "null");
}

}  // namespace
}  // namespace strongroom::capture::mail
