/// What every program of ours does first: no core dumps, no debugger, private files.
#pragma once

#include <cstddef>

#include "base/error.h"

namespace strongroom::platform {

/// PR_SET_DUMPABLE 0 (no core dump, no ptrace by the same user, /proc/self owned by root), RLIMIT_CORE 0,
/// umask 077, SIGPIPE ignored (a lost peer is an error value, not a signal). Call it before anything is read.
Result<void> harden_process();

/// Raises the limit of open files to the highest this program may have without a privilege, and says what it is.
Result<std::size_t> raise_descriptor_limit();

}  // namespace strongroom::platform
