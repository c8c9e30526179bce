/// The mark of a canary folder (protocol §5.6): a folder that a device seals to be opened in drills. Mark and
/// commitment are in its signed open header, so that trustees and auditors see them without opening anything; so does
/// the server. Format page: docs/formats/entries.md.
#pragma once

#include <optional>

#include "base/bytes.h"
#include "envelope/header.h"

namespace strongroom::envelope {

/// The random content of a canary. Who opened the folder knows it, and nobody else can name it.
using KnownAnswer = ByteArray<32>;

/// SHA-256(["canary-answer", 1, answer]).
Hash256 answer_commitment(const KnownAnswer& answer);

/// The open header's extensions: {"canary": commitment}.
Bytes canary_extensions(const Hash256& commitment);

/// What the answer of this folder must hash to, if its open header carries the mark: mode canary in the core, and the
/// commitment among the extensions. What it holds is not looked at (chain/canary.h).
std::optional<Hash256> canary_commitment(const Header& open, const Core0& core0);

}  // namespace strongroom::envelope
