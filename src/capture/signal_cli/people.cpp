#include "capture/signal_cli/people.h"

#include <fmt/format.h>

#include <algorithm>

#include "record/time_text.h"

namespace strongroom::capture::signal_cli {
namespace {

constexpr std::uint64_t kOldestPlausibleMs = 1'262'304'000'000;  ///< 2010-01-01: nothing of Signal's is older
constexpr std::uint64_t kNewestPlausibleMs = 4'102'444'800'000;  ///< 2100-01-01

std::string lower(std::string text) {
  std::ranges::transform(text, text.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return text;
}

}  // namespace

std::optional<record::Person> person_of(const json::Object& object, const std::string& prefix) {
  const std::string uuid = lower(json::text(object, prefix + "Uuid"));
  std::string number = json::text(object, prefix + "Number");
  const std::string either = json::text(object, prefix);
  if (number.empty() && either.starts_with('+')) number = either;
  record::Person person;
  if (!uuid.empty()) {
    person.id = "aci:" + uuid;
    if (!number.empty()) person.addresses.push_back("tel:" + number);
  } else if (!number.empty()) {
    person.id = "tel:" + number;
  } else if (!either.empty()) {
    person.id = (either.starts_with("u:") ? "username:" : "aci:") +
                lower(either.substr(either.starts_with("u:") ? 2 : 0));
  } else {
    return std::nullopt;
  }
  return person;
}

record::Person known(record::Person person, const Account& account) {
  const auto is = [&](const std::string& id) {
    return (!account.uuid.empty() && id == "aci:" + account.uuid) ||
           (!account.number.empty() && (id == "tel:" + account.number || id == "aci:" + account.number));
  };
  if (!is(person.id) && std::ranges::none_of(person.addresses, is)) return person;
  record::Person self = account.self;
  if (self.name.empty()) self.name = person.name;
  return self;
}

record::Target target_of(const record::Person& author, std::uint64_t timestamp) {
  const auto kept = std::min(timestamp, static_cast<std::uint64_t>(record::kUnixMsMax));
  return {fmt::format("{}:{}", author.id, timestamp), author.id, static_cast<std::int64_t>(kept), {}};
}

record::SourceTime instant(std::uint64_t ms, std::vector<record::Doubt>& doubts) {
  if (ms < kOldestPlausibleMs || ms > kNewestPlausibleMs)
    doubts.push_back({"implausible-time", fmt::format("{} ms is before 2010 or after 2100", ms)});
  const auto kept = std::min(ms, static_cast<std::uint64_t>(record::kUnixMsMax));
  return {static_cast<std::int64_t>(kept), record::ZoneCertainty::instant, {}, {}};
}

}  // namespace strongroom::capture::signal_cli
