#include <gtest/gtest.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "platform/directory_lock.h"
#include "platform/hardening.h"
#include "platform/passphrase_source.h"
#include "platform/step_hook.h"
#include "platform/stop_signal.h"

namespace strongroom::platform {
namespace {

class ProcessTest : public testing::Test {
 protected:
  ProcessTest() {
    std::string name = (std::filesystem::temp_directory_path() / "strongroom-test-XXXXXX").string();
    directory_ = ::mkdtemp(name.data());
  }
  ~ProcessTest() override { std::filesystem::remove_all(directory_); }

  /// Runs `act` in a child process; its exit status as waitpid gives it.
  template <class Act>
  static int in_child(Act act) {
    const pid_t child = ::fork();
    if (child == 0) ::_exit(act());
    int status = 0;
    EXPECT_EQ(::waitpid(child, &status, 0), child);
    return status;
  }
  std::string write(const std::string& name, std::string_view text, mode_t mode) const {
    const std::string path = directory_ + "/" + name;
    std::ofstream(path) << text;
    EXPECT_EQ(::chmod(path.c_str(), mode), 0);
    return path;
  }

  std::string directory_;
};

TEST_F(ProcessTest, OneLockAtATimeIsGivenForADirectory) {
  {
    const auto held = acquire_directory_lock(directory_);
    ASSERT_TRUE(held);
    const auto second = acquire_directory_lock(directory_);
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().code, ErrorCode::conflict);
  }
  EXPECT_TRUE(acquire_directory_lock(directory_));
  EXPECT_EQ(acquire_directory_lock(directory_ + "/absent").error().code, ErrorCode::not_found);
}

TEST_F(ProcessTest, ALockEndsWithItsProcess) {
  const int status = in_child([&] {
    auto lock = acquire_directory_lock(directory_);
    if (!lock) return 1;
    ::raise(SIGKILL);
    return 1;
  });
  EXPECT_TRUE(WIFSIGNALED(status));
  EXPECT_TRUE(acquire_directory_lock(directory_));
}

TEST_F(ProcessTest, HardeningForbidsDumpsAndPeeking) {
  const int status = in_child([&] {
    if (!harden_process()) return 1;
    if (::prctl(PR_GET_DUMPABLE, 0L, 0L, 0L, 0L) != 0) return 2;
    return ::umask(0) == 077 ? 0 : 3;
  });
  EXPECT_EQ(status, 0);
}

TEST_F(ProcessTest, ReadsAPassphraseFromAFileOrDescriptorUpToTheNewline) {
  const std::string path = write("pass", "four words and more\nnot this", 0600);
  EXPECT_EQ(text_of(read_passphrase(FromFile{path})->reveal()), "four words and more");
  std::array<int, 2> ends{};
  ASSERT_EQ(::pipe(ends.data()), 0);
  ASSERT_EQ(::write(ends[1], "first\nsecond\n", 13), 13);
  ::close(ends[1]);
  EXPECT_EQ(text_of(read_passphrase(FromDescriptor{ends[0]})->reveal()), "first");
  EXPECT_EQ(text_of(read_new_passphrase(FromDescriptor{ends[0]})->reveal()), "second");
  EXPECT_EQ(read_passphrase(FromDescriptor{ends[0]}).error().code, ErrorCode::refused);
  ::close(ends[0]);
}

TEST_F(ProcessTest, RefusesAPassphraseFileThatOthersMayRead) {
  const auto passphrase = read_passphrase(FromFile{write("pass", "secret\n", 0644)});
  ASSERT_FALSE(passphrase);
  EXPECT_EQ(passphrase.error().code, ErrorCode::refused);
  EXPECT_EQ(passphrase.error().to_string().find("secret"), std::string::npos);
}

TEST_F(ProcessTest, RefusesAPassphraseWithoutEnd) {
  EXPECT_EQ(read_passphrase(FromFile{write("pass", std::string(1025, 'x'), 0600)}).error().code,
            ErrorCode::limit_exceeded);
  EXPECT_TRUE(read_passphrase(FromFile{write("long", std::string(1024, 'x'), 0600)}));
}

TEST_F(ProcessTest, AsksOnlyOnATerminal) {
  const int status = in_child([] {
    ::setsid();  // no controlling terminal any more
    const auto answer = read_passphrase(FromTerminal{"Passphrase: "});
    return !answer && answer.error().code == ErrorCode::refused ? 0 : 1;
  });
  EXPECT_EQ(status, 0);
}

TEST_F(ProcessTest, AStopSignalIsSeenAndStays) {
  const int status = in_child([] {
    const auto stop = StopSignal::install();
    if (!stop || (*stop)->requested()) return 1;
    ::kill(::getpid(), SIGTERM);
    (*stop)->wait();
    return (*stop)->requested() && (*stop)->requested() ? 0 : 2;
  });
  EXPECT_EQ(status, 0);
}

#ifdef STRONGROOM_KILL_POINTS
TEST_F(ProcessTest, DiesAtTheNamedStepTheGivenTime) {
  const int status = in_child([] {
    ::setenv("STRONGROOM_DIE_AT", "staged:2", 1);
    const auto hook = make_step_hook();
    hook->reached("staged");
    hook->reached("signed");
    if (::getppid() == 0) return 1;
    hook->reached("staged");
    return 0;
  });
  ASSERT_TRUE(WIFSIGNALED(status));
  EXPECT_EQ(WTERMSIG(status), SIGKILL);
  EXPECT_EQ(in_child([] {
              ::setenv("STRONGROOM_DIE_AT", "staged:2", 1);
              make_step_hook()->reached("staged");
              return 0;
            }),
            0);
}
#endif

}  // namespace
}  // namespace strongroom::platform
