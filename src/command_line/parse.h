/// Reading a program's command line, the same way in every program: what to do when it is not understood.
#pragma once

#include <optional>
#include <string>

namespace CLI {  // NOLINT(readability-identifier-naming): CLI11 calls itself so
class App;
}

namespace strongroom::command_line {

/// Parses into what `app` was told to fill. Nothing if the program is to go on; otherwise what it ends with: 0 after
/// --help or --version, `misuse` after an error, which stands on standard error with what to do about it.
std::optional<int> parse(CLI::App& app, int argc, const char* const* argv, int misuse = 2);

/// The sentence about the first word that stands where a subcommand was expected and is none, with the one that is
/// most like it; nothing if there is no such word.
std::optional<std::string> unknown_subcommand(const CLI::App& app, int argc, const char* const* argv);

}  // namespace strongroom::command_line
