/// --weak-cage, and what is said when this system cannot give the whole cage. For the commands that parse.
#pragma once

#include <CLI/CLI.hpp>
#include <cstdio>
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

}  // namespace strongroom::agent
