// Other people's exports and fixtures: every text export of the corpus, with the counts and times that a
// line count by grep and a look at their first and last lines give.
#include <gtest/gtest.h>

#include <algorithm>

#include "base/shared_corpus.h"
#include "capture/whatsapp/test_material.h"

namespace strongroom::capture::whatsapp {
namespace {

namespace fs = std::filesystem;

struct Expected {
  std::string path;  ///< a file, or a directory handed over whole
  std::string kinds;  ///< "message:5 notice:1"
  std::string first, last;
  bool ambiguous = false;
};

const Expected kExpected[] = {
#include "capture/whatsapp/samples_expected.inc"
};

Material material_at(const fs::path& path) {
  Material material;
  if (!fs::is_directory(path)) return {{{path.filename().string(), read_file(path)}}};
  for (const auto& entry : fs::recursive_directory_iterator(path)) {
    if (entry.is_regular_file())
      material.owned.emplace_back(fs::relative(entry.path(), path).string(), read_file(entry.path()));
  }
  std::ranges::sort(material.owned);
  return material;
}

TEST(WhatsappSamples, GiveTheExpectedRecordsAndTimes) {
  STRONGROOM_CORPUS(root, "samples/whatsapp");
  std::size_t checked = 0;
  for (const Expected& expected : kExpected) {
    SCOPED_TRACE(expected.path);
    const Material material = material_at(root / expected.path);
    ASSERT_FALSE(material.owned.empty());
    EXPECT_GE(parser().detect(material.files()), 60);
    const Parsed parsed = parse_material(material);
    EXPECT_EQ(unsound(material, parsed), "");
    EXPECT_EQ(parsed.kinds_text(), expected.kinds);
    EXPECT_EQ(parsed.has_doubt("ambiguous-date-order"), expected.ambiguous);
    ASSERT_FALSE(parsed.sink.records.empty());
    EXPECT_EQ(parsed.sink.records.front().sent_at.wall_clock, expected.first);
    EXPECT_EQ(parsed.sink.records.back().sent_at.wall_clock, expected.last);
    ++checked;
  }
  EXPECT_EQ(checked, std::size(kExpected));
}

TEST(WhatsappSamples, IncludeEveryTextOfTheCorpus) {
  STRONGROOM_CORPUS(root, "samples/whatsapp");
  for (const auto& entry : fs::recursive_directory_iterator(root)) {
    const auto ending = entry.path().extension();
    if (!entry.is_regular_file() || ending != ".txt") continue;  // the .zip: samples_counts.txt
    const std::string name = fs::relative(entry.path(), root).string();
    // Not exports: the expected statistics of another program in JSON, and an encrypted backup's test archive.
    if (name.ends_with("testChat_stats.txt") || name.starts_with("ElDavoo")) continue;
    const bool known = std::ranges::any_of(
        kExpected, [&](const Expected& e) { return name == e.path || name.starts_with(e.path + "/"); });
    EXPECT_TRUE(known) << name;
  }
}

TEST(WhatsappSamples, AreNotClaimedWhenTheyAreOtherSources) {
  STRONGROOM_CORPUS(root, "samples");
  std::size_t looked = 0;
  for (const auto& entry : fs::recursive_directory_iterator(root)) {
    if (!entry.is_regular_file() || entry.file_size() > (1u << 20)) continue;
    const std::string name = fs::relative(entry.path(), root).string();
    if (name.starts_with("whatsapp/") && !name.ends_with(".json") && !name.ends_with(".md")) continue;
    const std::string bytes = read_file(entry.path());
    EXPECT_EQ(parser().detect({{name, bytes_of(bytes)}}), 0) << name;
    ++looked;
  }
  EXPECT_GT(looked, 100u);
}

}  // namespace
}  // namespace strongroom::capture::whatsapp
