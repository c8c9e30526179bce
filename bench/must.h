/// A benchmark has nobody to report an error to: it prints it and ends.
#pragma once

#include <fmt/format.h>

#include <cstdio>
#include <cstdlib>
#include <utility>

#include "base/error.h"

namespace strongroom::bench {

[[noreturn]] inline void give_up(const Error& error) {
  fmt::print(stderr, "strongroom-bench: {}\n", error.to_string());
  std::exit(1);
}

/// The value, or the end of the program.
template <class T>
T must(Result<T> result) {
  if (!result) give_up(result.error());
  if constexpr (!std::is_void_v<T>) return *std::move(result);
}

}  // namespace strongroom::bench
