// Every file of the corpus goes through the real, caged worker, and comes out as the tables beside the connectors say
// (src/capture/*/samples_counts.txt; their figures were counted by other means).
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "agent/parse_process.h"
#include "base/shared_corpus.h"

namespace strongroom::agent {
namespace {

namespace fs = std::filesystem;

struct Expected {
  std::string table;  ///< file and line that say so
  std::string path;
  std::string source;
  std::array<std::uint64_t, 4> counts{};  ///< found, parsed, refused, doubts
  capture::Statement statement;
};

std::string content_of_file(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

/// "zone=Europe/Lisbon", "key-file=path beside the table, or in the samples", several parted by spaces.
void state(capture::Statement& statement, const std::string& options, const fs::path& beside,
           const fs::path& samples) {
  std::istringstream words(options);
  for (std::string word; words >> word;) {
    const std::size_t at = word.find('=');
    const std::string name = word.substr(0, at), value = at == std::string::npos ? "" : word.substr(at + 1);
    if (name == "key-file") {
      const fs::path path = fs::exists(beside / value) ? beside / value : samples / value;
      statement.keys.push_back(capture::GivenKey::copy_of(bytes_of(content_of_file(path))));
    } else if (name == "key") {
      statement.keys.push_back(capture::GivenKey::copy_of(bytes_of(value)));
    } else if (name == "zone") {
      statement.zone = value;
    } else if (name == "date-order") {
      statement.date_order = value;
    } else if (name == "custodian") {
      statement.custodian_name = value;
    } else {
      ADD_FAILURE() << "no such option in a table of samples: " << word;
    }
  }
}

std::vector<Expected> read_table(const fs::path& table, const fs::path& samples) {
  std::vector<Expected> out;
  std::ifstream in(table);
  std::size_t number = 0;
  for (std::string line; std::getline(in, line);) {
    ++number;
    if (line.empty() || line.front() == '#') continue;
    std::istringstream fields(line);
    Expected one;
    one.table = table.parent_path().filename().string() + "/samples_counts.txt:" + std::to_string(number);
    std::getline(fields, one.path, '\t');
    std::getline(fields, one.source, '\t');
    for (std::uint64_t& count : one.counts) fields >> count;
    EXPECT_FALSE(fields.fail()) << one.table;
    std::string options;
    std::getline(fields, options);
    state(one.statement, options, table.parent_path(), samples);
    out.push_back(std::move(one));
  }
  return out;
}

std::vector<Expected> all_tables(const fs::path& samples) {
  std::vector<Expected> out = read_table(STRONGROOM_SOURCE_DIR "/src/capture/samples_counts.txt", samples);
  for (const auto& connector : fs::directory_iterator(STRONGROOM_SOURCE_DIR "/src/capture")) {
    const fs::path table = connector.path() / "samples_counts.txt";
    if (fs::exists(table)) std::ranges::move(read_table(table, samples), std::back_inserter(out));
  }
  return out;
}

/// Counts what arrives and forgets it.
class Forgetting final : public capture::Sink {
 public:
  Result<void> record(record::Record&&) override { return {}; }
  Result<void> content(record::Record&&, BytesView) override { return {}; }
};

std::string described(std::string_view source, const std::array<std::uint64_t, 4>& n) {
  return std::string(source) + ": found " + std::to_string(n[0]) + ", parsed " + std::to_string(n[1]) +
         ", refused " + std::to_string(n[2]) + ", doubts " + std::to_string(n[3]);
}

TEST(Samples, ComeOutAsTheTablesSay) {
  STRONGROOM_CORPUS(samples, "samples");
  for (const Expected& expected : all_tables(samples)) {
    ParseJob job;
    job.worker_program = STRONGROOM_PARSE_PROGRAM;
    job.statement = expected.statement;
    Forgetting sink;
    const auto outcomes = parse_paths({(samples / expected.path).string()}, job, sink);
    ASSERT_TRUE(outcomes) << expected.table << " " << expected.path << ": " << outcomes.error().to_string();
    const capture::Outcome total = total_of(*outcomes);
    EXPECT_EQ(described(total.source, {total.found, total.parsed, total.refused, total.doubts}),
              described(expected.source, expected.counts))
        << expected.table << " " << expected.path;
    EXPECT_EQ(total.found, total.parsed + total.refused) << expected.table << " " << expected.path;
  }
}

TEST(Samples, AreAllInTheTables) {
  STRONGROOM_CORPUS(samples, "samples");
  std::set<std::string> known;
  for (const Expected& expected : all_tables(samples)) known.insert(expected.path);
  std::uint64_t missing = 0;
  for (const auto& entry : fs::recursive_directory_iterator(samples)) {
    if (!entry.is_regular_file()) continue;
    fs::path at = fs::relative(entry.path(), samples);
    const std::string name = at.string();
    bool found = name == "SOURCES.md";
    for (; !found && !at.empty(); at = at.parent_path()) found = known.contains(at.string());
    if (!found && ++missing <= 10) ADD_FAILURE() << "in no table of samples: " << name;
  }
  EXPECT_EQ(missing, 0u);
}

}  // namespace
}  // namespace strongroom::agent
