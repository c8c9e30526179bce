// The official test cases: each has its frames in words beside it (.txtproto), counted here without any of our code.
#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <sstream>

#include "base/shared_corpus.h"
#include "capture/collecting_sink.h"
#include "capture/signal/parser.h"

namespace strongroom::capture::signal {
namespace {

namespace fs = std::filesystem;
using record::Kind;

constexpr const char* kCases = "samples/signal/signalapp__Signal-Message-Backup-Tests/test-cases";
constexpr const char* kLibsignal = "samples/signal/signalapp__libsignal/rust/message-backup/tests/res";

std::string content_of_file(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::stringstream out;
  out << in.rdbuf();
  return out.str();
}

std::uint64_t count_of(const std::string& text, std::string_view word) {
  std::uint64_t count = 0;
  for (std::size_t at = text.find(word); at != std::string::npos; at = text.find(word, at + 1)) ++count;
  return count;
}

/// Records the words describe: frames, earlier versions, group updates beyond the first, pins, reactions, votes.
std::uint64_t expected_records(const std::string& words) {
  const std::uint64_t frames = count_of(words, "\nFrame {") + count_of(words, "\nBackupInfo {");
  const std::uint64_t versions = count_of(words, " ChatItem {") - count_of(words, "chatItem = ChatItem {");
  const std::uint64_t changes = count_of(words, " Update {");
  const std::uint64_t groups_changed = count_of(words, "updates = [");
  return frames + versions + changes - groups_changed + count_of(words, "PinDetails {") +
         count_of(words, " Reaction {") + count_of(words, " PollVote {");
}

struct Parsed {
  Outcome outcome;
  std::uint64_t found = 0;
  std::map<Kind, std::uint64_t> by_kind;
  std::uint64_t unknown_doubts = 0;
};

Parsed parse_file(const fs::path& path, const Parser& parser) {
  const std::string bytes = content_of_file(path);
  const std::vector<InputFile> files{{path.filename().string(), bytes_of(bytes)}};
  EXPECT_GE(parser.detect(files), 90) << path;
  CollectingSink sink;
  Parsed out;
  out.outcome = parser.parse(files, {}, {}, sink).value();
  out.found = parser.count(files, {}, {}).value();
  for (const record::Record& r : sink.records) {
    ++out.by_kind[r.kind];
    for (const record::Doubt& d : r.doubts) out.unknown_doubts += d.code.starts_with("unknown-") ? 1u : 0u;
    EXPECT_EQ(record::decode(record::encode(r)).value(), r) << path;
  }
  return out;
}

TEST(SignalSamples, EveryOfficialCaseGivesWhatItsWordsSay) {
  STRONGROOM_CORPUS(directory, kCases);
  std::uint64_t cases = 0;
  for (const auto& entry : fs::directory_iterator(directory)) {
    if (entry.path().extension() != ".binproto") continue;
    ++cases;
    const Parsed parsed = parse_file(entry.path(), parser());
    EXPECT_EQ(parsed.outcome.refused, 0u) << entry.path();
    EXPECT_EQ(parsed.unknown_doubts, 0u) << entry.path();
    EXPECT_EQ(parsed.found, parsed.outcome.parsed) << entry.path();
    const fs::path words = fs::path(entry.path()).replace_extension(".txtproto");
    if (!fs::exists(words)) continue;
    EXPECT_EQ(parsed.found, expected_records("\n" + content_of_file(words))) << entry.path();
  }
  EXPECT_GE(cases, 383u);
}

TEST(SignalSamples, KindsAreThoseOfTheReviewedTable) {
  STRONGROOM_CORPUS(directory, kCases);
  std::ifstream table(STRONGROOM_SOURCE_DIR "/src/capture/signal/samples_expected.txt");
  ASSERT_TRUE(table);
  std::uint64_t rows = 0;
  for (std::string row; std::getline(table, row);) {
    if (row.empty() || row.starts_with('#')) continue;
    ++rows;
    std::istringstream in(row);
    std::string name, cell;
    in >> name;
    const Parsed parsed = parse_file(directory / (name + ".binproto"), parser());
    std::map<Kind, std::uint64_t> expected;
    while (in >> cell) {
      const std::size_t equals = cell.find('=');
      const auto kind = record::kind_named(cell.substr(0, equals));
      ASSERT_TRUE(kind) << row;
      expected[*kind] = std::stoull(cell.substr(equals + 1));
    }
    EXPECT_EQ(parsed.by_kind, expected) << name;
  }
  EXPECT_GE(rows, 383u);
}

TEST(SignalSamples, TheCanonicalBackupAndItsTakeoutAreUnderstood) {
  STRONGROOM_CORPUS(directory, kLibsignal);
  const Parsed backup = parse_file(directory / "canonical-backup.binproto", parser());
  const Parsed takeout =
      parse_file(directory / "canonical-backup.takeout-export.expected.jsonl", takeout_parser());
  for (const Parsed& parsed : {backup, takeout}) {
    EXPECT_EQ(parsed.outcome.refused, 0u);
    EXPECT_EQ(parsed.unknown_doubts, 0u);
    EXPECT_EQ(parsed.found, parsed.outcome.parsed);
  }
  EXPECT_LE(takeout.found, backup.found);
}

/// libsignal's cases are a JSON array with comment lines and trailing commas: one line for each of its objects.
std::string lines_of_jsonproto(const std::string& text) {
  std::string out;
  int depth = 0;
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (!quoted && text.compare(i, 2, "//") == 0) {
      i = std::min(text.find('\n', i), text.size());
      continue;
    }
    if (c == '"' && (i == 0 || text[i - 1] != '\\')) quoted = !quoted;
    if (!quoted && c == ',') {
      const char next = text[std::min(text.find_first_not_of(" \t\r\n", i + 1), text.size() - 1)];
      if (next == '}' || next == ']') continue;
    }
    if (!quoted && c == '{') ++depth;
    if (depth > 0 && c != '\n') out += c;
    if (!quoted && c == '}' && --depth == 0) out += '\n';
  }
  return out;
}

TEST(SignalSamples, LibsignalsValidCasesReadAsTakeouts) {
  STRONGROOM_CORPUS(directory,
                    "samples/signal/signalapp__libsignal/rust/message-backup/tests/res/test-cases/valid");
  std::uint64_t cases = 0;
  for (const auto& entry : fs::directory_iterator(directory)) {
    const std::string lines = lines_of_jsonproto(content_of_file(entry.path()));
    const std::vector<InputFile> files{{"main.jsonl", bytes_of(lines)}};
    CollectingSink sink;
    const Outcome outcome = takeout_parser().parse(files, {}, {}, sink).value();
    EXPECT_EQ(outcome.refused, 0u) << entry.path();
    EXPECT_EQ(outcome.parsed, takeout_parser().count(files, {}, {}).value()) << entry.path();
    EXPECT_GT(outcome.parsed, 3u) << entry.path();
    ++cases;
  }
  EXPECT_GE(cases, 13u);
}

}  // namespace
}  // namespace strongroom::capture::signal
