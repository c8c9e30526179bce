// The keys of a custodian's material, from the file named with --key-file to the connector that tries it: when all is
// done none of their bytes are anywhere in the memory that this process can write to. The keys are made at run time,
// and the test itself keeps them masked.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <random>

#include "agent/parse_process.h"
#include "capture/collecting_sink.h"
#include "capture/wecom/test_keys.h"
#include "capture/worker/material.h"
#include "capture/worker/pipe.h"
#include "codec/text.h"
#include "programs/strongroom-agent/source_options.h"

namespace strongroom {
namespace {

namespace fs = std::filesystem;

/// Anything that could be a key of `size` characters.
SecretBytes random_key(std::size_t size, std::string_view alphabet) {
  std::random_device random;
  SecretBytes out(size);
  for (std::byte& b : out.reveal_mutable()) b = static_cast<std::byte>(alphabet[random() % alphabet.size()]);
  return out;
}

/// Looks for a secret of which it holds no copy but a masked one.
class Search {
 public:
  explicit Search(BytesView secret) : masked_(copy_of(secret)) {
    for (std::byte& b : masked_) b ^= kMask;
  }
  /// The mappings in which sixteen bytes of it lie that follow each other in it.
  std::vector<std::string> found() const {
    std::vector<std::string> out;
    std::ifstream maps("/proc/self/maps");
    for (std::string line; std::getline(maps, line);) {
      std::size_t begin = 0, end = 0;
      std::array<char, 5> access{};
      if (std::sscanf(line.c_str(), "%zx-%zx %4s", &begin, &end, access.data()) != 3) continue;
      // Larger is a sanitizer's shadow.
      if (access[0] == 'r' && access[1] == 'w' && end - begin < kMappingMax && lies_in(begin, end))
        out.push_back(line);
    }
    return out;
  }

 private:
  static constexpr std::byte kMask{0xA5};
  static constexpr std::size_t kPiece = 16, kReadBytes = 1u << 20, kMappingMax = 1u << 30;

  bool lies_in(std::size_t begin, std::size_t end) const {
    const int memory = ::open("/proc/self/mem", O_RDONLY | O_CLOEXEC);
    EXPECT_GE(memory, 0);
    SecretBytes read(kReadBytes);
    bool found = false;
    // What it reads is wiped with it, so that the next search does not find this one.
    for (std::size_t at = begin; at < end && !found; at += kReadBytes - kPiece) {
      const auto size = ::pread(memory, read.reveal_mutable().data(), std::min(kReadBytes, end - at),
                                static_cast<off_t>(at));
      if (size < static_cast<ssize_t>(kPiece)) break;
      found = lies_in(read.reveal_mutable().first(static_cast<std::size_t>(size)));
    }
    ::close(memory);
    return found;
  }
  /// Masks the memory instead of taking the mask from the secret.
  bool lies_in(MutableBytes memory) const {
    for (std::byte& b : memory) b ^= kMask;
    for (std::size_t piece = 0; piece + kPiece <= masked_.size(); piece += kPiece) {
      if (::memmem(memory.data(), memory.size(), masked_.data() + piece, kPiece) != nullptr) return true;
    }
    return false;
  }
  Bytes masked_;
};

const std::vector<std::string> kNowhere;
constexpr std::string_view kHex = "0123456789abcdef";

class GivenKeys : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string name = fs::temp_directory_path() / "strongroom-given-keys-XXXXXX";
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    directory_ = name;
  }
  void TearDown() override { fs::remove_all(directory_); }
  std::string write(const std::string& name, BytesView bytes) const {
    const std::string path = directory_ / name;
    const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);  // no buffer of ours
    EXPECT_EQ(::write(file, bytes.data(), bytes.size()), static_cast<ssize_t>(bytes.size()));
    ::close(file);
    return path;
  }
  fs::path directory_;
};

TEST_F(GivenKeys, ASearchFindsWhatIsLeft) {
  const SecretBytes key = random_key(64, kHex);
  const Search search(key.reveal());
  EXPECT_NE(search.found(), kNowhere);
}

TEST_F(GivenKeys, ASearchFindsWhatWasFreed) {
  SecretBytes key = random_key(64, kHex);
  const Search search(key.reveal());
  {
    const Bytes left = copy_of(key.reveal());
    EXPECT_TRUE(equal(left, key.reveal()));
  }
  key.clear();
  EXPECT_NE(search.found(), kNowhere);
}

TEST_F(GivenKeys, TheAgentKeepsNone) {
  SecretBytes key = random_key(64, kHex);
  const Search search(key.reveal());
  const std::string key_file = write("key", key.reveal());
  key.clear();
  const std::string material =
      write("db.sqlite", random_key(8192, std::string_view("\0\x55\xAA\xFF", 4)).reveal());
  {
    agent::ParseJob job;
    CLI::App app;
    agent::add_source_options(app, job.statement);
    app.parse("--key-file " + key_file, false);
    ASSERT_EQ(job.statement.keys.size(), 1u);
    job.worker_program = STRONGROOM_PARSE_PROGRAM;
    job.files = {{"db.sqlite", material}};
    job.cage.cage = platform::Cage::weak_is_accepted;
    capture::CollectingSink sink;
    const auto outcomes = agent::parse_in_worker(job, sink);
    ASSERT_TRUE(outcomes) << outcomes.error().to_string();
    ASSERT_EQ(sink.records.size(), 1u);
    EXPECT_NE(search.found(), kNowhere);  // it is still the job's
  }
  EXPECT_EQ(search.found(), kNowhere);
}

