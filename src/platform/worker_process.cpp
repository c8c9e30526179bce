#include "platform/worker_process.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <array>
#include <csignal>

#include "platform/caged_start.h"
#include "platform/descriptor.h"
#include "platform/descriptor_message.h"

namespace strongroom::platform {
namespace {

constexpr int kPipeBytes = 1 << 20;  // what Linux grants without privilege (pipe-max-size)

Result<Descriptor> open_regular(const std::string& path) {
  // Its own descriptors (standard input) can only be opened again through what looks like a link.
  const int links = path.starts_with("/proc/self/fd/") ? 0 : O_NOFOLLOW;
  Descriptor file(
      retry_interrupted([&] { return ::open(path.c_str(), O_RDONLY | O_CLOEXEC | links | O_NONBLOCK); }));
  if (!file.is_open()) return fail_errno("a file cannot be opened", path);
  struct stat about{};
  if (::fstat(file.get(), &about) != 0) return fail_errno("a file cannot be read", path);
  if (!S_ISREG(about.st_mode)) return fail(ErrorCode::unsupported, "this is not a regular file", path);
  return file;
}

/// The same open thing under a number that is no standard stream's, also when this program was started without those.
Result<Descriptor> above_standard_streams(Descriptor end) {
  Descriptor lifted(::fcntl(end.get(), F_DUPFD_CLOEXEC, STDERR_FILENO + 1));
  if (!lifted.is_open()) return fail_errno("a worker cannot be started", {});
  return lifted;
}

}  // namespace

Result<MappedFile> MappedFile::open(const std::string& path) {
  return TRY_IN(path, adopt(TRY(open_regular(path)).release()));
}

Result<MappedFile> MappedFile::adopt(int descriptor) {
  const Descriptor file(descriptor);
  // The size by lseek: a caged worker may not ask for anything that takes a file name, as fstat does in glibc 2.36.
  const off_t end = ::lseek(file.get(), 0, SEEK_END);
  if (end < 0) return fail_errno("a file cannot be read", {});
  const auto size = static_cast<std::size_t>(end);
  if (size == 0) return MappedFile(BytesView{});
  void* memory = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, file.get(), 0);
  if (memory == MAP_FAILED) return fail_errno("a file cannot be mapped", {});
  return MappedFile(BytesView(static_cast<const std::byte*>(memory), size));
}

MappedFile::MappedFile(MappedFile&& other) noexcept : bytes_(std::exchange(other.bytes_, {})) {}
MappedFile& MappedFile::operator=(MappedFile&& other) noexcept {
  std::swap(bytes_, other.bytes_);
  return *this;
}
MappedFile::~MappedFile() {
  if (!bytes_.empty()) ::munmap(const_cast<std::byte*>(bytes_.data()), bytes_.size());
}

Result<std::unique_ptr<WorkerProcess>> WorkerProcess::start(const std::string& program,
                                                            const WorkerBounds& bounds, Cage cage,
                                                            const std::string& library) {
  std::array<int, 2> socket{}, pipe{};
  if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, socket.data()) != 0)
    return fail_errno("a worker cannot be started", program);
  Descriptor ours(socket[0]), theirs(socket[1]);
  if (::pipe2(pipe.data(), O_CLOEXEC) != 0) return fail_errno("a worker cannot be started", program);
  Descriptor answers(pipe[0]), answer_end(pipe[1]);
  // A deep pipe lets both sides work at once; where the system allows none, the usual one does.
  (void)::fcntl(answers.get(), F_SETPIPE_SZ, kPipeBytes);
  // A worker that does not read must not stop us.
  const timeval patience{bounds.patience.count(), 0};
  if (::setsockopt(ours.get(), SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience) != 0)
    return fail_errno("a worker cannot be started", program);
  CagedEnds ends{TRY(above_standard_streams(std::move(theirs))),
                 TRY(above_standard_streams(std::move(answer_end)))};
  CagedProcess caged = TRY(start_caged(program, std::move(ends), bounds, cage, library));
  std::unique_ptr<WorkerProcess> worker(new WorkerProcess(
      caged.process, caged.watch.release(), ours.release(), answers.release(), bounds.patience));
  worker->missing_ = std::move(caged.missing);
  return worker;
}

WorkerProcess::~WorkerProcess() {
  (void)end();
  finish();
  ::close(output_);
  ::close(watch_);
}

Result<void> WorkerProcess::send_with(BytesView message, int descriptor) {
  if (message.size() > kWorkerMessageMax)
    return fail(ErrorCode::limit_exceeded, "a message to a worker is too long");
  DescriptorMessage out({const_cast<std::byte*>(message.data()), message.size()});  // sendmsg only reads
  if (descriptor >= 0) out.carry(descriptor);
  const auto sent = retry_interrupted([&] { return ::sendmsg(input_, out.header(), MSG_NOSIGNAL); });
  if (sent < 0) return fail(ErrorCode::unavailable, "the worker no longer takes messages");
  return {};
}

Result<void> WorkerProcess::send(BytesView message) { return send_with(message, -1); }

Result<void> WorkerProcess::send_file(BytesView message, const std::string& path) {
  const Descriptor file = TRY(open_regular(path));
  return send_with(message, file.get());
}

void WorkerProcess::finish() {
  if (input_ >= 0) ::close(input_);
  input_ = -1;
}

Result<std::size_t> WorkerProcess::read(MutableBytes out, std::chrono::steady_clock::time_point deadline) {
  for (;;) {
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now()).count();
    if (left <= 0) return fail(ErrorCode::unavailable, "the worker took too long");
    pollfd waiting{output_, POLLIN, 0};
    const int ready = ::poll(&waiting, 1, static_cast<int>(std::min<std::int64_t>(left, 1'000'000)));
    if (ready < 0 && errno != EINTR) return fail_errno("a worker's answer cannot be read", {});
    if (ready <= 0) continue;
    const auto size = retry_interrupted([&] { return ::read(output_, out.data(), out.size()); });
    if (size < 0) return fail_errno("a worker's answer cannot be read", {});
    return static_cast<std::size_t>(size);
  }
}

std::string WorkerProcess::end() {
  if (process_ < 0) return ending_;
  // A worker that has closed its answers is ending by itself, or says so; one that has not is stopped.
  pollfd waiting{output_, POLLIN, 0};
  const bool closed = ::poll(&waiting, 1, 0) > 0 && (waiting.revents & (POLLHUP | POLLIN)) == POLLHUP;
  pollfd ended{watch_, POLLIN, 0};
  const auto patience = static_cast<int>(std::chrono::milliseconds(patience_).count());
  if (!closed || retry_interrupted([&] { return ::poll(&ended, 1, patience); }) != 1)
    ::kill(process_, SIGKILL);
  int status = 0;
  retry_interrupted([&] { return ::waitpid(process_, &status, 0); });
  process_ = -1;
  if (WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS)
    ending_ = "ended by the cage: it made a system call it may not make";
  else if (WIFSIGNALED(status))
    ending_ = fmt::format("killed by signal {}", WTERMSIG(status));
  else
    ending_ = fmt::format("ended by itself with {}", WEXITSTATUS(status));
  return ending_;
}

}  // namespace strongroom::platform
