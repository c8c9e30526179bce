// ChatStorage.sqlite, a Core Data store: tables and columns begin with Z, times are seconds since 2001 in UTC.
#include <fmt/format.h>

#include <cmath>
#include <unordered_map>

#include "capture/whatsapp_db/android_context.h"

namespace strongroom::capture::whatsapp_db {
namespace {

using record::Kind;

constexpr double kEpoch2001Ms = 978'307'200'000.0;

record::SourceTime apple_time(double seconds, std::vector<record::Doubt>& doubts) {
  const double ms = std::round(seconds * 1000.0 + kEpoch2001Ms);
  const bool fits = std::isfinite(ms) && std::abs(ms) < 9e15;
  return instant(fits ? static_cast<std::int64_t>(ms) : 0, doubts);
}

struct Context {
  std::unordered_map<std::int64_t, record::Conversation> sessions;
  std::unordered_map<std::int64_t, std::string> session_jid;
};

Result<void> read_sessions(Reading& reading, Context& context) {
  auto rows = reading.database.query("SELECT * FROM ZWACHATSESSION ORDER BY Z_PK");
  if (!rows) return reading.damaged("ZWACHATSESSION", rows.error());
  Row row(*rows);
  auto more = rows->next();
  for (; more && *more; more = rows->next()) {
    const std::int64_t id = row.integer("Z_PK");
    const std::string jid = row.text("ZCONTACTJID");
    record::Record out;
    out.kind = Kind::context;
    out.conversation = conversation_of(jid, row.text("ZPARTNERNAME"));
    context.sessions[id] = out.conversation;
    context.session_jid[id] = jid;
    out.native_id = fmt::format("chat/{}", out.conversation.id);
    out.extra["object"] = std::string("chat");
    std::string original;
    database::append_row(original, "ZWACHATSESSION", *rows);
    TRY(reading.take(std::move(out), original));
  }
  return more ? Result<void>{} : reading.damaged("ZWACHATSESSION", more.error());
}

struct IosType {
  Kind kind = Kind::notice;
  std::string_view flavour;
  bool known = true;
};
IosType type_of(std::int64_t type) {
  switch (type) {
    case 0:
    case 1:
    case 2:
    case 3:
    case 4:
    case 5:
    case 7:
    case 8: return {Kind::message, {}};
    case 11: return {Kind::message, "gif"};
    case 15: return {Kind::message, "sticker"};
    case 6:
    case 10: return {Kind::notice, {}};
    case 14: return {Kind::deletion, {}};
    default: return {Kind::notice, {}, false};
  }
}

record::Person sender_of(Row& row, Side& members, const std::string& chat, std::string& original) {
  if (row.integer("ZISFROMME") != 0) return self();
  Row* member = row.integer("ZGROUPMEMBER") > 0 ? members.first(row.integer("ZGROUPMEMBER")) : nullptr;
  const bool is_group = chat.ends_with("@g.us");
  const std::string from = row.text("ZFROMJID");
  record::Person out = person_of_jid(member != nullptr ? member->text("ZMEMBERJID")
                                     : is_group        ? ""
                                     : from.empty()    ? chat
                                                       : from);
  out.name = member != nullptr ? member->text("ZCONTACTNAME") : row.text("ZPUSHNAME");
  if (member != nullptr) database::append_row(original, members.table(), member->rows());
  if (out.id.empty() && !out.name.empty()) out.id = "name:" + out.name;
  return out;
}

void set_media(record::Record& out, Row& media, Reading& reading, std::string_view flavour) {
  const std::string path = media.text("ZMEDIALOCALPATH");
  if (path.empty() && !media.has("ZMEDIAURL") && media.real("ZLATITUDE") != 0) {
    out.extra["latitude"] = fmt::format("{}", media.real("ZLATITUDE"));
    out.extra["longitude"] = fmt::format("{}", media.real("ZLONGITUDE"));
    return;
  }
  record::Attachment a;
  a.name = path.substr(path.rfind('/') + 1);
  a.media_type = media.text("ZVCARDSTRING");
  a.caption = media.text("ZTITLE");
  a.flavour = flavour;
  a.source_reference = path;
  if (media.integer("ZFILESIZE") > 0) a.size = static_cast<std::uint64_t>(media.integer("ZFILESIZE"));
  if (!path.empty() && !reading.beside.settle(a, reading.file, path) &&
      !reading.beside.settle(a, reading.file, "Message/" + path))
    (void)reading.beside.settle_by_name(a, a.name);
  out.attachments.push_back(std::move(a));
}

record::Record message_of(Row& row, const Context& context, Side& members, std::string& original) {
  record::Record out;
  const std::int64_t session = row.integer("ZCHATSESSION");
  const auto found = context.sessions.find(session);
  out.conversation = found != context.sessions.end() ? found->second : conversation_of("", "");
  out.outgoing = row.integer("ZISFROMME") != 0;
  const std::string chat =
      found != context.sessions.end() ? context.session_jid.at(session) : row.text("ZFROMJID");
  record::Person author = sender_of(row, members, chat, original);
  const std::string stanza = row.text("ZSTANZAID");
  out.native_id =
      native_id(stanza.empty() ? fmt::format("row-{}", row.integer("Z_PK")) : stanza, out.outgoing, author);
  if (!author.id.empty()) out.author = std::move(author);
  out.text = row.text("ZTEXT");
  out.sent_at = apple_time(row.real("ZMESSAGEDATE"), out.doubts);
  const std::int64_t type = row.integer("ZMESSAGETYPE");
  const IosType known = type_of(type);
  out.kind = known.kind;
  out.extra["message_type"] = fmt::format("{}", type);
  if (row.has("ZGROUPEVENTTYPE")) out.extra["group_event_type"] = row.text("ZGROUPEVENTTYPE");
  if (row.integer("ZSTARRED") != 0) out.extra["starred"] = true;
  if (!known.known) out.doubts.push_back({"unknown-kind", fmt::format("ZMESSAGETYPE {} is not known", type)});
  if (out.kind == Kind::deletion)
    out.target = record::Target{out.native_id, out.author ? out.author->id : "", out.sent_at.unix_ms, {}};
  return out;
}

}  // namespace

Result<void> read_ios(Reading& reading) {
  Context context;
  TRY(read_sessions(reading, context));
  auto rows = reading.database.query("SELECT * FROM ZWAMESSAGE ORDER BY Z_PK");
  if (!rows) return reading.damaged("ZWAMESSAGE", rows.error());
  Row row(*rows);
  Side members(reading.database, "ZWAGROUPMEMBER", "Z_PK");
  Side media(reading.database, "ZWAMEDIAITEM", "Z_PK");
  auto more = rows->next();
  for (; more && *more; more = rows->next()) {
    std::string original;
    database::append_row(original, "ZWAMESSAGE", *rows);
    record::Record out = message_of(row, context, members, original);
    Row* item = row.integer("ZMEDIAITEM") > 0 ? media.first(row.integer("ZMEDIAITEM")) : nullptr;
    if (item != nullptr) {
      set_media(out, *item, reading, type_of(row.integer("ZMESSAGETYPE")).flavour);
      database::append_row(original, media.table(), item->rows());
    }
    say_damage(out, {&members, &media});
    TRY(reading.take(std::move(out), original));
  }
  return more ? Result<void>{} : reading.damaged("ZWAMESSAGE", more.error());
}

}  // namespace strongroom::capture::whatsapp_db
