// A device's later keys (docs/formats/register.md, rule 15).
#include <fmt/format.h>

#include <algorithm>

#include "roster/replay.h"
#include "roster/signed_entry.h"

namespace strongroom::roster {

using crypto::SignaturePolicy;

namespace {

bool held(const EnrolledDevice& device, const crypto::SigningPublic& key, const Hash256& tls_pin) {
  const auto same = [&](const crypto::SigningPublic& other, const Hash256& pin) {
    return other.ed25519 == key.ed25519 || other.ml_dsa_65 == key.ml_dsa_65 || pin == tls_pin;
  };
  return same(device.enrolment.device_key, device.enrolment.tls_pin) ||
         std::ranges::any_of(device.later_keys, [&](const LaterKey& later) {
           return same(later.act.device_key, later.act.tls_pin);
         });
}

}  // namespace

const crypto::SigningPublic& EnrolledDevice::key_at(std::uint64_t capture_leaf) const {
  const crypto::SigningPublic* key = &enrolment.device_key;
  for (const LaterKey& later : later_keys)
    if (capture_leaf >= later.capture_size) key = &later.act.device_key;
  return *key;
}

/// A key or pin that any device ever had is not given again: what was replaced stays replaced.
Result<void> RegisterState::check_new_keys(const crypto::SigningPublic& key, const Hash256& tls_pin) const {
  TRY(check_free_pin(tls_pin));
  for (const auto& [id, known] : devices_) {
    if (held(known, key, tls_pin))
      return fail(
          ErrorCode::conflict,
          fmt::format("the key or TLS pin is or was that of the device enrolled at leaf {}", known.leaf));
  }
  return {};
}

/// Protocol §2.6: the key in force, the new one (that it is there), and an officer. Like an enrolment it stops when the
/// roster has expired: the key in force goes on sealing.
Result<void> RegisterState::take_device_replaced(BytesView object) {
  const envelope::SignedObject o = TRY(open_entry(object, kDeviceReplacedLabel));
  DeviceReplaced d = TRY(decode_device_replaced(o.content));
  TRY(check_in_force(d.archive, d.roster));
  TRY(check_not_expired(d.asked_s));
  const auto device = devices_.find(d.device);
  if (device == devices_.end()) return fail(ErrorCode::not_found, "no such device is enrolled");
  EnrolledDevice& known = device->second;
  if (known.revoked)
    return fail(ErrorCode::refused, fmt::format("the device was revoked at leaf {}", known.revoked->leaf), {},
                "enrol it anew with an invitation");
  if (witness_time_s_ > 0 && d.asked_s > witness_time_s_ + kClaimSlackS)
    return fail(ErrorCode::refused, "the request for a new key is dated after today");
  if (witness_time_s_ > d.asked_s && witness_time_s_ - d.asked_s > kReplacementSecondsMax)
    return fail(ErrorCode::refused, "the request for a new key is older than 30 days", {},
                "let the device ask again");
  TRY(check_new_keys(d.device_key, d.tls_pin));
  const Member* officer = nullptr;
  for (const Member& m : rosters_.back().roster.members) {
    const Bytes id = envelope::signer_of(m.id);
    const bool signs = std::ranges::any_of(o.signers, [&](const auto& signer) { return signer.id == id; });
    if (signs && has_role(m, Role::officer)) officer = &m;
  }
  if (officer == nullptr) return fail(ErrorCode::unauthenticated, "no officer signed the new key");
  TRY(acting(officer->id, Role::officer, d.asked_s));
  TRY(signed_by(o, {{copy_of(d.device), &known.key(), SignaturePolicy::both},
                    {signer_of_new(d), &d.device_key, SignaturePolicy::both},
                    {envelope::signer_of(officer->id), &officer->signing, SignaturePolicy::both}}));
  device_pins_.erase(known.later_keys.empty() ? known.enrolment.tls_pin
                                              : known.later_keys.back().act.tls_pin);
  device_pins_.emplace(d.tls_pin, d.device);
  known.later_keys.push_back(
      {std::move(d), applied_, crosses_.empty() ? 0 : crosses_.back().capture_head.size});
  return {};
}

}  // namespace strongroom::roster
