// The worker's own side of platform/worker_process.h.
#include <sys/prctl.h>
#include <sys/socket.h>

#include <array>
#include <climits>
#include <csignal>

#include "platform/descriptor.h"
#include "platform/descriptor_message.h"
#include "platform/hardening.h"
#include "platform/sanitizer.h"
#include "platform/worker_calls.h"
#include "platform/worker_process.h"

namespace strongroom::platform {

Result<void> confine_worker() {
  TRY(harden_process());
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || ::prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) != 0)
    return fail_errno("the worker cannot confine itself", {});
  // Whether a worker runs without filters at all has been decided by its parent, which then has set none.
  if (kSanitized || (!SyscallFilter::is_supported() && ::prctl(PR_GET_SECCOMP, 0, 0, 0, 0) <= 0)) return {};
  const SyscallFilter filter =
      TRY(SyscallFilter::compile(calls_of_a_confined_worker(), Unlisted::ends_the_process));
  if (const int failed = filter.enter(); failed != 0) {
    errno = failed;
    return fail_errno("the worker cannot confine itself", "seccomp");
  }
  return {};
}

Result<std::optional<WorkerMessage>> receive_message(MutableBytes buffer) {
  DescriptorMessage in(buffer);
  in.make_room();
  const auto size = retry_interrupted([&] { return ::recvmsg(STDIN_FILENO, in.header(), MSG_CMSG_CLOEXEC); });
  if (size < 0) return fail_errno("a message cannot be received", {});
  if (size == 0) return std::optional<WorkerMessage>{};
  WorkerMessage out{buffer.first(static_cast<std::size_t>(size)), std::nullopt};
  const int descriptor = in.carried();
  if (descriptor >= 0) out.file = TRY(MappedFile::adopt(descriptor));
  return std::optional{std::move(out)};
}

Result<void> write_answer(BytesView bytes) {
  while (!bytes.empty()) {
    const auto size = retry_interrupted([&] { return ::write(STDOUT_FILENO, bytes.data(), bytes.size()); });
    if (size < 0) return fail_errno("an answer cannot be written", {});
    bytes = bytes.subspan(static_cast<std::size_t>(size));
  }
  return {};
}

Result<std::string> program_directory() {
  std::string path(PATH_MAX, '\0');
  const auto size = ::readlink("/proc/self/exe", path.data(), path.size());
  if (size <= 0) return fail_errno("the program cannot tell where it lies", "/proc/self/exe");
  path.resize(static_cast<std::size_t>(size));
  return path.substr(0, path.rfind('/'));
}

}  // namespace strongroom::platform
