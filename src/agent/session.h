/// A device at work: its copy of the register, its spool, its chain, and the server if it answers. What every command
/// of a device begins with.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "agent/device.h"
#include "agent/sender.h"
#include "agent/spool.h"
#include "replica/replica.h"
#include "seal/seal.h"

namespace strongroom::agent {

struct ImportTools;

struct Session {
  replica::Replica replica;
  std::optional<replica::ArchiveClient> server;
  std::optional<Error> unreachable;  ///< why there is no server, or none any more
  roster::Enrolment enrolment;  ///< with the key in force
  Spool spool;
  SendReport sent;  ///< by this session so far
};

/// There once the device has said its last word.
std::string retired_path(const Device& device);

/// The device's spool; the device holds the directory's lock.
Result<Spool> open_spool(const Device& device, const ImportTools& tools);

/// Connects and brings the replica up to date; without a server it goes on with what it has. A change of keys that was
/// interrupted between the register and the device's directory is completed here.
Result<Session> begin(Device& device, const ImportTools& tools);

/// Hands over what waits and gets the receipts; `unavailable` without a server. The report is of the session so far.
Result<SendReport> send(Session& session, const ImportTools& tools, std::chrono::milliseconds patience);

/// `refused` for a device that was revoked or has retired; what it made before is still handed over: the server
/// quarantines what a revoked device sends, and drops nothing (protocol §2.6).
Result<void> check_in_service(const Device& device, Session& session, const ImportTools& tools,
                              std::chrono::milliseconds patience);

/// Protocol §3.9: a restored or cloned directory is behind what the server has of its incarnation. What waits is sent
/// as it is (the server knows it, or marks it as equivocation); then a new incarnation names the last head known.
Result<void> ensure_continuity(Session& session, const ImportTools& tools,
                               std::chrono::milliseconds patience);

/// What every device at work begins with: it is in service (see above), its directory is what the server knows, and no
/// folder of an interrupted run stands open. The chain to seal on.
Result<seal::Chain> take_up_chain(const Device& device, Session& session, const ImportTools& tools,
                                  std::chrono::milliseconds patience);

/// The register has taken the entry by which the device's next keys are in force (protocol §2.6), and the server
/// knows no others: waits until the witnesses have signed it, then switches the directory over. Returns the connection
/// with the new identity. `unavailable` after `patience`; nothing is changed then.
Result<replica::ArchiveClient> follow_new_keys(Device& device, replica::Replica& replica,
                                               const ImportTools& tools, std::chrono::milliseconds patience);

}  // namespace strongroom::agent
