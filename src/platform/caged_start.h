/// Starts a program in the cage. Everything here is set before its first instruction, so it holds for any program
/// whatever, also one that was put in the worker's place. For worker_process.cpp.
#pragma once

#include <string>
#include <vector>

#include "platform/descriptor.h"
#include "platform/worker_process.h"

namespace strongroom::platform {

/// What the program finds open; all are opened with O_CLOEXEC and number 3 or more.
struct CagedEnds {
  Descriptor input;  ///< becomes standard input
  Descriptor output;  ///< becomes standard output
};

struct CagedProcess {
  int process = -1;
  Descriptor watch;  ///< readable when it has ended
  std::vector<std::string> missing;  ///< as WorkerProcess::missing
};

/// As WorkerProcess::start.
Result<CagedProcess> start_caged(const std::string& program, CagedEnds ends, const WorkerBounds& bounds,
                                 Cage cage, const std::string& library);

}  // namespace strongroom::platform
