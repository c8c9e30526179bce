/// --weak-cage, and what is said when this system cannot give the whole cage. For the commands that parse.
#pragma once

#include <CLI/CLI.hpp>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <set>

#include "agent/parse_process.h"

namespace strongroom::agent {

/// Rules that say each missing protection once, on standard error. `rules` outlives the parsing of the command line.
inline void add_cage_option(CLI::App& command, CageRules& rules) {
  rules.missing = [said = std::make_shared<std::set<std::string>>()](const std::string& phrase) {
    if (said->insert(phrase).second)
      (void)std::fprintf(stderr, "strongroom-agent: the parser's cage is not whole: %s\n", phrase.c_str());
  };
  command.add_flag_callback(
      "--weak-cage", [&rules] { rules.cage = platform::Cage::weak_is_accepted; },
      "parse even where the kernel cannot filter system calls; for files you trust");
}

/// --wecom-library: by its canonical path, which is what the worker is told.
inline void add_library_option(CLI::App& command, CageRules& rules) {
  command
      .add_option_function<std::string>(
          "--wecom-library",
          [&rules](const std::string& path) {
            std::error_code failed;
            rules.library = std::filesystem::canonical(path, failed).string();
            if (failed) throw CLI::ValidationError("--wecom-library", path + ": " + failed.message());
          },
          "the vendor's library that opens WeCom's sealed messages; loaded in the cage")
      ->check(CLI::ExistingFile);
}

}  // namespace strongroom::agent
