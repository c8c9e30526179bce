#include "capture/signal_v1/kinds.h"

namespace strongroom::capture::signal_v1 {
namespace {

using record::Kind;

constexpr std::uint64_t kBaseMask = 0x1F;
constexpr std::uint64_t kIdentityUpdate = 0x200, kIdentityDefault = 0x2000, kIdentityVerified = 0x4000,
                        kKeyExchange = 0x8000;
constexpr std::uint64_t kGroupUpdate = 0x10000, kGroupLeave = 0x20000, kTimer = 0x40000;
constexpr std::uint64_t kEndSession = 0x400000, kSessionRefresh = 0x10000000;

/// The lowest five bits: calls and notices below 20, ways of messages from there on.
MessageKind of_base(std::uint64_t base) {
  switch (base) {
    case 1: return {Kind::call, false, "individual_call", "accepted"};
    case 2: return {Kind::call, true, "individual_call", "outgoing"};
    case 3: return {Kind::call, false, "individual_call", "missed"};
    case 4: return {Kind::notice, false, "joined_signal", {}};
    case 5: return {Kind::notice, false, "unsupported_message", {}};
    case 6: return {Kind::notice, false, "invalid_message", {}};
    case 7: return {Kind::rename, false, "profile_name", {}};
    case 8: return {Kind::call, false, "individual_call", "missed", true};
    case 9: return {Kind::notice, false, "migrated", {}};
    case 10: return {Kind::call, false, "individual_call", "accepted", true};
    case 11: return {Kind::call, true, "individual_call", "outgoing", true};
    case 12: return {Kind::call, false, "group_call", "generic"};
    case 13: return {Kind::notice, false, "message_not_decrypted", {}};
    case 14: return {Kind::rename, false, "number_changed", {}};
    case 15: return {Kind::notice, false, "donation_request", {}};
    case 16: return {Kind::notice, false, "conversations_merged", {}};
    case 17: return {Kind::notice, false, "sms_export", {}};
    case 18: return {Kind::notice, false, "session_switchover", {}};
    case 20: return {};
    case 21:
    case 22: return {Kind::message, true, {}, "sending"};
    case 23: return {Kind::message, true, {}, {}};
    case 24: return {Kind::message, true, {}, "failed"};
    case 25:
    case 26: return {Kind::message, true, {}, "pending"};
    case 27: return {Kind::message, true, {}, "draft"};
    default: return {Kind::notice, false, "unknown", {}, false, false};
  }
}

/// The highest four bits of 36.
std::string_view special_event(std::uint64_t type) {
  switch ((type >> 32) & 0xF) {
    case 4: return "payments_requested";
    case 5: return "reported_spam";
    case 6: return "message_request_accepted";
    case 8: return "payments_activated";
    default: return {};  // 1 story reaction, 2 gift badge, 3 and 9 payments: still messages
  }
}

}  // namespace

MessageKind kind_of(std::int64_t signed_type) {
  const auto type = static_cast<std::uint64_t>(signed_type);
  MessageKind out = of_base(type & kBaseMask);
  if ((type & kBaseMask) < 20) return out;
  const auto notice = [&out](Kind kind, std::string_view event) {
    out.kind = kind;
    out.event = event;
    out.state = {};
  };
  if ((type & kTimer) != 0) {
    notice(Kind::timer, "timer");
  } else if ((type & kGroupUpdate) != 0) {
    notice(Kind::membership, (type & kGroupLeave) != 0 ? "left" : "group_updated");
  } else if ((type & kGroupLeave) != 0) {
    notice(Kind::membership, "left");
  } else if ((type & kEndSession) != 0) {
    notice(Kind::notice, "session_ended");
  } else if ((type & kIdentityUpdate) != 0) {
    notice(Kind::notice, "safety_number_changed");
  } else if ((type & kIdentityVerified) != 0) {
    notice(Kind::notice, "safety_number_verified");
  } else if ((type & kIdentityDefault) != 0) {
    notice(Kind::notice, "safety_number_not_verified");
  } else if ((type & kKeyExchange) != 0) {
    notice(Kind::notice, "key_exchange");
  } else if ((type & kSessionRefresh) != 0) {
    notice(Kind::notice, "session_refreshed");
  } else if (const std::string_view event = special_event(type); !event.empty()) {
    notice(Kind::notice, event);
  }
  return out;
}

}  // namespace strongroom::capture::signal_v1
