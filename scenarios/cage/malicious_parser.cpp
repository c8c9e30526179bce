// Test only: a program in the place of strongroom-parse that does not parse but does its worst. The first file it is
// handed tells it what: one line, "replaced|subverted|uncaged ATTEMPT ARGUMENTS...".
//
// A replaced parser is another program from its first instruction: only what the parent has set holds it. A subverted
// one has confined itself as strongroom-parse does before it read a byte, and was then taken over. If an attempt
// succeeds the answer begins with "ESCAPED"; if it is denied, with "denied" and the system's reason.
#include <arpa/inet.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <linux/netlink.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <map>
#include <sstream>

#include "capture/tally.h"
#include "capture/worker/pipe.h"
#include "platform/descriptor_message.h"
#include "platform/worker_process.h"

using namespace strongroom;

namespace {

using Arguments = std::vector<std::string>;

/// What an attempt comes back with, if it comes back: nothing when it succeeded, else the reason.
using Denied = std::optional<std::string>;
using Attempt = std::function<Denied(const Arguments&)>;

constexpr Denied kEscaped = std::nullopt;
int handed_over = -1;  // the descriptor of the file itself

Denied denied() { return std::strerror(errno); }
Denied unless(bool succeeded) { return succeeded ? kEscaped : denied(); }
int number(const std::string& text) { return std::atoi(text.c_str()); }

Denied open_file(const std::string& path, int flags) {
  return unless(::open(path.c_str(), flags | O_CLOEXEC, 0600) >= 0);
}

Denied connect_to(int family, const void* address, socklen_t size, int kind = SOCK_STREAM) {
  const int socket = ::socket(family, kind, 0);
  if (socket < 0) return denied();
  return unless(::connect(socket, static_cast<const sockaddr*>(address), size) == 0);
}

Denied connect_inet(const Arguments& port, int kind) {
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(static_cast<std::uint16_t>(number(port.at(0))));
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return connect_to(AF_INET, &to, sizeof to, kind);
}

Denied connect_unix(const Arguments& path) {
  sockaddr_un to{};
  to.sun_family = AF_UNIX;
  std::strncpy(to.sun_path, path.at(0).c_str(), sizeof to.sun_path - 1);
  return connect_to(AF_UNIX, &to, sizeof to);
}

Denied listen_on(const Arguments&) {
  const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in at{};
  at.sin_family = AF_INET;
  return unless(socket >= 0 && ::bind(socket, reinterpret_cast<sockaddr*>(&at), sizeof at) == 0 &&
                ::listen(socket, 1) == 0);
}

Denied start_process(long child) {
  if (child == 0) ::_exit(0);
  if (child < 0) return denied();
  ::waitpid(static_cast<pid_t>(child), nullptr, 0);
  return kEscaped;
}

Denied run_program(const char* path) {
  std::string name = path, option = "-c", script = "printf ESCAPED";
  char* arguments[] = {name.data(), option.data(), script.data(), nullptr};
  char* environment[] = {nullptr};
  ::execve(path, arguments, environment);
  return denied();
}

Denied peek(const Arguments& process) {
  std::array<char, 16> here{};
  iovec local{here.data(), here.size()};
  iovec remote{reinterpret_cast<void*>(std::strtoull(process.at(1).c_str(), nullptr, 16)), here.size()};
  return unless(::process_vm_readv(number(process.at(0)), &local, 1, &remote, 1, 0) > 0);
}

Denied take_memory(const Arguments& mebibytes) {
  for (int i = 0; i < number(mebibytes.at(0)); ++i) {
    void* block = ::mmap(nullptr, 1u << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (block == MAP_FAILED) return denied();
    std::memset(block, 1, 1u << 20);
  }
  return kEscaped;
}

Denied take_break(const Arguments& mebibytes) {
  for (int i = 0; i < number(mebibytes.at(0)); ++i) {
    if (::sbrk(1 << 20) == reinterpret_cast<void*>(-1)) return denied();
  }
  return kEscaped;
}

Denied write_for_ever(const Arguments&) {
  capture::AnswerWriter answers(platform::write_answer);
  capture::Tally tally(answers, "unknown", 1);
  const Bytes much(1u << 20);
  for (;;) {
    if (!tally.refuse({"endless", 0, much, "endless", "more"})) ::_exit(0);
  }
}

Denied take_descriptors(const Arguments& path) {
  for (int i = 0; i < 1000; ++i) {
    if (::open(path.at(0).c_str(), O_RDONLY) < 0) return denied();
  }
  return kEscaped;
}

[[noreturn]] void wait_for_ever() {
  int word = 0;
  for (;;) ::syscall(SYS_futex, &word, 0 /* FUTEX_WAIT */, 0, nullptr, nullptr, 0);
}

#if defined(__x86_64__)
/// getpid by the door of 32-bit programs, which numbers its calls differently.
Denied by_the_old_door(const Arguments&) {
  long result = 20;
  __asm__ volatile("int $0x80" : "+a"(result) : : "memory", "r8", "r9", "r10", "r11");
  if (result > 0) return kEscaped;
  errno = static_cast<int>(-result);
  return denied();
}
#endif

Denied write_and_execute(const Arguments&) {
  void* page = ::mmap(nullptr, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  return unless(page != MAP_FAILED);
}

Denied raise_a_limit(const Arguments&) {
  const rlimit more{64, 64};
  return unless(::setrlimit(RLIMIT_NOFILE, &more) == 0);
}

std::vector<Bytes> messages;  ///< from the parent, but for the first

/// What the parent asked for.
void heed(capture::AnswerWriter& answers) {
  capture::StartMessage start;
  for (const Bytes& message : messages) {
    const auto request = capture::decode_request(message);
    if (request->killer) start.killers.push_back(*request->killer);
    if (request->start) start.care = request->start->care;
  }
  answers.heed(start);
}

/// An honest reader of three records, but for a fault that the second one hits.
Denied killed_by_the_second(const Arguments&) {
  capture::AnswerWriter answers(platform::write_answer);
  heed(answers);
  for (std::uint64_t i = 0; i < 3; ++i) {
    record::Record record;
    record.source = "double";
    if (!*answers.begin("task", i)) {
      record.kind = record::Kind::unparsed_original;
      record.doubts.push_back({"killed-its-reader", "at its place"});
    } else if (i == 1) {
      __builtin_trap();
    }
    (void)answers.record(record::Record(record));
  }
  (void)answers.finish(std::vector{capture::Outcome{"double", 3, 2, 1, 1}});
  ::_exit(0);
}

/// The same with many faults, in a file with a long name: how many, how long.
Denied killed_by_many(const Arguments& arguments) {
  capture::AnswerWriter answers(platform::write_answer);
  heed(answers);
  const auto many = static_cast<std::uint64_t>(number(arguments.at(0)));
  const std::string file(static_cast<std::size_t>(number(arguments.at(1))), 'f');
  for (std::uint64_t i = 0; i < many; ++i) {
    if (*answers.begin(file, i)) __builtin_trap();
    record::Record refused;
    refused.source = "double";
    refused.kind = record::Kind::unparsed_original;
    (void)answers.record(record::Record(refused));
  }
  (void)answers.finish(std::vector{capture::Outcome{"double", many, 0, many, 0}});
  ::_exit(0);
}

const std::map<std::string, Attempt>& attempts() {
  static const std::map<std::string, Attempt> all = {
      // files
      {"read-file", [](auto& a) { return open_file(a.at(0), O_RDONLY); }},
      {"write-file", [](auto& a) { return open_file(a.at(0), O_WRONLY); }},
      {"make-file", [](auto& a) { return open_file(a.at(0), O_WRONLY | O_CREAT); }},
      {"list-directory", [](auto& a) { return open_file(a.at(0), O_RDONLY | O_DIRECTORY); }},
      {"remove-file", [](auto& a) { return unless(::unlink(a.at(0).c_str()) == 0); }},
      {"rename-file", [](auto& a) { return unless(::rename(a.at(0).c_str(), a.at(1).c_str()) == 0); }},
      {"change-mode", [](auto& a) { return unless(::chmod(a.at(0).c_str(), 0644) == 0); }},
      {"cut-handed-file", [](auto&) { return unless(::ftruncate(handed_over, 0) == 0); }},
      {"mode-of-handed-file", [](auto&) { return unless(::fchmod(handed_over, 0644) == 0); }},
      {"reopen-handed-file",
       [](auto&) { return open_file(fmt::format("/proc/self/fd/{}", handed_over), O_RDWR); }},
      {"file-in-memory", [](auto&) { return unless(::memfd_create("x", 0) >= 0); }},
      // other processes' memory
      {"parents-memory", [](auto& a) { return open_file(fmt::format("/proc/{}/mem", a.at(0)), O_RDONLY); }},
      {"parents-environment",
       [](auto& a) { return open_file(fmt::format("/proc/{}/environ", a.at(0)), O_RDONLY); }},
      {"parents-memory-by-call", peek},
      {"trace-parent",
       [](auto& a) { return unless(::ptrace(PTRACE_SEIZE, number(a.at(0)), nullptr, nullptr) == 0); }},
      {"kill-parent", [](auto& a) { return unless(::kill(number(a.at(0)), number(a.at(1))) == 0); }},
      // sockets
      {"tcp-connect", [](auto& a) { return connect_inet(a, SOCK_STREAM); }},
      {"udp-connect", [](auto& a) { return connect_inet(a, SOCK_DGRAM); }},
      {"tcp-listen", listen_on},
      {"unix-connect", connect_unix},
      {"netlink", [](auto&) { return unless(::socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE) >= 0); }},
      {"raw-socket", [](auto&) { return unless(::socket(AF_INET, SOCK_RAW, IPPROTO_ICMP) >= 0); }},
      {"socket-pair",
       [](auto&) {
         int ends[2];
         return unless(::socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == 0);
       }},
      // processes
      {"fork", [](auto&) { return start_process(::fork()); }},
      {"clone", [](auto&) { return start_process(::syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0)); }},
      {"clone3",
       [](auto&) {
         std::array<std::uint64_t, 8> how{};
         how[4] = SIGCHLD;
         return start_process(::syscall(SYS_clone3, how.data(), sizeof how));
       }},
      {"exec-shell", [](auto&) { return run_program("/bin/sh"); }},
      {"exec-itself", [](auto&) { return run_program("/proc/self/exe"); }},
      {"exec-handed-file",
       [](auto&) {
         char* none[] = {nullptr};
         ::syscall(SYS_execveat, handed_over, "", none, none, AT_EMPTY_PATH);
         return denied();
       }},
      // the kernel's wider side
      {"namespace", [](auto&) { return unless(::unshare(CLONE_NEWUSER) == 0); }},
      {"mount", [](auto&) { return unless(::mount("x", "/", "tmpfs", 0, nullptr) == 0); }},
      {"io-uring",
       [](auto&) {
         std::array<std::uint32_t, 30> how{};
         return unless(::syscall(SYS_io_uring_setup, 4, how.data()) >= 0);
       }},
      {"bpf", [](auto&) { return unless(::syscall(SYS_bpf, 0, nullptr, 0) >= 0); }},
      {"key-ring", [](auto&) { return unless(::syscall(SYS_keyctl, 0, -3, 1, 0, 0) >= 0); }},
      {"terminal", [](auto&) { return unless(::ioctl(handed_over, 0x5412 /* TIOCSTI */, "x") == 0); }},
      {"raise-a-limit", raise_a_limit},
      {"write-and-execute", write_and_execute},
#if defined(__x86_64__)
      {"32-bit-call", by_the_old_door},
#endif
      // exhaustion
      {"memory", take_memory},
      {"memory-by-break", take_break},
      {"shared-memory",
       [](auto&) {
         return unless(::mmap(nullptr, 1u << 20, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0) !=
                       MAP_FAILED);
       }},
      {"processor",
       [](auto&) -> Denied {
         for (;;) __asm__ volatile("");
       }},
      {"output", write_for_ever},
      {"descriptors", take_descriptors},
      {"descriptors-by-dup",
       [](auto&) -> Denied {
         for (int i = 0; i < 1000; ++i)
           if (::dup(0) < 0) return denied();
         return kEscaped;
       }},
      {"sleep",
       [](auto&) -> Denied {
         for (;;) ::pause();
       }},
      {"wait-for-ever", [](auto&) -> Denied { wait_for_ever(); }},
      {"close-and-wait",
       [](auto&) -> Denied {
         ::close(STDOUT_FILENO);
         wait_for_ever();
       }},
      {"outlive-parent",
       [](auto&) { return unless(::syscall(SYS_prctl, 1 /* PDEATHSIG */, 0, 0, 0, 0) == 0); }},
      // plain misbehaviour
      {"crash", [](auto&) -> Denied { __builtin_trap(); }},
      {"abort", [](auto&) -> Denied { std::abort(); }},
      {"nothing", [](auto&) -> Denied { ::_exit(0); }},
      {"nonsense",
       [](auto&) -> Denied {
         (void)platform::write_answer(bytes_of("nonsense that is no answer at all\n"));
         ::_exit(0);
       }},
      {"killed-by-its-second-record", killed_by_the_second},
      {"killed-by-many", killed_by_many},
      {"miscount",
       [](auto&) -> Denied {
         capture::AnswerWriter answers(platform::write_answer);
         (void)answers.finish(std::vector{capture::Outcome{"unknown", 7, 7, 0, 0}});
         ::_exit(0);
       }},
  };
  return all;
}

/// The first message's file, kept open besides: a caged program may do with it what it likes.
Result<std::string> first_file() {
  Bytes message(platform::kWorkerMessageMax);
  platform::DescriptorMessage in(message);
  in.make_room();
  if (::recvmsg(STDIN_FILENO, in.header(), 0) <= 0) return fail(ErrorCode::malformed, "there was no message");
  handed_over = in.carried();
  if (handed_over < 0) return fail(ErrorCode::malformed, "there was no file");
  std::string text(4096, '\0');
  const auto size = ::pread(handed_over, text.data(), text.size(), 0);
  if (size < 0) return fail(ErrorCode::io, "the file cannot be read");
  text.resize(static_cast<std::size_t>(size));
  return text;
}

/// Takes what else the parent has to say, so that the answer, and not a message nobody took, is what it hears.
void take_the_rest() {
  Bytes message(platform::kWorkerMessageMax);
  iovec part{message.data(), message.size()};
  msghdr header{};
  header.msg_iov = &part;
  header.msg_iovlen = 1;
  for (ssize_t size = 0; (size = ::recvmsg(STDIN_FILENO, &header, 0)) > 0;)
    messages.push_back(copy_of(BytesView(message).first(static_cast<std::size_t>(size))));
}

Result<std::vector<capture::Outcome>> attempt() {
  std::istringstream task(TRY(first_file()));
  std::string how, what;
  task >> how >> what;
  Arguments arguments;
  for (std::string word; task >> word;) arguments.push_back(word);
  if (what != "wait-for-ever") take_the_rest();
  if (how == "subverted") TRY(platform::confine_worker());
  const auto found = attempts().find(what);
  if (found == attempts().end()) return fail(ErrorCode::malformed, "ESCAPED: no such attempt: " + what);
  const Denied reason = found->second(arguments);
  return fail(ErrorCode::refused, reason ? "denied: " + *reason : "ESCAPED");
}

}  // namespace

int main() {
  capture::AnswerWriter answers(platform::write_answer);
  return answers.finish(attempt()) ? EXIT_SUCCESS : EXIT_FAILURE;
}
