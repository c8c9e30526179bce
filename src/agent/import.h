/// Importing an export: parse, seal, spool, send, wait for receipts, reconcile. Killed anywhere and run again it
/// completes; run twice it stores nothing twice.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "agent/canary.h"
#include "agent/device.h"
#include "agent/packer.h"
#include "agent/parse_process.h"
#include "agent/refusal_list.h"
#include "agent/sender.h"

namespace strongroom::agent {

struct ImportRequest {
  std::vector<std::string> paths;
  capture::Statement statement;
  std::string worker_program;  ///< path of strongroom-parse
  CageRules cage;
  std::optional<std::uint32_t> retention_class;  ///< the device's only class if not given
  std::chrono::milliseconds patience{60'000};  ///< for receipts
};

struct ImportReport {
  std::map<std::string, capture::Outcome> sources;  ///< all paths together
  RefusalList refusals;
  std::uint64_t found = 0;  ///< by the independent count
  PackCounts packed;
  CanariesDue canaries;  ///< sealed besides; no part of the counts
  SendReport sent;
  std::optional<Error> unsent;  ///< everything is sealed into the spool, and not yet handed over
  /// There was something, and no part of it is a record.
  bool understood_nothing() const { return packed.refused > 0 && packed.stored + packed.duplicate == 0; }
  bool reconciles() const { return found == packed.stored + packed.duplicate + packed.refused; }
};

/// What the parts of an import share; made by the command.
struct ImportTools {
  platform::FileSystem& files;
  platform::Entropy& entropy;
  platform::Clock& clock;
  platform::StepHook& steps;
  Progress progress;
};

/// Seals and hands over. When the server cannot be reached, everything is sealed into the spool all the same, and the
/// report says so; `conflict` if the counts do not reconcile, `refused` if the device may not seal under the class.
Result<ImportReport> import_paths(Device& device, const ImportRequest& request, const ImportTools& tools);

/// What an import would store, without sealing or a server. `device` may be null; with one, duplicates of what it
/// stored before show.
Result<ImportReport> dry_run(const ImportRequest& request, const Device* device, const ImportTools& tools);

/// What a run from a timer did.
struct TimerReport {
  CanariesDue canaries;
  SendReport sent;
};
/// One heartbeat, the canaries that are due, and whatever else waits in the spool, handed over (protocol §3.9, §5.6).
Result<TimerReport> send_heartbeat(Device& device, const ImportTools& tools,
                                   std::chrono::milliseconds patience);
/// The canaries that are due, without a heartbeat.
Result<TimerReport> send_canaries(Device& device, const ImportTools& tools,
                                  std::chrono::milliseconds patience);

/// The device's last word: from its entry on nobody expects a sign of life (protocol §0, §3.3), and this device makes
/// no other. Whatever waits in the spool is handed over too; asked again, it only does that.
Result<SendReport> retire(Device& device, const ImportTools& tools, std::chrono::milliseconds patience);

}  // namespace strongroom::agent
