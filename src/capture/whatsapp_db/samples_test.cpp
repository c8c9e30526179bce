// A real database and its real encrypted forms: the same records must come out of all of them.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "base/shared_corpus.h"
#include "capture/collecting_sink.h"
#include "capture/whatsapp_db/crypt.h"
#include "capture/whatsapp_db/parser.h"

namespace strongroom::capture::whatsapp_db {
namespace {

constexpr const char* kDirectory = "samples/whatsapp/ElDavoo__wa-crypt-tools/tests/res";

Bytes content(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  return copy_of(bytes_of(text));
}

std::vector<record::Record> records_of(const Bytes& file, const Statement& statement, std::uint64_t found) {
  const std::vector<InputFile> files{{"msgstore", file}};
  EXPECT_GT(parser().detect(files), 0);
  CollectingSink sink;
  const Outcome outcome = parser().parse(files, statement, {}, sink).value();
  EXPECT_EQ(outcome.parsed, found);
  EXPECT_EQ(outcome.refused, 0u);
  EXPECT_EQ(parser().count(files, statement, {}).value(), found);
  return sink.records;
}

TEST(WhatsAppDatabaseSamples, EncryptedBackupsHoldTheSameDatabase) {
  STRONGROOM_CORPUS(directory, kDirectory);
  const Bytes plain = content(directory / "msgstore.db");
  // sqlite3: 1 message, 8 chats, 10 messages of the old table, of which the first is in both
  const auto expected = records_of(plain, {}, 1 + 8 + 9);
  for (const auto& [file, key] :
       {std::pair{"msgstore.db.crypt14", "key"}, std::pair{"msgstore.db.crypt15", "encrypted_backup.key"}}) {
    const Bytes encrypted = content(directory / file);
    Statement statement;
    statement.keys = {GivenKey::copy_of(bytes_of("not a key")), GivenKey::copy_of(content(directory / key))};
    EXPECT_EQ(decrypt(encrypted, statement.keys).value(), plain) << file;
    EXPECT_EQ(records_of(encrypted, statement, 18), expected) << file;
  }
}

}  // namespace
}  // namespace strongroom::capture::whatsapp_db
