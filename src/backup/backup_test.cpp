// A server's directory, written by the server's own code; backed up, put back, and everything that can go wrong.
#include "backup/backup.h"

#include <fmt/format.h>
#include <unistd.h>

#include <filesystem>

#include "archive/data_directory.h"
#include "archive/sequencer.h"
#include "archive/vault.h"
#include "backup/catch_up.h"
#include "backup/restore.h"
#include "platform/faulty_file_system.h"
#include "verify/archive_check.h"
#include "verify/test_archive.h"

namespace strongroom::backup {
namespace {

using platform::FaultyFileSystem;
using ::testing::HasSubstr;
using verify::testing::CaptureItem;
using verify::testing::TestArchive;
using verify::testing::TestEntry;

void no_progress(std::string_view, std::uint64_t, std::uint64_t) {}

/// Everything the test archive holds, taken by a server in `directory`, and what it takes later.
class TestServer {
 public:
  TestServer(platform::FileSystem& files, std::string directory)
      : files_(files), directory_(std::move(directory)) {
    EXPECT_TRUE(files_.make_directories(directory_ + "/blobs"));
    platform::SystemEntropy entropy;
    EXPECT_TRUE(archive::DataDirectory(files_, directory_).init("test.example", entropy));
    EXPECT_TRUE(files_.write_durable(directory_ + "/genesis", test_.register_entries.front().object));
    for (const char* name : {"register", "capture"}) {
      const auto config = config_of(name);
      EXPECT_TRUE(archive::Sequencer::create(config));
    }
    take();
  }

  /// What the ledgers have gained is stored, sequenced and witnessed.
  void take() {
    take_register();
    const auto vault = archive::Vault::open(files_, directory_ + "/vault/capture", 60'000).value();
    std::vector<Bytes> leaves;
    for (; capture_taken_ < test_.capture.size(); ++capture_taken_) {
      const CaptureItem& item = test_.capture[capture_taken_];
      leaves.push_back(item.leaf);
      if (item.header.empty()) continue;
      EXPECT_TRUE(vault->append(archive::ObjectKind::header, capture_taken_ == 2 ? 1 : 0,
                                crypto::sha256(item.header), item.header));
      if (item.body.empty()) continue;
      EXPECT_TRUE(vault->append(archive::ObjectKind::body, 0, crypto::sha256(item.body), item.body));
    }
    EXPECT_TRUE(vault->sync());
    append("capture", leaves, test_.capture_checkpoint());
  }

  void add_heartbeats(unsigned count) {
    const auto last = envelope::decode_signed_header(test_.capture.back().header).value();
    seal::ChainState state;
    state.device = last.header.device;
    state.incarnation = last.header.incarnation;
    state.next_sequence = last.header.sequence + 1;
    state.previous = last.hash;
    platform::SystemEntropy entropy;
    seal::Chain chain(state, test_.devices[1].key, entropy, test_.clock);
    for (unsigned i = 0; i < count; ++i) test_.add(chain.heartbeat(3600));
  }

  TestArchive& test() { return test_; }
  std::string path(const std::string& name) const { return directory_ + "/" + name; }

 private:
  archive::SequencerConfig config_of(const std::string& name) {
    return {&files_, &hook_, directory_ + "/" + name,
            name == "register" ? &test_.org.register_signer() : &test_.org.capture_signer(), 9000};
  }
  void take_register() {
    const auto vault = archive::Vault::open(files_, directory_ + "/vault/register").value();
    std::vector<Bytes> leaves;
    for (; register_taken_ < test_.register_entries.size(); ++register_taken_) {
      const TestEntry& e = test_.register_entries[register_taken_];
      leaves.push_back(e.leaf);
      if (e.object.empty()) continue;
      EXPECT_TRUE(vault->append(archive::ObjectKind::register_object, 0, crypto::sha256(e.object), e.object));
    }
    EXPECT_TRUE(vault->sync());
    append("register", leaves, test_.register_checkpoint());
  }
  void append(const std::string& name, const std::vector<Bytes>& leaves, const std::string& checkpoint) {
    if (leaves.empty()) return;
    const auto config = config_of(name);
    const auto sequencer = archive::Sequencer::open(config).value();
    for (std::size_t at = 0; at < leaves.size(); at += 100) {
      const auto end = static_cast<std::ptrdiff_t>(std::min(leaves.size(), at + 100));
      EXPECT_TRUE(
          sequencer->append({leaves.begin() + static_cast<std::ptrdiff_t>(at), leaves.begin() + end}));
    }
    EXPECT_TRUE(files_.write_durable(directory_ + "/" + name + "/witnessed", bytes_of(checkpoint)));
  }

  platform::FileSystem& files_;
  std::string directory_;
  platform::NoStepHook hook_;
  TestArchive test_;
  std::size_t register_taken_ = 0, capture_taken_ = 0;
};

/// Every file below `directory` with its content, `lock` apart.
std::map<std::string, std::string> contents(platform::FileSystem& files, const std::string& directory) {
  std::map<std::string, std::string> out;
  const Manifest manifest = read_manifest(files, directory).value();
  for (const FilePart& file : manifest.files)
    out[file.path] = std::string(
        text_of(BytesView(files.read(directory + "/" + file.path, 1u << 24).value()).first(file.bytes)));
  return out;
}

struct ABackup : ::testing::Test {
  void SetUp() override {
    server.add_heartbeats(600);
    server.take();
    EXPECT_TRUE(
        files.write_durable("srv/blobs/" + codec::hex(crypto::sha256(bytes_of("copy"))), bytes_of("copy")));
  }
  Result<BackupReport> back_up(platform::FileSystem& on, Depth depth = Depth::new_files) {
    return make_backup(on, clock, {"srv", "bak", depth}, no_progress);
  }
  BackupReport backed_up(Depth depth = Depth::new_files) {
    auto report = back_up(files, depth);
    EXPECT_TRUE(report) << report.error().to_string();
    return report ? *std::move(report) : BackupReport{};
  }
  Result<RestoreReport> put_back(platform::FileSystem& on, const std::string& to = "new") {
    return restore(on, clock, {"bak", to, ""}, no_progress);
  }
  void expect_holds(const std::string& directory) {
    const auto archive = verify::open_archive_files(files, directory);
    ASSERT_TRUE(archive) << archive.error().to_string();
    const verify::Report report = check_archive({.archive = server.test().org.archive()}, **archive);
    EXPECT_TRUE(report.holds()) << report_text(directory, report);
    EXPECT_THAT(report_json(report), HasSubstr(fmt::format(R"("capture ledger witnessed":"{} entries)",
                                                           server.test().capture.size())));
  }

