#include "capture/mail/fields.h"

#include <algorithm>

namespace strongroom::capture::mail {
namespace {

constexpr std::size_t kNameMax = 200;

char lower_of(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

}  // namespace

bool same_name(std::string_view a, std::string_view b) {
  return a.size() == b.size() &&
         std::equal(a.begin(), a.end(), b.begin(), [](char x, char y) { return lower_of(x) == lower_of(y); });
}

std::size_t field_name_length(std::string_view line) {
  std::size_t i = 0;
  while (i < line.size() && i < kNameMax && line[i] > ' ' && line[i] < 0x7f && line[i] != ':') ++i;
  const std::size_t length = i;
  while (i < line.size() && (line[i] == ' ' || line[i] == '\t'))
    ++i;  // obsolete: white space before the colon
  return length > 0 && i < line.size() && line[i] == ':' ? length : 0;
}

std::optional<std::string_view> Header::first(std::string_view name) const {
  const auto found = std::ranges::find_if(fields, [&](const Field& f) { return same_name(f.name, name); });
  if (found == fields.end()) return std::nullopt;
  return found->value;
}

std::size_t Header::count(std::string_view name) const {
  return static_cast<std::size_t>(
      std::ranges::count_if(fields, [&](const Field& f) { return same_name(f.name, name); }));
}

Header read_header(std::string_view mail) {
  Header out;
  std::size_t at = mail.starts_with("\xEF\xBB\xBF") ? 3 : 0;
  while (at < mail.size()) {
    const std::size_t end = std::min(mail.find('\n', at), mail.size() - 1) + 1;
    std::string_view line = mail.substr(at, end - at);
    while (!line.empty() && (line.back() == '\n' || line.back() == '\r')) line.remove_suffix(1);
    if (line.empty()) {
      out.body = end;
      return out;
    }
    const std::size_t name = field_name_length(line);
    if ((line[0] == ' ' || line[0] == '\t') && !out.fields.empty()) {
      std::string_view& value = out.fields.back().value;
      value =
          std::string_view(value.data(), static_cast<std::size_t>(line.data() + line.size() - value.data()));
    } else if (name > 0 && out.fields.size() < kFieldsMax) {
      const std::size_t colon = line.find(':', name);
      out.fields.push_back({line.substr(0, name), line.substr(colon + 1)});
    } else if (name > 0) {
      out.cut = true;
    } else {
      out.odd_lines = out.odd_lines || !(line.starts_with("From ") || line.starts_with(">From "));
    }
    at = end;
  }
  out.body = mail.size();
  return out;
}

}  // namespace strongroom::capture::mail
