/// Enrolment, on the device (protocol §2.4, §2.6): an invitation is spent for a pending enrolment that an officer and a
/// countersigner must sign before the register takes it.
#pragma once

#include <string>

#include "agent/device.h"
#include "platform/clock.h"
#include "replica/invitation_file.h"
#include "roster/invitation.h"

namespace strongroom::agent {

using replica::fingerprint_words;
using replica::InvitationFile;
using replica::parse_invitation_file;

/// What the person at the device reads to the officer.
struct Asked {
  envelope::DeviceId device{};
  std::string device_words;  ///< fingerprint of the device's keys
  std::string archive_words;  ///< of the archive id
};

/// Connects with the invitation's key, finds the invitation in the register, makes the device's enrolment and leaves
/// it with the server, pending. `refused` if the invitation is spent, expired or unknown.
Result<Asked> ask_for_enrolment(platform::FileSystem& files, Device& device, const InvitationFile& invitation,
                                platform::Clock& clock);

}  // namespace strongroom::agent
