#include "archive/silence_watch.h"

#include <algorithm>

namespace strongroom::archive {

std::string_view name_of(Hearing hearing) {
  switch (hearing) {
    case Hearing::heard: return "heard";
    case Hearing::silent: return "silent";
    case Hearing::retired: return "retired";
  }
  return "unknown";
}

Result<std::vector<DeviceStanding>> SilenceWatch::look(const roster::RegisterState& state,
                                                       std::uint64_t now_ms) {
  const std::lock_guard lock(mutex_);
  const std::vector<envelope::DeviceId> retired = TRY(catalogue_.retired_devices());
  std::vector<DeviceStanding> changed;
  for (const auto& [id, enrolled] : state.devices()) {
    Seen& seen = TRY(listen(enrolled.enrolment, now_ms));
    DeviceStanding& standing = seen.standing;
    const Hearing before = standing.hearing;
    const bool overdue =
        now_ms > standing.heard_ms && now_ms - standing.heard_ms > 2 * 1000 * enrolled.enrolment.heartbeat_s;
    const bool expected = !enrolled.revoked && !std::ranges::binary_search(retired, id);
    standing.hearing = !expected ? Hearing::retired : overdue ? Hearing::silent : Hearing::heard;
    if ((before == Hearing::silent) != (standing.hearing == Hearing::silent)) changed.push_back(standing);
  }
  return changed;
}

std::vector<DeviceStanding> SilenceWatch::devices() const {
  const std::lock_guard lock(mutex_);
  std::vector<DeviceStanding> out;
  for (const auto& [id, seen] : seen_) out.push_back(seen.standing);
  return out;
}

/// What is known of a device, with what has come since the last time.
Result<std::reference_wrapper<SilenceWatch::Seen>> SilenceWatch::listen(const roster::Enrolment& enrolment,
                                                                        std::uint64_t now_ms) {
  const std::optional<EntryRow> last = TRY(catalogue_.last_entry_of(enrolment.device));
  const auto known = seen_.find(enrolment.device);
  if (known != seen_.end()) {
    Seen& seen = known->second;
    if (last && seen.last_leaf != last->leaf) seen.standing.heard_ms = now_ms;
    if (last) seen.last_leaf = last->leaf;
    return seen;
  }
  Seen seen;
  const std::uint64_t heard_ms = last ? TRY(device_time_ms(*last)) : enrolment.enrolled_s * 1000;
  seen.standing = {enrolment.device, Hearing::heard, std::min(heard_ms, now_ms)};
  if (last) seen.last_leaf = last->leaf;
  return seen_.emplace(enrolment.device, seen).first->second;
}

Result<std::uint64_t> SilenceWatch::device_time_ms(const EntryRow& entry) {
  const std::optional<ObjectRow> object = TRY(catalogue_.object(entry.object));
  if (!object) return fail(ErrorCode::corrupt, "the catalogue has lost a header");
  const Bytes header = TRY(vault_.read(object->at, entry.object));
  return TRY(envelope::decode_signed_header(header)).header.device_time_ms;
}

}  // namespace strongroom::archive
