/// The system calls of a confined worker: what its parent leaves it when it starts, and what it leaves itself before
/// it reads a byte. Measured with strace on glibc 2.36 and 2.41; docs/decisions/cage.md says why each is there.
#pragma once

#include <cstdint>
#include <vector>

#include "platform/syscall_filter.h"

namespace strongroom::platform {

/// Set by the parent: enough for the dynamic loader, for the runtime's start and for `calls_of_a_confined_worker`.
/// execveat is allowed with `path` and AT_EMPTY_PATH only: an address of the parent's that the started program does
/// not have.
std::vector<SyscallRule> calls_of_a_starting_worker(const char* path);

/// Set by the worker: reading requests, writing answers, memory. File names are answered "no such file", because
/// libraries ask for configuration they can do without; everything else ends the process.
std::vector<SyscallRule> calls_of_a_confined_worker();

}  // namespace strongroom::platform
