// The cage of strongroom-parse, tried by a malicious parser in its place (malicious_parser.cpp): files, sockets,
// processes, other processes' memory, exhaustion. Each attempt is made by a replaced parser, which only its parent
// confines; by a subverted one, taken over after it confined itself; and, where that can be shown, without the cage:
// an attempt that fails there too proves nothing. The program prints the table.
#include <arpa/inet.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>

#include "agent/parse_process.h"
#include "capture/collecting_sink.h"
#include "capture/worker/pipe.h"
#include "platform/descriptor_message.h"
#include "platform/landlock.h"

namespace strongroom::agent {
namespace {

namespace fs = std::filesystem;

/// Who stops an attempt.
enum class By {
  nobody,  // this row is not tried so
  filter,  // the system call filter ends it
  filter_or_kernel,  // it ends, or this kernel has no such call at all
  answer,  // the system call filter answers for the kernel
  landlock,
  kernel,  // it is not permitted to anybody without privileges, and there are none
  memory_limit,
  descriptor_limit,
  processor_limit,
  output_bound,
  time_bound,
  parent,  // notices, ends what is left of it, keeps the original
};

std::string_view name_of(By by) {
  switch (by) {
    case By::nobody: break;
    case By::filter: return "filter: ended";
    case By::filter_or_kernel: return "filter: ended";
    case By::answer: return "filter: refused";
    case By::landlock: return "Landlock";
    case By::kernel: return "no privileges";
    case By::memory_limit: return "limit of memory";
    case By::descriptor_limit: return "limit of files";
    case By::processor_limit: return "limit of time used";
    case By::output_bound: return "parent: output";
    case By::time_bound: return "parent: time";
    case By::parent: return "parent: noticed";
  }
  return "-";
}

/// The words of the reason that the parent gives for an unparsed original.
std::vector<std::string_view> words_of(By by) {
  switch (by) {
    case By::nobody: return {};
    case By::filter: return {"a system call it may not make"};
    case By::filter_or_kernel: return {"a system call it may not make", "killed by signal 11"};
    case By::answer: return {"denied: No such file or directory", "denied: Inappropriate ioctl"};
    case By::landlock: return {"denied: Permission denied"};
    case By::kernel: return {"denied: Operation not permitted"};
    case By::memory_limit: return {"denied: Cannot allocate memory"};
    case By::descriptor_limit: return {"denied: Too many open files"};
    case By::processor_limit: return {"ended before its answer did; the worker was killed by signal 9"};
    case By::output_bound: return {"wrote more than it may"};
    case By::time_bound: return {"took too long; the worker was killed by signal 9"};
    case By::parent:
      return {"ended before its answer did", "counts are not what it sent", "no longer takes messages",
              "too large an answer"};
  }
  return {};
}

/// Whether the attempt must succeed without the cage.
enum class Uncaged { succeeds, not_shown };

struct Row {
  std::string attempt;
  By replaced, subverted;
  Uncaged uncaged = Uncaged::succeeds;
};

/// Another place in the file system, a listener, a socket: what the attempts are made on.
class Cage : public ::testing::Test {
 protected:
  Cage() : directory_(fs::path(::testing::TempDir()) / ("cage-" + std::to_string(::getpid()))) {
    fs::remove_all(directory_);
    fs::create_directories(directory_);
    std::ofstream(directory_ / "secret") << "the secret";
    ::chmod((directory_ / "secret").c_str(), 0600);
    listen_everywhere();
  }
  ~Cage() override {
    ::close(tcp_);
    ::close(local_);
    fs::remove_all(directory_);
  }

  void listen_everywhere() {
    tcp_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof at;
    ASSERT_EQ(::bind(tcp_, reinterpret_cast<sockaddr*>(&at), sizeof at), 0);
    ASSERT_EQ(::listen(tcp_, 4), 0);
    ASSERT_EQ(::getsockname(tcp_, reinterpret_cast<sockaddr*>(&at), &size), 0);
    port_ = ntohs(at.sin_port);
    local_ = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_un there{};
    there.sun_family = AF_UNIX;
    const std::string path = (directory_ / "socket").string();
    ASSERT_LT(path.size(), sizeof there.sun_path);
    std::strcpy(there.sun_path, path.c_str());
    ASSERT_EQ(::bind(local_, reinterpret_cast<sockaddr*>(&there), sizeof there), 0);
    ASSERT_EQ(::listen(local_, 4), 0);
  }

