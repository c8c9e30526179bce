/// A case of this reader, opened in memory from what `open` kept: the start of every reading command.
#pragma once

#include <string>

#include "grant/opened_case.h"
#include "own_request.h"

namespace strongroom::person {

/// `case_name` is the commitment's beginning, or the name the reader gave the case.
Result<Hash256> own_case(Person& person, std::string_view case_name);

/// Opens the kept case with the reply key of the keystore. Needs no server.
Result<grant::OpenedCase> load_case(Person& person, const replica::Replica& replica,
                                    const Hash256& commitment);

}  // namespace strongroom::person
