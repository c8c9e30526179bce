#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <set>

#include "platform/faulty_file_system.h"
#include "platform/memory_file_system.h"

namespace strongroom::platform {
namespace {

using testing::ElementsAre;

std::string text_in(FileSystem& files, const std::string& path) {
  const auto content = files.read(path, 1000);
  return content ? std::string(text_of(*content)) : std::string(name_of(content.error().code));
}

/// A directory of its own for each test, on the real disk.
class TemporaryDirectory {
 public:
  TemporaryDirectory() {
    std::string name = (std::filesystem::temp_directory_path() / "strongroom-test-XXXXXX").string();
    path_ = ::mkdtemp(name.data());
  }
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
  ~TemporaryDirectory() { std::filesystem::remove_all(path_); }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

/// What every kind of file system does alike.
void behaves_like_a_file_system(FileSystem& files, const std::string& base) {
  const std::string directory = base + "/a/b";
  ASSERT_TRUE(files.make_directories(directory));
  ASSERT_TRUE(files.make_directories(directory));
  const std::string log = directory + "/log";
  {
    const auto file = files.open_append(log).value();
    ASSERT_TRUE(file->append(bytes_of("one ")));
    ASSERT_TRUE(file->append(bytes_of("two")));
    ASSERT_TRUE(file->sync());
    EXPECT_EQ(file->size().value(), 7U);
    Bytes piece(3);
    ASSERT_TRUE(file->read_at(4, piece));
    EXPECT_EQ(text_of(piece), "two");
    EXPECT_EQ(file->read_at(5, piece).error().code, ErrorCode::corrupt);
    ASSERT_TRUE(file->truncate(4));
    ASSERT_TRUE(file->append(bytes_of("three")));
  }
  EXPECT_EQ(text_in(files, log), "one three");
  EXPECT_EQ(files.read(log, 8).error().code, ErrorCode::limit_exceeded);
  ASSERT_TRUE(files.write_durable(directory + "/cell", bytes_of("1")));
  ASSERT_TRUE(files.write_durable(directory + "/cell", bytes_of("2")));
  EXPECT_EQ(text_in(files, directory + "/cell"), "2");
  ASSERT_TRUE(files.write_loose(directory + "/loose", bytes_of("longer")));
  ASSERT_TRUE(files.write_loose(directory + "/loose", bytes_of("x")));
  EXPECT_THAT(files.list(directory).value(), ElementsAre("cell", "log", "loose"));
  ASSERT_TRUE(files.rename(directory + "/loose", directory + "/cell"));
  EXPECT_EQ(text_in(files, directory + "/cell"), "x");
  EXPECT_FALSE(files.exists(directory + "/loose").value());
  ASSERT_TRUE(files.remove(directory + "/cell"));
  EXPECT_FALSE(files.exists(directory + "/cell").value());
  EXPECT_TRUE(files.sync_directory(directory));
  EXPECT_EQ(files.open_read(directory + "/cell").error().code, ErrorCode::not_found);
  EXPECT_EQ(files.remove(directory + "/cell").error().code, ErrorCode::not_found);
  EXPECT_EQ(files.open_append(base + "/nowhere/file").error().code, ErrorCode::not_found);
  EXPECT_EQ(files.open_read(directory).error().code, ErrorCode::io);
  EXPECT_EQ(files.make_directories(log).error().code, ErrorCode::io);
}

TEST(FileSystem, BehavesAlikeOnDiskInMemoryAndBehindTheFaultyOne) {
  const TemporaryDirectory directory;
  const auto disk = make_posix_file_system();
  behaves_like_a_file_system(*disk, directory.path());
  MemoryFileSystem memory;
  behaves_like_a_file_system(memory, "/base");
  MemoryFileSystem other;
  FaultyFileSystem faultless(other);
  behaves_like_a_file_system(faultless, "/base");
}

TEST(PosixFileSystem, MakesFilesAndDirectoriesForTheirOwnerOnly) {
  const TemporaryDirectory directory;
  const auto files = make_posix_file_system();
  ASSERT_TRUE(files->make_directories(directory.path() + "/d"));
  ASSERT_TRUE(files->write_durable(directory.path() + "/d/f", {}));
  struct stat status{};
  ASSERT_EQ(::stat((directory.path() + "/d").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0700U);
  ASSERT_EQ(::stat((directory.path() + "/d/f").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600U);
}

TEST(PosixFileSystem, DoesNotWriteThroughASymbolicLink) {
  const TemporaryDirectory directory;
  const auto files = make_posix_file_system();
  const std::string link = directory.path() + "/link";
  ASSERT_TRUE(files->write_loose(directory.path() + "/target", bytes_of("kept")));
  ASSERT_EQ(::symlink((directory.path() + "/target").c_str(), link.c_str()), 0);
  EXPECT_EQ(files->open_append(link).error().code, ErrorCode::io);
  EXPECT_EQ(files->write_loose(link, bytes_of("lost")).error().code, ErrorCode::io);
  EXPECT_EQ(text_in(*files, directory.path() + "/target"), "kept");
}

TEST(PosixFileSystem, RefusesAPipeInThePlaceOfAFile) {
  const TemporaryDirectory directory;
  const auto files = make_posix_file_system();
  const std::string pipe = directory.path() + "/pipe";
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  EXPECT_EQ(files->read(pipe, 10).error().code, ErrorCode::io);
}

TEST(PosixFileSystem, ReplacesAFileAtomicallyUnderKillMinusNine) {
  const TemporaryDirectory directory;
  const auto files = make_posix_file_system();
  const std::string cell = directory.path() + "/cell";
  const Bytes a(100'000, std::byte{'a'});
  const Bytes b(100'000, std::byte{'b'});
  ASSERT_TRUE(files->write_durable(cell, a));
  for (int round = 0; round < 10; ++round) {
    int ready[2];
    ASSERT_EQ(::pipe(ready), 0);
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      for (int i = 0;; ++i) {
        if (!files->write_durable(cell, i % 2 == 0 ? b : a) || ::write(ready[1], "+", 1) != 1) ::_exit(1);
      }
    }
    std::byte mark{};
    for (int i = 0; i <= round; ++i) ASSERT_EQ(::read(ready[0], &mark, 1), 1);
    ASSERT_EQ(::kill(child, SIGKILL), 0);
    ASSERT_EQ(::waitpid(child, nullptr, 0), child);
    ::close(ready[0]);
    ::close(ready[1]);
    const Bytes found = files->read(cell, 1'000'000).value();
    EXPECT_TRUE(found == a || found == b);
  }
}

TEST(MemoryFileSystem, LosesWhatWasNotSyncedWhenThePowerFails) {
  MemoryFileSystem files;
  ASSERT_TRUE(files.make_directories("d"));
  const auto log = files.open_append("d/log").value();
  ASSERT_TRUE(log->append(bytes_of("synced")));
  ASSERT_TRUE(log->sync());
  ASSERT_TRUE(files.sync_directory("d"));
  ASSERT_TRUE(log->append(bytes_of(", not")));
  ASSERT_TRUE(files.write_loose("d/loose", bytes_of("x")));
  ASSERT_TRUE(files.write_durable("e", bytes_of("durable")));
  files.power_cut();
  EXPECT_EQ(text_in(files, "d/log"), "synced");
  EXPECT_EQ(text_in(files, "e"), "durable");
  EXPECT_THAT(files.list("d").value(), ElementsAre("log"));
  EXPECT_EQ(log->append(bytes_of("y")).error().code, ErrorCode::io);
}

TEST(MemoryFileSystem, LosesASyncedFileWhoseDirectoryWasNotSynced) {
  MemoryFileSystem files;
  ASSERT_TRUE(files.make_directories("d"));
  const auto log = files.open_append("d/log").value();
  ASSERT_TRUE(log->append(bytes_of("x")));
  ASSERT_TRUE(log->sync());
  files.power_cut();
  EXPECT_FALSE(files.exists("d/log").value());
}

TEST(MemoryFileSystem, UndoesARenameAndARemovalThatWereNotSynced) {
  MemoryFileSystem files;
  ASSERT_TRUE(files.write_durable("old", bytes_of("1")));
  ASSERT_TRUE(files.write_durable("kept", bytes_of("2")));
  ASSERT_TRUE(files.rename("old", "new"));
  ASSERT_TRUE(files.remove("kept"));
  files.power_cut();
  EXPECT_THAT(files.list("/").value(), ElementsAre("kept", "old"));
}

TEST(MemoryFileSystem, MayKeepATornTail) {
  MemoryFileSystem files;
  ASSERT_TRUE(files.write_durable("log", bytes_of("head ")));
  const auto log = files.open_append("log").value();
  ASSERT_TRUE(log->append(bytes_of("tail")));
  files.power_cut(PowerCut::tear_unsynced);
  EXPECT_EQ(text_in(files, "log"), "head ta");
}

TEST(MemoryFileSystem, MayKeepAnySubsetOfWhatWasNotSynced) {
  std::set<std::string> logs;
  std::set<std::vector<std::string>> names;
  for (std::uint64_t seed = 0; seed < 400; ++seed) {
    MemoryFileSystem files;
    ASSERT_TRUE(files.write_durable("log", bytes_of("head")));
    const auto log = files.open_append("log").value();
    ASSERT_TRUE(log->append(Bytes(2000, std::byte{'x'})));
    ASSERT_TRUE(files.write_loose("loose", bytes_of("y")));
    files.power_cut(PowerCut::any_subset, seed);
    const std::string left(text_of(files.read("log", 4000).value()));
    EXPECT_TRUE(left.starts_with("head"));
    logs.insert(left);
    names.insert(files.list("/").value());
  }
  EXPECT_EQ(logs.size(), 16u) << "four sectors, each there or not";
  EXPECT_EQ(names.size(), 2u);
}

TEST(MemoryFileSystem, NeverWritesWhatAFailedSyncForgot) {
  MemoryFileSystem files;
  ASSERT_TRUE(files.write_durable("log", bytes_of("1")));
  const auto log = files.open_append("log").value();
  ASSERT_TRUE(log->append(bytes_of("2")));
  files.spoil_sync(1, BadSync::forgets);
  EXPECT_FALSE(log->sync());
  ASSERT_TRUE(log->append(bytes_of("3")));
  EXPECT_TRUE(log->sync());
  EXPECT_EQ(text_in(files, "log"), "123");
  files.power_cut();
  EXPECT_EQ(text_in(files, "log"), std::string("1\0"
                                               "3",
                                               3));
}

TEST(MemoryFileSystem, LosesWhatALyingSyncDidNotWrite) {
  MemoryFileSystem files;
  files.spoil_sync(1, BadSync::lies);
  EXPECT_TRUE(files.write_durable("cell", bytes_of("1")));
  EXPECT_EQ(text_in(files, "cell"), "1");
  files.power_cut();
  EXPECT_FALSE(files.exists("cell").value());
}

TEST(FaultyFileSystem, IsFullUntilThereIsRoom) {
  MemoryFileSystem memory;
  FaultyFileSystem files(memory);
  const auto log = files.open_append("log").value();
  ASSERT_TRUE(log->append(bytes_of("12")));
  files.fail_any_call(2, Fault::no_space);
  EXPECT_TRUE(log->sync()) << "needs no room";
  EXPECT_EQ(log->append(bytes_of("3456")).error().hint, "make room on this disk");
  EXPECT_EQ(files.write_durable("cell", {}).error().code, ErrorCode::io);
  EXPECT_EQ(text_in(files, "log"), "1234");
  files.make_room();
  EXPECT_TRUE(files.write_durable("cell", {}));
}

TEST(FaultyFileSystem, FailsTheChosenCallAndNoOther) {
  MemoryFileSystem memory;
  FaultyFileSystem files(memory);
  files.fail_call(FileCall::sync, 2);
  const auto log = files.open_append("log").value();
  EXPECT_TRUE(log->sync());
  EXPECT_EQ(log->sync().error().code, ErrorCode::io);
  EXPECT_TRUE(log->sync());
  EXPECT_EQ(files.calls(FileCall::sync), 3U);
  EXPECT_TRUE(files.fault_happened());
}

TEST(FaultyFileSystem, TearsAnAppendAndShortensARead) {
  MemoryFileSystem memory;
  FaultyFileSystem files(memory);
  const auto log = files.open_append("log").value();
  files.fail_call(FileCall::append, 1, Fault::torn);
  EXPECT_FALSE(log->append(bytes_of("12345678")));
  EXPECT_EQ(text_in(files, "log"), "1234");
  files.fail_call(FileCall::read, 1, Fault::torn);
  Bytes out(4);
  EXPECT_EQ(log->read_at(0, out).error().code, ErrorCode::corrupt);
  EXPECT_TRUE(log->read_at(0, out));
}

/// Appends an entry durably, then says so in a cell: whatever the cell counts must be in the log.
Result<void> append_entry(FileSystem& files, std::string_view entry, std::string_view count) {
  TRY(files.make_directories("d"));
  const auto log = TRY(files.open_append("d/log"));
  TRY(log->append(bytes_of(entry)));
  TRY(log->sync());
  TRY(files.sync_directory("d"));
  return files.write_durable("d/count", bytes_of(count));
}

TEST(FaultyFileSystem, LetsATestDieAtEveryStep) {
  for (const Fault fault : {Fault::error_before, Fault::error_after, Fault::torn}) {
    for (const PowerCut cut : {PowerCut::lose_unsynced, PowerCut::tear_unsynced}) {
      constexpr std::uint64_t kSteps = 12;  // two entries of six changes each, checked below
      for (std::uint64_t step = 1; step <= kSteps; ++step) {
        MemoryFileSystem memory;
        FaultyFileSystem files(memory);
        files.die_at_change(step, fault);
        const bool first = append_entry(files, "one.", "4").has_value();
        const bool second = first && append_entry(files, "two.", "8").has_value();
        EXPECT_FALSE(second);
        memory.power_cut(cut);
        const std::string count = text_in(memory, "d/count");
        const std::string log = text_in(memory, "d/log");
        EXPECT_TRUE(!first || count != "not-found");
        EXPECT_TRUE(count != "4" || log.starts_with("one."));
        EXPECT_TRUE(count != "8" || log.starts_with("one.two."));
      }
      MemoryFileSystem memory;
      FaultyFileSystem files(memory);
      ASSERT_TRUE(append_entry(files, "one.", "4"));
      ASSERT_TRUE(append_entry(files, "two.", "8"));
      EXPECT_EQ(files.changes(), kSteps);
    }
  }
}

}  // namespace
}  // namespace strongroom::platform
