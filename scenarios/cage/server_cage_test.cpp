// What strongroomd and strongroom-witness take from themselves before they serve, tried from inside: each attempt in
// a process of its own that has confined itself as they do.
#include <arpa/inet.h>
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <thread>

#include "platform/server_cage.h"

namespace strongroom::platform {
namespace {

namespace fs = std::filesystem;

constexpr int kDied = 1000;

class ServerCaged : public ::testing::Test {
 protected:
  ServerCaged() : root_(fs::path(::testing::TempDir()) / ("server-cage-" + std::to_string(::getpid()))) {
    fs::remove_all(root_);
    fs::create_directories(root_ / "data");
    std::ofstream(root_ / "secret") << "the secret";
    std::ofstream(root_ / "data/file") << "ours";
  }
  ~ServerCaged() override { fs::remove_all(root_); }

  /// 0 or the errno with which `act` failed; kDied plus the signal that ended the process.
  template <class Act>
  int inside(Act act, Connections connections = Connections::none) const {
    const pid_t child = ::fork();
    if (child == 0) {
      if (!confine_server({(root_ / "data").string(), {0}, connections})) ::_exit(255);
      errno = 0;
      const bool done = act();
      ::_exit(done ? 0 : errno);
    }
    int status = 0;
    EXPECT_EQ(::waitpid(child, &status, 0), child);
    return WIFSIGNALED(status) ? kDied + WTERMSIG(status) : WEXITSTATUS(status);
  }
  int opens(const fs::path& path, int flags) const {
    return inside([&] { return ::open(path.c_str(), flags, 0600) >= 0; });
  }
  static bool listens_on(std::uint16_t port) {
    const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_port = htons(port);
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return socket >= 0 && ::bind(socket, reinterpret_cast<sockaddr*>(&at), sizeof at) == 0 &&
           ::listen(socket, 1) == 0;
  }
  /// Nobody listens on port 1 of this machine.
  static bool connects() {
    const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(1);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return ::connect(socket, reinterpret_cast<sockaddr*>(&to), sizeof to) == 0;
  }
  fs::path root_;
};

TEST_F(ServerCaged, KeepsItsDataDirectory) {
  EXPECT_EQ(opens(root_ / "data/file", O_RDWR), 0);
  EXPECT_EQ(opens(root_ / "data/new", O_RDWR | O_CREAT | O_EXCL), 0);
  EXPECT_EQ(opens(root_ / "data", O_RDONLY | O_DIRECTORY), 0);
  const fs::path data = root_ / "data";
  EXPECT_EQ(inside([&] {
              return ::mkdir((data / "d").c_str(), 0700) == 0 &&
                     ::rename((data / "new").c_str(), (data / "d/moved").c_str()) == 0 &&
                     ::truncate((data / "d/moved").c_str(), 3) == 0 &&
                     ::unlink((data / "d/moved").c_str()) == 0 && ::rmdir((data / "d").c_str()) == 0;
            }),
            0);
}

TEST_F(ServerCaged, HasNoOtherFile) {
  if (Landlock::version() == 0) GTEST_SKIP() << "SKIPPED: this kernel has no Landlock";
  EXPECT_EQ(opens(root_ / "secret", O_RDONLY), EACCES);
  EXPECT_EQ(opens(root_ / "secret", O_WRONLY), EACCES);
  EXPECT_EQ(opens(root_ / "new", O_WRONLY | O_CREAT), EACCES);
  EXPECT_EQ(opens("/etc/passwd", O_RDONLY), EACCES);
  EXPECT_EQ(opens("/proc/self/environ", O_RDONLY), EACCES);
  EXPECT_EQ(opens("/", O_RDONLY | O_DIRECTORY), EACCES);
  EXPECT_EQ(inside([&] { return ::unlink((root_ / "secret").c_str()) == 0; }), EACCES);
  EXPECT_NE(inside([&] { return ::rename((root_ / "data/file").c_str(), (root_ / "out").c_str()) == 0; }), 0);
  EXPECT_TRUE(fs::exists(root_ / "secret"));
}

TEST_F(ServerCaged, StartsNoProgramAndTouchesNoProcess) {
  const int ended = kDied + SIGSYS;
  EXPECT_EQ(inside([] { return ::execl("/bin/true", "true", static_cast<char*>(nullptr)) == 0; }), ended);
  EXPECT_EQ(inside([] { return ::ptrace(PTRACE_TRACEME, 0, nullptr, nullptr) == 0; }), ended);
  EXPECT_EQ(inside([] { return ::process_vm_readv(::getpid(), nullptr, 0, nullptr, 0, 0) >= 0; }), ended);
  EXPECT_EQ(inside([] { return ::fork() >= 0; }), EPERM);  // clone without a thread's flags
  EXPECT_EQ(inside([] { return ::kill(1, 0) == 0; }), EPERM);
  EXPECT_EQ(inside([] { return ::unshare(CLONE_NEWUSER) == 0; }), EPERM);
  EXPECT_EQ(inside([] { return ::syscall(SYS_io_uring_setup, 1, nullptr) >= 0; }), EPERM);
  EXPECT_EQ(inside([] {
              return ::mmap(nullptr, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS,
                            -1, 0) != MAP_FAILED;
            }),
            EPERM);
}

TEST_F(ServerCaged, HasThreadsAndItsOwnPorts) {
  EXPECT_EQ(inside([] {
              int ran = 0;
              std::thread([&] { ran = 1; }).join();
              return ran == 1;
            }),
            0);
  EXPECT_EQ(inside([] { return listens_on(0); }), 0);
  EXPECT_EQ(inside([] { return ::socket(AF_PACKET, SOCK_RAW, 0) >= 0; }), EPERM);
  EXPECT_EQ(inside([] { return connects(); }, Connections::anywhere), ECONNREFUSED);
  if (Landlock::version() < 4) GTEST_SKIP() << "SKIPPED: this kernel's Landlock knows no ports";
  EXPECT_EQ(inside([] { return listens_on(45321); }), EACCES);
  EXPECT_EQ(inside([] { return connects(); }), EACCES);
}

TEST_F(ServerCaged, SaysWhatIsInForce) {
  const ServerConfinement whole{{"no new privileges", "Landlock 7 (its data directory, its ports)"}, {}};
  EXPECT_EQ(whole.sentence(), "confined by no new privileges, Landlock 7 (its data directory, its ports)");
  const ServerConfinement none{{}, {"everything: a sanitizer's build"}};
  EXPECT_EQ(none.sentence(), "not confined; missing: everything: a sanitizer's build");
}

}  // namespace
}  // namespace strongroom::platform
