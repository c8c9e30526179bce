#include "capture/sms/parser.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "capture/collecting_sink.h"
#include "capture/sms/items.h"

namespace strongroom::capture::sms {
namespace {

using record::AttachmentState;
using record::Kind;

struct Parsed {
  Outcome outcome;
  CollectingSink sink;
  std::uint64_t found = 0;
};

Parsed parse(const std::string& text) {
  const std::vector<InputFile> files{{"sms-20240301.xml", bytes_of(text)}};
  Parsed out;
  out.outcome = parser().parse(files, {}, {}, out.sink).value();
  out.found = parser().count(files, {}, {}).value();
  for (const record::Record& r : out.sink.records) {
    EXPECT_EQ(record::decode(record::encode(r)).value(), r);
    if (r.original.bytes.empty()) continue;
    EXPECT_EQ(text.substr(r.original.offset, r.original.length), text_of(r.original.bytes));
  }
  return out;
}

std::string backup(const std::string& inner) {
  return "<?xml version='1.0' encoding='UTF-8' standalone='yes' ?>\n<!-- <sms not one> -->\n<smses "
         "count=\"9\" type=\"full\">\n" +
         inner + "\n</smses>\n";
}

bool has_doubt(const record::Record& r, std::string_view code) {
  return std::ranges::find(r.doubts, code, &record::Doubt::code) != r.doubts.end();
}

TEST(SmsBackup, AReceivedMessageHasTheTimesOfNetworkAndTelephone) {
  const Parsed parsed = parse(backup(
      R"(<sms protocol="0" address="+33 6 12-34 56 78" date="1710000005000" type="1" subject="null" body="a &lt; b&#10;c &amp;c" service_center="+336" read="1" date_sent="1710000001000" readable_date="x" contact_name="Ana" />)"));
  ASSERT_EQ(parsed.sink.records.size(), 1u);
  const record::Record& r = parsed.sink.records[0];
  EXPECT_EQ(parsed.found, 1u);
  EXPECT_EQ(r.text, "a < b\nc &c");
  EXPECT_EQ(r.sent_at.unix_ms, 1710000001000);
  EXPECT_EQ(r.received_at.value().unix_ms, 1710000005000);
  EXPECT_EQ(r.author.value().id, "tel:+33612345678");
  EXPECT_EQ(r.author.value().name, "Ana");
  EXPECT_EQ(r.conversation.id, "sms:tel:+33612345678");
  EXPECT_FALSE(r.outgoing);
  EXPECT_EQ(std::get<std::string>(r.extra.at("service_center")), "+336");
  EXPECT_FALSE(r.extra.contains("subject"));
}

TEST(SmsBackup, SentMessagesDraftsAndOddTypes) {
  const Parsed parsed =
      parse(backup(R"(<sms address="123" date="1710000005000" type="2" body="b" date_sent="0"/>
    <sms address="Bank" date="5" type="3" body="d"/><sms address="" date="x" type="77" body=""/>)"));
  ASSERT_EQ(parsed.sink.records.size(), 3u);
  EXPECT_TRUE(parsed.sink.records[0].outgoing);
  EXPECT_EQ(parsed.sink.records[0].author.value().id, "self");
  EXPECT_EQ(parsed.sink.records[0].people.at(0).id, "tel:123");
  EXPECT_EQ(parsed.sink.records[1].people.at(0).id, "sender:Bank");
  EXPECT_TRUE(has_doubt(parsed.sink.records[1], "not-sent"));
  EXPECT_TRUE(has_doubt(parsed.sink.records[1], "implausible-time"));
  EXPECT_TRUE(has_doubt(parsed.sink.records[2], "unknown-direction"));
}

TEST(SmsBackup, SurrogatePairsAsReferencesAreOneCharacter) {
  EXPECT_EQ(unescaped("x&#55357;&#56832;y").text, "x\xF0\x9F\x98\x80y");
  EXPECT_EQ(unescaped("&#xD83D;&#xde00;").text, "\xF0\x9F\x98\x80");
  EXPECT_EQ(unescaped("&#128512;").text, "\xF0\x9F\x98\x80");
  EXPECT_FALSE(unescaped("&#55357;&#56832;").repaired);
  EXPECT_EQ(unescaped("a&#55357;b").text,
            "a\xEF\xBF\xBD"
            "b");
  EXPECT_TRUE(unescaped("a&#55357;").repaired);
  EXPECT_TRUE(unescaped("&#56832;a").repaired);
  EXPECT_EQ(unescaped("&nope; &; & &#99999999999; &#x110000;").text, "&nope; &; & &#99999999999; &#x110000;");
  EXPECT_TRUE(unescaped("\xff").repaired);
}

TEST(SmsBackup, AnMmsOfAGroupWithItsPicture) {
  const Parsed parsed = parse(backup(
      R"(<mms date="1710000005000" msg_box="1" address="+1555~+1666" m_id="abc" date_sent="1710000001" contact_name="Ana, Bo" tr_id="proto:x">
    <parts><part seq="-1" ct="application/smil" text="&lt;smil&gt;"/>
    <part seq="0" ct="image/png" name="null" cl="a.png" data="AAEC" /><part seq="0" ct="text/plain" text="look" data="null"/></parts>
    <addrs><addr address="+1666" type="137"/><addr address="+1555" type="151"/><addr address="+1777" type="130"/></addrs></mms>)"));
  ASSERT_EQ(parsed.sink.records.size(), 1u);
  EXPECT_EQ(parsed.found, 2u);
  EXPECT_EQ(parsed.outcome.parsed, 2u);
  const record::Record& r = parsed.sink.records[0];
  EXPECT_EQ(r.text, "look");
  EXPECT_EQ(r.conversation.id, "sms:group:tel:+1555~tel:+1666");
  EXPECT_EQ(r.conversation.title, "Ana, Bo");
  EXPECT_EQ(r.author.value().name, "Bo");
  ASSERT_EQ(r.people.size(), 2u);
  EXPECT_EQ(r.people[0].role, "to");
  EXPECT_EQ(r.people[1].role, "cc");
  EXPECT_EQ(r.native_id, "mms:abc");
  EXPECT_EQ(r.sent_at.unix_ms, 1710000001000);
  ASSERT_EQ(r.attachments.size(), 1u);
  EXPECT_EQ(r.attachments[0].state, AttachmentState::present);
  EXPECT_EQ(r.attachments[0].name, "a.png");
  EXPECT_EQ(parsed.sink.contents.at(0).second, copy_of(bytes_of(std::string_view("\0\1\2", 3))));
  EXPECT_EQ(std::get<std::string>(r.extra.at("smil")), "<smil>");
  EXPECT_TRUE(std::get<bool>(r.extra.at("rcs")));
}

TEST(SmsBackup, ShowsTheWordNullAndDoubtsIt) {
  const Parsed parsed = parse(backup(
      R"(<sms address="1" date="1710000005000" type="1" body="null"/><mms date="1710000005000" msg_box="1" address="+1">
    <parts><part ct="text/plain" text="null"/><part ct="image/png" text="null" data="AAEC"/></parts></mms>)"));
  ASSERT_EQ(parsed.sink.records.size(), 2u);
  for (const record::Record& r : parsed.sink.records) {
    EXPECT_EQ(r.text, "null");
    EXPECT_EQ(std::ranges::count(r.doubts, "null-text", &record::Doubt::code), 1);
  }
}

TEST(SmsBackup, DataThatIsNoBase64IsKeptAsItIs) {
  const Parsed parsed = parse(backup(
      R"(<mms date="1710000005000" msg_box="2" address="+1"><parts><part ct="image/png" data="no!"/></parts></mms>)"));
  EXPECT_EQ(parsed.found, 2u);
  EXPECT_EQ(parsed.outcome.refused, 1u);
  ASSERT_EQ(parsed.sink.records.size(), 2u);
  EXPECT_EQ(text_of(parsed.sink.records[0].original.bytes), "no!");
  EXPECT_EQ(parsed.sink.records[1].attachments.at(0).state, AttachmentState::missing);
}

TEST(SmsBackup, ALargeOriginalKeepsItsPlaceAndEverythingButTheData) {
  const std::string data(400'000, 'A');
  const Parsed parsed = parse(
      backup(R"(<mms date="1710000005000" msg_box="1" address="+1"><parts><part ct="image/png" data=")" +
             data + R"("/></parts></mms>)"));
  const record::Record& r = parsed.sink.records.at(0);
  EXPECT_TRUE(r.original.bytes.empty());
  EXPECT_GT(r.original.length, 400'000u);
  EXPECT_EQ(
      text_of(std::get<Bytes>(r.extra.at("original_without_data"))),
      R"(<mms date="1710000005000" msg_box="1" address="+1"><parts><part ct="image/png" data=""/></parts></mms>)");
  EXPECT_EQ(parsed.sink.contents.at(0).second.size(), 300'000u);
}

TEST(SmsBackup, ALongMessageKeepsItsOriginalWhole) {
  const Parsed parsed =
      parse(backup("<sms address=\"1\" date=\"1710000005000\" type=\"1\" readable_date=\"today\" body=\"" +
                   std::string(300'000, 'x') + "\"/>"));
  EXPECT_GT(parsed.sink.records.at(0).original.bytes.size(), 300'000u);
}

TEST(SmsBackup, TwoPicturesOfOneSecondAreTwoMessages) {
  const auto mms = [](const std::string& data) {
    return R"(<mms date="1710000005000" msg_box="2" address="+1" m_id="null"><parts><part ct="image/png" data=")" +
           data + R"("/></parts></mms>)";
  };
  const Parsed parsed = parse(backup(mms("AAEC") + mms("AAED") + mms("AAEC")));
  ASSERT_EQ(parsed.sink.records.size(), 3u);
  EXPECT_NE(record::identity_of(parsed.sink.records[0]), record::identity_of(parsed.sink.records[1]));
  EXPECT_EQ(record::identity_of(parsed.sink.records[0]), record::identity_of(parsed.sink.records[2]));
}

TEST(SmsBackup, ACommentWithoutAnEndHidesNothing) {
  const std::string good = R"(<sms address="1" date="1710000005000" type="1" body="b"/>)";
  for (const std::string open : {"<!-- ", "<? ", "<!--<!--<?"}) {
    const Parsed parsed = parse("<smses count=\"2\">" + good + open + good + "</smses>");
    EXPECT_EQ(parsed.outcome.parsed, 2u) << open;
    EXPECT_GE(parsed.outcome.refused, 1u) << open;
    EXPECT_EQ(parsed.found, parsed.outcome.parsed + parsed.outcome.refused) << open;
  }
  std::string many = "<smses count=\"2\">";
  for (int i = 0; i < 30'000; ++i) many += "<!--<?";
  EXPECT_EQ(parse(many).outcome.refused, 60'000u);
}

TEST(SmsBackup, CallsOfEveryKind) {
  const Parsed parsed = parse(
      "\xEF\xBB\xBF<calls count='2'><call number='+1' duration='31' date='1710000005000' type='2' "
      "presentation='1' contact_name='(Unknown)'/>"
      "<call number='' duration='0' date='1710000005000' type='3'/><call number='5' date='1710000005000' "
      "type='99'/></calls>");
  ASSERT_EQ(parsed.sink.records.size(), 3u);
  EXPECT_EQ(parsed.sink.records[0].kind, Kind::call);
  EXPECT_TRUE(parsed.sink.records[0].outgoing);
  EXPECT_EQ(parsed.sink.records[0].people.at(0).name, "");
  EXPECT_EQ(std::get<std::uint64_t>(parsed.sink.records[0].extra.at("duration_s")), 31u);
  EXPECT_EQ(std::get<std::string>(parsed.sink.records[1].extra.at("state")), "missed");
  EXPECT_EQ(parsed.sink.records[1].conversation.id, "sms:unknown");
  EXPECT_TRUE(has_doubt(parsed.sink.records[2], "unknown-kind"));
}

TEST(SmsBackup, DamageCostsTheDamagedElementOnly) {
  const std::string good = R"(<sms address="1" date="1710000005000" type="1" body="b"/>)";
  const std::string broken = R"(<sms address="1 date="1710000005000" type="1" body="b"/>)";
  for (const std::string& damage :
       {broken, std::string("garbage"), std::string("<sms "), std::string("<sms a=\"<"), std::string("<"),
        std::string("<sms a=b/>"), std::string("</")}) {
    const Parsed parsed = parse(backup(good + damage + good));
    EXPECT_EQ(parsed.outcome.refused, damage.ends_with("\"<") ? 2u : 1u) << damage;
    EXPECT_EQ(parsed.outcome.parsed, 2u) << damage;
  }
  const Parsed unknown = parse(backup(good + "<rcs date='1710000005000' body='x'/>"));
  EXPECT_EQ(unknown.sink.records.at(1).kind, Kind::notice);
  EXPECT_EQ(unknown.found, 2u);
}

TEST(SmsBackup, AFileCutAnywhereLosesOnlyItsEnd) {
  const std::string text = backup(R"(<sms address="1" date="1710000005000" type="1" body="b"/>
<mms date="1710000005000" msg_box="1" address="+1"><parts><part ct="image/png" data="AAEC"/><part ct="text/plain" text="t"/></parts></mms>)");
  for (std::size_t cut = text.find("<sms "); cut < text.size(); ++cut) {
    const Parsed parsed = parse(text.substr(0, cut));
    EXPECT_EQ(parsed.found, parsed.outcome.parsed + parsed.outcome.refused) << text.substr(0, cut);
  }
}

TEST(SmsBackup, KnowsItsOwnByContent) {
  const auto detects = [](const std::string& text) {
    return parser().detect({{"a.xml", bytes_of(text)}}) > 0;
  };
  EXPECT_TRUE(detects(backup("")));
  EXPECT_TRUE(detects("<calls count=\"0\"/>"));
  EXPECT_TRUE(detects("<smses><sms address='1'/></smses>"));
  EXPECT_FALSE(detects("<smses></smses>"));
  EXPECT_FALSE(detects("<html>about &lt;smses&gt; <smses count=\"1\"></html>"));
  EXPECT_FALSE(detects(""));
}

}  // namespace
}  // namespace strongroom::capture::sms
