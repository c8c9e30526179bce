#include "command_line/parse.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <numeric>
#include <string_view>
#include <vector>

namespace strongroom::command_line {
namespace {

constexpr std::size_t kLikeEnough = 2;  ///< slips of the finger between what was typed and what was meant

/// Levenshtein distance: letters to add, drop or change.
std::size_t slips(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t diagonal = row[0]++;
    for (std::size_t j = 0; j < b.size(); ++j) {
      const std::size_t changed = diagonal + (a[i] == b[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({changed, row[j] + 1, row[j + 1] + 1});
    }
  }
  return row.back();
}

std::string nearest(const CLI::App& app, const std::string& word) {
  std::string best;
  std::size_t least = std::min(kLikeEnough, word.size() / 2) + 1;
  for (const CLI::App* command : app.get_subcommands({})) {
    const std::size_t distance = slips(word, command->get_name());
    if (distance >= least) continue;
    least = distance;
    best = command->get_name();
  }
  return best;
}

std::string full_name(const CLI::App& app) {
  return app.get_parent() ? full_name(*app.get_parent()) + " " + app.get_name() : app.get_name();
}

/// The subcommand that the words name, as far as they name one, and the first word that names none.
std::pair<const CLI::App*, std::string> follow(const CLI::App& app, int argc, const char* const* argv) {
  const CLI::App* at = &app;
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    if (at->get_require_subcommand_min() == 0 || word.starts_with('-')) break;
    const auto commands = at->get_subcommands({});
    const auto named = std::ranges::find(commands, word, &CLI::App::get_name);
    if (named == commands.end()) return {at, word};
    at = *named;
  }
  return {at, {}};
}

}  // namespace

std::optional<std::string> unknown_subcommand(const CLI::App& app, int argc, const char* const* argv) {
  const auto [at, word] = follow(app, argc, argv);
  if (word.empty()) return std::nullopt;
  const std::string meant = nearest(*at, word);
  std::string out = full_name(*at) + ": there is no command \"" + word + "\"";
  if (!meant.empty()) out += "; did you mean \"" + meant + "\"?";
  return out;
}

std::optional<int> parse(CLI::App& app, int argc, const char* const* argv, int misuse) {
  try {
    app.parse(argc, argv);
    return std::nullopt;
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) return app.exit(error);
    if (const auto unknown = unknown_subcommand(app, argc, argv)) {
      std::fprintf(stderr, "%s\nRun with --help for the commands there are.\n", unknown->c_str());
      return misuse;
    }
    const CLI::App* at = follow(app, argc, argv).first;
    if (at->get_require_subcommand_min() > 0 && at->get_subcommands().empty()) {
      std::fprintf(stderr, "%s",
                   at->help(at->get_parent() ? full_name(*at->get_parent()) : "")
                       .c_str());  // nothing was asked: what could be
      return misuse;
    }
    app.exit(error);
    return misuse;
  }
}

}  // namespace strongroom::command_line
