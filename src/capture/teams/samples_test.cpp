#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

#include "base/shared_corpus.h"
#include "capture/collecting_sink.h"
#include "capture/teams/parser.h"

namespace strongroom::capture::teams {
namespace {

namespace fs = std::filesystem;
using record::Kind;

TEST(TeamsSamples, TheExamplesOfGraphsReferenceAreUnderstood) {
  STRONGROOM_CORPUS(directory, "samples/teams/microsoftgraph__microsoft-graph-docs");
  std::map<Kind, std::uint64_t> kinds;
  std::uint64_t claimed = 0, doubts = 0;
  for (const auto& entry : fs::recursive_directory_iterator(directory)) {
    if (!entry.is_regular_file()) continue;
    std::ifstream in(entry.path(), std::ios::binary);
    std::stringstream text;
    text << in.rdbuf();
    const std::string bytes = text.str();
    const std::vector<InputFile> files{{entry.path().filename().string(), bytes_of(bytes)}};
    if (parser().detect(files) == 0) continue;
    ++claimed;
    CollectingSink sink;
    const Outcome outcome = parser().parse(files, {}, {}, sink).value();
    EXPECT_EQ(outcome.refused, 0u) << entry.path();
    EXPECT_EQ(outcome.parsed, parser().count(files, {}, {}).value()) << entry.path();
    doubts += outcome.doubts;
    for (const record::Record& record : sink.records) ++kinds[record.kind];
  }
  EXPECT_EQ(claimed, 29u);
  EXPECT_GT(kinds[Kind::message], 20u);
  EXPECT_EQ(kinds[Kind::unparsed_original], 0u);
  EXPECT_EQ(doubts, 0u);
}

}  // namespace
}  // namespace strongroom::capture::teams
