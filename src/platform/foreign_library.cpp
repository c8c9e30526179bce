#include "platform/foreign_library.h"

#include <dlfcn.h>
#include <fmt/format.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <cstdio>

#include "platform/sanitizer.h"

namespace strongroom::platform {
namespace {

constexpr std::string_view kHint = "name the vendor's library for Linux and for this processor";

/// The worker's answers go through standard output: what a library prints, by whatever means of C or C++, must not get
/// among them. A worker's standard error is /dev/null. The stream itself is turned: with RTLD_DEEPBIND the library has
/// the C library's own variable `stdout`, which need not be the one this program would set.
void send_prints_nowhere() { stdout->_fileno = STDERR_FILENO; }

}  // namespace

Result<ForeignLibrary> ForeignLibrary::load(const std::string& path, std::span<const char* const> symbols) {
  if (!path.starts_with('/')) return fail(ErrorCode::refused, "a library is named by its whole path", path);
  if (!kSanitized && ::prctl(PR_GET_SECCOMP, 0, 0, 0, 0) <= 0)
    return fail(ErrorCode::refused, "a vendor's library is loaded in the cage only", path);
  send_prints_nowhere();
  // Deep: a vendor's library that brings its own OpenSSL must find that one, not ours. Sanitizers cannot have it.
  constexpr int kHow = RTLD_NOW | RTLD_LOCAL | (kSanitized ? 0 : RTLD_DEEPBIND);
  void* library = ::dlopen(path.c_str(), kHow);
  if (library == nullptr) {
    const char* why = ::dlerror();  // NOLINT(concurrency-mt-unsafe): a worker has one thread
    return fail(ErrorCode::unsupported,
                fmt::format("the vendor's library cannot be loaded: {}", why == nullptr ? "unknown" : why),
                path, std::string(kHint));
  }
  std::vector<void*> found;
  for (const char* name : symbols) {
    found.push_back(::dlsym(library, name));
    if (found.back() == nullptr)
      return fail(ErrorCode::unsupported, fmt::format("the vendor's library has no {}", name), path,
                  std::string(kHint));
  }
  return ForeignLibrary(std::move(found));
}

}  // namespace strongroom::platform
