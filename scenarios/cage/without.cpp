// Test only: runs a program as if the kernel had less. Usage: without seccomp|landlock|namespaces PROGRAM ARGUMENTS...
// A system call filter answers as a kernel does that was built without the thing.
#include <sched.h>
#include <seccomp.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <string_view>

namespace {

bool refuse(scmp_filter_ctx context, const char* name, int error) {
  return ::seccomp_rule_add(context, SCMP_ACT_ERRNO(static_cast<std::uint32_t>(error)),
                            ::seccomp_syscall_resolve_name(name), 0) == 0;
}

bool refuse_when(scmp_filter_ctx context, const char* name, int error, std::uint64_t mask,
                 std::uint64_t value) {
  return ::seccomp_rule_add(context, SCMP_ACT_ERRNO(static_cast<std::uint32_t>(error)),
                            ::seccomp_syscall_resolve_name(name), 1,
                            scmp_arg_cmp{0, SCMP_CMP_MASKED_EQ, mask, value}) == 0;
}

bool take_away(std::string_view what, scmp_filter_ctx context) {
  if (what == "landlock")
    return refuse(context, "landlock_create_ruleset", ENOSYS) &&
           refuse(context, "landlock_restrict_self", ENOSYS);
  if (what == "namespaces")
    return refuse_when(context, "clone", EPERM, CLONE_NEWUSER, CLONE_NEWUSER) &&
           refuse_when(context, "clone", EPERM, CLONE_NEWNET, CLONE_NEWNET) &&
           refuse(context, "unshare", EPERM);
  if (what == "seccomp")
    return refuse(context, "seccomp", ENOSYS) &&
           refuse_when(context, "prctl", EINVAL, ~std::uint64_t{0}, PR_GET_SECCOMP) &&
           refuse_when(context, "prctl", EINVAL, ~std::uint64_t{0}, PR_SET_SECCOMP);
  return false;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) return 2;
  const scmp_filter_ctx context = ::seccomp_init(SCMP_ACT_ALLOW);
  if (context == nullptr || !take_away(argv[1], context) || ::seccomp_load(context) != 0) {
    (void)std::fputs("without: the kernel cannot be made to look smaller\n", stderr);
    return 2;
  }
  ::execv(argv[2], argv + 2);
  return 127;
}
