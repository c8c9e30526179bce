/// Opening what was sealed to one's own mail key. Library roster_open: linked by the programs of trustees, approvers,
/// auditors, officers and readers only.
#pragma once

#include <vector>

#include "base/bytes.h"
#include "base/error.h"
#include "crypto/xwing.h"
#include "roster/register_objects.h"

namespace strongroom::roster {

/// The copy of a request (protocol §5.1). `unauthenticated` if it was not sealed to this key for this commitment.
/// Afterwards: open_request (roster/request.h) and check_request_copies (roster/request_seal.h).
Result<RequestCopy> open_request_copy(BytesView sealed, const Hash256& commitment,
                                      const crypto::xwing::PrivateKey& mail);

/// The directory (protocol §2.6). `unauthenticated` if it was not sealed to this key for this archive.
Result<std::vector<DirectoryEntry>> open_directory_copy(BytesView sealed, const Hash256& archive,
                                                        const crypto::xwing::PrivateKey& mail);

}  // namespace strongroom::roster