  /// The arguments of an attempt that needs some.
  std::string arguments_of(const std::string& attempt, bool caged) const {
    const std::string secret = (directory_ / "secret").string();
    const std::string self = std::to_string(::getpid());
    if (attempt == "make-file") return (directory_ / "made").string();
    if (attempt == "list-directory") return directory_.string();
    if (attempt == "rename-file") return secret + " " + secret + ".moved";
    if (attempt == "unix-connect") return (directory_ / "socket").string();
    if (attempt == "tcp-connect" || attempt == "udp-connect") return std::to_string(port_);
    if (attempt == "parents-memory-by-call")
      return fmt::format("{} {:x}", self, reinterpret_cast<std::uintptr_t>(&kKnown));
    // Without the cage the parent is only asked whether it could be killed.
    if (attempt == "kill-parent") return self + (caged ? " 9" : " 0");
    if (attempt.starts_with("parents-") || attempt == "trace-parent") return self;
    if (attempt.starts_with("memory")) return "600";
    if (attempt == "descriptors") return "/etc/ld.so.cache";
    return secret;
  }

  fs::path task(std::string_view how, const std::string& attempt) const {
    const fs::path path = directory_ / "task";
    std::ofstream(path) << how << ' ' << attempt << ' ' << arguments_of(attempt, how != "uncaged");
    return path;
  }

  ParseJob job_of(const fs::path& path) const {
    ParseJob job;
    job.worker_program = STRONGROOM_MALICIOUS_PARSER;
    job.files = {{path.filename().string(), path.string()}};
    job.bounds.memory_bytes_max = 256u << 20;
    job.bounds.answer_bytes_max = 4u << 20;
    job.bounds.patience = std::chrono::seconds(1);
    return job;
  }

  /// Why the parent kept the task as an unparsed original. Everything of it must be there.
  std::string reason_of(const ParseJob& job) {
    capture::CollectingSink sink;
    const auto outcome = parse_in_worker(job, sink);
    if (!outcome) return "the parent failed: " + outcome.error().to_string();
    EXPECT_GE(total_of(*outcome).refused, 1u);
    const auto& last = sink.records.back();
    std::ifstream original(job.files.back().on_disk);
    const std::string text(std::istreambuf_iterator<char>(original), {});
    EXPECT_EQ(text_of(last.original.bytes), text);
    if (last.doubts.empty() || last.doubts.front().code != "worker-failed") return "no doubt";
    return last.doubts.front().detail;
  }

  std::string caged(std::string_view how, const std::string& attempt) {
    ParseJob job = job_of(task(how, attempt));
    if (attempt == "processor") job.bounds.cpu_seconds_max = 1;
    if (attempt == "wait-for-ever") job.bounds.time_max = std::chrono::seconds(1);
    return reason_of(job);
  }

  /// The same program with nothing around it.
  std::string uncaged(const std::string& attempt) const {
    const fs::path path = task("uncaged", attempt);
    int requests[2], answers[2];
    EXPECT_EQ(::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, requests), 0);
    EXPECT_EQ(::pipe2(answers, O_CLOEXEC), 0);
    const pid_t child = ::fork();
    if (child == 0) {
      ::dup2(requests[1], STDIN_FILENO);
      ::dup2(answers[1], STDOUT_FILENO);
      ::execl(STRONGROOM_MALICIOUS_PARSER, "malicious-parser", static_cast<char*>(nullptr));
      ::_exit(127);
    }
    ::close(requests[1]);
    ::close(answers[1]);
    send(requests[0], path);
    ::close(requests[0]);
    std::string said;
    std::array<char, 4096> buffer{};
    for (ssize_t size = 0; (size = ::read(answers[0], buffer.data(), buffer.size())) > 0;)
      said.append(buffer.data(), static_cast<std::size_t>(size));
    ::close(answers[0]);
    ::waitpid(child, nullptr, 0);
    return said;
  }

