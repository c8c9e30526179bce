#include "capture/json/documents.h"

#include <gtest/gtest.h>

#include <vector>

namespace strongroom::capture::json {
namespace {

/// "code:text" each; values that are whole have no code.
std::vector<std::string> all(std::string_view text, std::uint64_t max = 1u << 20) {
  Documents documents(text, max);
  std::vector<std::string> out;
  while (auto document = documents.next()) {
    EXPECT_EQ(text.substr(document->value.offset, document->value.text.size()), document->value.text);
    out.push_back((document->code.empty() ? "" : document->code + ":") + std::string(document->value.text));
  }
  return out;
}

TEST(Documents, AreTheLinesTheWholeFileOrTheElementsOfAnArray) {
  using Texts = std::vector<std::string>;
  EXPECT_EQ(all("\xEF\xBB\xBF{\"a\":1}\r\n\n{\"b\":[2]} {}\n"), (Texts{"{\"a\":1}", "{\"b\":[2]}", "{}"}));
  EXPECT_EQ(all("{\n \"a\": {\n }\n}\n"), (Texts{"{\n \"a\": {\n }\n}"}));
  EXPECT_EQ(all(" [ {\"a\":1},\n{\"b\":2}, 7, \"x\" ]\n{}"),
            (Texts{"{\"a\":1}", "{\"b\":2}", "7", "\"x\"", "{}"}));
  EXPECT_EQ(all("[[1,2],[3]]"), (Texts{"[1,2]", "[3]"}));
  EXPECT_EQ(all(""), Texts{});
  EXPECT_EQ(all("[]"), Texts{});
}

TEST(Documents, GoOnAfterWhatIsCutShortOrGarbage) {
  using Texts = std::vector<std::string>;
  EXPECT_EQ(all("{\"a\":\n{\"b\":1}\n"), (Texts{"not-json:{\"a\":", "{\"b\":1}"}));
  EXPECT_EQ(all("{\"a\":1} garbage\n{\"b\":2}"), (Texts{"{\"a\":1}", "not-json:garbage", "{\"b\":2}"}));
  EXPECT_EQ(all("]\n{}"), (Texts{"not-json:]", "{}"}));
  EXPECT_EQ(all("[{\"a\":1},{\"b\""), (Texts{"{\"a\":1}", "not-json:{\"b\""}));
}

TEST(Documents, BoundTheLengthOfAValue) {
  using Texts = std::vector<std::string>;
  EXPECT_EQ(all("{\"long\":\"" + std::string(100, 'x') + "\"}\n{\"b\":2}", 50).size(), 2u);
  EXPECT_EQ(all("{\"a\":1}\n{\"b\":2}", 7), (Texts{"{\"a\":1}", "{\"b\":2}"}));
  EXPECT_EQ(all("{\"a\":1}\n{\"b\":2}", 6)[0], "too-large:{\"a\":1}");
}

}  // namespace
}  // namespace strongroom::capture::json
