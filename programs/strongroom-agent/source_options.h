/// What the person in front of the material knows about it: the same options for every command that parses.
#pragma once

#include <CLI/CLI.hpp>
#include <cstdio>
#include <fstream>
#include <string>

#include "capture/parser.h"
#include "capture/zone/zone.h"

namespace strongroom::agent {

inline constexpr std::size_t kKeyFileBytesMax = 16u << 10;

/// The content of a key file. A usage error if it cannot be read or is too large to be one.
inline capture::GivenKey read_key_file(const std::string& path) {
  std::ifstream in;
  in.rdbuf()->pubsetbuf(nullptr, 0);  // no copy in the stream
  in.open(path, std::ios::binary);
  SecretBytes content(kKeyFileBytesMax + 1);
  in.read(reinterpret_cast<char*>(content.reveal_mutable().data()),
          static_cast<std::streamsize>(content.size()));
  if (in.bad() || (in.fail() && !in.eof()) || in.gcount() == 0)
    throw CLI::ValidationError("--key-file", path + " cannot be read, or is empty");
  if (static_cast<std::size_t>(in.gcount()) > kKeyFileBytesMax)
    throw CLI::ValidationError("--key-file", path + " is larger than 16 KiB: not a key or a passphrase");
  return capture::GivenKey::copy_of(content.reveal().first(static_cast<std::size_t>(in.gcount())));
}

/// `statement` outlives the parsing of the command line.
inline void add_source_options(CLI::App& command, capture::Statement& statement) {
  command.add_option("--zone", statement.zone, "the zone of wall-clock times: Europe/Lisbon, +02:00")
      ->check([](const std::string& name) {
        const auto zone = capture::zone::Zone::named(name);
        return zone ? std::string() : zone.error().to_string();
      });
  command.add_option("--date-order", statement.date_order, "how dates are written in the source")
      ->check(CLI::IsMember({"dmy", "mdy", "ymd"}));
  command.add_option("--custodian", statement.custodian_name, "how the custodian is named in the source");
  command
      .add_option_function<std::vector<std::string>>(
          "--key-file",
          [&statement](const std::vector<std::string>& paths) {
            for (const std::string& path : paths) statement.keys.push_back(read_key_file(path));
          },
          "a key or passphrase of encrypted material; may be given several times")
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
}

}  // namespace strongroom::agent
