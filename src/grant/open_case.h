/// From kept ciphertext to plaintext in memory (protocol §5.5): shares combined, the folder key rebuilt and compared,
/// the dealing made again, chain and digests checked, records opened. Needs no server.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/secret.h"
#include "grant/case_store.h"
#include "grant/opened_case.h"
#include "replica/replica.h"
#include "roster/register_objects.h"

namespace strongroom::grant {

/// What a reader knows of its own request; everything is borrowed.
struct CaseToOpen {
  const roster::ReadingRequest& request;
  const Hash256& commitment;
  const std::vector<Hash256>& folders;
  const Secret<32>& reply_seed;
  const roster::RegisterState& state;
  const std::map<envelope::DeviceId, std::string>& custodians;
};

/// Opens every folder that enough shares were granted for. What is wrong or missing is in `missing`, in the order:
/// folders that cannot be opened, convicted dealings and grants, what fetching found, bad records.
/// `unavailable` if not one folder can be opened: fewer than k trustees granted.
Result<OpenedCase> open_case(const CaseToOpen& what, const CaseStore& store);

}  // namespace strongroom::grant
