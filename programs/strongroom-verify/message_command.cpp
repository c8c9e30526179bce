#include "commands.h"

#include <CLI/CLI.hpp>
#include <memory>

#include "proof_file.h"
#include "record/record.h"
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
  ProofFile asked;
  bool show = false;
};

Exit run(const Options& options) {
  return answer_for(
      options.asked, kMessageProofBytesMax,
      [](BytesView bytes) -> std::optional<Hash256> {
        const auto parsed = decode_message_proof(bytes);
        return parsed ? std::optional(parsed->archive) : std::nullopt;
      },
      [&](BytesView bytes, const Hash256& archive) -> Result<std::string> {
        const ProvenMessage proven = TRY(verify_message(TRY(decode_message_proof(bytes)), archive));
        std::string said = options.asked.json ? report_json(proven) : report_text(proven);
        // One JSON line, in which no control character of the message can reach the terminal.
        if (options.show) said += record::to_json_line(proven.record) + "\n";
        return said;
      });
}

}  // namespace

void add_message_command(CLI::App& app, Exit& exit) {
  CLI::App* command = app.add_subcommand("message", kDescription);
  const auto options = std::make_shared<Options>();
  add_proof_options(*command, options->asked, ".strongroom-message");
  command->add_flag("--show", options->show,
                    "print the message too, as one JSON object on a line of its own");
  command->footer(kFooter);
  command->callback([options, &exit] { exit = run(*options); });
}

}  // namespace strongroom::verify
