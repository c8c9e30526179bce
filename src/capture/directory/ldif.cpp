#include "capture/directory/ldif.h"

#include <algorithm>

#include "base/utf8.h"
#include "capture/directory/entry.h"
#include "codec/text.h"

namespace strongroom::capture::directory {
namespace {

std::string repaired(std::string_view text) {
  return utf8::is_valid(text) ? std::string(text) : utf8::repaired(text);
}

/// One logical line into an attribute; false if it is none.
bool read_attribute(std::string_view line, LdifEntry& entry) {
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos || colon == 0) return false;
  LdifAttribute out;
  out.name = lower(repaired(line.substr(0, std::min(line.find(';'), colon))));
  std::string_view value = line.substr(colon + 1);
  const char mark = value.empty() ? '\0' : value.front();
  if (mark == ':' || mark == '<') value.remove_prefix(1);
  value.remove_prefix(std::min(value.find_first_not_of(' '), value.size()));
  out.is_reference = mark == '<';
  if (mark == ':') {
    const auto bytes = codec::from_base64(trimmed(value));
    if (!bytes) return false;
    out.value = repaired(text_of(*bytes));
  } else {
    out.value = repaired(value);
  }
  entry.attributes.push_back(std::move(out));
  return true;
}

}  // namespace

LdifEntries::LdifEntries(std::string_view text)
    : text_(text), at_(text.starts_with("\xEF\xBB\xBF") ? 3 : 0) {}

/// One physical line without its break; nullopt at the end.
std::optional<std::string_view> LdifEntries::line() {
  if (at_ >= text_.size()) return std::nullopt;
  const std::size_t end = std::min(text_.find('\n', at_), text_.size());
  std::string_view out = text_.substr(at_, end - at_);
  if (out.ends_with('\r')) out.remove_suffix(1);
  at_ = end + 1;
  return out;
}

std::optional<LdifEntry> LdifEntries::next() {
  LdifEntry entry;
  std::string logical;
  std::size_t first = std::string_view::npos, last = 0;
  const auto finish = [&] {
    const bool version = entry.attributes.empty() && logical.starts_with("version:");
    const bool passed = logical.empty() || logical.starts_with('#');
    if (version) first = std::string_view::npos;
    if (!passed && !version && !read_attribute(logical, entry))
      entry.broken = "a line that is no attribute, or whose base64 cannot be read";
    logical.clear();
  };
  for (std::size_t start = at_;; start = at_) {
    const auto physical = line();
    if (!physical || physical->empty()) {
      finish();
      if (first != std::string_view::npos || !physical) break;
      continue;
    }
    if (physical->front() == ' ' && !logical.empty()) {
      logical += physical->substr(1);
    } else {
      finish();
      logical = *physical;
      if (first == std::string_view::npos && !logical.starts_with('#')) first = start;
    }
    last = start + physical->size();
  }
  if (first == std::string_view::npos) return std::nullopt;
  entry.offset = first;
  entry.text = text_.substr(first, last - first);
  if (entry.broken.empty() && (entry.attributes.empty() || entry.attributes.front().name != "dn"))
    entry.broken = "an entry that does not begin with dn:";
  return entry;
}

bool begins_as_ldif(std::string_view text) {
  LdifEntries entries(text);
  const std::string_view rest = text.substr(text.starts_with("\xEF\xBB\xBF") ? 3 : 0);
  const std::size_t start = rest.find_first_not_of("\r\n");
  if (start == std::string_view::npos) return false;
  const char first = rest[start];
  if (first != '#' && !lower(rest.substr(start, 3)).starts_with("dn:") &&
      !rest.substr(start).starts_with("version:"))
    return false;
  const auto entry = entries.next();
  return entry && !entry->attributes.empty() && entry->attributes.front().name == "dn" &&
         entry->attributes.front().value.find('=') != std::string::npos;
}

}  // namespace strongroom::capture::directory
