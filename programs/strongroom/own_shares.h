/// What a trustee's grant and share check have in common: share sets, and shares that do not hold.
#pragma once

#include <vector>

#include "grant/reseal.h"
#include "person.h"

namespace strongroom::person {

struct WithShares {
  std::vector<grant::FolderToGrant> good;
  std::size_t left_out = 0;
};
/// Folders whose share set is lost or is not the one logged are named on standard error and left out.
Result<WithShares> fetch_share_sets(Archive& archive, std::vector<grant::FolderToGrant> folders);

/// A share that does not hold is a signed statement in the register, and is named to the person.
Result<void> report_bad(const Person& person, Archive& archive, roster::MemberId me,
                        const grant::OwnShares& own);

}  // namespace strongroom::person
