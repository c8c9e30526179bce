#include "capture/directory/parser.h"

#include <gtest/gtest.h>

#include "capture/collecting_sink.h"

namespace strongroom::capture::directory {
namespace {

using record::Kind;
using record::Record;

struct Parsed {
  Outcome outcome;
  CollectingSink sink;
  const Record& at(std::size_t i) const { return sink.records.at(i); }
  const record::Person& person(std::size_t i) const { return at(i).people.at(0); }
};

Parsed parse(std::string_view text) {
  Parsed out;
  const std::vector<InputFile> files{{"d/people", bytes_of(text)}};
  EXPECT_EQ(parser().detect(files), 90);
  out.outcome = parser().parse(files, {}, {}, out.sink).value();
  EXPECT_EQ(out.outcome.parsed + out.outcome.refused, parser().count(files, {}, {}).value());
  for (const Record& r : out.sink.records) EXPECT_TRUE(record::decode(record::encode(r)).value() == r);
  return out;
}

std::string text_extra(const Record& r, const std::string& name) {
  const auto found = r.extra.find(name);
  return found == r.extra.end() ? "" : std::get<std::string>(found->second);
}

TEST(Directory, ARowIsAPersonWithAddressesAndItsTime) {
  const std::string text =
      "id;name;email;phone;Signal_ACI;telegram_id;slack_id;address;valid_from;valid_until;x_room\r\n"
      "17;Ana Costa;Ana@Example.org;+33 6 12-34 56.78;11111111-AAAA-1111-1111-111111111111;42;U1;"
      "\"skype:ana;icq:7\";2024-03-01;2024-03-31;B12\r\n";
  const Parsed parsed = parse(text);
  ASSERT_EQ(parsed.sink.records.size(), 1u);
  const Record& r = parsed.at(0);
  EXPECT_EQ(r.kind, Kind::context);
  EXPECT_EQ(r.source, "directory");
  EXPECT_EQ(text_extra(r, "object"), "directory-entry");
  EXPECT_EQ(parsed.person(0).id, "directory:17");
  EXPECT_EQ(parsed.person(0).name, "Ana Costa");
  EXPECT_EQ(parsed.person(0).addresses,
            (std::vector<std::string>{"mailto:ana@example.org", "tel:+33612345678",
                                      "aci:11111111-aaaa-1111-1111-111111111111", "telegram:user:42",
                                      "slack:U1", "skype:ana", "icq:7"}));
  EXPECT_EQ(text_extra(r, "valid_from"), "2024-03-01");
  EXPECT_EQ(std::get<std::uint64_t>(r.extra.at("valid_from_ms")), 1'709'251'200'000u);
  EXPECT_EQ(std::get<std::uint64_t>(r.extra.at("valid_until_ms")),
            1'711'929'600'000u);  // the last day is included
  EXPECT_EQ(text_extra(r, "directory.x_room"), "B12");
  EXPECT_EQ(r.native_id, "17@2024-03-01");
  EXPECT_TRUE(r.doubts.empty());
  EXPECT_EQ(text.substr(r.original.offset, r.original.length), text_of(r.original.bytes));
}

TEST(Directory, IdsAreWrittenAsTheirConnectorsWriteThem) {
  const Parsed parsed = parse(
      "id,name,slack_id,teams_id,discord_id,mattermost_id,matrix_id,wecom_id,wechat_id,telegram_id,signal_"
      "pni\n"
      "1,A,U1,t,7,m,@a:x.org,w,wxid_a,telegram:user:9,AB\n");
  EXPECT_EQ(
      parsed.person(0).addresses,
      (std::vector<std::string>{"slack:U1", "teams:t", "discord:user:7", "mattermost:user:m",
                                "matrix:@a:x.org", "wecom:w", "wechat:wxid_a", "telegram:user:9", "pni:ab"}));
}

TEST(Directory, RowsThatWouldJoinTheWrongPeopleAreRefusedOrDoubted) {
  const Parsed parsed = parse(
      "id,name,phone,valid_from,valid_until\n"
      "1,A,0612345678,,\n"
      ",B,+331,,\n"
      "3,C,+331,yesterday,\n"
      "4,D,+331,2024-03-02,2024-03-01\n"
      "5,E,+331,,,,extra\n"
      "6,F,0033612345678,2024-03-01T08:00:00+01:00,\n"
      "7,\"G,+331,,\n");
  EXPECT_EQ(parsed.outcome.parsed, 2u);
  EXPECT_EQ(parsed.outcome.refused, 5u);
  EXPECT_EQ(parsed.at(0).doubts.at(0).code, "number-not-international");
  EXPECT_EQ(parsed.at(1).doubts.at(0).code, "no-id");
  EXPECT_EQ(parsed.at(2).doubts.at(0).code, "unreadable-date");
  EXPECT_EQ(parsed.at(3).doubts.at(0).code, "unreadable-date");
  EXPECT_EQ(parsed.at(4).doubts.at(0).code, "not-a-row");
  EXPECT_EQ(parsed.person(5).addresses.at(0), "tel:+33612345678");
  EXPECT_EQ(std::get<std::uint64_t>(parsed.at(5).extra.at("valid_from_ms")), 1'709'276'400'000u);
  EXPECT_EQ(parsed.at(6).doubts.at(0).code, "not-a-row");
}

TEST(Directory, LdifEntriesAreReadFoldedCommentedAndInBase64) {
  const std::string text =
      "version: 1\r\n"
      "# the people\r\n#  go on\r\n\r\n"
      "dn: uid=ana,ou=People,dc=example,dc=org\r\n"
      "objectClass: inetOrgPerson\r\n"
      "uid: ana\r\n"
      "displayName:: QW5hIENvc3RhIMOJ\r\n"
      "cn: Costa\r\n"
      "mail: ana@exam\r\n ple.org\r\n"
      "mail;lang-fr: a.costa@example.org\r\n"
      "telephoneNumber: +33 1 23 45 67 89\r\n"
      "mobile: +33612345678\r\n"
      "proxyAddresses: SMTP:Ana.C@example.org\r\n"
      "ou: People\r\nou: Board\r\n"
      "jpegPhoto:< file:///etc/passwd\r\n"
      "userPassword:: c2VjcmV0\r\n"
      "validFrom: 2024-03-01\r\n"
      "\r\n\r\n"
      "dn: ou=People,dc=example,dc=org\r\nobjectClass: organizationalUnit\r\nou: People\r\n";
  const Parsed parsed = parse(text);
  ASSERT_EQ(parsed.sink.records.size(), 2u);
  const Record& r = parsed.at(0);
  EXPECT_EQ(parsed.person(0).id, "directory:ana");
  EXPECT_EQ(parsed.person(0).name, "Ana Costa \xC3\x89");
  EXPECT_EQ(parsed.person(0).addresses,
            (std::vector<std::string>{"mailto:ana@example.org", "mailto:a.costa@example.org",
                                      "tel:+33123456789", "tel:+33612345678", "mailto:ana.c@example.org"}));
  EXPECT_EQ(text_extra(r, "directory.ou"), "People\nBoard");
  EXPECT_EQ(r.doubts.at(0).code, "reference-not-followed");
  EXPECT_EQ(text_extra(r, "valid_from"), "2024-03-01");
  for (const auto& [name, value] : r.extra) {
    const auto* words = std::get_if<std::string>(&value);
    EXPECT_TRUE(words == nullptr || words->find("secret") == std::string::npos) << name;
  }
  EXPECT_EQ(text.substr(r.original.offset, r.original.length), text_of(r.original.bytes));
  EXPECT_TRUE(text_of(r.original.bytes).starts_with("dn: uid=ana"));
  EXPECT_EQ(text_extra(parsed.at(1), "object"), "directory-other");
}

TEST(Directory, ChangesAndBrokenEntriesOfLdifAreRefused) {
  const Parsed parsed = parse(
      "dn: uid=a,dc=x\nuid: a\nmail: a@x.org\n\n"
      "dn: uid=b,dc=x\nchangetype: delete\n\n"
      "dn: uid=c,dc=x\nuid:: ***\n\n"
      "no attribute at all\n\n"
      "uid: e\nmail: e@x.org\n");
  EXPECT_EQ(parsed.outcome.parsed, 1u);
  EXPECT_EQ(parsed.outcome.refused, 4u);
  EXPECT_EQ(parsed.at(1).doubts.at(0).code, "ldif-change");
  EXPECT_EQ(parsed.at(2).doubts.at(0).code, "not-an-entry");
  EXPECT_EQ(parsed.at(4).doubts.at(0).code, "not-an-entry");
}

TEST(Directory, NobodyHasAMillionAddresses) {
  std::string many;
  for (int i = 0; i < 700'000; ++i) many += "u" + std::to_string(i) + ";";
  const Parsed parsed = parse("id,name,email\n1,Ana," + many + "\n2,Bo,bo@x.org\n");
  EXPECT_EQ(parsed.outcome.refused, 1u);
  EXPECT_EQ(parsed.at(0).doubts.at(0).code, "too-many-addresses");
  EXPECT_EQ(parsed.person(1).name, "Bo");
}

TEST(Directory, OnlyDocumentedHeadersAreClaimed) {
  const auto score = [](std::string_view text) { return parser().detect({{"people.csv", bytes_of(text)}}); };
  EXPECT_EQ(score("id,name,email\n"), 90);
  EXPECT_EQ(score("\xEF\xBB\xBFName\tID\tMobile\n"), 90);
  EXPECT_EQ(score("id,name\n"), 0);
  EXPECT_EQ(score("id,name,email,subject\n"), 0);
  EXPECT_EQ(score("id,id,name,email\n"), 0);
  EXPECT_EQ(score("dn: uid=a\nuid: a\n"), 90);
  EXPECT_EQ(score("# comment\nversion: 1\ndn: uid=a\n"), 90);
  EXPECT_EQ(score("Dn: with people: a song\n\nla la\n"), 0);
  EXPECT_EQ(score("Subject: x\ndn: y\n"), 0);
  EXPECT_EQ(score(""), 0);
}

TEST(Directory, AnAttributeWhoseNameIsNotUtf8IsKept) {
  const std::string_view text = "dn: uid=ana\nmail: ana@example.org\nx\xFF: kept\n";
  const std::vector<InputFile> files{{"people.ldif", bytes_of(text)}};
  CollectingSink sink;
  ASSERT_TRUE(parser().parse(files, {}, {}, sink));
  const record::Record& record = sink.records.at(0);
  EXPECT_EQ(record::decode(record::encode(record)).value(), record);
  EXPECT_TRUE(record.extra.contains("directory.x\xEF\xBF\xBD"));
}

}  // namespace
}  // namespace strongroom::capture::directory
