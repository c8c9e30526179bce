/// The machine this runs on, from inside: what is asked of the operating system, and judged in listeners.h,
/// memory_leaks.h, keeping.h, timekeeping.h.
#pragma once

#include "doctor/finding.h"
#include "platform/file_system.h"

namespace strongroom::doctor {

struct MachineQuestion {
  std::vector<std::string>
      directories;  ///< of ours: a server's or witness's data, a person's home, a device's state
  std::string backup;                    ///< a directory with backups; empty: not asked
  std::int64_t backup_age_max_s = 86400 + 7200;
  std::int64_t witness_age_max_s = 2 * 3600;  ///< cross leaves are made and witnessed every hour
  std::int64_t now_s = 0;
};

/// `not_found` if a directory is not there, `refused` if it is nothing of ours. What may not be seen by this user is a
/// finding.
Result<Findings> look_at_machine(platform::FileSystem& files, const MachineQuestion& question);

}  // namespace strongroom::doctor
