// Other people's examples of webhook bodies: every file, counted beforehand with a JSON query over
// entry[].changes[].value, one record for each element of messages, message_echoes, statuses, calls, errors and
// user_preferences, and one for each change without any.
#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <sstream>

#include "base/shared_corpus.h"
#include "capture/collecting_sink.h"
#include "capture/whatsapp_cloud/parser.h"

namespace strongroom::capture::whatsapp_cloud {
namespace {

namespace fs = std::filesystem;

std::string read_file(const fs::path& path) {
  std::ostringstream out;
  out << std::ifstream(path, std::ios::binary).rdbuf();
  return out.str();
}

TEST(CloudApiSamples, GiveARecordForEveryItem) {
  STRONGROOM_CORPUS(root, "samples/whatsapp-cloud-api/david-lev__pywa/tests/data/updates");
  const std::map<std::string, std::uint64_t> expected{{"account_update.json", 17},
                                                      {"call_connect.json", 2},
                                                      {"call_permission_update.json", 2},
                                                      {"call_status.json", 1},
                                                      {"call_terminate.json", 2},
                                                      {"callback_button.json", 3},
                                                      {"callback_selection.json", 2},
                                                      {"deleted_message.json", 1},
                                                      {"edited_message.json", 1},
                                                      {"flow_completion.json", 2},
                                                      {"message.json", 24},
                                                      {"message_status.json", 7},
                                                      {"outgoing_message.json", 3},
                                                      {"system.json", 2},
                                                      {"template_category_update.json", 1},
                                                      {"template_components_update.json", 2},
                                                      {"template_quality_update.json", 1},
                                                      {"template_status_update.json", 2},
                                                      {"user_marketing_preferences.json", 2}};
  std::size_t seen = 0;
  std::map<std::string, std::uint64_t> kinds;
  for (const auto& entry : fs::directory_iterator(root)) {
    const std::string name = entry.path().filename(), text = read_file(entry.path());
    SCOPED_TRACE(name);
    const std::vector<InputFile> files{{name, bytes_of(text)}};
    ASSERT_EQ(parser().detect(files), 90);
    CollectingSink sink;
    const Outcome outcome = parser().parse(files, {}, {}, sink).value();
    EXPECT_EQ(outcome.parsed, expected.at(name));
    EXPECT_EQ(outcome.refused, 0u);
    EXPECT_EQ(parser().count(files, {}, {}).value(), expected.at(name));
    for (const auto& record : sink.records) {
      ++kinds[std::string(record::name_of(record.kind))];
      for (const auto& doubt : record.doubts) {
        EXPECT_TRUE(doubt.code == "no-signature" || doubt.code == "content-not-in-source" ||
                    doubt.code == "no-time")
            << doubt.code;
      }
    }
    ++seen;
  }
  EXPECT_EQ(seen, expected.size());
  const std::map<std::string, std::uint64_t> all{{"message", 30}, {"edit", 2},    {"deletion", 2},
                                                 {"reaction", 3}, {"receipt", 7}, {"rename", 1},
                                                 {"call", 4},     {"notice", 28}};
  EXPECT_EQ(kinds, all);
}

}  // namespace
}  // namespace strongroom::capture::whatsapp_cloud
