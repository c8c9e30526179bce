#include "capture/telephone/telephone.h"

#include <fmt/format.h>

#include <algorithm>

namespace strongroom::capture::telephone {
namespace {

constexpr std::int64_t kFirstSmsMs = 694'224'000'000;      // 1992-01-01
constexpr std::int64_t kFarFutureMs = 4'102'444'800'000;   // 2100-01-01

bool is_number_part(char c) { return (c >= '0' && c <= '9') || c == '+' || c == '*' || c == '#'; }

/// The digits of a telephone number, or "" if there is anything no number has.
std::string number_of(std::string_view address) {
  std::string out;
  for (std::size_t i = 0; i < address.size(); ++i) {
    const char c = address[i];
    if (is_number_part(c)) {
      out += c;
    } else if (address.substr(i).starts_with("\xC2\xA0")) {  // no-break space
      ++i;
    } else if (std::string_view(" ()-./").find(c) == std::string_view::npos) {
      return {};
    }
  }
  return out;
}

}  // namespace

std::string address_id(std::string_view address) {
  if (address.empty()) return {};
  if (const std::string number = number_of(address); !number.empty()) return "tel:" + number;
  if (address.find('@') == std::string_view::npos || address.find(' ') != std::string_view::npos)
    return "sender:" + std::string(address);
  std::string small(address);
  std::ranges::transform(small, small.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return "mailto:" + small;
}

record::Person person_of(std::string_view address, std::string_view name) {
  record::Person out;
  out.id = address_id(address);
  if (name != "(Unknown)" && name != "null") out.name = name;
  if (out.id.empty()) out.id = out.name.empty() ? "unknown" : "name:" + out.name;
  if (out.id.starts_with("tel:") || out.id.starts_with("mailto:")) out.addresses = {out.id};
  return out;
}

record::Person self(std::string_view own_address) {
  record::Person out{"self", {}, {}, "self"};
  if (const std::string id = address_id(own_address); !id.empty()) out.addresses = {id};
  return out;
}

record::Conversation conversation_of(std::string_view prefix, const std::vector<record::Person>& others) {
  record::Conversation out;
  std::vector<std::string> ids;
  for (const record::Person& p : others) {
    ids.push_back(p.id);
    const std::string& shown = !p.name.empty() ? p.name : p.id;
    out.title += out.title.empty() ? shown : ", " + shown;
  }
  std::ranges::sort(ids);
  ids.erase(std::ranges::unique(ids).begin(), ids.end());
  out.kind = ids.size() > 1    ? record::ConversationKind::group
             : ids.size() == 1 ? record::ConversationKind::direct
                               : record::ConversationKind::unknown;
  out.id = fmt::format("{}:{}{}", prefix, ids.size() > 1 ? "group:" : "", fmt::join(ids, "~"));
  if (ids.empty()) out.id += "unknown";
  return out;
}

record::SourceTime instant(std::int64_t unix_ms, std::string_view what, std::vector<record::Doubt>& doubts) {
  if (unix_ms < kFirstSmsMs || unix_ms > kFarFutureMs)
    doubts.push_back({"implausible-time", fmt::format("{}: {} ms since 1970", what, unix_ms)});
  record::SourceTime out;
  out.unix_ms = unix_ms;
  return out;
}

}  // namespace strongroom::capture::telephone
