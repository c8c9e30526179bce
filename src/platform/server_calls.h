/// The system calls of strongroomd and strongroom-witness while they serve.
#pragma once

#include <vector>

#include "platform/syscall_filter.h"

namespace strongroom::platform {

/// Files, memory, threads, time, sockets of the Internet. Starting a program, making a process and touching another
/// one end the server; what is not listed fails with EPERM, so that an unforeseen call of a library costs an error and
/// not the service.
std::vector<SyscallRule> calls_of_a_server();

}  // namespace strongroom::platform
