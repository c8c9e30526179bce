/// The independent second pass: by the raw bytes of the frames, without their schema's generated code and without SQL.
#pragma once

#include <cstdint>

#include "capture/signal_v1/sealed_frames.h"

namespace strongroom::capture::signal_v1 {

/// 1 for the backup itself, 1 for each row of a table whose rows are records, 1 for each file inside, 1 for each
/// statement that is refused and 1 for an end that cannot be read. 1 for a backup that no passphrase opens.
std::uint64_t count_opened(BytesView file, const Header& header, const Keys& keys);
std::uint64_t count_backup(BytesView file, const Header& header, const std::vector<SecretBytes>& passphrases);

}  // namespace strongroom::capture::signal_v1
