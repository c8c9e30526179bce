// The server's data directory, written by the server's own code and read by ours.
#include "archive/sequencer.h"
#include "archive/vault.h"
#include "verify/archive_check.h"
#include "verify/test_archive.h"

namespace strongroom::verify {
namespace {

using testing::CaptureItem;
using testing::TestArchive;
using testing::TestEntry;

/// A server that has taken the test archive's leaves in several batches, and 600 signs of life.
struct AServer : ::testing::Test {
  void SetUp() override {
    add_heartbeats(600);
    ASSERT_TRUE(files.make_directories("srv"));
    std::vector<Bytes> leaves;
    const auto register_vault = archive::Vault::open(files, "srv/vault/register").value();
    for (const TestEntry& e : test.register_entries) {
      leaves.push_back(e.leaf);
      if (e.object.empty()) continue;
      const Hash256 name = crypto::sha256(e.object);
      ASSERT_TRUE(register_vault->append(archive::ObjectKind::register_object, 0, name, e.object));
    }
    ASSERT_TRUE(register_vault->sync());
    write_ledger("register", leaves, test.org.register_signer(), test.register_checkpoint());
    leaves.clear();
    const auto capture_vault = archive::Vault::open(files, "srv/vault/capture", 100'000).value();
    for (const CaptureItem& item : test.capture) {
      leaves.push_back(item.leaf);
      const std::uint8_t marks = leaves.size() == 3 ? 1 : 0;  // leaf 2 is late
      if (item.header.empty()) continue;
      const Hash256 name = crypto::sha256(item.header);
      ASSERT_TRUE(capture_vault->append(archive::ObjectKind::header, marks, name, item.header));
      if (item.body.empty()) continue;
      ASSERT_TRUE(capture_vault->append(archive::ObjectKind::body, 0, crypto::sha256(item.body), item.body));
    }
    ASSERT_TRUE(capture_vault->sync());
    write_ledger("capture", leaves, test.org.capture_signer(), test.capture_checkpoint());
  }

  void add_heartbeats(unsigned count) {
    const auto last = envelope::decode_signed_header(test.capture.back().header).value();
    seal::ChainState state;
    state.device = last.header.device;
    state.incarnation = last.header.incarnation;
    state.next_sequence = last.header.sequence + 1;
    state.previous = last.hash;
    platform::SystemEntropy entropy;
    seal::Chain chain(state, test.devices[1].key, entropy, test.clock);
    for (unsigned i = 0; i < count; ++i) test.add(chain.heartbeat(3600));
  }

  /// In batches of 100; two leaves more come after the witnessed checkpoint.
  void write_ledger(const std::string& name, std::vector<Bytes> leaves, const ledger::NoteSigner& signer,
                    const std::string& checkpoint) {
    const archive::SequencerConfig config{&files, &hook, "srv/" + name, &signer, 9000};
    ASSERT_TRUE(archive::Sequencer::create(config));
    const auto sequencer = archive::Sequencer::open(config).value();
    leaves.push_back(Bytes(97));
    leaves.push_back(Bytes(97));
    for (std::size_t at = 0; at < leaves.size(); at += 100) {
      const std::size_t end = std::min(leaves.size(), at + 100);
      const auto begin = leaves.begin();
      ASSERT_TRUE(sequencer->append(
          {begin + static_cast<std::ptrdiff_t>(at), begin + static_cast<std::ptrdiff_t>(end)}));
    }
    ASSERT_TRUE(files.write_durable("srv/" + name + "/witnessed", bytes_of(checkpoint)));
  }

  Report check() {
    const auto server = open_archive_files(files, "srv");
    EXPECT_TRUE(server.has_value());
    return check_archive({.archive = test.org.archive()}, **server);
  }
  static std::string said(const Report& report, std::string_view code) {
    for (const Finding& f : report.findings())
      if (f.code == code) return f.text;
    return "NOT FOUND in: " + report_text("It", report);
  }
  std::string segment(std::size_t number) {
    return "srv/vault/capture/" + files.list("srv/vault/capture").value().at(number);
  }

  TestArchive test;
  platform::MemoryFileSystem files;
  platform::NoStepHook hook;
};
using ::testing::HasSubstr;

TEST_F(AServer, HoldsAsTheServerWroteIt) {
  const Report report = check();
  EXPECT_TRUE(report.holds()) << report_text("It", report);
  EXPECT_THAT(report_json(report), HasSubstr(R"("capture entries":"607")"));
  EXPECT_THAT(said(report, "marked"), HasSubstr("the server marked capture leaf 2 as late"));
}

TEST_F(AServer, ByteAlteredInASegmentIsNamed) {
  // Frame of leaf 1's header is the first: 27 bytes of magic, 42 of its head.
  ASSERT_TRUE(files.flip_byte(segment(0), 27 + 42 + 500));
  EXPECT_THAT(said(check(), "altered-header"), HasSubstr("the header of capture leaf 1"));
}

TEST_F(AServer, SegmentThatIsGoneIsManyLosses) {
  ASSERT_TRUE(files.remove(segment(1)));
  const Report report = check();
  EXPECT_GT(report.count("loss"), 50u);
  EXPECT_FALSE(report.holds());
}

TEST_F(AServer, SegmentCutShortIsNotedAndItsLossesAreNamed) {
  const auto file = files.open_append(segment(2)).value();
  ASSERT_TRUE(file->truncate(file->size().value() / 2));
  const Report report = check();
  EXPECT_EQ(report.count("torn-segment"), 1u);
  EXPECT_GT(report.count("loss"), 5u);
}

TEST_F(AServer, FullTileAlteredIsNamed) {
  ASSERT_TRUE(files.flip_byte("srv/capture/tile/0/001", 77));
  EXPECT_THAT(said(check(), "ledger-altered"), HasSubstr("leaves 256 to 511 are missing or altered"));
}

TEST_F(AServer, BundleThatIsGoneIsNamedAndTheRestIsRead) {
  ASSERT_TRUE(files.remove("srv/capture/tile/entries/001"));
  const Report report = check();
  EXPECT_THAT(said(report, "ledger-altered"), HasSubstr("leaves 256 to 511"));
  EXPECT_THAT(said(report, "gap"), HasSubstr("are missing"));
}

TEST_F(AServer, JournalThatIsGoneIsNamed) {
  const std::vector<std::string> names = files.list("srv/capture").value();
  for (const std::string& name : names)
    if (name.starts_with("journal-")) {
      ASSERT_TRUE(files.remove("srv/capture/" + name));
    }
  const Report report = check();
  EXPECT_EQ(report.count("journal"), 1u);
  EXPECT_FALSE(report.holds());
}

TEST(ArchiveFiles, OfAnotherDirectoryAreNotFound) {
  platform::MemoryFileSystem files;
  ASSERT_TRUE(files.make_directories("empty"));
  EXPECT_EQ(open_archive_files(files, "empty").error().code, ErrorCode::not_found);
}

}  // namespace
}  // namespace strongroom::verify
