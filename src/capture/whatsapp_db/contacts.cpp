#include "capture/whatsapp_db/contacts.h"

#include <fmt/format.h>

#include "capture/whatsapp_db/android_context.h"

namespace strongroom::capture::whatsapp_db {
namespace {

constexpr std::size_t kNameBytesMax = 1024;

/// Businesses that proved their name, by jid.
std::map<std::string, std::string> verified_names(const Database& database,
                                                  std::vector<record::Doubt>& doubts) {
  std::map<std::string, std::string> out;
  if (!database.has_column("wa_vnames", "jid") || !database.has_column("wa_vnames", "verified_name"))
    return out;
  auto rows = database.query("SELECT jid, verified_name FROM wa_vnames");
  auto more = rows ? rows->next() : Result<bool>(std::unexpected(rows.error()));
  for (; more && *more; more = rows->next()) out[rows->text(0)] = rows->text(1);
  if (!more)
    doubts.push_back({"database-damaged", "the table wa_vnames is damaged: some businesses have no name"});
  return out;
}

/// As the telephone shows it: the address book's, else what its owner or WhatsApp calls it.
std::string name_of(Row& row, const std::string& verified) {
  for (std::string name : {row.text("display_name"), verified, row.text("wa_name"), row.text("nickname"),
                           row.text("given_name")}) {
    if (!name.empty() && name.size() <= kNameBytesMax) return name;
  }
  return {};
}

void keep_text(record::Record& out, Row& row, std::string_view column) {
  if (std::string text = row.text(column); !text.empty()) out.extra[std::string(column)] = std::move(text);
}

}  // namespace

bool has_contacts(const Database& database) {
  return database.has_column("wa_contacts", "jid") && database.has_column("wa_contacts", "display_name");
}

Result<void> ContactBook::read(Reading& reading) {
  if (!has_contacts(reading.database)) return {};
  const auto verified = verified_names(reading.database, reading.doubts_of_first);
  auto rows = reading.database.query("SELECT rowid AS rowid_, * FROM wa_contacts ORDER BY rowid");
  if (!rows) return reading.damaged("wa_contacts", rows.error());
  Row row(*rows);
  auto more = rows->next();
  for (; more && *more; more = rows->next()) TRY(take(row, verified, reading));
  return more ? Result<void>{} : reading.damaged("wa_contacts", more.error());
}

Result<void> ContactBook::take(Row& row, const std::map<std::string, std::string>& verified,
                               Reading& reading) {
  const std::string jid = row.text("jid");
  const auto business = verified.find(jid);
  const std::string name = name_of(row, business == verified.end() ? std::string() : business->second);
  record::Person person = person_of_jid(jid);
  record::Record out;
  out.kind = record::Kind::context;
  out.extra["object"] = std::string("contact");
  out.native_id = fmt::format("contact/{}", jid.empty() ? row.text("rowid_") : jid);
  out.conversation = conversation_of(jid, name);
  out.text = name;
  if (!person.id.empty()) {
    if (!name.empty()) names_.try_emplace(person.id, name);
    person.name = name;
    out.people = {std::move(person)};
  }
  for (const std::string_view column : {"number", "status", "display_name", "wa_name", "given_name",
                                        "family_name", "nickname", "company", "title", "phone_label"})
    keep_text(out, row, column);
  if (business != verified.end()) out.extra["verified_name"] = business->second;
  if (row.has("is_whatsapp_user")) out.extra["is_whatsapp_user"] = row.integer("is_whatsapp_user") != 0;
  if (const std::int64_t at = row.integer("status_timestamp"); at > 0)
    out.extra["status_at_ms"] = static_cast<std::uint64_t>(at);
  std::string original;
  database::append_row(original, "wa_contacts", row.rows());
  return reading.take(std::move(out), original);
}

const std::string* ContactBook::find(const record::Person& person) const {
  if (const auto found = names_.find(person.id); found != names_.end()) return &found->second;
  for (const std::string& address : person.addresses) {
    if (const auto found = names_.find(address); found != names_.end()) return &found->second;
  }
  return nullptr;
}

void ContactBook::name(record::Person& person) const {
  if (!person.name.empty()) return;
  if (const std::string* found = find(person)) person.name = *found;
}

void ContactBook::name(record::Record& record) const {
  if (names_.empty()) return;
  if (record.author) name(*record.author);
  for (record::Person& person : record.people) name(person);
  constexpr std::string_view kBefore = "whatsapp:";
  const std::string_view id = record.conversation.id;
  if (!id.starts_with(kBefore)) return;
  const std::string_view jid = id.substr(kBefore.size());
  if (record.conversation.title != conversation_of(jid, {}).title) return;
  if (const std::string* found = find(person_of_jid(jid))) record.conversation.title = *found;
}

}  // namespace strongroom::capture::whatsapp_db
