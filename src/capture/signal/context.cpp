#include "capture/signal/context.h"

#include <fmt/format.h>

#include "codec/text.h"

namespace strongroom::capture::signal {
namespace {

using record::Kind;
using record::Record;

Record context(std::string_view object, std::string native_id, const Surroundings& around) {
  Record out;
  out.kind = Kind::context;
  out.native_id = std::move(native_id);
  out.extra["object"] = std::string(object);
  if (around.time_frame.backup_ms != 0) {
    std::vector<record::Doubt> unused;
    out.sent_at = instant(around.time_frame.backup_ms, around.time_frame, "backup", unused);
  }
  return out;
}

Record of_recipient(const frames::Recipient& r, const Surroundings& around) {
  const record::Person person = around.directory.person(r.id());
  Record out = context("recipient", "recipient:" + person.id, around);
  out.conversation = around.directory.conversation_with(r.id());
  out.text = person.name;
  out.people.push_back(person);
  for (record::Person& member : around.directory.members_of(r.id())) {
    if (member.id != person.id) out.people.push_back(std::move(member));
  }
  if (r.has_group()) {
    const auto& snapshot = r.group().snapshot();
    if (!snapshot.description().descriptiontext().empty())
      out.extra["description"] = snapshot.description().descriptiontext();
    out.extra["members"] = static_cast<std::uint64_t>(snapshot.members_size());
  }
  if (!r.contact().note().empty()) out.extra["note"] = r.contact().note();
  if (r.contact().blocked() || r.group().blocked()) out.extra["blocked"] = true;
  return out;
}

Record of_chat(const frames::Chat& chat, const Surroundings& around) {
  Record out = context("chat", "chat:" + around.directory.conversation(chat.id()).id, around);
  out.conversation = around.directory.conversation(chat.id());
  out.people = around.directory.members_of_chat(chat.id());
  out.text = out.conversation.title;
  if (chat.archived()) out.extra["archived"] = true;
  if (chat.has_expirationtimerms()) out.extra["expires_in_ms"] = std::uint64_t{chat.expirationtimerms()};
  if (!around.directory.knows_recipient(chat.recipientid()))
    out.doubts.push_back({"unknown-person", "the source never declared the chat's recipient"});
  return out;
}

Record of_ad_hoc_call(const frames::AdHocCall& call, const Surroundings& around) {
  Record out;
  out.kind = Kind::call;
  out.conversation = around.directory.conversation_with(call.recipientid());
  out.native_id = fmt::format("ad-hoc-call:{}", call.callid());
  out.sent_at = instant(call.calltimestamp(), around.time_frame, "call", out.doubts);
  out.extra["event"] = std::string("call_link");
  out.extra["state"] = std::string(call.state() == frames::AdHocCall::GENERIC ? "generic" : "unknown");
  out.extra["call_id"] = std::uint64_t{call.callid()};
  return out;
}

}  // namespace

Record context_of(const frames::BackupInfo& info, const Surroundings& around) {
  Record out = context("backup", "backup", around);
  out.extra["format_version"] = std::uint64_t{info.version()};
  if (!info.currentappversion().empty()) out.extra["app_version"] = info.currentappversion();
  if (info.version() != 1)
    out.doubts.push_back({"unknown-version", "the backup has a version this program was not written for"});
  return out;
}

Record context_of(const frames::Frame& frame, const Surroundings& around) {
  switch (frame.item_case()) {
    case frames::Frame::kAccount: {
      Record out = context("account", "account", around);
      out.text = around.directory.own_name();
      return out;
    }
    case frames::Frame::kRecipient: return of_recipient(frame.recipient(), around);
    case frames::Frame::kChat: return of_chat(frame.chat(), around);
    case frames::Frame::kStickerPack:
      return context("sticker_pack", "sticker-pack:" + codec::hex(bytes_of(frame.stickerpack().packid())),
                     around);
    case frames::Frame::kAdHocCall: return of_ad_hoc_call(frame.adhoccall(), around);
    case frames::Frame::kNotificationProfile: {
      const auto& profile = frame.notificationprofile();
      Record out = context("notification_profile", "notification-profile:" + uuid_text(profile.id()), around);
      out.text = profile.name();
      return out;
    }
    case frames::Frame::kChatFolder: {
      Record out = context("chat_folder", "chat-folder:" + uuid_text(frame.chatfolder().id()), around);
      out.text = frame.chatfolder().name();
      return out;
    }
    case frames::Frame::kChatItem:
    case frames::Frame::ITEM_NOT_SET: break;
  }
  Record out = context("unknown", "", around);
  out.doubts.push_back({"unknown-frame", "a frame of a kind this program does not know"});
  return out;
}

}  // namespace strongroom::capture::signal
