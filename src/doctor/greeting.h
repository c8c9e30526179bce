/// Who speaks first, told by what it says; and who waits to be spoken to, guessed by the port.
#pragma once

#include "base/bytes.h"

namespace strongroom::doctor {

enum class Speaker { nobody, imap, pop3, smtp, ftp, smtp_or_ftp, ssh, telnet, vnc, mysql, other };
/// `other` for a greeting that is none of these, `nobody` for none at all. Services that greet with "220" and do not
/// say who they are can be told apart only by asking: smtp_or_ftp.
Speaker recognise_greeting(BytesView greeting);

}  // namespace strongroom::doctor
