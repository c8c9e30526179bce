#include "commands.h"

#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>

#include "archive_id.h"
#include "verify/package_check.h"
#include "verify/package_format.h"

namespace strongroom::verify {
namespace {

constexpr const char* kDescription = "Check an evidence package";

constexpr const char* kFooter =
    "\nDESCRIPTION\n"
    "  A package is what a reader exports with `strongroom export --format evidence`. Everything in it is "
    "followed\n"
    "  back to the archive id: who was on the roster, that the reading was asked for, approved and granted, "
    "that\n"
    "  every entry was in a ledger which witnesses had seen, and that each record is the one that was "
    "sealed. Every\n"
    "  alteration is named. Nothing but the package and the archive id is needed.\n"
    "\n"
    "EXAMPLE\n"
    "    strongroom-verify package case-17 --archive archive.card\n"
    "\n"
    "EXIT STATUS\n"
    "  0 it holds; 1 something serious was found; 2 the archive id cannot be read, or there is no such "
    "directory.\n";

struct Options {
  std::string directory, archive;
  bool json = false;
};

/// What the package says it is of; nothing if its manifest cannot be read.
std::optional<Hash256> claimed(platform::FileSystem& files, const std::string& directory) {
  const auto text = files.read(directory + "/" + std::string(kManifestName), kManifestBytesMax);
  if (!text) return std::nullopt;
  const auto manifest = parse_manifest(text_of(*text));
  return manifest ? std::optional(manifest->archive) : std::nullopt;
}

Result<Report> check(platform::FileSystem& files, const Options& options) {
  if (!TRY(files.exists(options.directory)))
    return fail(ErrorCode::not_found, "there is no such directory", options.directory);
  const Hash256 archive = TRY(read_archive_id(files, options.archive, claimed(files, options.directory)));
  return check_package(files, options.directory, archive);
}

Exit run(const Options& options) {
  const auto files = platform::make_posix_file_system();
  return answer("The package", check(*files, options), options.json ? AnswerForm::json : AnswerForm::text);
}

}  // namespace

void add_package_command(CLI::App& app, Exit& exit) {
  CLI::App* command = app.add_subcommand("package", kDescription);
  const auto options = std::make_shared<Options>();
  command->add_option("directory", options->directory, "the package")->type_name("DIR")->required();
  command->add_option("--archive", options->archive, "archive id in hex, its six words, or the archive card")
      ->type_name("ID|WORDS|CARD")
      ->required();
  command->add_flag("--json", options->json, "answer with one JSON object");
  command->footer(kFooter);
  command->callback([options, &exit] { exit = run(*options); });
}

}  // namespace strongroom::verify