  platform::MemoryFileSystem files;
  platform::ManualClock clock{1'790'000'000'000};
  TestServer server{files, "srv"};
};

TEST_F(ABackup, HoldsWhatTheWitnessesSignedAndAnAuditorCanReadIt) {
  const BackupReport report = backed_up();
  EXPECT_EQ(report.manifest.made, "2026-09-21T14:13:20Z");
  EXPECT_EQ(report.manifest.capture.size.value, server.test().capture.size());
  EXPECT_EQ(report.segment_bytes.found, report.segment_bytes.copied);
  EXPECT_EQ(report.tiles.copied, 2u + 2u);  // two full bundles and tiles of 608 leaves
  ASSERT_TRUE(report.checked.has_value());
  EXPECT_EQ(report.checked->bodies_missing, 0u);
  expect_holds("bak");
}

TEST_F(ABackup, LeavesOutWhatNoWitnessHasSigned) {
  const Bytes witnessed = files.read("srv/capture/witnessed", 1u << 20).value();
  const std::size_t size = server.test().capture.size();
  server.add_heartbeats(5);
  server.take();
  ASSERT_TRUE(files.write_durable("srv/capture/witnessed", witnessed));
  EXPECT_EQ(backed_up().manifest.capture.size.value, size);
  ASSERT_TRUE(put_back(files));
}

TEST_F(ABackup, HasNoKeyInIt) {
  backed_up();
  EXPECT_FALSE(files.exists("bak/keys").value());
  for (const auto& [name, content] : contents(files, "bak"))
    for (const char* key : {"register", "capture", "tls"}) {
      const Bytes seed = files.read(server.path(std::string("keys/") + key), 32).value();
      EXPECT_EQ(content.find(text_of(seed)), std::string::npos) << name;
    }
}

TEST_F(ABackup, SecondRunCopiesWhatIsNew) {
  const BackupReport first = backed_up();
  const BackupReport same = backed_up();
  EXPECT_EQ(same.segment_bytes.copied, 0u);
  EXPECT_EQ(same.tiles.copied, 0u);
  EXPECT_EQ(same.segment_bytes.there, first.segment_bytes.found);
  server.add_heartbeats(300);
  server.take();
  const BackupReport grown = backed_up();
  EXPECT_EQ(grown.segment_bytes.there, first.segment_bytes.found);
  EXPECT_GT(grown.segment_bytes.copied, 300u * 300u);
  EXPECT_EQ(grown.segment_bytes.found, grown.segment_bytes.there + grown.segment_bytes.copied);
  EXPECT_EQ(grown.tiles.copied, 2u);
  EXPECT_EQ(grown.tiles.found, grown.tiles.there + grown.tiles.copied);
  EXPECT_FALSE(grown.checked.has_value());
  EXPECT_TRUE(backed_up(Depth::everything).checked.has_value());
  expect_holds("bak");
}

TEST_F(ABackup, ForgetsABlobThatTheServerForgot) {
  backed_up();
  const std::string blob = "blobs/" + codec::hex(crypto::sha256(bytes_of("copy")));
  EXPECT_TRUE(files.exists("bak/" + blob).value());
  ASSERT_TRUE(files.remove(server.path(blob)));
  EXPECT_EQ(backed_up().forgotten_blobs, 1u);
  EXPECT_FALSE(files.exists("bak/" + blob).value());
}

TEST_F(ABackup, RefusesAServerThatWasSetBack) {
  TestServer& now = server;
  backed_up();
  now.add_heartbeats(10);
  now.take();
  backed_up();
  // The same archive, as it was: its own directory from the first backup would look like this.
  ASSERT_TRUE(files.write_durable("srv/capture/witnessed", bytes_of(TestArchive().capture_checkpoint())));
  const auto refused = back_up(files);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::conflict);
  EXPECT_THAT(refused.error().what, HasSubstr("set back"));
}

TEST_F(ABackup, IsPutBackAndHolds) {
  backed_up();
  const auto report = put_back(files);
  ASSERT_TRUE(report) << report.error().to_string();
  expect_holds("new");
  EXPECT_TRUE(files.exists("new/restored").value());
  EXPECT_FALSE(files.exists("new/restoring").value());
  EXPECT_EQ(put_back(files).error().code, ErrorCode::conflict) << "the directory is not empty any more";
  platform::NoStepHook hook;
  const archive::SequencerConfig config{&files, &hook, "new/capture", &server.test().org.capture_signer()};
  const auto sequencer = archive::Sequencer::open(config);
  ASSERT_TRUE(sequencer) << sequencer.error().to_string();
  EXPECT_EQ((*sequencer)->published().root, server.test().capture_head().root);
}

TEST_F(ABackup, ThatWasChangedAnywhereIsRefused) {
  backed_up();
  std::vector<std::string> paths;
  const Manifest manifest = read_manifest(files, "bak").value();
  for (const FilePart& file : manifest.files) paths.push_back(file.path);
  for (const char* tile : {"capture/tile/0/000", "capture/tile/entries/001"}) paths.emplace_back(tile);
  paths.push_back("blobs/" + codec::hex(crypto::sha256(bytes_of("copy"))));
  ASSERT_GT(paths.size(), 10u);
  for (const std::string& path : paths) {
    const std::uint64_t middle = files.open_read("bak/" + path).value()->size().value() / 2;
    ASSERT_TRUE(files.flip_byte("bak/" + path, middle));
    EXPECT_FALSE(put_back(files)) << path;
    EXPECT_FALSE(files.exists("new/restoring").value()) << path << ": something was written";
    ASSERT_TRUE(files.flip_byte("bak/" + path, middle));
  }
  EXPECT_TRUE(put_back(files));
}

TEST_F(ABackup, WithAManifestThatNamesAnotherLedgerIsRefused) {
  Manifest manifest = backed_up().manifest;
  manifest.capture.size.value -= 1;
  ASSERT_TRUE(files.write_durable("bak/backup.json", bytes_of(format_manifest(manifest))));
  EXPECT_FALSE(put_back(files));
}

TEST_F(ABackup, OfAServerThatLostABodySaysSoAndOneThatLostAHeaderIsRefused) {
  backed_up();
  const std::string segment = "srv/vault/capture/0000000000.seg";
  const auto file = files.open_append(segment).value();
  std::vector<archive::Stored> stored;
  ASSERT_TRUE(archive::read_segment(*file, 0, [&](const archive::Stored& s, BytesView) -> Result<void> {
    stored.push_back(s);
    return {};
  }));
  // The server's disk goes bad, and a new backup is begun.
  ASSERT_TRUE(files.flip_byte(segment, stored.at(2).at.offset + 7));
  const auto refused = make_backup(files, clock, {"srv", "another", Depth::new_files}, no_progress);
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().to_string(), HasSubstr("capture leaf"));
  EXPECT_EQ(read_manifest(files, "another").error().code, ErrorCode::not_found);
  EXPECT_TRUE(put_back(files)) << "the backup of before is as good as it was";
}

