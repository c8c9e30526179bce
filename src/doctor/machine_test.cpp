#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "doctor/keeping.h"
#include "doctor/listeners.h"
#include "doctor/look_at_machine.h"
#include "doctor/memory_leaks.h"
#include "doctor/timekeeping.h"
#include "ledger/test_material.h"

namespace strongroom::doctor {
namespace {

using platform::FileStatus;
using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::string> codes(const Findings& findings) {
  std::vector<std::string> out;
  for (const Finding& finding : findings) out.push_back(finding.code);
  return out;
}
FileStatus file(std::uint32_t mode, std::uint32_t owner = 7,
                FileStatus::Kind kind = FileStatus::Kind::regular) {
  return {kind, mode, owner, 0};
}

TEST(Listeners, AreReadFromTheKernelsTable) {
  const std::string table =
      "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n"
      "   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 111 1 0 "
      "100 0\n"
      "   1: 00000000:0016 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 222 1 0 "
      "100 0\n"
      "   2: 0100007F:1F91 0100007F:9999 01 00000000:00000000 00:00000000 00000000     0        0 333 1 0 "
      "100 0\n"
      "   3: 7F030201:0050 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 444 1 0 "
      "100 0\n"
      "   4: 00000000000000000000000001000000:0051 0:0 0A 0:0 00:0 0 0 0 555 1\n"
      "   5: 0000000000000000FFFF00000100007F:0052 0:0 0A 0:0 00:0 0 0 0 666 1\n"
      "   6: 00000000000000000000000000000000:0053 0:0 0A 0:0 00:0 0 0 0 777 1\n"
      "   7: zzz\n   8: 00000000 0 0A 0 0 0 0 0 0\n";
  using Reach = Listener::Reach;
  EXPECT_THAT(parse_listeners(table),
              ElementsAre(Listener{8080, Reach::this_machine, 111}, Listener{22, Reach::network, 222},
                          Listener{80, Reach::network, 444}, Listener{81, Reach::this_machine, 555},
                          Listener{82, Reach::this_machine, 666}, Listener{83, Reach::network, 777}));
}

TEST(Listeners, OursAreKnownAndTheOthersNamed) {
  const Owners owners{{1, "strongroomd"}, {2, "sshd"}, {3, "redis-server"}, {4, "strongroom-witn"}};
  using Reach = Listener::Reach;
  EXPECT_THAT(codes(judge_listeners({{8443, Reach::network, 1},
                                     {22, Reach::network, 2},
                                     {6379, Reach::network, 3},
                                     {8600, Reach::network, 4},
                                     {25, Reach::network, 5}},
                                    owners)),
              ElementsAre("ours", "ssh", "listener-not-ours", "ours", "listener-unknown"));
  EXPECT_EQ(exit_status(judge_listeners({{6379, Reach::this_machine, 3}}, owners)), 0);
  EXPECT_EQ(exit_status(judge_listeners({{6379, Reach::network, 3}}, owners)), 1);
}

TEST(RunningServer, MustForbidCoreDumps) {
  const std::string limits =
      "Limit                     Soft Limit           Hard Limit           Units\n"
      "Max core file size        0                    0                    bytes\n";
  std::string open = limits;
  open.replace(open.find(" 0 "), 11, " unlimited ");
  const std::string status = "Name:\tstrongroomd\nUid:\t999\t999\t999\t999\nSeccomp:\t2\n";
  EXPECT_THAT(codes(judge_running_server({1, "strongroomd", status, limits, 0})),
              ElementsAre("core-dumps-off"));
  EXPECT_THAT(codes(judge_running_server({1, "strongroomd", status, open, 0})), ElementsAre("core-dumps-on"));
  EXPECT_THAT(codes(judge_running_server({1, "strongroomd", status, limits, 999})),
              ElementsAre("core-dumps-on"));
  EXPECT_THAT(codes(judge_running_server({1, "strongroomd", "Uid:\t0\t0\t0\t0\nSeccomp:\t0\n", limits, 0})),
              ElementsAre("core-dumps-off", "runs-as-root", "not-confined"));
  EXPECT_THAT(codes(judge_running_server({1, "strongroomd", "", "", 0})), ElementsAre("process-not-seen"));
}

TEST(Swap, OnlyAPlainDiskIsAWarning) {
  const auto names =
      parse_swaps("Filename\tType\tSize\n/dev/zram0 partition 100 0\n/dev/sda2\tpartition\t9\n");
  EXPECT_THAT(names, ElementsAre("/dev/zram0", "/dev/sda2"));
  EXPECT_THAT(codes(judge_swaps({})), ElementsAre("no-swap"));
  using On = SwapArea::On;
  EXPECT_THAT(codes(judge_swaps({{"/dev/zram0", On::memory},
                                 {"/dev/dm-1", On::encrypted},
                                 {"/dev/sda2", On::plain},
                                 {"/swap", On::unknown}})),
              ElementsAre("swap-in-memory", "swap-encrypted", "swap-unencrypted", "swap-unknown"));
  EXPECT_THAT(codes(judge_core_pattern("|/usr/lib/systemd/systemd-coredump %P")),
              ElementsAre("core-dumps-collected"));
  EXPECT_EQ(exit_status(judge_core_pattern("core")), 0);
}

TEST(Keeping, KeysAreTheirOwnersAlone) {
  EXPECT_THAT(judge_file("k", FileRole::secret, file(0600), 7), IsEmpty());
  EXPECT_THAT(codes(judge_file("k", FileRole::secret, file(0640), 7)), ElementsAre("key-readable"));
  EXPECT_THAT(codes(judge_file("k", FileRole::secret, file(0600), 8)), ElementsAre("key-of-another"));
  EXPECT_THAT(codes(judge_file("k", FileRole::secret, file(0777, 7, FileStatus::Kind::link), 7)),
              ElementsAre("key-is-no-file"));
  EXPECT_THAT(codes(judge_file("d", FileRole::data, file(0666), 7)), ElementsAre("data-writable"));
  EXPECT_THAT(judge_file("d", FileRole::data, file(0644), 7), IsEmpty());
  EXPECT_THAT(codes(judge_file("d", FileRole::own_directory, file(0755), {})), ElementsAre("directory-open"));
  EXPECT_THAT(codes(judge_file("d", FileRole::own_directory, file(0770), {})),
              ElementsAre("directory-writable"));
  EXPECT_THAT(codes(judge_file("/", FileRole::directory_above, file(0777), {})),
              ElementsAre("directory-above-writable"));
  EXPECT_THAT(judge_file("/tmp", FileRole::directory_above, file(01777), {}), IsEmpty());
}

TEST(Keeping, ADirectoryIsKnownByWhatLiesInIt) {
  EXPECT_EQ(recognise_directory({"genesis", "keys", "origin"}), DirectoryKind::server);
  EXPECT_EQ(recognise_directory({"key", "logs", "name"}), DirectoryKind::witness);
  EXPECT_EQ(recognise_directory({"card", "keystore"}), DirectoryKind::person);
  EXPECT_EQ(recognise_directory({"card", "keys", "spool"}), DirectoryKind::device);
  EXPECT_EQ(recognise_directory({"etc", "home"}), DirectoryKind::unknown);
}

TEST(Keeping, SpaceAndSpeedAreJudged) {
  constexpr std::uint64_t kGiB = 1ull << 30;
  EXPECT_THAT(codes(judge_space("d", {100 * kGiB, 50 * kGiB, 100, 50, false})), ElementsAre("disk"));
  EXPECT_THAT(codes(judge_space("d", {100 * kGiB, 5 * kGiB, 100, 1, false})),
              ElementsAre("disk-low", "inodes-low"));
  EXPECT_THAT(codes(judge_space("d", {100 * kGiB, kGiB / 2, 0, 0, true})),
              ElementsAre("data-in-memory", "disk-full"));
  EXPECT_THAT(codes(judge_sync("d", {100, 1'000'000}, Medium::rotating)), ElementsAre("sync"));
  EXPECT_THAT(codes(judge_sync("d", {100, 100'000}, Medium::rotating)), ElementsAre("sync-too-fast"));
  EXPECT_THAT(codes(judge_sync("d", {100, 100'000}, Medium::solid)), ElementsAre("sync"));
  EXPECT_THAT(codes(judge_sync("d", {100, 100}, Medium::unknown)), ElementsAre("sync-too-fast"));
  EXPECT_THAT(codes(judge_sync("d", {10, 2'000'000}, Medium::rotating)), ElementsAre("sync-slow"));
}

TEST(Keeping, ABackupTellsWhenItWasMade) {
  EXPECT_EQ(
      backup_made_s("{\n  \"format\": \"strongroom backup 1\",\n  \"made\": \"2026-11-22T16:00:00Z\",\n"),
      1795363200);
  for (const std::string_view text :
       {"", "\"made\": \"", "\"made\": \"2026-11-22 16:00:00Z\",   ", "\"made\": \"2026-13-22T16:00:00Z\",",
        "\"made\": \"2026-11-22T+6:00:00Z\",", "\"made\": \"2026-11-22T25:00:00Z\","})
    EXPECT_FALSE(backup_made_s(text).has_value()) << text;
  EXPECT_THAT(codes(judge_backup("b", {}, 1000, 100)), ElementsAre("no-backup"));
  EXPECT_THAT(codes(judge_backup("b", 950, 1000, 100)), ElementsAre("backup"));
  EXPECT_EQ(exit_status(judge_backup("b", 800, 1000, 100)), 1);
  EXPECT_EQ(exit_status(judge_backup("b", 100, 1000, 100)), 2);
  EXPECT_THAT(codes(judge_backup("b", 10'000, 1000, 100)), ElementsAre("backup-from-the-future"));
}

TEST(Timekeeping, WitnessesAheadOfTheClockSayThatItIsWrong) {
  EXPECT_THAT(codes(judge_cosignature_time("l", {}, 1000, 100)), ElementsAre("not-witnessed"));
  EXPECT_THAT(codes(judge_cosignature_time("l", 1061, 1000, 100)), ElementsAre("clock-wrong"));
  EXPECT_THAT(codes(judge_cosignature_time("l", 1059, 1000, 100)), ElementsAre("witnessed"));
  EXPECT_THAT(codes(judge_cosignature_time("l", 899, 1000, 100)), ElementsAre("witnesses-late"));
  EXPECT_THAT(codes(judge_clock(platform::ClockKeeping::not_kept)), ElementsAre("clock-not-kept"));
  EXPECT_EQ(latest_cosignature_s(ledger::material::kat_checkpoint()),
            static_cast<std::int64_t>(ledger::material::kKatTime));
  EXPECT_FALSE(latest_cosignature_s("not a note").has_value());
}

/// A server's data directory as it looks to somebody who knows nothing more.
class ADirectory : public ::testing::Test {
 public:
  ~ADirectory() override { std::filesystem::remove_all(path_); }

 protected:
  ADirectory() {
    std::string name = (std::filesystem::temp_directory_path() / "strongroom-doctor-XXXXXX").string();
    EXPECT_NE(::mkdtemp(name.data()), nullptr);
    path_ = name;
    std::filesystem::create_directory(path_ + "/keys");
    for (const char* file : {"/origin", "/keys/register", "/keys/capture", "/keys/tls"}) put(file, "x", 0600);
    ::chmod((path_ + "/keys").c_str(), 0700);
  }
  void put(const std::string& name, std::string_view content, mode_t mode) {
    std::ofstream(path_ + name) << content;
    ::chmod((path_ + name).c_str(), mode);
  }
  std::vector<std::string> look(const std::string& backup = {}) {
    const auto files = platform::make_posix_file_system();
    MachineQuestion question;
    question.directories = {path_};
    question.backup = backup;
    question.now_s = 1795363200 + 3600;
    const auto found = look_at_machine(*files, question);
    EXPECT_TRUE(found.has_value()) << found.error().to_string();
    return found ? codes(*found) : std::vector<std::string>{};
  }
  std::string path_;
};

TEST_F(ADirectory, IsLookedAtAndLeftAsItWas) {
  const auto found = look();
  EXPECT_THAT(found, testing::Contains("permissions"));
  EXPECT_THAT(found, testing::Contains("not-witnessed"));
  EXPECT_THAT(found, testing::Contains(testing::StartsWith("sync")));
  EXPECT_THAT(found, testing::Contains(testing::StartsWith("disk")));
  EXPECT_THAT(found, testing::Contains(testing::StartsWith("clock")));
  std::size_t names = 0;
  for (const auto& entry : std::filesystem::directory_iterator(path_))
    names += entry.path().empty() ? 0u : 1u;
  EXPECT_EQ(names, 2u);
}

TEST_F(ADirectory, WithAKeyThatOthersReadIsCritical) {
  put("/keys/tls", "x", 0644);
  put("/origin", "x", 0666);
  const auto found = look();
  EXPECT_THAT(found, testing::IsSupersetOf({"key-readable", "data-writable"}));
  EXPECT_THAT(found, testing::Not(testing::Contains("permissions")));
}

TEST_F(ADirectory, HasABackupOfSomeAge) {
  const std::string backup = path_ + "/backup";
  std::filesystem::create_directory(backup);
  EXPECT_THAT(look(backup), testing::Contains("no-backup"));
  put("/backup/backup.json", "{\n  \"made\": \"2026-11-22T16:00:00Z\",\n  \"archive\": 1}", 0600);
  EXPECT_THAT(look(backup), testing::Contains("backup"));
}

TEST(ADirectoryOfNobody, IsRefused) {
  const auto files = platform::make_posix_file_system();
  MachineQuestion question;
  question.directories = {"/proc"};
  EXPECT_FALSE(look_at_machine(*files, question).has_value());
}

}  // namespace
}  // namespace strongroom::doctor
