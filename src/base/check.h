/// Invariants. A failed CHECK is a defect of ours: it says where and stops the program, in every build.
/// What is stored stays recoverable; going on could make it wrong.
#pragma once

#include <source_location>

namespace strongroom::detail {
[[noreturn]] void check_failed(const char* condition, std::source_location where) noexcept;
}

#define CHECK(condition) \
  ((condition) ? static_cast<void>(0) \
               : ::strongroom::detail::check_failed(#condition, std::source_location::current()))
