#include "capture/json/walk.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "capture/json/survey.h"

namespace strongroom::capture::json {
namespace {

/// Enters "", "[]" of objects' "m" and arrays; items are elements of "m" or of the array at the top.
Step step_of(std::string_view path, char first) {
  if (path.empty() && (first == '[' || first == '{')) return Step::enter;
  if (path == "m") return Step::enter;
  return path == "[]" || path == "m/[]" || path.empty() ? Step::item : Step::aside;
}

struct Log final : Visitor {
  Step step(std::string_view path, char first) override { return step_of(path, first); }
  Result<Found> item(std::string_view path, const Value& v) override {
    if (v.text.find("broken") != std::string_view::npos) return Found::unsound;
    TRY(add("item " + std::string(path) + "=" + std::string(v.text) + "@" + std::to_string(v.offset)));
    return Found::sound;
  }
  Result<void> unsound(const Value& v) override {
    return add("unsound " + std::string(v.text) + "@" + std::to_string(v.offset));
  }
  Result<void> aside(std::string_view path, const Value& v) override {
    return add("aside " + std::string(path) + "=" + std::string(v.text));
  }
  Result<void> frame_begins(std::uint64_t) override { return add("{"); }
  Result<void> frame_ends(std::uint64_t) override { return add("}"); }
  Result<void> broken(const Value& rest, const Error&) override {
    return add("broken " + std::string(rest.text) + "@" + std::to_string(rest.offset));
  }
  Result<void> add(std::string line) {
    lines.push_back(std::move(line));
    return {};
  }
  std::vector<std::string> lines;
};

std::vector<std::string> walked(std::string_view text) {
  Log log;
  EXPECT_TRUE(walk(text, log));
  return log.lines;
}

using Strings = std::vector<std::string>;

TEST(Walk, HandsOverTheElementsOfAnArrayAndOfAMember) {
  EXPECT_EQ(walked("[ {\"a\":1} , 2]"), (Strings{"item []={\"a\":1}@2", "item []=2@12"}));
  EXPECT_EQ(walked("{\"x\":\"y\",\n\"m\":[{}],\"z\":{}}"),
            (Strings{"{", "aside x=\"y\"", "item m/[]={}@15", "aside z={}", "}"}));
}

TEST(Walk, ReadsLinesAndGoesOnAfterABrokenOne) {
  EXPECT_EQ(walked("{\"m\":[1]}\n{\"m\":[2\n\n{\"m\":[3]}"),
            (Strings{"{", "item m/[]=1@6", "}", "{", "item m/[]=2@16", "}", "broken @17", "{",
                     "item m/[]=3@25", "}"}));
}

TEST(Walk, SaysWhereNothingCanBeToldApartAnyMore) {
  EXPECT_EQ(walked("[1, {\"a\": "), (Strings{"item []=1@1", "broken {\"a\": @4"}));
  EXPECT_EQ(walked("[1\n}"), (Strings{"item []=1@1", "broken }@3"}));
}

Strings surveyed(std::string_view text) {
  Strings out;
  survey(text, [&](const Seen& seen) {
    static constexpr const char* kMarks[] = {"{", "[", "end", "text", "other", "broken"};
    out.push_back(std::string(seen.path) + " " + kMarks[static_cast<int>(seen.mark)] + " " +
                  std::string(seen.text));
    return step_of(seen.path, seen.mark == Mark::array ? '[' : '{') == Step::enter ? Heed::enter : Heed::item;
  });
  return out;
}

/// Three elements as programs indent them; the one in the middle has `inside`.
std::string indented(std::string_view inside) {
  return "{\n \"m\": [\n  {\n   \"a\": 1\n  },\n  {\n" + std::string(inside) +
         "\n  },\n  {\n   \"a\": [\n    {\n    }\n   ]\n  }\n ],\n \"z\": 1\n}";
}

TEST(Walk, ABrokenElementEndsWhereItsLinesSay) {
  for (const std::string_view inside :
       {"   \"broken\": [1", "   \"broken: {\",\n   \"b\": \"}]{\"", "   \"broken\": 1]",
        "   \"broken\": {{{{", "   \"broken", "   broken {"}) {
    const std::string text = indented(inside);
    const std::vector<std::string> lines = walked(text);
    ASSERT_EQ(lines.size(), 6u) << text;
    EXPECT_EQ(lines[2], "unsound {\n" + std::string(inside) + "\n  }@" +
                            std::to_string(text.find("{\n" + std::string(inside))));
    EXPECT_TRUE(lines[3].starts_with("item m/[]={\n   \"a\": [\n"));
    EXPECT_EQ(lines[4], "aside z=1");
  }
}

TEST(Walk, AnElementThatBracketsEndTooEarlyGoesOnByItsLines) {
  for (const std::string_view inside : {"   }\"a\": 1", "   \"a\": 1},\n   \"b\": 2", "   \"a\": 1}\n   7"}) {
    const std::vector<std::string> lines = walked(indented(inside));
    ASSERT_EQ(lines.size(), 6u) << inside;
    EXPECT_TRUE(lines[2].starts_with("unsound {\n" + std::string(inside) + "\n  }@")) << lines[2];
    EXPECT_EQ(std::ranges::count(surveyed(indented(inside)), "m/[] broken "), 1) << inside;
  }
  EXPECT_EQ(walked("[\n {\n  \"a\": 1\n },\n 7\n]"),
            (Strings{"item []={\n  \"a\": 1\n }@3", "item []=7@19"}));
}

TEST(Walk, WhereLinesDoNotSayItTheRestIsKeptAsItIs) {
  for (const std::string_view text :
       {"{\"m\":[{\"broken\": [1},{}]}", "{\"m\":[\n{\"broken\": [1},\n{}]}",
        "{\"m\":[\n {\"broken\": [1\n \"x\": 1}\n}", "{\"m\":[\n  {\"broken\": [1\n ]]\n  {}]}"}) {
    const std::vector<std::string> lines = walked(text);
    EXPECT_TRUE(lines.back().starts_with("broken {")) << text;
  }
}

TEST(Walk, ElementsOfOneLineEndWhereTheNextBegins) {
  EXPECT_EQ(walked("[\n {\"broken\": [1},\n {\"a\":2},\n {\"broken\":\n]"),
            (Strings{"unsound {\"broken\": [1},\n@3", "item []={\"a\":2}@20", "unsound {\"broken\":\n@30"}));
}

TEST(Walk, ZerosThatACrashLeftEndNothingWithoutAWord) {
  using namespace std::string_literals;
  EXPECT_EQ(walked("{\"m\":[1]}\n\0\0{\"m\":[2]}\n{\"m\":[3]}\n\0\0"s),
            (Strings{"{", "item m/[]=1@6", "}", "item =\0\0{\"m\":[2@10"s, "broken ]}@19", "{",
                     "item m/[]=3@28", "}", "item =\0\0@32"s}));
}

TEST(Walk, IsNotBroughtDownByDepth) {
  Log log;
  EXPECT_TRUE(walk(std::string(100'000, '['), log));
  EXPECT_EQ(log.lines.size(), 1u);
}

TEST(Survey, GivesEveryValueWithItsPath) {
  EXPECT_EQ(surveyed("{\"m\":[{\"a\":[true,\"x\\\"y\"]}],\"n\":-1}"),
            (Strings{" { ", "m [ ", "m/[] { ", "m/[]/a [ ", "m/[]/a/[] other true", "m/[]/a/[] text x\\\"y",
                     "m/[]/a end ", "m/[] end ", "m end ", "n other -1", " end "}));
}

TEST(Survey, AnItemThatIsNoJsonIsBrokenOnceAndTheNextIsRead) {
  for (const std::string_view bad : {"{\"a\":01}", "{\"a\":1,}", "{\"a\" 1}", "[1 2]", "{\"a\":\"\\x\"}",
                                     "{,}", "[tru]", "{\"a\":\"\x01\"}", "[1.]"}) {
    const Strings lines = surveyed("[" + std::string(bad) + ",{}]");
    ASSERT_GE(lines.size(), 4u) << bad;
    EXPECT_EQ(Strings(lines.end() - 4, lines.end()), (Strings{"[] broken ", "[] { ", "[] end ", " end "}))
        << bad;
  }
}

TEST(Survey, ABrokenItemEndsWhereItsLinesSay) {
  for (const std::string_view inside : {"   \"a\": [1", "   \"a: {\",\n   \"b\": \"}]{\"", "   \"a\": 1]",
                                        "   \"a\": {{{{", "   \"a", "   a {"}) {
    const Strings lines = surveyed(indented(inside));
    EXPECT_EQ(std::ranges::count(lines, "m/[] broken "), 1) << inside;
    EXPECT_EQ(std::ranges::count(lines, "m/[] { "), 3) << inside;
    EXPECT_EQ(Strings(lines.end() - 3, lines.end()), (Strings{"m end ", "z other 1", " end "})) << inside;
  }
  for (const std::string_view text :
       {"{\"m\":[{\"a\": [1},{}]}", "{\"m\":[\n{\"a\": [1},\n{}]}", "{\"m\":[\n {\"a\": [1\n \"x\": 1}\n}",
        "{\"m\":[\n  {\"a\": [1\n ]]\n  {}]}"})
    EXPECT_EQ(surveyed(text).back(), "m/[] broken ") << text;
}

TEST(Survey, KnowsLinesFromOneText) {
  EXPECT_TRUE(is_lines("\xEF\xBB\xBF\n{\"a\":{}}\n{\"b\":1}"));
  EXPECT_TRUE(is_lines("{}"));
  EXPECT_FALSE(is_lines("{\n\"a\":1}"));
  EXPECT_FALSE(is_lines("[{}]"));
  EXPECT_FALSE(is_lines(""));
}

}  // namespace
}  // namespace strongroom::capture::json
