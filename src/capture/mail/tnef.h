/// winmail.dat: what Outlook sends to those who do not use it (MS-OXTNEF).
#pragma once

#include "capture/mail/mapi.h"

namespace strongroom::capture::mail {

/// nullopt if the bytes are none. What is cut off or damaged ends the reading; `whole` then says false.
struct TnefMessage {
  MapiMessage message;
  bool whole = true;
};
std::optional<TnefMessage> read_tnef(BytesView bytes, Charsets& charsets);

}  // namespace strongroom::capture::mail
