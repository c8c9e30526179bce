/// Whether a folder is a canary and nothing but (protocol §5.6), from signed headers alone.
#pragma once

#include <optional>

#include "base/bytes.h"
#include "chain/device_chain.h"

namespace strongroom::chain {

/// The largest sealed body of a canary's one batch: a device cannot pass a conversation off as one.
inline constexpr std::uint64_t kCanaryBodyBytesMax = 4096;

/// What the answer inside must hash to; nothing if the folder is no canary: its open header has no mark, it is not
/// closed, or it holds anything but one record in one small batch.
std::optional<Hash256> canary_of(const FolderView& folder);

/// The folder has the mode of a canary and holds what no canary holds. One that an interruption left empty is none.
bool is_false_canary(const FolderView& folder);

}  // namespace strongroom::chain
