/// `strongroomd restore`: a data directory from a backup. Nothing is written before the whole backup has been checked;
/// until the last step the directory carries a mark that keeps every program from opening it.
#pragma once

#include <optional>
#include <string>

#include "backup/backup_check.h"
#include "platform/clock.h"

namespace strongroom::backup {

struct RestoreOrder {
  std::string from, data;
  std::string keys;  ///< directory with `register`, `capture`, `tls`; empty: they are put there by hand
};
struct RestoreReport {
  Manifest manifest;
  Checked checked;
  bool keys = false;  ///< they were put in place, and are the ones the roster names
  bool unfinished_after = false;  ///< a later backup had begun and not come to its end
};

/// `conflict` if the directory holds anything but a restore that was interrupted; that one is begun again.
Result<RestoreReport> restore(platform::FileSystem& files, platform::Clock& clock, const RestoreOrder& order,
                              const Progress& progress);

}  // namespace strongroom::backup
