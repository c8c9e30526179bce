#include "capture/mail/outlook.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "capture/collecting_sink.h"
#include "capture/mail/compound_file.h"
#include "capture/mail/parser.h"
#include "capture/mail/test_outlook.h"
#include "capture/mail/tnef.h"

namespace strongroom::capture::mail {
namespace {

struct Parsed {
  Outcome outcome;
  CollectingSink sink;
};

Parsed parse(const Parser& parser, const std::string& bytes) {
  const std::vector<InputFile> files{{"a.bin", bytes_of(bytes)}};
  Parsed out;
  out.outcome = parser.parse(files, {}, {}, out.sink).value();
  EXPECT_EQ(out.outcome.parsed + out.outcome.refused, parser.count(files, {}, {}).value());
  for (const record::Record& r : out.sink.records) {
    const auto again = record::decode(record::encode(r));
    EXPECT_TRUE(again && *again == r);
  }
  return out;
}

std::string wide(std::string_view ascii) {
  std::string out;
  for (const char c : ascii) out += {c, '\0'};
  return out;
}

std::string recipient(int type) {
  return std::string(8, '\0') + fixed_property(0x0C15, 0x0003, static_cast<std::uint64_t>(type));
}

std::string a_message() {
  TestCompound file;
  const std::size_t root = 0;
  file.stream(root, "__properties_version1.0",
              std::string(32, '\0') + fixed_property(0x0039, 0x0040, 128'481'699'830'000'000));
  file.stream(root, "__substg1.0_0037001F", wide("Budget"));
  file.stream(root, "__substg1.0_1000001F", wide("Hello.\r\n") + std::string("\x1f\x04\0", 2));
  file.stream(root, "__substg1.0_0042001F", wide("Ana"));
  file.stream(root, "__substg1.0_5D02001F", wide("Ana@Example.org"));
  for (int i = 0; i < 2; ++i) {
    const std::size_t one = file.storage(root, "__recip_version1.0_#0000000" + std::to_string(i));
    file.stream(one, "__properties_version1.0", recipient(i == 0 ? 1 : 3));
    file.stream(one, "__substg1.0_3001001E", i == 0 ? "Bo" : "Eve");
    file.stream(one, "__substg1.0_3003001E", i == 0 ? "/O=X/CN=BO" : "eve@example.org");
  }
  const std::size_t attached = file.storage(root, "__attach_version1.0_#00000000");
  file.stream(attached, "__substg1.0_3707001F", wide("rates.bin"));
  file.stream(attached, "__substg1.0_37010102", std::string(5000, 'r'));
  const std::size_t second = file.storage(root, "__attach_version1.0_#00000001");
  const std::size_t within = file.storage(second, "__substg1.0_3701000D");
  file.stream(within, "__properties_version1.0", std::string(24, '\0'));
  file.stream(within, "__substg1.0_0037001F", wide("inner"));
  file.stream(within, "__substg1.0_1000001F", wide("inner text"));
  return file.bytes();
}

TEST(OutlookMessage, SaysWhoWhenAndWhatIsAttached) {
  const std::string bytes = a_message();
  EXPECT_GT(outlook_parser().detect({{"x", bytes_of(bytes)}}), 90);
  EXPECT_EQ(parser().detect({{"x", bytes_of(bytes)}}), 0);
  const Parsed parsed = parse(outlook_parser(), bytes);
  const record::Record& r = parsed.sink.records.at(0);
  EXPECT_EQ(r.author->id, "mailto:ana@example.org");
  EXPECT_EQ(r.author->name, "Ana");
  ASSERT_EQ(r.people.size(), 2u);
  EXPECT_EQ(r.people[0].id, "ex:/o=x/cn=bo");
  EXPECT_EQ(r.people[0].role, "to");
  EXPECT_EQ(r.people[1].id, "mailto:eve@example.org");
  EXPECT_EQ(r.people[1].role, "bcc");
  EXPECT_EQ(r.text, "Hello.\n\u041f");
  EXPECT_EQ(r.conversation.title, "Budget");
  EXPECT_EQ(r.sent_at.unix_ms, 1203696383000);
  ASSERT_EQ(r.attachments.size(), 2u);
  EXPECT_EQ(r.attachments[0].name, "rates.bin");
  EXPECT_EQ(parsed.sink.contents[0].second.size(), 5000u);
  EXPECT_EQ(r.attachments[1].flavour, "message");
  EXPECT_NE(text_of(parsed.sink.contents[1].second).find("inner text"), std::string_view::npos);
  EXPECT_EQ(text_of(r.original.bytes), bytes);
}

TEST(OutlookMessage, LosesNobodyOfAThousandsAndNoAttachmentAfterThem) {
  TestCompound file;
  for (int i = 0; i < 3'000; ++i) {
    const std::size_t one = file.storage(0, "__recip_version1.0_#" + std::to_string(i));
    file.stream(one, "__properties_version1.0", recipient(1));
    for (int other = 0; other < 4; ++other)
      file.stream(one, "__substg1.0_300" + std::to_string(other + 4) + "001E", "x");
    file.stream(one, "__substg1.0_3003001E", "p" + std::to_string(i) + "@example.org");
  }
  const std::size_t attached = file.storage(0, "__attach_version1.0_#00000000");
  file.stream(attached, "__substg1.0_37010102", "data");
  file.stream(0, "__properties_version1.0", std::string(32, '\0'));
  const Parsed parsed = parse(outlook_parser(), file.bytes());
  const record::Record& r = parsed.sink.records.at(0);
  EXPECT_FALSE(std::ranges::any_of(r.doubts, [](const auto& d) { return d.code == "too-many-parts"; }));
  EXPECT_TRUE(std::ranges::any_of(r.attachments, [](const auto& a) { return a.size == 4u; }));
  const std::string_view all = text_of(parsed.sink.contents.at(0).second);
  EXPECT_TRUE(r.people.size() == 3'000 || all.find("p2999@") != std::string_view::npos);
}

TEST(Winmail, SaysThatItHoldsMoreThanIsOpened) {
  std::string many = tnef_begin();
  for (int i = 0; i < 5'001; ++i)
    many += tnef_attribute(2, 0x00069002, std::string(14, '\0')) +
            tnef_attribute(2, 0x0006800F, std::to_string(i));
  Charsets charsets;
  const auto read = read_tnef(bytes_of(many), charsets);
  EXPECT_FALSE(read->whole);
  EXPECT_EQ(text_of(read->message.attachments.back().data), "4999");
}

TEST(OutlookMessage, StandsEveryCutAndEveryChangedByte) {
  const std::string good = a_message();
  for (std::size_t cut = 0; cut < good.size(); cut += 97) (void)parse(outlook_parser(), good.substr(0, cut));
  for (std::size_t at = 0; at < good.size(); at += 13) {
    for (const char c : {'\0', '\x01', '\xff'}) {
      std::string bad = good;
      bad[at] = c;
      (void)parse(outlook_parser(), bad);
    }
  }
}

TEST(CompoundFile, EndsWhereAFilePointsInCircles) {
  TestCompound file;
  file.stream(0, "a", std::string(60'000, 'x'));
  std::string bytes = file.bytes();
  auto open = CompoundFile::open(bytes_of(bytes));
  ASSERT_TRUE(open);
  EXPECT_EQ(open->read(open->within(0).at(0)).size(), 60'000u);
  for (std::size_t i = 0; i < 1000; ++i) (void)open->read(open->within(0).at(0));
  EXPECT_TRUE(open->exhausted());
}

std::string in_mail(const std::string& tnef) {
  return "From: a@example.org\nSubject: x\nMIME-Version: 1.0\nContent-Type: application/ms-tnef; "
         "name=winmail.dat\n"
         "Content-Transfer-Encoding: binary\n\n" +
         tnef;
}

std::string a_tnef() {
  return tnef_begin() + tnef_attribute(1, 0x00069007, little_bytes(1251, 4) + little_bytes(0, 4)) +
         tnef_attribute(1, 0x0002800C, std::string("\xcf\xf0\xe8\0", 4)) +
         tnef_attribute(2, 0x00069002, std::string(14, '\0')) +
         tnef_attribute(2, 0x00018010, std::string("a.txt\0", 6)) + tnef_attribute(2, 0x0006800F, "content") +
         tnef_attribute(2, 0x00069005,
                        little_bytes(1, 4) + little_bytes(0x3707001F, 4) + little_bytes(1, 4) +
                            little_bytes(10, 4) + wide("b.txt") + std::string(2, '\0'));
}

TEST(Winmail, IsOpenedBesideTheMail) {
  const Parsed parsed = parse(parser(), in_mail(a_tnef()));
  const record::Record& r = parsed.sink.records.at(0);
  EXPECT_EQ(r.text, "\u041f\u0440\u0438");
  ASSERT_EQ(r.attachments.size(), 2u);
  EXPECT_EQ(r.attachments[0].name, "b.txt");
  EXPECT_EQ(text_of(parsed.sink.contents[0].second), "content");
  EXPECT_EQ(r.attachments[1].flavour, "tnef");
  EXPECT_TRUE(r.doubts.size() == 1 && r.doubts[0].code == "no-date");
}

TEST(Winmail, StandsEveryCutAndEveryChangedByte) {
  const std::string good = a_tnef();
  Charsets charsets;
  for (std::size_t cut = 0; cut < good.size(); ++cut) (void)parse(parser(), in_mail(good.substr(0, cut)));
  for (std::size_t at = 0; at < good.size(); ++at) {
    std::string bad = good;
    bad[at] = '\xff';
    (void)read_tnef(bytes_of(bad), charsets);
  }
}

TEST(CompressedRtf, IsUnpacked) {
  // MS-OXRTFCP §3.1: "{\rtf1\ansi\ansicpg1252\pard hello world}\r\n"
  const std::string packed(
      "\x2d\0\0\0\x2b\0\0\0\x4c\x5a\x46\x75\xf1\xc5\xc7\xa7\x03\0\x0a\0\x72\x63\x70\x67\x31\x32\x35\x42\x32"
      "\x0a\xf3\x20\x68"
      "\x65\x6c\x09\0\x20\x62\x77\x05\xb0\x6c\x64\x7d\x0a\x80\x0f\xa0",
      49);
  const auto rtf = unpacked_rtf(bytes_of(packed));
  ASSERT_TRUE(rtf);
  EXPECT_EQ(text_of(*rtf), "{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n");
  for (std::size_t cut = 0; cut < packed.size(); ++cut) (void)unpacked_rtf(bytes_of(packed.substr(0, cut)));
}

}  // namespace
}  // namespace strongroom::capture::mail
