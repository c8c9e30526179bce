/// A case of this reader, opened in memory from what `open` kept: the start of every reading command.
#pragma once

#include <string>

#include "grant/opened_case.h"
#include "own_request.h"

namespace strongroom::person {

/// `case_name` is the commitment's beginning, or the name the reader gave the case.
Result<Hash256> own_case(Person& person, std::string_view case_name);

/// Waits at most `wait_s` seconds for the receipts of k trustees; `unavailable` if there is not one.
Result<void> wait_for_grants(Archive& archive, const Hash256& commitment, std::uint64_t wait_s);

/// Fetches what was granted of a request of one's own, as far as it was, and keeps it.
Result<void> fetch_granted(Person& person, Archive& archive, const Hash256& commitment);

/// Opens the kept case with the reply key of the keystore. Needs no server.
Result<grant::OpenedCase> load_case(Person& person, const replica::Replica& replica,
                                    const Hash256& commitment);

}  // namespace strongroom::person
