#include "capture/directory/entry.h"

#include <algorithm>
#include <array>

#include "capture/telephone/telephone.h"
#include "record/time_text.h"

namespace strongroom::capture::directory {
namespace {

constexpr std::int64_t kDayMs = 86'400'000;

enum class Spelling { telephone, mail, prefixed, as_written };
struct Column {
  std::string_view name, prefix;
  Spelling spelling = Spelling::prefixed;
};
// CSV columns first, then what LDIF calls the same.
constexpr std::array kColumns{
    Column{"email", "", Spelling::mail},
    Column{"phone", "", Spelling::telephone},
    Column{"mobile", "", Spelling::telephone},
    Column{"whatsapp", "", Spelling::telephone},
    Column{"signal_aci", "aci:"},
    Column{"signal_pni", "pni:"},
    Column{"telegram_id", "telegram:user:"},
    Column{"slack_id", "slack:"},
    Column{"teams_id", "teams:"},
    Column{"discord_id", "discord:user:"},
    Column{"mattermost_id", "mattermost:user:"},
    Column{"matrix_id", "matrix:"},
    Column{"wecom_id", "wecom:"},
    Column{"wechat_id", "wechat:"},
    Column{"address", "", Spelling::as_written},
    Column{"mail", "", Spelling::mail},
    Column{"rfc822mailbox", "", Spelling::mail},
    Column{"maillocaladdress", "", Spelling::mail},
    Column{"mailalternateaddress", "", Spelling::mail},
    Column{"telephonenumber", "", Spelling::telephone},
    Column{"homephone", "", Spelling::telephone},
    Column{"signalaci", "aci:"},
    Column{"signalpni", "pni:"},
    Column{"telegramid", "telegram:user:"},
    Column{"slackid", "slack:"},
    Column{"teamsid", "teams:"},
    Column{"wecomid", "wecom:"},
};

const Column* column_named(std::string_view name) {
  const auto found = std::ranges::find(kColumns, name, &Column::name);
  return found == kColumns.end() ? nullptr : &*found;
}

void add(std::string address, Entry& entry) {
  if (address.empty() || entry.has_too_many_addresses) return;
  if (std::ranges::find(entry.addresses, address) != entry.addresses.end()) return;
  entry.has_too_many_addresses = entry.addresses.size() == kAddressesMax;
  if (!entry.has_too_many_addresses) entry.addresses.push_back(std::move(address));
}

std::string telephone_number(std::string_view written, Entry& entry) {
  std::string number(written);
  if (number.starts_with("00")) number = "+" + number.substr(2);
  const std::string address = telephone::address_id(number);
  if (!address.starts_with("tel:+"))
    entry.doubts.push_back(
        {"number-not-international", "a number without its country code joins nobody: write it with '+'"});
  return address;
}

void add_one(const Column& column, std::string_view value, Entry& entry) {
  switch (column.spelling) {
    case Spelling::mail: return add("mailto:" + lower(value), entry);
    case Spelling::telephone: return add(telephone_number(value, entry), entry);
    case Spelling::as_written: return add(std::string(value), entry);
    case Spelling::prefixed: break;
  }
  const bool uuid = column.prefix == "aci:" || column.prefix == "pni:";
  const std::string text = uuid ? lower(value) : std::string(value);
  add(text.starts_with(column.prefix) ? text : std::string(column.prefix) + text, entry);
}

/// The first millisecond of the day or the instant; for the end of a period, the first after it.
Result<std::int64_t> bound(std::string_view written, bool end, std::string_view which) {
  const bool day = written.size() == 10;
  const auto ms = record::from_rfc3339(day ? std::string(written) + "T00:00:00Z" : std::string(written));
  if (!ms)
    return fail(ErrorCode::malformed,
                std::string(which) + " is neither a day (2024-03-10) nor an RFC 3339 instant");
  return *ms + (day && end ? kDayMs : 0);
}

void set_bound(record::Record& out, const std::string& name, const std::string& written, std::int64_t ms) {
  out.extra[name] = written;
  out.extra[name + "_ms"] = ms < 0 ? record::Extra(ms) : record::Extra(static_cast<std::uint64_t>(ms));
}

}  // namespace

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  return out;
}

std::string_view trimmed(std::string_view text) {
  const auto is_space = [](char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; };
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}

bool is_address_column(std::string_view column) { return column_named(column) != nullptr; }

bool add_addresses(std::string_view name, std::string_view value, Entry& entry) {
  const Column* column = column_named(name);
  if (column == nullptr) return false;
  while (true) {
    const std::size_t end = value.find(';');
    const std::string_view one = trimmed(value.substr(0, end));
    if (!one.empty()) add_one(*column, one, entry);
    if (end == std::string_view::npos) return true;
    value.remove_prefix(end + 1);
  }
}

Result<record::Record> record_of(const Entry& entry) {
  record::Record out;
  out.kind = record::Kind::context;
  out.extra["object"] = std::string(entry.is_person ? "directory-entry" : "directory-other");
  std::optional<std::int64_t> from, until;
  if (!entry.valid_from.empty()) {
    from = TRY(bound(entry.valid_from, false, "valid_from"));
    set_bound(out, "valid_from", entry.valid_from, *from);
  }
  if (!entry.valid_until.empty()) {
    until = TRY(bound(entry.valid_until, true, "valid_until"));
    set_bound(out, "valid_until", entry.valid_until, *until);
  }
  if (from && until && *until <= *from)
    return fail(ErrorCode::malformed, "valid_until lies before valid_from");
  out.native_id = entry.id + "@" + entry.valid_from;
  out.people.push_back({"directory:" + entry.id, entry.name, entry.addresses, {}});
  for (const auto& [name, value] : entry.rest) {
    std::string& kept =
        std::get<std::string>(out.extra.try_emplace("directory." + name, std::string()).first->second);
    kept += (kept.empty() ? "" : "\n") + value;
  }
  out.doubts = entry.doubts;
  return out;
}

}  // namespace strongroom::capture::directory
