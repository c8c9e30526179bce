#include "capture/telegram/service.h"

#include <algorithm>
#include <array>

#include "capture/telegram/people.h"

namespace strongroom::capture::telegram {
namespace {

using record::Kind;

/// Lines Telegram shows, which change neither people nor names.
constexpr std::array<std::string_view, 44> kNotices{"joined_telegram",
                                                    "migrate_to_supergroup",
                                                    "migrate_from_group",
                                                    "clear_history",
                                                    "score_in_game",
                                                    "send_payment",
                                                    "take_screenshot",
                                                    "attach_menu_bot_allowed",
                                                    "allow_sending_messages",
                                                    "web_app_allowed",
                                                    "send_passport_values",
                                                    "proximity_reached",
                                                    "requested_phone_number",
                                                    "group_call_scheduled",
                                                    "edit_chat_theme",
                                                    "send_webview_data",
                                                    "send_premium_gift",
                                                    "topic_created",
                                                    "topic_edit",
                                                    "suggest_profile_photo",
                                                    "requested_peer",
                                                    "set_chat_wallpaper",
                                                    "set_same_chat_wallpaper",
                                                    "create_channel",
                                                    "gift_code_prize",
                                                    "giveaway_launch",
                                                    "giveaway_results",
                                                    "boost_apply",
                                                    "refunded_payment",
                                                    "send_stars_gift",
                                                    "stars_prize",
                                                    "send_star_gift",
                                                    "paid_messages_refund",
                                                    "paid_messages_price_change",
                                                    "gift_credits",
                                                    "todo_completions",
                                                    "todo_append_tasks",
                                                    "suggested_post_approval",
                                                    "suggested_post_success",
                                                    "suggested_post_refund",
                                                    "suggest_birthday",
                                                    "no_forwards_toggle",
                                                    "no_forwards_request",
                                                    "paid_media_purchased"};

/// The people the action happened to. The export gives names, and null for a deleted account.
void add_members(const json::Object& message, std::string_view role, record::Record& out) {
  const json::Array* members = json::array(message, "members");
  if (members == nullptr) return;
  for (const json::Any& member : *members) {
    std::string name;
    if (member.is_string()) name = json::text(json::Object{{"name", member}}, "name");
    out.people.push_back(named(std::move(name), role));
  }
}

/// Somebody who adds or removes only himself has joined or left.
void settle_own_move(record::Record& out, std::string_view role) {
  if (!out.author || out.people.size() != 1 || out.author->name.empty()) return;
  if (out.people[0].name != out.author->name) return;
  out.people[0] = *out.author;
  out.people[0].role = role;
}

void fill_membership(const std::string& action, const json::Object& message, record::Record& out) {
  out.kind = Kind::membership;
  if (action == "create_group" || action == "invite_members") {
    add_members(message, "added", out);
    if (action == "invite_members") settle_own_move(out, "joined");
  } else if (action == "remove_members") {
    add_members(message, "removed", out);
    settle_own_move(out, "left");
  } else {  // joined by link or by request
    if (out.author) {
      out.people.push_back(*out.author);
      out.people.back().role = "joined";
    }
    if (const std::string inviter = json::text(message, "inviter"); !inviter.empty())
      out.people.push_back(named(inviter, "inviter"));
  }
}

void fill_call(const std::string& action, const json::Object& message, record::Record& out) {
  out.kind = Kind::call;
  const std::string reason = json::text(message, "discard_reason");
  if (!reason.empty()) out.extra["state"] = reason;
  auto seconds = json::unsigned_integer(message, "duration_seconds");
  if (!seconds) seconds = json::unsigned_integer(message, "duration");
  if (seconds) out.extra["duration_s"] = *seconds;
  if (action == "invite_to_group_call") add_members(message, "invited", out);
}

bool is_rename(std::string_view action) {
  return action == "edit_group_title" || action == "edit_group_photo" || action == "delete_group_photo";
}

bool is_membership(std::string_view action) {
  return action == "create_group" || action == "invite_members" || action == "remove_members" ||
         action == "join_group_by_link" || action == "join_group_by_request";
}

bool is_call(std::string_view action) {
  return action == "phone_call" || action == "conference_call" || action == "group_call" ||
         action == "invite_to_group_call";
}

}  // namespace

void fill_service(const json::Object& message, record::Record& out) {
  const std::string action = json::text(message, "action");
  out.extra["event"] = action.empty() ? std::string("information") : action;
  if (is_membership(action)) return fill_membership(action, message, out);
  if (is_call(action)) return fill_call(action, message, out);
  if (is_rename(action)) {
    out.kind = Kind::rename;
    if (action == "edit_group_title") out.text = json::text(message, "title");
    return;
  }
  if (action == "pin_message") {
    out.kind = Kind::pin;
    out.target = record::Target{json::text_or_number(message, "message_id"), {}, {}, {}};
    return;
  }
  if (action == "set_messages_ttl") {
    out.kind = Kind::timer;
    const std::uint64_t seconds = json::unsigned_integer(message, "period").value_or(0);
    out.extra["expires_in_ms"] = std::min<std::uint64_t>(seconds, 1u << 30) * 1000;
    return;
  }
  out.kind = Kind::notice;
  if (action.empty() && message.contains("information_text")) {
    out.text = json::text(message, "information_text");
  } else if (std::ranges::find(kNotices, action) == kNotices.end()) {
    out.doubts.push_back({"unknown-kind", "a service message of a kind this program does not know"});
  }
}

}  // namespace strongroom::capture::telegram
