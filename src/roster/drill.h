/// The result of a drill (protocol §5.6): canary folders were asked for, approved, granted and opened by the path of
/// every reading, and this is what came of it. Format page: docs/formats/register.md.
#pragma once

#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/error.h"
#include "envelope/canary.h"
#include "envelope/names.h"
#include "roster/roster.h"

namespace strongroom::roster {

inline constexpr std::string_view kDrillLabel = "drill";
inline constexpr std::size_t kDrilledFoldersMax = 512;

enum class DrillOutcome : std::uint64_t {
  opened = 1,  ///< its record held the answer that the open header commits to
  not_opened = 2,  ///< too few shares were granted, or they do not rebuild its key
  no_record = 3,  ///< the folder opened; its record is lost or does not
  wrong_answer = 4,  ///< the record opened and holds another answer
};
std::string_view name_of(DrillOutcome outcome);

/// One canary folder of the drill.
struct DrilledFolder {
  Hash256 folder_header{};
  envelope::DeviceId device{};
  envelope::Lot lot;
  DrillOutcome outcome = DrillOutcome::not_opened;
  /// What was inside, if it was opened: whoever has the folder's header sees that it could not be named unopened.
  envelope::KnownAnswer answer{};
  std::vector<MemberId> trustees;  ///< whose shares of it held; ascending; empty if the folder did not open
  bool operator==(const DrilledFolder&) const = default;
};

/// label "drill": signed by the reader who asked, both algorithms.
struct Drill {
  Hash256 archive{}, roster{}, commitment{};  ///< of the request
  MemberId reader = 0;
  std::vector<DrilledFolder> folders;  ///< ascending by header hash, 1 to 512
  std::uint64_t drilled_s = 0;
  bool operator==(const Drill&) const = default;
};
/// Every folder opened with its answer.
bool succeeded(const Drill& drill);

Bytes encode(const Drill&);
Result<Drill> decode_drill(BytesView content);

}  // namespace strongroom::roster
