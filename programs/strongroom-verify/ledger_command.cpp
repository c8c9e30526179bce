#include "commands.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>

#include "ledger/note.h"
#include "ledger/proof.h"
#include "platform/file_system.h"
#include "verify/ledger_check.h"
#include "verify/tile_directory.h"

namespace strongroom::verify {
namespace {

constexpr const char* kDescription =
    "Check a transparency log: its checkpoints, tiles and proofs (anybody's log)";

constexpr const char* kFooter =
    "\nDESCRIPTION\n"
    "  Reads the formats that public transparency logs share (C2SP signed notes, checkpoints, cosignatures,\n"
    "  tlog-tiles, tlog-proof, tlog-policy). Works on logs of other people as well as on an archive's own.\n"
    "\n"
    "  A checkpoint holds if it is of the log asked for, signed by the log's key, and cosigned as demanded: "
    "by\n"
    "  every witness whose key is given, or by the quorum of the policy. With --tiles, every tile and every\n"
    "  entry of the log is recomputed up to the checkpoint's root. With --old-checkpoint, the log must "
    "contain\n"
    "  everything that it had then, in the same order. With --proof, the entry must be in the log; nothing "
    "else\n"
    "  of the log is needed.\n"
    "\n"
    "EXAMPLE\n"
    "  A checkpoint of Go's checksum database, whose origin is not the name of its key:\n"
    "\n"
    "    strongroom-verify ledger --checkpoint latest --origin 'go.sum database tree' \\\n"
    "      --vkey sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8\n"
    "\n"
    "  A receipt of an archive, checked years later with the policy that the archive published:\n"
    "\n"
    "    strongroom-verify ledger --proof receipt.tlog-proof --entry leaf.bin --policy witnesses.policy\n"
    "\n"
    "EXIT STATUS\n"
    "  0 everything asked holds; 1 something does not hold; 2 a file cannot be read, or a key or policy is "
    "not\n"
    "  one, or the question is not complete.\n";

struct Options {
  std::string checkpoint;
  std::vector<std::string> vkeys;
  std::string origin;
  std::string policy;
  std::string proof;
  std::string entry;
  std::string tiles;
  std::string old_checkpoint;
  bool json = false;
};

void print(std::FILE* to, const std::string& text) { std::fwrite(text.data(), 1, text.size(), to); }

/// The text of a file named on the command line; nothing if none was named.
Result<std::optional<std::string>> read_text(platform::FileSystem& files, const std::string& path,
                                             std::uint64_t bytes_max) {
  if (path.empty()) return std::nullopt;
  const Bytes bytes = TRY_IN(path, files.read(path, bytes_max));
  return std::string(text_of(bytes));
}

Result<LedgerTrust> read_trust(platform::FileSystem& files, const Options& options) {
  LedgerTrust trust;
  for (const std::string& vkey : options.vkeys)
    trust.keys.push_back(TRY_IN("--vkey", ledger::parse_vkey(vkey)));
  if (!options.origin.empty()) trust.origin = options.origin;
  if (const auto text = TRY(read_text(files, options.policy, ledger::kPolicyBytesMax))) {
    trust.policy = TRY_IN(options.policy, ledger::parse_policy(*text));
  }
  return trust;
}

Result<LedgerQuestion> read_question(platform::FileSystem& files, const Options& options) {
  LedgerQuestion question;
  question.checkpoint = TRY(read_text(files, options.checkpoint, ledger::kNoteBytesMax));
  question.old_checkpoint = TRY(read_text(files, options.old_checkpoint, ledger::kNoteBytesMax));
  question.proof = TRY(read_text(files, options.proof, ledger::kTlogProofBytesMax));
  if (const auto entry = TRY(read_text(files, options.entry, ledger::kEntryBytesMax))) {
    question.entry = copy_of(bytes_of(*entry));
  }
  return question;
}

/// The rules and the question, read and found to be complete; everything that can end in "cannot tell".
struct Asked {
  LedgerRules rules;
  LedgerQuestion question;
};
Result<Asked> read_all(platform::FileSystem& files, const Options& options, ledger::TileReader& tiles) {
  Asked asked{TRY(rules_of(TRY(read_trust(files, options)))), TRY(read_question(files, options))};
  if (!options.tiles.empty()) {
    if (!TRY(files.exists(options.tiles + "/tile"))) {
      return fail(ErrorCode::not_found, "there is no directory \"tile\" in it", options.tiles,
                  "name the directory that has tile/0, tile/1 and tile/entries in it");
    }
    asked.question.tiles = &tiles;
  }
  TRY(check_question(asked.question));
  return asked;
}

Exit run(const Options& options) {
  const auto files = platform::make_posix_file_system();
  TileDirectory tiles(options.tiles, *files);
  const Result<Asked> asked = read_all(*files, options, tiles);
  if (!asked) {
    print(stderr, "strongroom-verify: " + asked.error().to_string() + "\n");
    return Exit::cannot_tell;
  }
  const Result<LedgerFindings> findings = check_ledger(asked->rules, asked->question);
  if (findings) {
    print(stdout, options.json ? report_json(*findings) : report_text(*findings));
    return Exit::holds;
  }
  if (findings.error().code == ErrorCode::io) {
    print(stderr, "strongroom-verify: " + findings.error().to_string() + "\n");
    return Exit::cannot_tell;
  }
  print(stdout, options.json ? failure_json(findings.error()) : failure_text(findings.error()));
  return Exit::does_not_hold;
}

}  // namespace

void add_ledger_command(CLI::App& app, Exit& exit) {
  CLI::App* command = app.add_subcommand("ledger", kDescription);
  const auto options = std::make_shared<Options>();
  command->add_option("--checkpoint", options->checkpoint, "checkpoint to check")->type_name("FILE");
  command->add_option("--vkey", options->vkeys, "key to believe: the log's first, then witnesses; repeatable")
      ->type_name("KEY")
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  command->add_option("--origin", options->origin, "the log's origin line, if it is not the name of its key")
      ->type_name("NAME");
  command->add_option("--policy", options->policy, "tlog-policy: logs, witnesses and the quorum")
      ->type_name("FILE");
  command->add_option("--proof", options->proof, "tlog-proof of one entry")->type_name("FILE");
  command->add_option("--entry", options->entry, "the entry that --proof is about, as raw bytes")
      ->type_name("FILE");
  command->add_option("--tiles", options->tiles, "directory with the log's tiles; all are checked")
      ->type_name("DIR");
  command->add_option("--old-checkpoint", options->old_checkpoint, "earlier checkpoint; needs --tiles")
      ->type_name("FILE");
  command->add_flag("--json", options->json, "answer with one JSON object");
  command->footer(kFooter);
  command->callback([options, &exit] { exit = run(*options); });
}

}  // namespace strongroom::verify
