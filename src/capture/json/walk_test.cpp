#include "capture/json/walk.h"

#include <gtest/gtest.h>

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
  Result<void> item(std::string_view path, const Value& v) override {
    return add("item " + std::string(path) + "=" + std::string(v.text) + "@" + std::to_string(v.offset));
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

TEST(Survey, KnowsLinesFromOneText) {
  EXPECT_TRUE(is_lines("\xEF\xBB\xBF\n{\"a\":{}}\n{\"b\":1}"));
  EXPECT_TRUE(is_lines("{}"));
  EXPECT_FALSE(is_lines("{\n\"a\":1}"));
  EXPECT_FALSE(is_lines("[{}]"));
  EXPECT_FALSE(is_lines(""));
}

}  // namespace
}  // namespace strongroom::capture::json
