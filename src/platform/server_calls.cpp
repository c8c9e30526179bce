#include "platform/server_calls.h"

#include <sched.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <initializer_list>

namespace strongroom::platform {
namespace {

constexpr std::uint64_t kInt = 0xffff'ffff;  // the kernel looks at no more of an int

void allow(std::vector<SyscallRule>& rules, std::initializer_list<std::string_view> names) {
  for (const std::string_view name : names) rules.push_back({name});
}

/// Landlock says which files.
void add_files(std::vector<SyscallRule>& rules) {
  allow(rules,
        {"open",           "openat",    "close",     "read",       "readv",      "pread64",    "preadv",
         "write",          "writev",    "pwrite64",  "pwritev",    "lseek",      "fsync",      "fdatasync",
         "syncfs",         "ftruncate", "truncate",  "fallocate",  "fadvise64",  "rename",     "renameat",
         "renameat2",      "unlink",    "unlinkat",  "rmdir",      "mkdir",      "mkdirat",    "link",
         "linkat",         "stat",      "lstat",     "fstat",      "newfstatat", "statx",      "statfs",
         "fstatfs",        "access",    "faccessat", "faccessat2", "readlink",   "readlinkat", "getdents64",
         "getcwd",         "chmod",     "fchmod",    "fchmodat",   "fchown",     "utimensat",  "flock",
         "fcntl",          "dup",       "dup2",      "dup3",       "pipe2",      "umask",      "sendfile",
         "copy_file_range"});
  rules.push_back({"ioctl", {{1, kInt, FIONBIO}}});
  rules.push_back({"ioctl", {{1, kInt, FIONREAD}}});
}

/// Never writable and executable at once. Threads, and no processes.
void add_memory_and_threads(std::vector<SyscallRule>& rules) {
  for (const std::string_view name : {"mmap", "mprotect"}) {
    rules.push_back({name, {{2, PROT_EXEC, 0}}});
    rules.push_back({name, {{2, PROT_WRITE, 0}}});
  }
  allow(rules, {"munmap",          "mremap",
                "madvise",         "brk",
                "mlock",           "mlock2",
                "munlock",         "msync",
                "membarrier",      "futex",
                "set_robust_list", "rseq",
                "sched_yield",     "sched_getaffinity",
                "getpid",          "gettid",
                "getuid",          "geteuid",
                "getgid",          "getegid",
                "uname",           "sysinfo",
                "getrandom",       "exit",
                "exit_group",      "rt_sigaction",
                "rt_sigprocmask",  "rt_sigreturn",
                "sigaltstack",     "restart_syscall"});
  rules.push_back({"clone", {{0, CLONE_THREAD, CLONE_THREAD}}});
  rules.push_back({"clone3", {}, ENOSYS});  // its flags cannot be seen; the C library then uses clone
  rules.push_back({"prlimit64", {{0, kInt, 0}}});
  rules.push_back({"prctl", {{0, kInt, PR_SET_NAME}}});
  // To itself.
  for (const std::string_view name : {"kill", "tgkill"})
    rules.push_back({name, {{0, kInt, static_cast<std::uint64_t>(::getpid())}}});
}

void add_time_and_sockets(std::vector<SyscallRule>& rules) {
  allow(rules, {"clock_gettime", "clock_getres",   "clock_nanosleep", "nanosleep",       "gettimeofday",
                "time",          "poll",           "ppoll",           "select",          "pselect6",
                "epoll_create",  "epoll_create1",  "epoll_ctl",       "epoll_wait",      "epoll_pwait",
                "eventfd2",      "timerfd_create", "timerfd_settime", "timerfd_gettime", "signalfd4",
                "bind",          "listen",         "accept",          "accept4",         "connect",
                "getsockname",   "getpeername",    "getsockopt",      "setsockopt",      "shutdown",
                "sendto",        "recvfrom",       "sendmsg",         "recvmsg",         "sendmmsg",
                "recvmmsg"});
  // The last two only to resolve names: the resolver's daemons, and which addresses this machine has.
  for (const int family : {AF_INET, AF_INET6, AF_UNIX, AF_NETLINK})
    rules.push_back({"socket", {{0, kInt, static_cast<std::uint64_t>(family)}}});
}

}  // namespace

std::vector<SyscallRule> calls_of_a_server() {
  std::vector<SyscallRule> rules;
  add_files(rules);
  add_memory_and_threads(rules);
  add_time_and_sockets(rules);
  for (const std::string_view name :
       {"execve", "execveat", "fork", "vfork", "ptrace", "process_vm_readv", "process_vm_writev"})
    rules.push_back({name, {}, kEndsTheProcess});
  return rules;
}

}  // namespace strongroom::platform
