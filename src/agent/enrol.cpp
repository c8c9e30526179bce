#include "agent/enrol.h"

#include <fmt/format.h>

#include <algorithm>

#include "codec/text.h"
#include "crypto/hash.h"
#include "envelope/object_sign.h"
#include "roster/signing.h"

namespace strongroom::agent {

Result<Asked> ask_for_enrolment(platform::FileSystem& files, Device& device, const InvitationFile& invitation,
                                platform::Clock& clock) {
  const wire::Identity one_time = TRY(wire::Identity::from_seed(invitation.tls_seed));
  auto server = TRY(replica::ArchiveClient::connect(device.card(), one_time));
  auto replica = TRY(device.replica(files));
  TRY(replica.refresh(server));
  const auto& known = replica.state().invitations();
  const auto found = known.find(invitation.id);
  if (found == known.end())
    return fail(ErrorCode::refused, "the register knows no such invitation", {},
                "ask the officer for a new one");
  const roster::Invitation& invited = found->second;
  const std::uint64_t now_s = clock.now_ms() / 1000;
  if (now_s > invited.expires_s)
    return fail(ErrorCode::refused, "the invitation has expired", {}, "ask the officer for a new one");

  roster::Enrolment e;
  e.archive = device.card().archive;
  e.roster = TRY(replica.roster())->hash;
  e.device = device.id();
  e.device_key = device.signing().public_half();
  e.tls_pin = device.identity().pin();
  e.classes = invited.classes;
  e.invitation = invitation.id;
  e.heartbeat_s = invited.heartbeat_s;
  e.officer = invited.officer;
  e.countersigner = invited.countersigner;
  e.enrolled_s = now_s;
  auto object = TRY(envelope::decode_object(roster::begin_enrolment(e, device.signing()), "enrolment",
                                            envelope::kHeaderBytesMax));
  const auto key = crypto::SigningKey::from_seeds(invitation.key_seed, {});
  envelope::add_signature(object, invitation.id, key, crypto::SignaturePolicy::ed25519_only);
  const std::pair asked(invitation.id, envelope::encode(object));
  TRY(server.put_pending(asked.first, asked.second));
  // Whoever waits for officers should know that they will find it.
  const auto kept = TRY(server.pending());
  if (std::ranges::find(kept, asked) == kept.end())
    return fail(ErrorCode::unavailable, "the server does not have the request that it took", {},
                "run this again; if it stays so, tell the operator");
  return Asked{device.id(), fingerprint_words(e.device_key, e.tls_pin),
               roster::words_of(device.card().archive)};
}

}  // namespace strongroom::agent
