#include <gtest/gtest.h>

#include "capture/imessage/plist.h"
#include "capture/imessage/summary.h"
#include "capture/imessage/test_material.h"
#include "capture/imessage/typedstream.h"

namespace strongroom::capture::imessage {
namespace {

TEST(Typedstream, ReadsATextAndRefusesEveryCut) {
  const std::string whole = attributed("hello");
  EXPECT_EQ(read_attributed_text(bytes_of(whole)).value().text, "hello");
  EXPECT_EQ(read_attributed_text(bytes_of(attributed(""))).value().text, "");
  for (std::size_t cut = 0; cut < whole.size(); ++cut)
    EXPECT_FALSE(read_attributed_text(bytes_of(std::string_view(whole).substr(0, cut)))) << cut;
}

/// A text of its own in a typedstream in which NSString is object 4 and "+" is string 4.
std::string text_object(std::string_view text) {
  return std::string("\x84\x96\x96") + static_cast<char>(text.size()) + std::string(text) + "\x86";
}

TEST(Typedstream, ReadsAttributesOfStretches) {
  using namespace std::string_literals;
  std::string stream = attributed("abcd");
  stream.pop_back();  // the object goes on: two stretches, the second with a mention
  stream += "\x84\x02iI\x01\x02\x92\x84\x84\x84\x0cNSDictionary\x00\x94\x84\x01i\x00\x86"s;
  stream += "\x97\x02\x02\x92\x84\x98\x99\x01"s;
  stream += "\x92" + text_object("__kIMMentionConfirmedMention") + "\x92" + text_object("+1555") + "\x86\x86";
  const auto read = read_attributed_text(bytes_of(stream));
  ASSERT_TRUE(read) << read.error().what;
  EXPECT_EQ(read->text, "abcd");
  ASSERT_EQ(read->stretches.size(), 2u);
  EXPECT_EQ(read->stretches[1].start, 2u);
  EXPECT_EQ(read->stretches[1].attributes.at("__kIMMentionConfirmedMention"), "+1555");
}

TEST(Typedstream, ADamagedOneStillGivesTheTextThatCanBeSeen) {
  std::string stream = attributed("hello") + "\x84\x02iI";
  stream[stream.find("hello") - 1] = 100;  // a length beyond the text
  stream.replace(stream.find("hello") + 5, 2, "\x86\x84");
  const AttributedText read = read_attributed_text(bytes_of(stream)).value();
  EXPECT_EQ(read.text, "hello");
  EXPECT_TRUE(read.is_guess);
}

TEST(Typedstream, DepthIsBounded) {
  std::string stream("\x04\x0bstreamtyped\x81\xe8\x03\x84\x01@", 19);
  stream += std::string("\x84\x84\x84\x01N\x00\x85", 7);
  for (int i = 0; i < 100'000; ++i) stream += "\x92\x84\x93";
  EXPECT_FALSE(read_attributed_text(bytes_of(stream)));
}

TEST(PropertyList, ReadsValuesAndRefusesWhatPointsOutside) {
  const std::string text = plist({std::string("\xD1\x01\x02", 3),
                                  "\x51"
                                  "k",
                                  "\x62" + std::string("\xD8\x3D\xDE\x00", 4)});
  const Plist list = Plist::of(bytes_of(text)).value();
  EXPECT_EQ(list.member(list.value(0).value(), "k").value().text, "\xF0\x9F\x98\x80");
  EXPECT_FALSE(list.member(list.value(0).value(), "x"));
  EXPECT_FALSE(list.value(3));
  EXPECT_FALSE(Plist::of(bytes_of("bplist00")));
  EXPECT_FALSE(Plist::of(bytes_of(std::string_view(text).substr(0, text.size() - 1))));
  const std::string outside = plist({std::string("\xAF\x13\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF", 10)});
  EXPECT_FALSE(Plist::of(bytes_of(outside)).value().value(0));
}

TEST(Summary, ListsVersionsAndPartsTakenBack) {
  const Summary edited = read_summary(bytes_of(edited_summary("one", "two"))).value();
  ASSERT_EQ(edited.versions.size(), 2u);
  EXPECT_EQ(edited.versions[0].text, "one");
  EXPECT_EQ(edited.versions[1].text, "two");
  EXPECT_EQ(edited.versions[1].at_ms, 978307202000);
  EXPECT_EQ(read_summary(bytes_of(retracted_summary())).value().retracted, std::vector<std::int64_t>{0});
  EXPECT_FALSE(read_summary({}));
}

TEST(AppleTime, IsSecondsOrNanoseconds) {
  EXPECT_EQ(unix_ms(0), 978307200000);
  EXPECT_EQ(unix_ms(300000000), 1278307200000);
  EXPECT_EQ(unix_ms(700000000000000000), 1678307200000);
  EXPECT_EQ(unix_ms_of_seconds(1e300), 0);
}

}  // namespace
}  // namespace strongroom::capture::imessage
