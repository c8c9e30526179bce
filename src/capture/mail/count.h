/// How many mails a file holds, by a scan of its lines that shares nothing with what reads them.
#pragma once

#include "base/bytes.h"

namespace strongroom::capture::mail {

/// Mails of a mailbox in one file.
std::uint64_t count_mbox(BytesView bytes);

}  // namespace strongroom::capture::mail
