/// Which of the files handed over are what, and the database among them opened.
#pragma once

#include <optional>

#include "capture/parser.h"
#include "capture/signal_desktop/sealed_database.h"

namespace strongroom::capture::signal_desktop {

/// A file "db.sqlite" of whole pages of noise.
bool is_database(const InputFile& file);
/// Read with the database and not kept as a file of its own: its log, and the configuration with its key.
bool is_part_of_database(const InputFile& file);

/// The write-ahead log of a database among its files; nullptr if there is none.
const InputFile* log_of(const InputFile& database, const std::vector<InputFile>& files);

/// Why a database stays shut, as a refusal says it.
struct Shut {
  std::string code, detail;
};
/// `files`: everything beside it (its log, config.json).
std::expected<Plain, Shut> open(const InputFile& database, const std::vector<InputFile>& files,
                                const std::vector<GivenKey>& keys);

}  // namespace strongroom::capture::signal_desktop
