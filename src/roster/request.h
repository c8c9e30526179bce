/// Reading a request (protocol §5.1): what every recipient of a copy checks, without any private key.
#pragma once

#include <vector>

#include "base/bytes.h"
#include "base/error.h"
#include "roster/register_objects.h"
#include "roster/roster.h"

namespace strongroom::roster {

/// Who gets a sealed copy: every trustee, approver and auditor of the roster, ascending.
std::vector<MemberId> request_recipients(const Roster& roster);

/// The request inside a copy, after all of: the copy is what the register's entry commits to; its reader is the
/// entry's, has the role, and signed it (both algorithms); it names this archive and `roster`; it expires after it
/// was asked; the list of folders has the count and the root the scope states. The error says which did not hold.
Result<ReadingRequest> open_request(const RequestCopy& copy, const RequestEntry& entry,
                                    const SignedRoster& roster);

}  // namespace strongroom::roster
