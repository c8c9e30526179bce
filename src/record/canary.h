/// The record inside a canary folder (protocol §5.6): it says in plain words what it is, and holds a random answer.
#pragma once

#include <optional>

#include "base/bytes.h"
#include "record/record.h"

namespace strongroom::record {

inline constexpr const char* kCanarySource = "strongroom-canary";

Record canary(const ByteArray<32>& answer, std::uint64_t made_at_ms);

/// The answer, if this is a canary's record.
std::optional<ByteArray<32>> canary_answer(const Record& record);

}  // namespace strongroom::record
