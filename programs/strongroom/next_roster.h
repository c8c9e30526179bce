/// The roster after the one in force (protocol §2.3): what changes, drafted and told.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "genesis_draft.h"
#include "roster/replay.h"

namespace strongroom::person {

struct ChangeRequest {
  std::vector<std::string> add;      ///< "FILE=trustee,officer"
  std::vector<roster::MemberId> remove;
  std::vector<std::string> roles;    ///< "4=officer,approver": a member's roles from now on
  std::vector<std::string> add_canaries, remove_canaries;  ///< ids of enrolled devices, or their beginnings
  std::optional<std::uint32_t> k;
  std::optional<std::uint64_t> cooling_off_hours;
  std::uint64_t days = 400;
};

/// The roster in force with these changes, valid for `days` from now. Trustees who stay keep their positions, new ones
/// take those that fell free. Ids are new in the whole history of the register.
Result<Draft> make_next(const roster::RegisterState& state, const roster::NameList& names,
                        const ChangeRequest& request, std::uint64_t now_s);

/// What a trustee is asked to sign, one line a change; every field that differs is named.
std::string changes_text(const roster::Roster& before, const roster::Roster& after,
                         const roster::NameList& names);

/// Trustees at a position that they did not hold before: until each has published its lot keys no folder is dealt
/// under the new roster.
std::vector<roster::MemberId> who_must_publish(const roster::Roster& before, const roster::Roster& after);

}  // namespace strongroom::person
