/// Where a passphrase comes from: the terminal (without echo), an open descriptor, or a file.
#pragma once

#include <string>
#include <variant>

#include "base/error.h"
#include "base/secret.h"

namespace strongroom::platform {

inline constexpr std::size_t kPassphraseBytesMax = 1024;

struct FromTerminal {
  std::string prompt;  ///< shown as it is: "Passphrase of trustee 2: "
};
struct FromDescriptor {
  int descriptor = 0;  ///< read to its end or to the first newline; stays open
};
struct FromFile {
  std::string path;  ///< `--passphrase-file`; a regular file must be closed to others (mode 0600 or less)
};
using PassphraseSource = std::variant<FromTerminal, FromDescriptor, FromFile>;

/// The passphrase without its final newline. `refused` if empty, if a file is open to other users, or if
/// there is no terminal to ask on; `limit_exceeded` above 1024 bytes.
Result<SecretBytes> read_passphrase(const PassphraseSource& source);
/// A new passphrase: from a terminal it is asked for twice (`refused` if they differ), else as
/// read_passphrase.
Result<SecretBytes> read_new_passphrase(const PassphraseSource& source);

}  // namespace strongroom::platform
