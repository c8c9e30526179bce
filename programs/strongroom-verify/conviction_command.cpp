#include <CLI/CLI.hpp>
#include <memory>

#include "commands.h"
#include "conviction/conviction.h"
#include "proof_file.h"

namespace strongroom::verify {
namespace {

constexpr const char* kDescription = "Check evidence against a device or a trustee";

constexpr const char* kFooter =
    "\nDESCRIPTION\n"
    "  A .strongroom-conviction file shows that a device dealt shares that do not hold, that a trustee "
    "granted\n"
    "  something else than its share, or that a device signed two entries at one position. Everything is "
    "made\n"
    "  again and compared with what the accused signed; nobody's word is needed, and a false accusation is\n"
    "  refused. A file about shares discloses what opens the one folder concerned.\n"
    "\n"
    "EXAMPLE\n"
    "    strongroom-verify conviction member-3.strongroom-conviction --archive archive.card\n"
    "\n"
    "EXIT STATUS\n"
    "  0 it convicts; 1 it does not; 2 the file or the archive id cannot be read.\n";

Exit run(const ProofFile& asked) {
  return answer_for(
      asked, conviction::kConvictionBytesMax,
      [](BytesView bytes) -> std::optional<Hash256> {
        const auto parsed = conviction::decode_conviction(bytes);
        return parsed ? std::optional(parsed->archive) : std::nullopt;
      },
      [&](BytesView bytes, const Hash256& archive) -> Result<std::string> {
        const auto judged = TRY(conviction::judge(TRY(conviction::decode_conviction(bytes)), archive));
        return asked.json ? conviction::report_json(judged) : conviction::report_text(judged);
      });
}

}  // namespace

void add_conviction_command(CLI::App& app, Exit& exit) {
  CLI::App* command = app.add_subcommand("conviction", kDescription);
  const auto asked = std::make_shared<ProofFile>();
  add_proof_options(*command, *asked, ".strongroom-conviction");
  command->footer(kFooter);
  command->callback([asked, &exit] { exit = run(*asked); });
}

}  // namespace strongroom::verify
