/// E-mail: single mails (EML), mailboxes in one file (mbox), Maildir. FORMAT.md says what is read and what it means.
#pragma once

#include "capture/parser.h"

namespace strongroom::capture::mail {

/// Source "mail".
const Parser& parser();
/// Starts GMime (capture/prepare.h).
void prepare();

}  // namespace strongroom::capture::mail
