#include "commands.h"

#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>

#include "archive_id.h"
#include "ledger/note.h"
#include "platform/clock.h"
#include "verify/archive_check.h"

namespace strongroom::verify {
namespace {

constexpr const char* kDescription =
    "Check a whole archive from a copy of the server's data directory or a mirror";

constexpr const char* kFooter =
    "\nDESCRIPTION\n"
    "  Recomputes both ledgers up to their witnessed checkpoints, replays the register from the genesis, "
    "reads every\n"
    "  device's chain, and looks at every header and body. It names each gap, drop, reorder, alteration, "
    "loss, fork,\n"
    "  and each sign of life that is late or missing. It needs no key and no network, and writes nothing.\n"
    "\n"
    "  Keep the checkpoints of one check (register/witnessed, capture/witnessed) and give them to the next "
    "with\n"
    "  --seen: then an archive that was set back, or shows you another history, is caught by you too.\n"
    "\n"
    "EXAMPLE\n"
    "    strongroom-verify archive /mnt/copy/srv --archive archive.card --now\n"
    "\n"
    "EXIT STATUS\n"
    "  0 nothing serious; 1 something serious was found; 2 the directory or the archive id cannot be read.\n";

struct Options {
  std::string directory, archive;
  std::vector<std::string> seen;
  bool without_bodies = false, now = false, json = false;
};

/// Shows how far it is on a terminal, and nothing elsewhere.
std::function<void(std::uint64_t, std::uint64_t)> progress_line() {
  if (isatty(STDERR_FILENO) == 0) return {};
  return [](std::uint64_t done, std::uint64_t all) {
    if (done % 1024 != 0 && done != all) return;
    std::fprintf(stderr, "\r%llu of %llu entries%s", static_cast<unsigned long long>(done),
                 static_cast<unsigned long long>(all), done == all ? "\n" : "");
  };
}

Result<Report> check(platform::FileSystem& files, const Options& options) {
  ArchiveQuestion question;
  question.archive = TRY(read_archive_id(files, options.archive));
  for (const std::string& path : options.seen)
    question.seen.emplace_back(text_of(TRY_IN(path, files.read(path, ledger::kNoteBytesMax))));
  if (options.without_bodies) question.bodies = Bodies::leave_out;
  if (options.now) question.now_s = platform::SystemClock().now_ms() / 1000;
  if (!options.json) question.progress = progress_line();
  const auto archive = TRY(open_archive_files(files, options.directory));
  return check_archive(question, *archive);
}

Exit run(const Options& options) {
  const auto files = platform::make_posix_file_system();
  return answer("The archive", check(*files, options), options.json ? AnswerForm::json : AnswerForm::text);
}

}  // namespace

void add_archive_command(CLI::App& app, Exit& exit) {
  CLI::App* command = app.add_subcommand("archive", kDescription);
  const auto options = std::make_shared<Options>();
  command
      ->add_option("directory", options->directory, "data directory of the server, a copy of it, or a mirror")
      ->type_name("DIR")
      ->required();
  command->add_option("--archive", options->archive, "archive id in hex, or the archive card")
      ->type_name("ID|CARD")
      ->required();
  command->add_option("--seen", options->seen, "checkpoint kept from an earlier check; repeatable")
      ->type_name("FILE")
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  command->add_flag("--without-bodies", options->without_bodies,
                    "do not look for bodies (a mirror without them)");
  command->add_flag(
      "--now", options->now,
      "demand signs of life up to this computer's clock, not only up to the newest witness time");
  command->add_flag("--json", options->json, "answer with one JSON object");
  command->footer(kFooter);
  command->callback([options, &exit] { exit = run(*options); });
}

}  // namespace strongroom::verify
