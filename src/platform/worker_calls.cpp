#include "platform/worker_calls.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>

namespace strongroom::platform {
namespace {

constexpr std::uint64_t kInt = 0xffff'ffff;  // the kernel looks at no more of an int

ArgumentTest is(unsigned argument, std::uint64_t value) { return {argument, kInt, value}; }
ArgumentTest has_none_of(unsigned argument, std::uint64_t bits) { return {argument, bits, 0}; }

constexpr std::uint64_t kWriting =
    O_WRONLY | O_RDWR | O_CREAT | O_TRUNC | O_APPEND | (O_TMPFILE & ~O_DIRECTORY);

/// Needed from the first instruction to the last.
std::vector<SyscallRule> lasting_calls() {
  return {
      {"recvmsg", {is(0, STDIN_FILENO)}},
      {"writev", {is(0, STDERR_FILENO)}},  // nowhere: /dev/null
      {"close"},
      {"lseek"},
      {"munmap"},
      {"mremap"},
      {"brk"},
      {"madvise"},
      {"mlock"},  // keys that custodians gave, and what is made of them
      {"munlock"},
      {"futex"},
      {"exit"},
      {"exit_group"},
      {"clock_gettime"},
      {"gettimeofday"},
      {"getrandom"},
      {"restart_syscall"},
      {"rt_sigreturn"},
      // abort()
      {"rt_sigprocmask"},
      {"rt_sigaction", {is(0, SIGABRT)}},
      {"getpid"},
      {"gettid"},
  };
}

void append(std::vector<SyscallRule>& to, std::vector<SyscallRule> more) {
  to.insert(to.end(), more.begin(), more.end());
}

}  // namespace

std::vector<SyscallRule> calls_of_a_starting_worker(const char* path) {
  std::vector<SyscallRule> rules = lasting_calls();
  append(rules,
         {
             {"execveat",
              {{1, ~std::uint64_t{0}, reinterpret_cast<std::uintptr_t>(path)}, is(4, AT_EMPTY_PATH)}},
             // The loader: Landlock says which files.
             {"open", {has_none_of(1, kWriting)}},
             {"openat", {has_none_of(2, kWriting)}},
             {"read"},
             {"pread64"},
             {"fstat"},
             {"newfstatat"},
             {"access"},
             {"faccessat"},
             {"faccessat2"},
             {"readlink"},
             {"readlinkat"},
             {"mmap", {has_none_of(3, MAP_SHARED)}},
             {"mprotect"},
             // The C library's start.
             {"arch_prctl"},
             {"set_tid_address"},
             {"set_robust_list"},
             {"rseq"},
             {"prlimit64", {is(0, 0)}},
             {"rt_sigaction", {is(0, SIGPIPE)}},
             {"uname"},
             {"sysinfo"},
             // The worker's own confinement: a filter that is added can only deny more. It is made in a pipe.
             {"umask"},
             {"seccomp"},
             {"pipe2"},
             {"write"},
             {"prctl", {is(0, PR_SET_DUMPABLE), is(1, 0)}},
             {"prctl", {is(0, PR_SET_NO_NEW_PRIVS)}},
             {"prctl", {is(0, PR_GET_NO_NEW_PRIVS)}},
             {"prctl", {is(0, PR_GET_SECCOMP)}},
             {"prctl", {is(0, PR_SET_PDEATHSIG), is(1, SIGKILL)}},
             {"tgkill", {is(2, SIGABRT)}},
             // What libraries ask and can do without.
             {"ioctl", {}, ENOTTY},
             {"stat", {}, ENOENT},
             {"lstat", {}, ENOENT},
             {"statx", {}, ENOENT},
             {"statfs", {}, ENOENT},  // libselinux, which GMime brings with GIO, as it is loaded
             {"getcwd", {}, ENOENT},
         });
  return rules;
}

std::vector<SyscallRule> calls_of_a_confined_worker() {
  std::vector<SyscallRule> rules = lasting_calls();
  append(rules, {
                    {"write", {is(0, STDOUT_FILENO)}},
                    {"write", {is(0, STDERR_FILENO)}},
                    {"mmap", {has_none_of(2, PROT_EXEC), has_none_of(3, MAP_SHARED)}},
                    {"mprotect", {has_none_of(2, PROT_EXEC)}},
                    {"tgkill", {is(0, static_cast<std::uint64_t>(::getpid())), is(2, SIGABRT)}},
                    {"open", {}, ENOENT},
                    {"openat", {}, ENOENT},
                    {"access", {}, ENOENT},
                    {"faccessat", {}, ENOENT},
                    {"faccessat2", {}, ENOENT},
                    {"readlink", {}, ENOENT},
                    {"readlinkat", {}, ENOENT},
                    {"stat", {}, ENOENT},
                    {"lstat", {}, ENOENT},
                    {"newfstatat", {}, ENOENT},
                    {"statx", {}, ENOENT},
                    {"getcwd", {}, ENOENT},
                    {"ioctl", {}, ENOTTY},
                    {"sysinfo", {}, ENOSYS},
                    {"uname", {}, ENOSYS},
                });
  return rules;
}

}  // namespace strongroom::platform
