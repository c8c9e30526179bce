#include "commands.h"

#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>

#include "archive_id.h"
#include "record/record.h"
#include "verify/ledger_check.h"
#include "verify/message_proof.h"

namespace strongroom::verify {
namespace {

constexpr const char* kDescription = "Check the proof of a single message";

constexpr const char* kFooter =
    "\nDESCRIPTION\n"
    "  A .strongroom-message file proves one message without opening the folder it was sealed in, also after "
    "that\n"
    "  folder was disposed of. It says which device sealed it, when, and since when witnesses outside the "
    "archive\n"
    "  have had it in view. What the message says is printed only with --show.\n"
    "\n"
    "EXAMPLE\n"
    "    strongroom-verify message exhibit-4.strongroom-message --archive archive.card --show\n"
    "\n"
    "EXIT STATUS\n"
    "  0 it holds; 1 it does not; 2 the file or the archive id cannot be read.\n";

struct Options {
  std::string file, archive;
  bool show = false, json = false;
};

struct Asked {
  Bytes bytes;
  Hash256 archive{};
};
Result<Asked> read(platform::FileSystem& files, const Options& options) {
  Asked asked{TRY_IN(options.file, files.read(options.file, kMessageProofBytesMax)), {}};
  const auto proof = decode_message_proof(asked.bytes);
  asked.archive =
      TRY(read_archive_id(files, options.archive, proof ? std::optional(proof->archive) : std::nullopt));
  return asked;
}

Result<ProvenMessage> verify(const Asked& asked) {
  return verify_message(TRY(decode_message_proof(asked.bytes)), asked.archive);
}

Exit run(const Options& options) {
  const auto files = platform::make_posix_file_system();
  const Result<Asked> asked = read(*files, options);
  if (!asked) {
    std::fprintf(stderr, "strongroom-verify: %s\n", asked.error().to_string().c_str());
    return Exit::cannot_tell;
  }
  const Result<ProvenMessage> proven = verify(*asked);
  if (!proven) {
    std::fputs((options.json ? failure_json(proven.error()) : failure_text(proven.error())).c_str(), stdout);
    return Exit::does_not_hold;
  }
  std::fputs((options.json ? report_json(*proven) : report_text(*proven)).c_str(), stdout);
  // One JSON line, in which no control character of the message can reach the terminal.
  if (options.show) std::fputs((record::to_json_line(proven->record) + "\n").c_str(), stdout);
  return Exit::holds;
}

}  // namespace

void add_message_command(CLI::App& app, Exit& exit) {
  CLI::App* command = app.add_subcommand("message", kDescription);
  const auto options = std::make_shared<Options>();
  command->add_option("file", options->file, "the .strongroom-message file")->type_name("FILE")->required();
  command->add_option("--archive", options->archive, "archive id in hex, its six words, or the archive card")
      ->type_name("ID|WORDS|CARD")
      ->required();
  command->add_flag("--show", options->show,
                    "print the message too, as one JSON object on a line of its own");
  command->add_flag("--json", options->json, "answer with one JSON object");
  command->footer(kFooter);
  command->callback([options, &exit] { exit = run(*options); });
}

}  // namespace strongroom::verify
