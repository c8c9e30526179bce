/// Which system calls a process may make from some moment on: a seccomp-bpf program, made by libseccomp (the only user
/// of it). Whoever enters a filter never leaves it; what it starts inherits it. See docs/decisions/cage.md.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/error.h"

namespace strongroom::platform {

/// Holds when (argument & mask) == value.
struct ArgumentTest {
  unsigned argument = 0;
  std::uint64_t mask = ~std::uint64_t{0};
  std::uint64_t value = 0;
};

/// `SyscallRule::refuse_with` of a call that ends the process.
inline constexpr int kEndsTheProcess = -1;

/// One line of an allow list. A call that this processor or this libseccomp does not know is passed over.
struct SyscallRule {
  std::string_view name;
  std::vector<ArgumentTest> when{};  ///< all must hold; none: any arguments
  int refuse_with = 0;  ///< 0: allowed; otherwise the call fails with this errno
};

/// What becomes of a call that no rule names.
enum class Unlisted { ends_the_process, fails };

/// A compiled filter. Immutable.
class SyscallFilter {
 public:
  /// True when this kernel has seccomp filters that can end a process.
  static bool is_supported();
  /// The system calls of another architecture (a 32-bit door) end the process always. `internal` if libseccomp fails.
  static Result<SyscallFilter> compile(std::span<const SyscallRule> rules, Unlisted unlisted);
  /// For the calling thread and everything it starts. Needs no_new_privs. 0, or an errno. Only a system call: may be
  /// used between fork and exec.
  int enter() const noexcept;

 private:
  explicit SyscallFilter(Bytes program) : program_(std::move(program)) {}
  Bytes program_;  // struct sock_filter, one after the other
};

}  // namespace strongroom::platform
