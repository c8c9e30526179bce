#include "capture/sources/sources.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <sstream>

#include "capture/parser.h"

namespace strongroom::capture {
namespace {

constexpr std::string_view kTwo =
    "source: b\nname: B\nreads: r\ncaptured: c\nnever: n\nchecked: k\n\n\n"
    "source: a\nname: A\nreads: r\ncaptured: c: d\nnever: n\nchecked: k\n";

TEST(SourceTexts, AreBlocksOfSixFieldsInOrder) {
  const auto texts = parse_source_texts(kTwo);
  ASSERT_TRUE(texts && texts->size() == 2);
  EXPECT_EQ(texts->front().source, "a");
  EXPECT_EQ(texts->front().captured, "c: d");
  EXPECT_FALSE(parse_source_texts("source: a\nname: A\n"));
  EXPECT_FALSE(parse_source_texts(std::string(kTwo) + "name: x\n"));
  EXPECT_FALSE(parse_source_texts("source: a\n\nname: A\nreads: r\ncaptured: c\nnever: n\nchecked: k\n"));
}

TEST(SourceTexts, NameEveryConnectorAndNothingElse) {
  std::vector<std::string> told, there;
  for (const SourceText& text : source_texts()) told.push_back(text.source);
  for (const Parser& parser : parsers()) there.emplace_back(parser.source);
  std::ranges::sort(there);
  EXPECT_EQ(told, there);
}

TEST(SourceTexts, AreThePageOfTheDocumentation) {
  std::ifstream in(STRONGROOM_SOURCE_DIR "/docs/connectors.md");
  std::ostringstream page;
  page << in.rdbuf();
  EXPECT_EQ(page.str(), sources_page(source_texts()))
      << "write it again: strongroom-agent sources --markdown >docs/connectors.md";
}

TEST(SourceTexts, FitATerminal) {
  const std::string table = sources_table(source_texts());
  std::istringstream lines(table);
  for (std::string line; std::getline(lines, line);)
    EXPECT_LE(line.size(), line.starts_with(" ") ? 100u : 130u) << line;
}

}  // namespace
}  // namespace strongroom::capture
