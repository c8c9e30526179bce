/// One port: whether it is open, who speaks there, and what they give to somebody who has not logged in.
#pragma once

#include "doctor/own_services.h"
#include "doctor/talk.h"

namespace strongroom::doctor {

struct Looking {
  Ours ours;
  Patience patience;
  std::int64_t now_s = 0;
};

/// Opens a few connections to this one port, one after another:
/// 1. what the port is known for, where such a service waits to be spoken to (Redis, MongoDB, ...);
/// 2. who greets: IMAP, POP3, SMTP, FTP, SSH, Telnet, VNC, MySQL;
/// 3. TLS, and in it a greeting or HTTP;
/// 4. HTTP;
/// 5. the other services of 1.
/// At least one finding if it is open; `refused` if it is closed, `unavailable` if nobody answered.
Result<Findings> look_at_port(const Target& target, const Place& place, const Looking& looking);

}  // namespace strongroom::doctor
