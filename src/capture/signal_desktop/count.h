/// The independent second pass: rows, and within each the elements of two arrays, found by brackets and quotes.
#pragma once

#include "capture/signal_desktop/sealed_database.h"

namespace strongroom::capture::signal_desktop {

/// 1 for the database, 1 for each conversation, for each message 1 or as many as it has versions, 1 for each reaction,
/// 1 for each damaged page and 1 for a table that cannot be read to its end.
std::uint64_t count_rows(const Plain& plain);

}  // namespace strongroom::capture::signal_desktop
