#include <gtest/gtest.h>

#include "capture/json/cursor.h"
#include "capture/json/members.h"
#include "capture/json/outline.h"

namespace strongroom::capture::json {
namespace {

TEST(Cursor, WalksIntoTheMiddleOfADocumentWithoutReadingItsValues) {
  const std::string_view text =
      "\xEF\xBB\xBF{\"about\":\"a \\\"]}\", \"chats\" : {\"list\":[{\"id\":1,\"m\":[1,{}]} , "
      "{\"id\":2} ]}, \"n\":-1.5e3}";
  Cursor at(text);
  ASSERT_TRUE(at.enter_object());
  EXPECT_EQ(at.next_member().value(), "about");
  EXPECT_EQ(at.take()->text, "\"a \\\"]}\"");
  EXPECT_EQ(at.next_member().value(), "chats");
  ASSERT_TRUE(at.enter_object());
  EXPECT_EQ(at.next_member().value(), "list");
  ASSERT_TRUE(at.enter_array());
  std::vector<std::string_view> elements;
  while (at.next_element().value()) elements.push_back(at.take()->text);
  EXPECT_EQ(elements, (std::vector<std::string_view>{"{\"id\":1,\"m\":[1,{}]}", "{\"id\":2}"}));
  EXPECT_EQ(at.next_member().value(), std::nullopt);
  EXPECT_EQ(at.next_member().value(), "n");
  EXPECT_EQ(at.take()->text, "-1.5e3");
  EXPECT_EQ(at.next_member().value(), std::nullopt);
  EXPECT_EQ(at.at(), text.size());
}

TEST(Cursor, SaysWhereATextIsCutShortOrTooDeep) {
  for (const std::string_view text : {"[1", "[{\"a\":1", "[\"a", "[{\"a\":[1}]", "[}", "["}) {
    Cursor at(text);
    ASSERT_TRUE(at.enter_array());
    Result<bool> more = at.next_element();
    bool failed = !more;
    if (more && *more) failed = !at.take() || !at.next_element();
    EXPECT_TRUE(failed) << text;
  }
  const std::string deep(kDepthMax + 1, '[');
  EXPECT_EQ(Cursor(deep).take().error().code, ErrorCode::limit_exceeded);
}

TEST(Members, OfAnotherTypeReadAsEmptyAndTheRestIsKept) {
  const Any value = parse(R"({"id":"12","n":7,"t":"x","o":{"a":1},"b":true,"z":null})").value_or(Any());
  EXPECT_FALSE(value.is_null());
  const Object& o = value.get_object();
  EXPECT_EQ(integer(o, "id"), 12);
  EXPECT_EQ(text(o, "n"), "");
  EXPECT_EQ(text_or_number(o, "n"), "7");
  EXPECT_EQ(object(o, "t"), nullptr);
  record::Record r;
  keep_rest(r, o, {"id", "n"}, "x.");
  EXPECT_EQ(r.extra.size(), 3u);
  EXPECT_EQ(std::get<std::string>(r.extra.at("x.o")), "{\"a\":1}");
  EXPECT_EQ(std::get<bool>(r.extra.at("x.b")), true);
}

TEST(Members, TextThatIsNotJsonSaysWhere) {
  for (const std::string_view text : {"", "{", "{} x", "nul", "[1,]"}) EXPECT_FALSE(parse(text)) << text;
}

std::string told(std::string_view text) {
  Outline outline(text);
  std::string out;
  for (;;) {
    const Outline::Event event = outline.next();
    if (event == Outline::Event::cut) return out + "cut";
    if (event == Outline::Event::finished) return out + (outline.more_behind() ? "more" : "done");
    if (event == Outline::Event::begin) continue;
    for (const std::string_view step : outline.path()) {
      out += '/';
      out += step.data() == nullptr ? "#" : step;
    }
    out += '=';
    out += std::to_string(outline.length());
    out += outline.first();
    out += ' ';
  }
}

TEST(Outline, TellsEveryValueWithItsPathAndLength) {
  EXPECT_EQ(told(R"({"a":"x\"}","b": [1 , {"c":null}],"":{} } )"),
            "/a=6\" /b/#=11 /b/#/c=4n /b/#=10{ /b=16[ /=2{ =41{ done");
  EXPECT_EQ(told("\xEF\xBB\xBF"
                 "12"),
            "=21 done");
  EXPECT_EQ(told("{} x"), "=2{ more");
}

TEST(Outline, SaysWhereATextIsCutShort) {
  for (const std::string_view text : {"", "{", "[1", "[\"a", "{\"a", "{\"a\":[1}"})
    EXPECT_TRUE(told(text).ends_with("cut")) << text;
  EXPECT_EQ(told(std::string(kOutlineDepthMax + 1, '[')), "cut");
}

}  // namespace
}  // namespace strongroom::capture::json
