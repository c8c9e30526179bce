/// A single file that proves something given the archive id alone: how the commands for such files ask and answer.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "answer.h"
#include "base/bytes.h"

namespace CLI {
class App;
}

namespace strongroom::verify {

struct ProofFile {
  std::string file, archive;
  bool json = false;
};

/// The file, --archive and --json. `kind` names the file in the help.
void add_proof_options(CLI::App& command, ProofFile& asked, const std::string& kind);

/// The archive that the file says it is of; nothing if it does not parse.
using NamedArchive = std::function<std::optional<Hash256>(BytesView)>;
/// What it proves, as text or JSON; an error says why it does not.
using Proved = std::function<Result<std::string>(BytesView, const Hash256& archive)>;

/// Reads the file (of at most `bytes_max`) and the archive id, and prints the answer.
Exit answer_for(const ProofFile& asked, std::size_t bytes_max, const NamedArchive& named,
                const Proved& proved);

}  // namespace strongroom::verify