  static void send(int socket, const fs::path& path) {
    const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    Bytes message = capture::encode_file_message("task");
    platform::DescriptorMessage out(message);
    out.carry(file);
    EXPECT_GT(::sendmsg(socket, out.header(), 0), 0);
    ::close(file);
  }

  void expect_secret_untouched() const {
    std::ifstream secret(directory_ / "secret");
    std::string text;
    std::getline(secret, text);
    EXPECT_EQ(text, "the secret");
    EXPECT_EQ(fs::status(directory_ / "secret").permissions(),
              fs::perms::owner_read | fs::perms::owner_write);
    EXPECT_FALSE(fs::exists(directory_ / "made"));
  }

  void restore() const {
    fs::remove(directory_ / "made");
    fs::remove(directory_ / "secret.moved");
    std::ofstream(directory_ / "secret") << "the secret";
    ::chmod((directory_ / "secret").c_str(), 0600);
  }

  std::string stopped(By by, std::string_view how, const std::string& attempt) {
    if (by == By::nobody) return "-";
    if (by == By::landlock && platform::Landlock::version() == 0) return "NOT HERE: no Landlock";
    const std::string reason = caged(how, attempt);
    expect_secret_untouched();
    for (const std::string_view words : words_of(by))
      if (reason.find(words) != std::string::npos) return std::string(name_of(by));
    ADD_FAILURE() << attempt << " by a " << how << " parser, expected \"" << name_of(by) << "\": " << reason;
    return "NOT AS EXPECTED";
  }

  void try_all(std::string_view title, const std::vector<Row>& rows) {
    fmt::print("\n{:<24}  {:<22}  {:<22}  {}\n", title, "replaced parser", "subverted parser",
               "without the cage");
    for (const Row& row : rows) {
      std::string control = "not shown";
      if (row.uncaged == Uncaged::succeeds) {
        const bool done = uncaged(row.attempt).find("ESCAPED") != std::string::npos;
        EXPECT_TRUE(done) << row.attempt << " does not even succeed without the cage";
        control = done ? "succeeds" : "VOID";
        restore();
      }
      fmt::print("{:<24}  {:<22}  {:<22}  {}\n", row.attempt, stopped(row.replaced, "replaced", row.attempt),
                 stopped(row.subverted, "subverted", row.attempt), control);
    }
  }