TEST_F(ABackup, PowerCutAtEveryChangeOfARunLeavesTheBackupBefore) {
  backed_up();
  const auto before = contents(files, "bak");
  server.add_heartbeats(300);
  server.take();
  std::uint64_t changes = 0;
  {
    FaultyFileSystem counting(files);
    // Counted on a directory of its own, which the runs below do not see.
    ASSERT_TRUE(make_backup(counting, clock, {"srv", "count", Depth::new_files}, no_progress));
    changes = counting.changes();
  }
  bool finished = false;
  for (std::uint64_t nth = 1; nth <= changes && !finished; nth += 1) {
    FaultyFileSystem faulty(files);
    faulty.die_at_change(nth, nth % 2 == 0 ? platform::Fault::torn : platform::Fault::error_before);
    finished = back_up(faulty).has_value();
    files.power_cut(nth % 3 == 0 ? platform::PowerCut::tear_unsynced : platform::PowerCut::lose_unsynced);
    const Manifest now = read_manifest(files, "bak").value();
    if (now.capture.size.value < server.test().capture.size()) {
      EXPECT_EQ(contents(files, "bak"), before) << "change " << nth;
    }
    const auto checked = check_backup(files, "bak", now, no_progress);
    ASSERT_TRUE(checked) << "change " << nth << ": " << checked.error().to_string();
  }
  const BackupReport report = backed_up(Depth::everything);
  EXPECT_EQ(report.manifest.capture.size.value, server.test().capture.size());
  EXPECT_FALSE(files.exists("bak/unfinished").value());
  expect_holds("bak");
}