/// What a worker does with a key that does not fit; its refusal's code.
std::string read_with(const SecretBytes& key, const std::vector<capture::InputFile>& files) {
  const SecretBytes message = capture::encode_key_message(capture::GivenKey::copy_of(key.reveal()));
  capture::Statement statement;
  statement.keys.push_back(*capture::decode_request(message.reveal())->key);
  capture::CollectingSink sink;
  EXPECT_TRUE(capture::parse_material(files, statement, {}, sink));
  for (const record::Record& r : sink.records)
    for (const record::Doubt& doubt : r.doubts)
      if (doubt.code == "key-does-not-fit") return doubt.code;
  return sink.records.empty() || sink.records[0].doubts.empty() ? "" : sink.records[0].doubts[0].code;
}

void expect_wiped(SecretBytes key, const std::vector<capture::InputFile>& files, std::string_view code) {
  const Search search(key.reveal());
  EXPECT_EQ(read_with(key, files), code);
  key.clear();
  EXPECT_EQ(search.found(), kNowhere);
}

/// As digits, and as what they stand for.
void expect_digits_wiped(const std::vector<capture::InputFile>& files, std::string_view code) {
  SecretBytes key = random_key(64, kHex);
  Bytes bytes = codec::from_hex(text_of(key.reveal())).value();
  const Search search(bytes);
  wipe(bytes);
  expect_wiped(std::move(key), files, code);
  EXPECT_EQ(search.found(), kNowhere);
}

std::string noise(std::size_t size) {
  std::mt19937 random(7);
  std::string out(size, '\0');
  for (char& c : out) c = static_cast<char>(random());
  return out;
}

TEST_F(GivenKeys, TheWorkerKeepsNoneOfSignalDesktop) {
  const std::string database = noise(8192);
  expect_digits_wiped({{"db.sqlite", bytes_of(database)}}, "key-does-not-fit");
}

TEST_F(GivenKeys, TheWorkerKeepsNoneOfSignalsBackup) {
  const std::string backup = noise(4096);
  // The backup's id, sealed: an initial vector of 12 bytes, 16 bytes.
  const std::string metadata = "\x12\x20\x0A\x0C" + noise(12) + "\x12\x10" + noise(16);
  const std::vector<capture::InputFile> files{{"snapshot/main", bytes_of(backup)},
                                              {"snapshot/metadata", bytes_of(metadata)}};
  expect_wiped(random_key(64, "abcdefghijklmnopqrstuvwxyz0123456789"), files, "key-does-not-fit");
  expect_digits_wiped(files, "key-does-not-fit");
}

TEST_F(GivenKeys, TheWorkerKeepsNoneOfSignalAndroidsOldBackup) {
  // A frame of a header: an initial vector of 16 bytes, a salt of 32.
  const std::string header = std::string("\x0A\x34\x0A\x10", 4) + noise(16) + "\x12\x20" + noise(32);
  const std::string backup = std::string("\0\0\0\x36", 4) + header + noise(4096);
  expect_wiped(random_key(30, "0123456789"), {{"signal.backup", bytes_of(backup)}}, "key-does-not-fit");
}

TEST_F(GivenKeys, TheWorkerKeepsNoneOfWhatsApp) {
  std::string file = std::string("\x1a\x01\x08\x01\x1a\x12\x0a\x10", 8) + std::string(16, 'i') + "\x22\x02xx";
  file[0] = static_cast<char>(file.size() - 2);
  file += noise(200);
  expect_digits_wiped({{"msgstore.db.crypt15", bytes_of(file)}}, "key-does-not-fit");
}

TEST_F(GivenKeys, TheWorkerKeepsNoneOfWhatsAppsNotifications) {
  const std::string body =
      R"({"object":"whatsapp_business_account","entry":[{"id":"900","time":1700000000,"changes":[]}]})";
  const std::string signature = "sha256=" + std::string(64, '0');
  expect_wiped(random_key(32, kHex), {{"a.json", bytes_of(body)}, {"a.json.sig", bytes_of(signature)}},
               "signature-wrong");
}

TEST_F(GivenKeys, TheWorkerKeepsNoneOfMatrix) {
  // Version 1, salt and vector, one round.
  const std::string bytes = "\x01" + noise(32) + std::string("\0\0\0\x01", 4) + noise(100);
  const std::string exported = "-----BEGIN MEGOLM SESSION DATA-----\n" + codec::base64(bytes_of(bytes)) +
                               "\n-----END MEGOLM SESSION DATA-----\n";
  expect_wiped(random_key(48, kHex), {{"keys.txt", bytes_of(exported)}}, "key-does-not-fit");
}

TEST_F(GivenKeys, TheWorkerKeepsNoneOfWeComs) {
  const std::string reply =
      R"({"errcode":0,"chatdata":[{"seq":1,"msgid":"m1","publickey_ver":1,"encrypt_random_key":")" +
      codec::base64(bytes_of(noise(256))) + R"(","encrypt_chat_msg":"eHh4"}]})";
  expect_wiped(SecretBytes::copy_of(bytes_of(capture::wecom::testing::kOtherKey)),
               {{"reply.json", bytes_of(reply)}}, "key-does-not-fit");
}

}  // namespace
}  // namespace strongroom
