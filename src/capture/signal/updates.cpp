#include "capture/signal/updates.h"

#include <fmt/format.h>

namespace strongroom::capture::signal {
namespace {

using record::Kind;
using record::Record;

void say(Record& out, Kind kind, std::string_view event) {
  out.kind = kind;
  out.extra["event"] = std::string(event);
}

void fill_simple(const frames::SimpleChatUpdate& update, Record& out) {
  using S = frames::SimpleChatUpdate;
  switch (update.type()) {
    case S::JOINED_SIGNAL: return say(out, Kind::notice, "joined_signal");
    case S::IDENTITY_UPDATE: return say(out, Kind::notice, "safety_number_changed");
    case S::IDENTITY_VERIFIED: return say(out, Kind::notice, "safety_number_verified");
    case S::IDENTITY_DEFAULT: return say(out, Kind::notice, "safety_number_not_verified");
    case S::CHANGE_NUMBER: return say(out, Kind::rename, "number_changed");
    case S::RELEASE_CHANNEL_DONATION_REQUEST: return say(out, Kind::notice, "donation_request");
    case S::END_SESSION: return say(out, Kind::notice, "session_ended");
    case S::CHAT_SESSION_REFRESH: return say(out, Kind::notice, "session_refreshed");
    case S::BAD_DECRYPT: return say(out, Kind::notice, "message_not_decrypted");
    case S::PAYMENTS_ACTIVATED: return say(out, Kind::notice, "payments_activated");
    case S::PAYMENT_ACTIVATION_REQUEST: return say(out, Kind::notice, "payments_requested");
    case S::UNSUPPORTED_PROTOCOL_MESSAGE: return say(out, Kind::notice, "unsupported_message");
    case S::REPORTED_SPAM: return say(out, Kind::notice, "reported_spam");
    case S::BLOCKED: return say(out, Kind::notice, "blocked");
    case S::UNBLOCKED: return say(out, Kind::notice, "unblocked");
    case S::MESSAGE_REQUEST_ACCEPTED: return say(out, Kind::notice, "message_request_accepted");
    case S::UNKNOWN: break;
  }
  say(out, Kind::notice, "unknown");
}

std::string_view call_state(frames::IndividualCall::State state) {
  switch (state) {
    case frames::IndividualCall::ACCEPTED: return "accepted";
    case frames::IndividualCall::NOT_ACCEPTED: return "not_accepted";
    case frames::IndividualCall::MISSED: return "missed";
    case frames::IndividualCall::MISSED_NOTIFICATION_PROFILE: return "missed_by_profile";
    default: return "unknown";
  }
}

void fill_call(const frames::IndividualCall& call, const Surroundings& around, Record& out) {
  say(out, Kind::call, "individual_call");
  out.extra["state"] = std::string(call_state(call.state()));
  out.extra["video"] = call.type() == frames::IndividualCall::VIDEO_CALL;
  out.outgoing = call.direction() == frames::IndividualCall::OUTGOING;
  out.extra["direction"] = std::string(out.outgoing ? "outgoing" : "incoming");
  out.extra["read"] = call.read();
  if (call.has_callid()) out.extra["call_id"] = std::uint64_t{call.callid()};
  if (call.startedcalltimestamp() != 0)
    out.sent_at = instant(call.startedcalltimestamp(), around.time_frame, "call started", out.doubts);
}

std::string_view call_state(frames::GroupCall::State state) {
  switch (state) {
    case frames::GroupCall::GENERIC: return "generic";
    case frames::GroupCall::JOINED: return "joined";
    case frames::GroupCall::RINGING: return "ringing";
    case frames::GroupCall::ACCEPTED: return "accepted";
    case frames::GroupCall::DECLINED: return "declined";
    case frames::GroupCall::MISSED: return "missed";
    case frames::GroupCall::MISSED_NOTIFICATION_PROFILE: return "missed_by_profile";
    case frames::GroupCall::OUTGOING_RING: return "outgoing_ring";
    default: return "unknown";
  }
}

void fill_call(const frames::GroupCall& call, const Surroundings& around, Record& out) {
  say(out, Kind::call, "group_call");
  out.extra["state"] = std::string(call_state(call.state()));
  out.extra["read"] = call.read();
  if (call.has_callid()) out.extra["call_id"] = std::uint64_t{call.callid()};
  if (call.has_ringerrecipientid())
    out.people.push_back(with_role(around.directory.person(call.ringerrecipientid()), "ringer"));
  if (call.has_startedcallrecipientid())
    out.people.push_back(with_role(around.directory.person(call.startedcallrecipientid()), "caller"));
  if (call.startedcalltimestamp() != 0)
    out.sent_at = instant(call.startedcalltimestamp(), around.time_frame, "call started", out.doubts);
  if (!call.has_endedcalltimestamp()) return;
  out.extra["ended_at_ms"] = std::uint64_t{call.endedcalltimestamp()};
  if (call.startedcalltimestamp() != 0 && call.endedcalltimestamp() >= call.startedcalltimestamp())
    out.extra["duration_s"] = (call.endedcalltimestamp() - call.startedcalltimestamp()) / 1000;
}

void fill_rename(Record& out, std::string_view event, std::string from, std::string to) {
  say(out, Kind::rename, event);
  if (!from.empty()) out.extra["previous_name"] = std::move(from);
  out.text = std::move(to);
}

void fill_learned(const frames::LearnedProfileChatUpdate& update, Record& out) {
  const std::string before = update.has_e164() ? fmt::format("+{}", update.e164()) : update.username();
  fill_rename(out, "profile_learned", before, out.author ? out.author->name : std::string{});
}

/// Everything but a group change.
void fill_update(const frames::ChatUpdateMessage& update, const Surroundings& around, Record& out) {
  using U = frames::ChatUpdateMessage;
  switch (update.update_case()) {
    case U::kSimpleUpdate: return fill_simple(update.simpleupdate(), out);
    case U::kIndividualCall: return fill_call(update.individualcall(), around, out);
    case U::kGroupCall: return fill_call(update.groupcall(), around, out);
    case U::kLearnedProfileChange: return fill_learned(update.learnedprofilechange(), out);
    case U::kProfileChange:
      return fill_rename(out, "profile_name", update.profilechange().previousname(),
                         update.profilechange().newname());
    case U::kThreadMerge:
      say(out, Kind::notice, "conversations_merged");
      if (update.threadmerge().previouse164() != 0)
        out.extra["previous_number"] = fmt::format("+{}", update.threadmerge().previouse164());
      return;
    case U::kSessionSwitchover:
      say(out, Kind::notice, "session_switchover");
      if (update.sessionswitchover().e164() != 0)
        out.extra["previous_number"] = fmt::format("+{}", update.sessionswitchover().e164());
      return;
    case U::kExpirationTimerChange:
      say(out, Kind::timer, "timer");
      out.extra["expires_in_ms"] = std::uint64_t{update.expirationtimerchange().expiresinms()};
      return;
    case U::kPollTerminate:
      say(out, Kind::poll_end, "poll_end");
      out.target = target_of(*out.author, update.pollterminate().targetsenttimestamp());
      out.target->text = update.pollterminate().question();
      return;
    case U::kPinMessage:
      say(out, Kind::pin, "pin");
      out.target = target_of(around.directory.person(update.pinmessage().authorid()),
                             update.pinmessage().targetsenttimestamp());
      return;
    case U::kGroupChange:
    case U::UPDATE_NOT_SET: break;
  }
  say(out, Kind::notice, "unknown");
  out.doubts.push_back({"unknown-item", "a chat update of a kind this program does not know"});
}

}  // namespace

record::Person with_role(record::Person person, std::string_view role) {
  person.role = role;
  return person;
}

Result<void> read_update(const frames::ChatItem& item, const Surroundings& around, const Emit& emit) {
  const frames::ChatUpdateMessage& update = item.updatemessage();
  Record out = start_record(item, around);
  out.native_id += "/update";
  if (!update.has_groupchange() || update.groupchange().updates_size() == 0) {
    fill_update(update, around, out);
    return emit(std::move(out));
  }
  for (int i = 0; i < update.groupchange().updates_size(); ++i) {
    Record one = out;
    one.native_id += fmt::format("/{}", i);
    fill_group_update(update.groupchange().updates(i), around, one);
    TRY(emit(std::move(one)));
  }
  return {};
}

}  // namespace strongroom::capture::signal
