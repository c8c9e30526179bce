/// Invitations (protocol §2.4, §2.6): a one-time key pair by which one device may ask to be enrolled. The register
/// holds the public half; the private half travels out of band, with the archive card. Format page:
/// docs/formats/register.md.
#pragma once

#include <vector>

#include "base/bytes.h"
#include "base/error.h"
#include "crypto/signature.h"
#include "envelope/names.h"
#include "roster/roster.h"

namespace strongroom::roster {

inline constexpr std::string_view kInvitationLabel = "invitation";

/// label "invitation"; signed by the officer, both algorithms.
struct Invitation {
  Hash256 archive{}, roster{};
  ByteArray<16> id{};
  ByteArray<32> key{};  ///< Ed25519, one-time: signs the enrolment
  Hash256 tls_pin{};  ///< of the one-time TLS key: may read the register and leave the enrolment
  std::vector<std::uint32_t> classes;  ///< retention classes the device may use, ascending
  std::uint64_t heartbeat_s = 0;
  MemberId officer = 0, countersigner = 0;  ///< who will sign the enrolment
  std::uint64_t issued_s = 0, expires_s = 0;
  bool operator==(const Invitation&) const = default;
};
Bytes encode(const Invitation& invitation);
Result<Invitation> decode_invitation(BytesView content);

}  // namespace strongroom::roster
