#include "capture/directory/parser.h"

#include <algorithm>

#include "capture/beside.h"
#include "capture/csv/rows.h"
#include "capture/directory/count.h"
#include "capture/directory/entry.h"
#include "capture/directory/ldif.h"

namespace strongroom::capture::directory {
namespace {

constexpr std::string_view kSource = "directory";
constexpr std::uint64_t kParserVersion = 1;
constexpr std::size_t kDetectBytes = 64u << 10;

enum class Form { none, csv, ldif };

constexpr std::array kOtherColumns{std::string_view("id"),         std::string_view("name"),
                                   std::string_view("valid_from"), std::string_view("valid_until"),
                                   std::string_view("department"), std::string_view("title"),
                                   std::string_view("ou"),         std::string_view("note")};

/// The columns in small letters, if every one is documented and there are id, name and an address.
std::optional<std::vector<std::string>> columns_of(const csv::Row& header) {
  std::vector<std::string> out;
  bool address = false;
  for (const std::string& field : header.fields) {
    out.push_back(lower(trimmed(field)));
    const std::string& name = out.back();
    const bool other =
        std::ranges::find(kOtherColumns, name) != kOtherColumns.end() || name.starts_with("x_");
    if (!other && !is_address_column(name)) return std::nullopt;
    address = address || !other;
  }
  const auto has = [&](std::string_view name) { return std::ranges::count(out, name) == 1; };
  if (!address || !has("id") || !has("name")) return std::nullopt;
  return out;
}

Form form_of(const InputFile& file) {
  const std::string_view text = text_of(file.bytes).substr(0, kDetectBytes);
  if (begins_as_ldif(text)) return Form::ldif;
  csv::Rows rows(text, text.size());
  const auto header = rows.next();
  return header && header->broken.empty() && columns_of(*header) ? Form::csv : Form::none;
}

int detect(const std::vector<InputFile>& files) {
  return std::ranges::any_of(files, [](const InputFile& f) { return form_of(f) != Form::none; }) ? 90 : 0;
}

/// Where an item lies.
struct Item {
  const InputFile& file;
  std::string_view text;
  std::uint64_t offset;
};

Result<void> refuse(Tally& tally, const Item& item, std::string code, std::string why) {
  return tally.refuse({item.file.path, item.offset, bytes_of(item.text), std::move(code), std::move(why)});
}

Result<void> hand_on(Tally& tally, const Item& item, const Entry& entry) {
  if (entry.id.empty()) return refuse(tally, item, "no-id", "an entry without an id");
  if (entry.has_too_many_addresses)
    return refuse(tally, item, "too-many-addresses", "one person with more than 1000 addresses");
  auto out = record_of(entry);
  if (!out) return refuse(tally, item, "unreadable-date", out.error().what);
  out->original = {copy_of(bytes_of(item.text)), std::nullopt, item.offset, item.text.size(), item.file.path};
  return tally.record(std::move(*out));
}

Entry entry_of(const std::vector<std::string>& columns, const std::vector<std::string>& fields) {
  Entry out;
  for (std::size_t i = 0; i < fields.size() && i < columns.size(); ++i) {
    const std::string_view value = trimmed(fields[i]);
    if (value.empty()) continue;
    if (columns[i] == "id")
      out.id = value;
    else if (columns[i] == "name")
      out.name = value;
    else if (columns[i] == "valid_from")
      out.valid_from = value;
    else if (columns[i] == "valid_until")
      out.valid_until = value;
    else if (!add_addresses(columns[i], value, out))
      out.rest.emplace_back(columns[i], value);
  }
  return out;
}

Result<void> read_csv(const InputFile& file, const Limits& limits, Tally& tally) {
  csv::Rows rows(text_of(file.bytes), std::min<std::uint64_t>(limits.item_bytes_max, kRefusedInRecordMax));
  const auto columns = columns_of(*rows.next());
  while (const auto row = rows.next()) {
    const Item item{file, row->text, row->offset};
    if (!row->broken.empty()) {
      TRY(refuse(tally, item, "not-a-row", row->broken));
    } else if (row->fields.size() > columns->size()) {
      TRY(refuse(tally, item, "not-a-row", "the row has more fields than the header has columns"));
    } else {
      TRY(hand_on(tally, item, entry_of(*columns, row->fields)));
    }
  }
  return {};
}

/// Attributes with one value for the whole entry, the better names first.
struct Names {
  std::string uid, display, common, given, surname, dn;
};

bool take_name(const LdifAttribute& a, Names& names, Entry& out) {
  const auto first = [&](std::string& to) {
    if (to.empty()) to = a.value;
    return true;
  };
  if (a.name == "uid" || a.name == "samaccountname") return first(names.uid);
  if (a.name == "displayname") return first(names.display);
  if (a.name == "cn") return first(names.common);
  if (a.name == "givenname") return first(names.given);
  if (a.name == "sn") return first(names.surname);
  if (a.name == "dn") return first(names.dn);
  if (a.name == "validfrom") return first(out.valid_from);
  if (a.name == "validuntil") return first(out.valid_until);
  return false;
}

void take_value(const LdifAttribute& a, Names& names, Entry& out, bool& person) {
  const std::string small = lower(a.value);
  if (a.is_reference) {
    out.doubts.push_back(
        {"reference-not-followed", "the value of " + a.name + " is elsewhere; nobody fetches it"});
  } else if (a.name == "objectclass") {
    person =
        person || small == "person" || small == "inetorgperson" || small == "user" || small == "posixaccount";
  } else if (a.name == "proxyaddresses" && small.starts_with("smtp:")) {
    add_addresses("mail", std::string_view(small).substr(5), out);
  } else if (a.name == "userpassword") {
    return;  // stays in the original, which is sealed
  } else if (!add_addresses(a.name, a.value, out) && !take_name(a, names, out)) {
    out.rest.emplace_back(a.name, a.value);
  }
}

Entry entry_of(const LdifEntry& entry) {
  Entry out;
  Names names;
  bool person = false;
  for (const LdifAttribute& a : entry.attributes) take_value(a, names, out, person);
  out.id = names.uid.empty() ? names.dn : names.uid;
  out.name = !names.display.empty() ? names.display : !names.common.empty() ? names.common : names.given;
  if (names.display.empty() && names.common.empty() && !names.surname.empty())
    out.name += (out.name.empty() ? "" : " ") + names.surname;
  if (!names.uid.empty()) out.rest.emplace_back("dn", names.dn);
  out.is_person = person || !out.addresses.empty();
  return out;
}

Result<void> read_ldif(const InputFile& file, const Limits& limits, Tally& tally) {
  LdifEntries entries(text_of(file.bytes));
  const std::uint64_t max = std::min<std::uint64_t>(limits.item_bytes_max, kRefusedInRecordMax);
  while (const auto entry = entries.next()) {
    const Item item{file, entry->text, entry->offset};
    const bool change =
        std::ranges::any_of(entry->attributes, [](const auto& a) { return a.name == "changetype"; });
    if (entry->text.size() > max) {
      TRY(refuse(tally, item, "too-large", "the entry is longer than the limit"));
    } else if (!entry->broken.empty()) {
      TRY(refuse(tally, item, "not-an-entry", entry->broken));
    } else if (change) {
      TRY(refuse(tally, item, "ldif-change",
                 "a change to a directory, not what stands in it: export the entries"));
    } else {
      TRY(hand_on(tally, item, entry_of(*entry)));
    }
  }
  return {};
}

Result<Outcome> parse(const std::vector<InputFile>& files, const Statement&, const Limits& limits,
                      Sink& sink) {
  Tally tally(sink, kSource, kParserVersion);
  std::set<std::size_t> ours;
  for (std::size_t i = 0; i < files.size(); ++i) {
    const Form form = form_of(files[i]);
    if (form == Form::none) continue;
    ours.insert(i);
    TRY(form == Form::csv ? read_csv(files[i], limits, tally) : read_ldif(files[i], limits, tally));
  }
  TRY(FilesBeside(files, ours).hand_over(tally));
  return tally.outcome();
}

Result<std::uint64_t> count(const std::vector<InputFile>& files, const Statement&, const Limits&) {
  std::uint64_t found = 0;
  for (const InputFile& file : files) {
    const Form form = form_of(file);
    found += form == Form::csv    ? count_rows(text_of(file.bytes))
             : form == Form::ldif ? count_entries(text_of(file.bytes))
                                  : 1;
  }
  return found;
}

}  // namespace

const Parser& parser() {
  static constexpr Parser kParser{kSource, detect, parse, count};
  return kParser;
}

}  // namespace strongroom::capture::directory
