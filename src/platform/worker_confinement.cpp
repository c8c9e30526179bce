// The worker's own side of platform/worker_process.h.
#include <fcntl.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include <array>
#include <climits>
#include <csignal>
#include <cstdio>
#include <memory>

#include "platform/descriptor.h"
#include "platform/hardening.h"
#include "platform/worker_process.h"

// Sanitizers map terabytes of shadow memory: a limit on address space would stop them, not the worker.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define STRONGROOM_SHADOW_MEMORY
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define STRONGROOM_SHADOW_MEMORY
#endif
#endif

namespace strongroom::platform {
namespace {

constexpr rlim_t kDescriptorsMax = 16;

Result<void> limit(int resource, rlim_t most) {
  const rlimit bound{most, most};
  if (::setrlimit(static_cast<__rlimit_resource_t>(resource), &bound) != 0)
    return fail_errno("the worker cannot limit itself", {});
  return {};
}

}  // namespace

Result<void> confine_worker(std::uint64_t cpu_seconds) {
  TRY(harden_process());
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || ::prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) != 0)
    return fail_errno("the worker cannot confine itself", {});
  // Without a network of its own where unprivileged namespaces are allowed; elsewhere the limits below stand alone.
  (void)::unshare(CLONE_NEWUSER | CLONE_NEWNET | CLONE_NEWIPC);
  TRY(limit(RLIMIT_FSIZE, 0));
  TRY(limit(RLIMIT_NPROC, 0));
  TRY(limit(RLIMIT_NOFILE, kDescriptorsMax));
  return limit(RLIMIT_CPU, cpu_seconds);
}

Result<void> limit_memory(std::uint64_t bytes) {
#if defined(STRONGROOM_SHADOW_MEMORY)
  (void)bytes;
  return {};
#else
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen("/proc/self/statm", "re"),
                                                             std::fclose);
  unsigned long long pages = 0;
  if (!file || std::fscanf(file.get(), "%llu", &pages) != 1)
    return fail(ErrorCode::io, "the worker cannot tell how much memory it has mapped");
  return limit(RLIMIT_AS, static_cast<rlim_t>(pages) * static_cast<rlim_t>(::sysconf(_SC_PAGESIZE)) + bytes);
#endif
}

Result<std::optional<WorkerMessage>> receive_message() {
  WorkerMessage out{Bytes(kWorkerMessageMax), std::nullopt};
  iovec part{out.message.data(), out.message.size()};
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int))> control{};
  msghdr header{};
  header.msg_iov = &part;
  header.msg_iovlen = 1;
  header.msg_control = control.data();
  header.msg_controllen = control.size();
  const auto size = retry_interrupted([&] { return ::recvmsg(STDIN_FILENO, &header, MSG_CMSG_CLOEXEC); });
  if (size < 0) return fail_errno("a message cannot be received", {});
  if (size == 0) return std::optional<WorkerMessage>{};
  out.message.resize(static_cast<std::size_t>(size));
  const cmsghdr* carried = CMSG_FIRSTHDR(&header);
  if (carried == nullptr || carried->cmsg_type != SCM_RIGHTS) return std::optional{std::move(out)};
  int descriptor = -1;
  std::memcpy(&descriptor, CMSG_DATA(carried), sizeof descriptor);
  out.file = TRY(MappedFile::adopt(descriptor));
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
