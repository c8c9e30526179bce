/// One device's entries, judged: its chain, and what its folders say of the archive they were sealed for
/// (protocol §3.1, §3.9).
#pragma once

#include <vector>

#include "chain/device_chain.h"
#include "roster/replay.h"
#include "verify/ledger_walk.h"
#include "verify/register_reading.h"
#include "verify/report.h"

namespace strongroom::verify {

/// Everything is borrowed. The ledgers may be null; then what they would say is not asked.
class DeviceCheck {
 public:
  DeviceCheck(const RegisterReading& reading, LedgerWalk* register_walk, LedgerWalk* capture_walk,
              std::uint64_t now_s, Report& report)
      : reading_(reading), register_(register_walk), capture_(capture_walk), now_s_(now_s), report_(report) {}

  /// The whole chain of a device, in leaf order. Entries of a pseudonym that was never enrolled are one finding.
  chain::ChainView read(const envelope::DeviceId& device, std::vector<chain::LoggedEntry> entries);
  /// A part of a chain, from some folder's opening on: what lies before it is not held to be missing.
  chain::ChainView read_part(const envelope::DeviceId& device, std::vector<chain::LoggedEntry> entries);
  /// A device that is enrolled and of which there is not one entry.
  void never_heard_of(const roster::EnrolledDevice& enrolled);

 private:
  chain::ChainView read_enrolled(const roster::EnrolledDevice& enrolled,
                                 std::vector<chain::LoggedEntry> entries, std::uint64_t now_s);
  void name_stale(const envelope::DeviceId& device, const chain::ChainView& view);
  void unknown_device(const envelope::DeviceId& device, const std::vector<chain::LoggedEntry>& entries);
  void check_folder(const chain::FolderView& folder, const roster::EnrolledDevice& enrolled);

  const RegisterReading& reading_;
  LedgerWalk* register_;
  LedgerWalk* capture_;
  std::uint64_t now_s_;
  Report& report_;
};

}  // namespace strongroom::verify
