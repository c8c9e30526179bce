/// What a device's entries say when read in order: its folders, and everything that is missing, doubled, altered or
/// late (protocol §0 completeness, §3.9). A pure function; needs no key that opens anything.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "envelope/header.h"
#include "roster/replay.h"

namespace strongroom::chain {

/// One entry with its place in the capture ledger (inclusion is the caller's check).
struct LoggedEntry {
  std::uint64_t leaf = 0;
  envelope::SignedHeader header;
};

enum class Fault {
  bad_signature,  ///< not signed by the enrolled device: left out of everything else
  replaced_key,  ///< signed with a key that had been replaced before: left out likewise
  gap,  ///< sequence numbers are missing
  equivocation,  ///< two different entries at one position
  wrong_previous,  ///< an entry does not name the one before it
  reordered,  ///< a later entry stands before an earlier one in the ledger
  unknown_beginning,  ///< an incarnation's entry 0 names a head that is not in the ledger
  orphan_batch,  ///< a batch or close of a folder that was never opened
  bad_part,  ///< the kind-specific part does not parse
  wrong_counts,  ///< a close entry's counts are not those of the folder
  not_closed,  ///< a folder was opened, and neither closed nor the newest activity of the chain
  late_heartbeat,  ///< more than two intervals passed between entries
  lost,  ///< the device itself says it lost something
};
std::string_view name_of(Fault fault);

struct Finding {
  Fault fault = Fault::gap;
  envelope::DeviceId device{};
  envelope::Incarnation incarnation{};
  std::uint64_t sequence = 0;  ///< where; for a gap the first missing
  std::uint64_t count = 1;  ///< how many entries are missing, doubled, ...
  std::optional<std::uint64_t> leaf;
  std::string text;  ///< one sentence for people
};
/// Whether a finding means that something that was sealed cannot be relied on (a late heartbeat does not).
bool is_serious(Fault fault);

struct BatchView {
  LoggedEntry entry;
  envelope::BatchPart part;
};
struct FolderView {
  LoggedEntry open;
  envelope::OpenPart part;
  envelope::Core core;
  std::vector<BatchView> batches;
  std::optional<LoggedEntry> close;
  std::uint64_t records = 0;
};

struct ChainView {
  envelope::DeviceId device{};
  std::uint64_t entries = 0;
  std::vector<FolderView> folders;  ///< in ledger order
  std::vector<Finding> findings;
};

/// `entries` are those of one device in leaf order. `now_ms` (0 = do not ask) is the latest time known, for an overdue
/// heartbeat at the end.
ChainView read_chain(const roster::EnrolledDevice& device, std::vector<LoggedEntry> entries,
                     std::uint64_t now_ms);

}  // namespace strongroom::chain
