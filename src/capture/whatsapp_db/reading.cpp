#include "capture/whatsapp_db/reading.h"

#include <fmt/format.h>

#include "capture/whatsapp_db/contacts.h"

namespace strongroom::capture::whatsapp_db {
namespace {
constexpr std::int64_t kFoundedMs = 1'230'768'000'000;    // 2009-01-01
constexpr std::int64_t kFarFutureMs = 4'102'444'800'000;  // 2100-01-01
constexpr std::size_t kOriginalMax = 4u << 20;
}  // namespace

Result<void> Reading::take(record::Record record, std::string_view rows) {
  const std::string original = fmt::format("{{{}}}", rows);
  contacts.name(record);
  if (original.size() > kOriginalMax)
    return tally.refuse(
        {file, 0, bytes_of(original), "too-large", "the rows of one message are larger than the limit"});
  record.original.bytes = copy_of(bytes_of(original));
  record.original.length = original.size();
  record.original.file = file;
  for (record::Doubt& doubt : doubts_of_first) record.doubts.push_back(std::move(doubt));
  doubts_of_first.clear();
  return tally.record(std::move(record));
}

Result<void> Reading::damaged(std::string_view table, const Error& error) {
  return damage.refuse(table, error.what);
}

void say_damage(record::Record& out, std::initializer_list<Side*> sides) {
  for (Side* side : sides) {
    if (side->take_damage())
      out.doubts.push_back(
          {"database-damaged",
           fmt::format("the table {} is damaged: what it says of this may be missing", side->table())});
  }
}

record::Person person_of(std::string_view user, std::string_view server) {
  record::Person out;
  if (user.empty()) return out;
  if (server == "s.whatsapp.net" || server == "c.us") {
    out.id = fmt::format("tel:+{}", user);
    out.addresses = {out.id};
  } else {
    out.id = fmt::format("{}:{}", server.empty() ? "jid" : server, user);
  }
  return out;
}

record::Person person_of_jid(std::string_view jid) {
  const std::size_t at = jid.find('@');
  if (at == std::string_view::npos) return person_of(jid, "");
  std::string_view user = jid.substr(0, at);
  user = user.substr(0, user.find_first_of(":."));  // ".agent:device" of the sender's other devices
  return person_of(user, jid.substr(at + 1));
}

record::Person self() { return {"self", {}, {}, "self"}; }

record::SourceTime instant(std::int64_t unix_ms, std::vector<record::Doubt>& doubts) {
  if (unix_ms < kFoundedMs || unix_ms > kFarFutureMs)
    doubts.push_back({"implausible-time", fmt::format("{} ms since 1970", unix_ms)});
  record::SourceTime out;
  out.unix_ms = unix_ms;
  return out;
}

}  // namespace strongroom::capture::whatsapp_db