TEST_F(ABackup, PowerCutAtEveryChangeOfARestoreLeavesNothingThatServes) {
  backed_up();
  std::uint64_t changes = 0;
  {
    FaultyFileSystem counting(files);
    ASSERT_TRUE(put_back(counting, "count"));
    changes = counting.changes();
  }
  for (std::uint64_t nth = 1; nth <= changes; ++nth) {
    FaultyFileSystem faulty(files);
    faulty.die_at_change(nth);
    EXPECT_FALSE(put_back(faulty));
    files.power_cut();
    if (files.exists("new/restored").value()) break;  // it died after the last step
    const auto keys = archive::DataDirectory(files, "new").keys();
    ASSERT_FALSE(keys);
  }
  if (!files.exists("new/restored").value()) {
    ASSERT_TRUE(put_back(files));
  }
  expect_holds("new");
}

TEST_F(ABackup, OfADirectoryWithoutWitnessesIsNotMade) {
  ASSERT_TRUE(files.remove("srv/capture/witnessed"));
  EXPECT_EQ(back_up(files).error().code, ErrorCode::unavailable);
}

TEST(BackupManifest, IsReadAsItIsWrittenAndNotOtherwise) {
  Manifest m;
  m.made = "2026-11-22T16:00:00Z";
  m.registers = {{5}, Hash256{}, "test/register\n5\n\n\u2014 w sig\n"};
  m.files = {{"genesis", 3, Hash256{}}, {"vault/capture/0000000000.seg", 27, Hash256{}}};
  m.blobs = {Hash256{}};
  const std::string text = format_manifest(m);
  ASSERT_TRUE(parse_manifest(text)) << parse_manifest(text).error().to_string();
  EXPECT_EQ(parse_manifest(text).value(), m);
  EXPECT_FALSE(parse_manifest(text + " "));
  for (const char* path :
       {"../genesis", "/etc/passwd", "keys/tls", "vault/capture/../../x.seg", "register/cell"}) {
    m.files = {{path, 3, Hash256{}}};
    EXPECT_FALSE(parse_manifest(format_manifest(m))) << path;
  }
}

