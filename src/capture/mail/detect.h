/// Which files are mail. By content: names say nothing.
#pragma once

#include "capture/parser.h"

namespace strongroom::capture::mail {

enum class FileKind { other, eml, mbox };

/// Empty lines some programs leave before a mail's first field: their bytes, at most 64. More make it none.
std::size_t blank_before(std::string_view text);
/// Looks at the first 64 KiB.
FileKind kind_of(const InputFile& file);
/// How sure: 0, or from 30 (a single field that mails have) to 85.
int sureness(const InputFile& file);

}  // namespace strongroom::capture::mail
