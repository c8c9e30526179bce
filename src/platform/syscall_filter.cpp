#include "platform/syscall_filter.h"

#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <seccomp.h>
#include <sys/syscall.h>

#include <array>
#include <memory>
#include <string>
#include <type_traits>

#include "platform/descriptor.h"

namespace strongroom::platform {
namespace {

using Context = std::unique_ptr<std::remove_pointer_t<scmp_filter_ctx>, void (*)(scmp_filter_ctx)>;

std::unexpected<Error> fail_library(int code, std::string_view what) {
  return fail(ErrorCode::internal, "a system call filter cannot be made: " + std::string(what),
              "libseccomp error " + std::to_string(-code));
}

Result<void> add(scmp_filter_ctx context, const SyscallRule& rule) {
  const int number = ::seccomp_syscall_resolve_name(std::string(rule.name).c_str());
  if (number == __NR_SCMP_ERROR) return {};
  std::array<scmp_arg_cmp, 6> tests{};
  if (rule.when.size() > tests.size()) return fail_library(0, rule.name);
  for (std::size_t i = 0; i < rule.when.size(); ++i)
    tests[i] = {rule.when[i].argument, SCMP_CMP_MASKED_EQ, rule.when[i].mask, rule.when[i].value};
  const std::uint32_t action = rule.refuse_with == 0 ? SCMP_ACT_ALLOW
                               : rule.refuse_with == kEndsTheProcess
                                   ? std::uint32_t{SCMP_ACT_KILL_PROCESS}
                                   : SCMP_ACT_ERRNO(static_cast<std::uint32_t>(rule.refuse_with));
  const int code = ::seccomp_rule_add_array(context, action, number, static_cast<unsigned>(rule.when.size()),
                                            tests.data());
  if (code != 0) return fail_library(code, rule.name);
  return {};
}

/// libseccomp writes the program to a descriptor; a pipe holds it (64 KiB), and needs no file.
Result<Bytes> export_program(scmp_filter_ctx context) {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC | O_NONBLOCK) != 0)
    return fail_errno("a system call filter cannot be made", "pipe2");
  const Descriptor out(ends[0]);
  Descriptor in(ends[1]);
  const int code = ::seccomp_export_bpf(context, in.get());
  if (code != 0) return fail_library(code, "export");
  in = Descriptor();
  Bytes program(64u << 10);
  const auto size = retry_interrupted([&] { return ::read(out.get(), program.data(), program.size()); });
  if (size <= 0 || static_cast<std::size_t>(size) % sizeof(sock_filter) != 0)
    return fail_library(0, "export");
  program.resize(static_cast<std::size_t>(size));
  return program;
}

}  // namespace

bool SyscallFilter::is_supported() {
  const std::uint32_t action = SECCOMP_RET_KILL_PROCESS;
  return ::syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &action) == 0;
}

Result<SyscallFilter> SyscallFilter::compile(std::span<const SyscallRule> rules, Unlisted unlisted) {
  const std::uint32_t otherwise =
      unlisted == Unlisted::fails ? SCMP_ACT_ERRNO(EPERM) : std::uint32_t{SCMP_ACT_KILL_PROCESS};
  const Context context(::seccomp_init(otherwise), ::seccomp_release);
  if (!context) return fail_library(0, "init");
  int code = ::seccomp_attr_set(context.get(), SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS);
  if (code == 0) code = ::seccomp_attr_set(context.get(), SCMP_FLTATR_CTL_OPTIMIZE, 2);  // a binary tree
  if (code != 0) return fail_library(code, "attributes");
  for (const SyscallRule& rule : rules) TRY(add(context.get(), rule));
  return SyscallFilter(TRY(export_program(context.get())));
}

int SyscallFilter::enter() const noexcept {
  const void* instructions = program_.data();
  const sock_fprog program{static_cast<unsigned short>(program_.size() / sizeof(sock_filter)),
                           const_cast<sock_filter*>(static_cast<const sock_filter*>(
                               instructions))};  // NOLINT: the kernel only reads
  return ::syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program) == 0 ? 0 : errno;
}

}  // namespace strongroom::platform
