/// Drills, as the register tells of them, beside the canary folders that devices sealed (protocol §5.6). Whoever names
/// a canary's answer has opened it; its header says whether the answer is right.
#pragma once

#include <map>
#include <set>

#include "chain/device_chain.h"
#include "roster/replay.h"
#include "verify/report.h"

namespace strongroom::verify {

class DrillCheck {
 public:
  /// Both are borrowed; the register has been read whole.
  DrillCheck(const roster::RegisterState& state, Report& report);

  /// Every folder of every device, once. A result that its canary contradicts is serious.
  void see(const chain::FolderView& folder);
  /// A device that has said its last word seals no canary any more: it is not overdue.
  void see_retired(const envelope::DeviceId& device) { retired_.insert(device); }
  /// What failed, what no folder was seen of, and what is overdue at `now_s`.
  void finish(std::uint64_t now_s);

 private:
  void tell_drills();
  void tell_overdue_devices(std::uint64_t now_s);
  void tell_overdue_lots(std::uint64_t now_s);

  struct Told {
    const roster::DrilledFolder* folder;
    std::uint64_t leaf = 0;
  };
  const roster::RegisterState& state_;
  Report& report_;
  std::multimap<Hash256, Told> told_;  ///< by folder header; what is left at the end has no folder
  std::set<envelope::DeviceId> retired_;
  std::uint64_t canaries_ = 0;
};

}  // namespace strongroom::verify
