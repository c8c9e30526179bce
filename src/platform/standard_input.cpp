#include "platform/standard_input.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cstdlib>

#include "base/bytes.h"
#include "platform/descriptor.h"

namespace strongroom::platform {
namespace {

constexpr std::size_t kPieceBytes = 256u << 10;

Result<void> write_all(int file, BytesView bytes) {
  while (!bytes.empty()) {
    const ssize_t written = retry_interrupted([&] { return ::write(file, bytes.data(), bytes.size()); });
    if (written < 0) return fail_errno("standard input cannot be kept until it is read", {});
    bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
  return {};
}

}  // namespace

Result<std::string> keep_standard_input() {
  struct stat about{};
  if (::fstat(STDIN_FILENO, &about) == 0 && S_ISREG(about.st_mode)) return "/proc/self/fd/0";
  const char* named = std::getenv("TMPDIR");
  const std::string directory = named != nullptr && *named != '\0' ? named : "/var/tmp";
  Descriptor file(::open(directory.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600));
  if (!file.is_open()) return fail_errno("standard input cannot be kept until it is read", directory);
  std::array<std::byte, kPieceBytes> piece;
  for (;;) {
    const ssize_t size = retry_interrupted([&] { return ::read(STDIN_FILENO, piece.data(), piece.size()); });
    if (size < 0) return fail_errno("standard input cannot be read", {});
    if (size == 0) return fmt::format("/proc/self/fd/{}", file.release());
    TRY(write_all(file.get(), BytesView(piece).first(static_cast<std::size_t>(size))));
  }
}

}  // namespace strongroom::platform
