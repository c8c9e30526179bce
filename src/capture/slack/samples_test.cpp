#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

#include "base/shared_corpus.h"
#include "capture/collecting_sink.h"
#include "capture/slack/parser.h"

namespace strongroom::capture::slack {
namespace {

namespace fs = std::filesystem;
using record::Kind;

/// Every file of the directory, as one import.
std::map<Kind, std::uint64_t> kinds_in(const Parser& parser, const fs::path& directory, Outcome& outcome) {
  std::vector<std::pair<std::string, std::string>> contents;
  for (const auto& entry : fs::recursive_directory_iterator(directory)) {
    if (!entry.is_regular_file()) continue;
    std::ifstream in(entry.path(), std::ios::binary);
    std::stringstream text;
    text << in.rdbuf();
    contents.emplace_back(fs::relative(entry.path(), directory).string(), text.str());
  }
  std::ranges::sort(contents);
  std::vector<InputFile> files;
  for (const auto& [path, text] : contents) files.push_back({path, bytes_of(text)});
  CollectingSink sink;
  outcome = parser.parse(files, {}, {}, sink).value();
  outcome.found = parser.count(files, {}, {}).value();
  std::map<Kind, std::uint64_t> kinds;
  for (const record::Record& record : sink.records) ++kinds[record.kind];
  return kinds;
}

TEST(SlackSamples, TheExportOfSlackdumpIsUnderstood) {
  STRONGROOM_CORPUS(directory, "samples/slack/rusq__slackdump/internal/fixtures/assets/source_export_dir");
  Outcome outcome;
  auto kinds = kinds_in(export_parser(), directory, outcome);
  EXPECT_EQ(outcome.refused, 0u);
  EXPECT_EQ(outcome.found, outcome.parsed);
  EXPECT_EQ(kinds[Kind::context], 11u);
  EXPECT_EQ(kinds[Kind::deletion], 1u);
  EXPECT_EQ(kinds[Kind::message] + kinds[Kind::deletion] + kinds[Kind::membership], 16u);
  EXPECT_EQ(kinds[Kind::notice], 0u);
}

TEST(SlackSamples, TheRecordedLiveEventsAreUnderstood) {
  STRONGROOM_CORPUS(directory, "samples/slack-rtm");
  Outcome outcome;
  auto kinds = kinds_in(events_parser(), directory, outcome);
  EXPECT_EQ(outcome.refused, 0u);
  EXPECT_EQ(outcome.found, 111u);
  EXPECT_EQ(outcome.parsed, 111u);
  EXPECT_EQ(kinds[Kind::reaction], 5u);
  EXPECT_EQ(kinds[Kind::edit], 2u);
  EXPECT_EQ(kinds[Kind::deletion], 1u);
  EXPECT_EQ(kinds[Kind::message], 11u);
}

}  // namespace
}  // namespace strongroom::capture::slack
