/// Which places and TCP ports a process may use from some moment on (Landlock, landlock(7)). What is not named is
/// denied, whoever the process runs as. See docs/decisions/cage.md.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/error.h"
#include "platform/descriptor.h"

namespace strongroom::platform {

enum class PlaceUse {
  read,  ///< read files
  execute,  ///< start this file, and read it
  keep,  ///< read, write, make, rename and remove files and directories; start nothing, make nothing special
};

/// A file, or a directory with everything below it.
struct Place {
  std::string path;
  PlaceUse use = PlaceUse::read;
};

enum class Connections { none, anywhere };  ///< made by us, over TCP

/// What may be used. Places that do not exist are passed over.
struct LandlockRules {
  std::vector<Place> places;
  std::vector<std::uint16_t> listen_ports;  ///< TCP; 0: one the kernel chooses
  Connections connections = Connections::none;
};

/// A set of rules in the kernel, to be entered once or by several children.
class Landlock {
 public:
  /// The kernel's version of it; 0 if it has none (or none is allowed to be used).
  static int version();
  /// Without Landlock in the kernel: an empty one. TCP is ruled from version 4 on; a version 6 also hides other
  /// processes' abstract sockets and keeps signals inside.
  static Result<Landlock> make(const LandlockRules& rules);
  bool in_force() const { return rules_.is_open(); }
  bool rules_tcp() const { return in_force() && version() >= 4; }
  /// For the calling thread and everything it starts. Needs no_new_privs. 0 (also when empty), or an errno. Only a
  /// system call: may be used between fork and exec.
  int enter() const noexcept;

 private:
  Descriptor rules_;
};

}  // namespace strongroom::platform
