/// What travels out of band to a device that is to be enrolled (protocol §2.4, §2.6): the archive card and a one-time
/// key pair, as lines of text. Handed over in person or by a channel that is not the server. Format page:
/// docs/formats/card.md.
#pragma once

#include <string>

#include "base/secret.h"
#include "crypto/signature.h"
#include "replica/card.h"

namespace strongroom::replica {

struct InvitationFile {
  Card card;
  ByteArray<16> id{};
  Secret<32> key_seed;  ///< Ed25519: signs the enrolment
  Secret<32> tls_seed;  ///< for the one connection that leaves it
};
SecretBytes format_invitation_file(const InvitationFile& file);
/// `malformed` names the line.
Result<InvitationFile> parse_invitation_file(BytesView text);

/// The six words of a device's public keys, which its officer compares aloud.
std::string fingerprint_words(const crypto::SigningPublic& key, const Hash256& tls_pin);

}  // namespace strongroom::replica
