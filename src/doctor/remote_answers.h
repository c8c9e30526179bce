/// What services for working on a machine from afar say first: SSH, Telnet, VNC, Windows file shares, RDP.
#pragma once

#include <optional>

#include "doctor/answers.h"

namespace strongroom::doctor {

std::optional<Findings> judge_ssh(const Place& place, std::string_view greeting);
std::optional<Findings> judge_telnet(const Place& place, BytesView greeting);
std::optional<Findings> judge_vnc(const Place& place, std::string_view greeting);

/// SMB1 NEGOTIATE that offers "NT LM 0.12" and "SMB 2.002": who still speaks SMB1 answers in it ([MS-SMB2] §3.3.5.3).
Bytes smb_negotiate();
std::optional<Findings> judge_smb(const Place& place, BytesView answer);

/// RDP connection request ([MS-RDPBCGR] §2.2.1.1) that offers TLS and CredSSP.
Bytes rdp_request();
std::optional<Findings> judge_rdp(const Place& place, BytesView answer);

}  // namespace strongroom::doctor
