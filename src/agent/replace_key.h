/// A device gets new keys without being enrolled anew (protocol §2.6): the key in force asks, an officer signs, the
/// register has the last word. The chain goes on where it is; capture goes on under the key in force until the switch.
#pragma once

#include <chrono>
#include <string>

#include "agent/device.h"
#include "agent/import.h"

namespace strongroom::agent {

enum class KeyStep {
  asked,  ///< the request was written
  waiting,  ///< the request is there, and no officer has signed it
  replaced,  ///< the new key is in force here and in the register
};
struct KeyReplacement {
  KeyStep step = KeyStep::asked;
  std::string words;  ///< of the new keys, to be read aloud to the officer
};

/// The next step, told by what `file` is: not there (the request is made and written), without an officer's signature,
/// or signed. Then everything that waits in the spool is handed over under the key in force, the entry goes to the
/// register, and the directory is switched over once the witnesses have signed it; a heartbeat is the first entry of
/// the new key. Stopped anywhere, the same command goes on. `conflict` if the file is of other keys or another roster.
Result<KeyReplacement> replace_key(Device& device, const std::string& file, const ImportTools& tools,
                                   std::chrono::milliseconds patience);

}  // namespace strongroom::agent