  static constexpr char kKnown[16] = "known to nobody";
  fs::path directory_;
  int tcp_ = -1, local_ = -1, port_ = 0;
};

using enum By;
constexpr auto not_shown = Uncaged::not_shown;

TEST_F(Cage, KeepsFilesAway) {
  try_all("files", {{"read-file", landlock, answer},
                    {"write-file", filter, filter},
                    {"make-file", filter, filter},
                    {"list-directory", landlock, answer},
                    {"remove-file", filter, filter},
                    {"rename-file", filter, filter},
                    {"change-mode", filter, filter},
                    {"mode-of-handed-file", filter, filter},
                    {"cut-handed-file", filter, filter, not_shown},
                    {"reopen-handed-file", filter, filter},
                    {"file-in-memory", filter, filter}});
}

TEST_F(Cage, KeepsItsParentAway) {
  // What is there without the cage depends on who runs this and on Yama.
  try_all("its parent", {{"parents-memory", landlock, answer, not_shown},
                         {"parents-environment", landlock, answer, not_shown},
                         {"parents-memory-by-call", filter, filter, not_shown},
                         {"trace-parent", filter, filter, not_shown},
                         {"kill-parent", filter, filter},
                         {"outlive-parent", filter, filter}});
}

TEST_F(Cage, HasNoNetwork) {
  try_all("sockets", {{"tcp-connect", filter, filter},
                      {"udp-connect", filter, filter},
                      {"tcp-listen", filter, filter},
                      {"unix-connect", filter, filter},
                      {"netlink", filter, filter},
                      {"raw-socket", filter, filter, not_shown},
                      {"socket-pair", filter, filter}});
}

TEST_F(Cage, StartsNothing) {
  try_all("processes", {{"fork", filter, filter},
                        {"clone", filter, filter},
                        {"clone3", filter, filter},
                        {"exec-shell", filter, filter},
                        {"exec-itself", filter, filter, not_shown},
                        {"exec-handed-file", filter, filter, not_shown}});
}

TEST_F(Cage, KeepsTheKernelSmall) {
  try_all("the kernel", {{"namespace", filter, filter, not_shown},
                         {"mount", filter, filter, not_shown},
                         {"io-uring", filter, filter, not_shown},
                         {"bpf", filter, filter, not_shown},
                         {"key-ring", filter, filter, not_shown},
                         {"terminal", answer, answer, not_shown},
#if defined(__x86_64__)
                         {"32-bit-call", filter_or_kernel, filter_or_kernel, not_shown},
#endif
                         {"raise-a-limit", kernel, filter},
                         {"write-and-execute", nobody, filter}});
}

TEST_F(Cage, IsNotExhausted) {
  try_all("exhaustion", {{"memory", memory_limit, memory_limit},
                         {"memory-by-break", memory_limit, memory_limit},
                         {"shared-memory", filter, filter},
                         {"descriptors", descriptor_limit, nobody, not_shown},
                         {"descriptors-by-dup", filter, filter},
                         {"processor", processor_limit, processor_limit, not_shown},
                         {"output", output_bound, output_bound, not_shown},
                         {"sleep", filter, filter, not_shown},
                         {"wait-for-ever", time_bound, time_bound, not_shown},
                         {"close-and-wait", parent, parent, not_shown}});
}

TEST_F(Cage, AndPlainMisbehaviourCostNoByte) {
  try_all("misbehaviour", {{"crash", parent, parent, not_shown},
                           {"abort", parent, parent, not_shown},
                           {"nothing", parent, parent, not_shown},
                           {"nonsense", parent, parent, not_shown},
                           {"miscount", parent, parent, not_shown}});
}

TEST_F(Cage, AParserThatTakesNoMessagesDoesNotStopItsParent) {
  ParseJob job = job_of(task("replaced", "wait-for-ever"));
  for (int i = 0; i < 2000; ++i) job.files.push_back(job.files.front());
  EXPECT_THAT(reason_of(job), ::testing::HasSubstr("no longer takes messages"));
}

TEST_F(Cage, TheParentGoesOn) {
  EXPECT_THAT(caged("replaced", "crash"), ::testing::HasSubstr("killed by signal"));
  const fs::path path = directory_ / "good.jsonl";
  std::ofstream(path)
      << R"({"conversation":"Budget","author":"Ana","sent_at":"2024-03-10T14:05:00Z","text":"hello"})";
  ParseJob job = job_of(path);
  job.worker_program = STRONGROOM_PARSE_PROGRAM;
  capture::CollectingSink sink;
  const auto outcome = parse_in_worker(job, sink);
  ASSERT_TRUE(outcome) << outcome.error().to_string();
  EXPECT_EQ(total_of(*outcome).parsed, 1u);
  EXPECT_EQ(total_of(*outcome).refused, 0u);
}

TEST_F(Cage, DiesWithItsParent) {
  ASSERT_EQ(::prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0), 0);  // orphans become ours
  const fs::path path = task("replaced", "wait-for-ever");
  const pid_t parent = ::fork();
  if (parent == 0) {
    auto worker = platform::WorkerProcess::start(STRONGROOM_MALICIOUS_PARSER, {}, platform::Cage::required);
    if (!worker || !(*worker)->send_file(capture::encode_file_message("task"), path)) ::_exit(1);
    ::raise(SIGKILL);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(parent, &status, 0), parent);
  ASSERT_TRUE(WIFSIGNALED(status));
  EXPECT_GT(::waitpid(-1, &status, 0), 0);  // would wait for ever if the worker did
  EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
}

}  // namespace
}  // namespace strongroom::agent
