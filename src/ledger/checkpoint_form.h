/// The lines of a checkpoint without the rule for empty trees, which a witness answers in its own way (422, not
/// 400). Not part of the room's public face.
#pragma once

#include "ledger/checkpoint.h"

namespace strongroom::ledger {

Result<Checkpoint> parse_checkpoint_form(std::string_view text);
/// `unauthenticated` if the checkpoint is not of this log (§2.1: compared apart from the key's name).
Result<void> check_origin(const Checkpoint& checkpoint, const LogIdentity& log);

}  // namespace strongroom::ledger