/// On a disk, because the catalogue is SQLite's.
struct ACopyThatIsBehind : ::testing::Test {
  void SetUp() override {
    std::filesystem::remove_all(root);
    server.emplace(*files, root + "/srv");
    server->add_heartbeats(300);
    server->take();
    ASSERT_TRUE(make_backup(*files, clock, {root + "/srv", root + "/bak", Depth::new_files}, no_progress));
    // The keys of this server are not those of the test archive's roster: all but that is done.
    const auto restored =
        restore(*files, clock, {root + "/bak", root + "/new", root + "/srv/keys"}, no_progress);
    ASSERT_FALSE(restored);
    ASSERT_EQ(restored.error().code, ErrorCode::refused) << restored.error().to_string();
    server->add_heartbeats(300);
    server->take();
  }
  void TearDown() override { std::filesystem::remove_all(root); }
  Result<CatchUpReport> follow(const std::string& from, MissingBodies bodies = MissingBodies::refuse) {
    return catch_up(*files, hook, {root + "/new", from, bodies}, no_progress);
  }
  void expect_whole() {
    const auto archive = verify::open_archive_files(*files, root + "/new");
    ASSERT_TRUE(archive);
    const verify::Report report = check_archive({.archive = server->test().org.archive()}, **archive);
    EXPECT_TRUE(report.holds()) << report_text("It", report);
    EXPECT_THAT(report_json(report), HasSubstr(fmt::format(R"("capture ledger witnessed":"{} entries)",
                                                           server->test().capture.size())));
    EXPECT_THAT(report_text("It", report), HasSubstr("the server marked capture leaf 2 as late"));
  }

  std::string root = ::testing::TempDir() + fmt::format("strongroom-backup-{}", ::getpid());
  std::unique_ptr<platform::FileSystem> files = platform::make_posix_file_system();
  platform::NoStepHook hook;
  platform::ManualClock clock{1'790'000'000'000};
  std::optional<TestServer> server;
};

TEST_F(ACopyThatIsBehind, CatchesUpFromANewerBackup) {
  ASSERT_TRUE(make_backup(*files, clock, {root + "/srv", root + "/bak", Depth::new_files}, no_progress));
  const auto report = follow(root + "/bak");
  ASSERT_TRUE(report) << report.error().to_string();
  EXPECT_EQ(report->capture.now, server->test().capture.size());
  EXPECT_EQ(report->capture.now - report->capture.before, 300u);
  expect_whole();
  EXPECT_EQ(follow(root + "/bak").value().capture.before, server->test().capture.size())
      << "a second time: nothing";
}

TEST_F(ACopyThatIsBehind, CatchesUpFromAnAuditorsMirror) {
  platform::MemoryFileSystem memory;
  server->test().write(memory, "mirror");
  const std::function<void(const std::string&, const std::string&)> copy_over = [&](const std::string& from,
                                                                                    const std::string& to) {
    ASSERT_TRUE(files->make_directories(to));
    const std::vector<std::string> names = memory.list(from).value();
    for (const std::string& name : names) {
      const auto bytes = memory.read(from + "/" + name, 1u << 24);
      if (bytes) {
        ASSERT_TRUE(files->write_loose(to + "/" + name, *bytes));
      } else {
        copy_over(from + "/" + name, to + "/" + name);
      }
    }
  };
  copy_over("mirror", root + "/mirror");
  const auto report = follow(root + "/mirror");
  ASSERT_TRUE(report) << report.error().to_string();
  expect_whole();
}

TEST_F(ACopyThatIsBehind, TakesNothingFromAnotherHistory) {
  std::filesystem::remove_all(root + "/other");
  TestServer other(*files, root + "/other");
  other.add_heartbeats(700);
  other.take();
  const auto report = follow(root + "/other");
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().code, ErrorCode::conflict) << report.error().to_string();
}

}  // namespace
}  // namespace strongroom::backup
