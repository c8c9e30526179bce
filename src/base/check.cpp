#include "base/check.h"

#include <cstdio>
#include <cstdlib>

namespace strongroom::detail {

void check_failed(const char* condition, std::source_location where) noexcept {
  std::fprintf(stderr, "strongroom: broken invariant: %s\n  at %s:%u in %s\n", condition, where.file_name(),
               where.line(), where.function_name());
  std::abort();
}

}  // namespace strongroom::detail
