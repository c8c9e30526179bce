/// The checks of intake that need no position in a chain (protocol §4.1): length bounds, version, TLS identity,
/// signature; and, to be looked at after the position, roster, class and share set. Pure functions.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "archive/marks.h"
#include "envelope/header.h"
#include "envelope/leaf.h"
#include "roster/replay.h"

namespace strongroom::archive {

inline constexpr std::size_t kSubmissionBytesMax = 4u << 20;
inline constexpr std::size_t kSubmissionEntriesMax = 4096;

/// What a device sends for one entry; views into the request.
struct SubmittedEntry {
  BytesView header;
  std::optional<BytesView> body;
};
/// [[header, body or null], ...]
Result<std::vector<SubmittedEntry>> decode_submission(BytesView request);

/// An entry that is what it says and comes from the device it says.
struct CheckedEntry {
  envelope::SignedHeader header;
  envelope::Digests digests;  ///< of the signed header: its leaf
  BytesView body;  ///< borrowed from the request; empty if none
  Marks marks;
  std::uint32_t retention_class = 0;  ///< of an open entry
  std::optional<Hash256> folder_header;  ///< of a batch or close
  std::string refusal;  ///< of the checks that come after the position; empty if they hold
};
/// Why an entry is refused: a code for the answer and the register.
struct EntryRefused {
  std::string code;
  Hash256 about{};  ///< SHA-256 of what was sent as header
};

/// Who sent it and when, and what the register says.
struct IntakeView {
  const roster::RegisterState& state;
  const roster::EnrolledDevice& device;
  std::uint64_t now_ms = 0;
};
std::expected<CheckedEntry, EntryRefused> check_entry(const SubmittedEntry& entry, const IntakeView& view);

}  // namespace strongroom::archive
