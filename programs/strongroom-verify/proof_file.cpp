#include "proof_file.h"

#include <CLI/CLI.hpp>
#include <cstdio>

#include "archive_id.h"
#include "verify/ledger_check.h"

namespace strongroom::verify {
namespace {

struct Read {
  Bytes bytes;
  Hash256 archive{};
};
Result<Read> read(const ProofFile& asked, std::size_t bytes_max, const NamedArchive& named) {
  const auto files = platform::make_posix_file_system();
  Read out{TRY_IN(asked.file, files->read(asked.file, bytes_max)), {}};
  out.archive = TRY(read_archive_id(*files, asked.archive, named(out.bytes)));
  return out;
}

}  // namespace

void add_proof_options(CLI::App& command, ProofFile& asked, const std::string& kind) {
  command.add_option("file", asked.file, "the " + kind + " file")->type_name("FILE")->required();
  command.add_option("--archive", asked.archive, "archive id in hex, its six words, or the archive card")
      ->type_name("ID|WORDS|CARD")
      ->required();
  command.add_flag("--json", asked.json, "answer with one JSON object");
}

Exit answer_for(const ProofFile& asked, std::size_t bytes_max, const NamedArchive& named,
                const Proved& proved) {
  const Result<Read> file = read(asked, bytes_max, named);
  if (!file) {
    std::fprintf(stderr, "strongroom-verify: %s\n", file.error().to_string().c_str());
    return Exit::cannot_tell;
  }
  const Result<std::string> said = proved(file->bytes, file->archive);
  if (!said) {
    std::fputs((asked.json ? failure_json(said.error()) : failure_text(said.error())).c_str(), stdout);
    return Exit::does_not_hold;
  }
  std::fputs(said->c_str(), stdout);
  return Exit::holds;
}

}  // namespace strongroom::verify
