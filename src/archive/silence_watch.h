/// Which of the enrolled devices are heard, which are silent, which have retired (protocol §3.9). Expected to be heard
/// are enrolments minus retirements and revocations. Silent is who let two of its intervals pass without any entry, by
/// the server's clock, since the last entry came or since enrolment.
///
/// When an entry came is remembered by the running process only. After a start a device counts as last heard at the
/// device time of its last entry (never later than now): the ledgers are the database, and they hold no other time.
#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <string_view>
#include <vector>

#include "archive/catalogue.h"
#include "roster/replay.h"

namespace strongroom::archive {

enum class Hearing { heard, silent, retired /* or revoked */ };
/// "heard", "silent", "retired"
std::string_view name_of(Hearing hearing);

struct DeviceStanding {
  envelope::DeviceId device{};
  Hearing hearing = Hearing::heard;
  std::uint64_t heard_ms = 0;  ///< when it was last heard; of a device without entries: its enrolment
  bool operator==(const DeviceStanding&) const = default;
};

/// Threads may share it.
class SilenceWatch {
 public:
  /// Both are borrowed.
  SilenceWatch(Catalogue& catalogue, const Vault& vault) : catalogue_(catalogue), vault_(vault) {}

  /// Judges every device now; to be called once a minute, for entries are taken to have come when `look` finds them.
  /// Answers those that have become silent since the last time, and those that were silent and are not any more.
  Result<std::vector<DeviceStanding>> look(const roster::RegisterState& state, std::uint64_t now_ms);
  /// As `look` found them last.
  std::vector<DeviceStanding> devices() const;

 private:
  struct Seen {
    std::optional<std::uint64_t> last_leaf;
    DeviceStanding standing;
  };
  Result<std::reference_wrapper<Seen>> listen(const roster::Enrolment& enrolment, std::uint64_t now_ms);
  Result<std::uint64_t> device_time_ms(const EntryRow& entry);

  Catalogue& catalogue_;
  const Vault& vault_;
  mutable std::mutex mutex_;
  std::map<envelope::DeviceId, Seen> seen_;
};

}  // namespace strongroom::archive
