#include "capture/sms/fields.h"

#include <algorithm>
#include <charconv>

#include "capture/telephone/telephone.h"
#include "codec/text.h"
#include "crypto/hash.h"

namespace strongroom::capture::sms {
namespace {
constexpr std::int64_t kDayMs = 86'400'000;
}

std::string Fields::resolved(std::string_view raw) {
  Unescaped value = unescaped(raw);
  if (value.repaired &&
      std::ranges::find(record_.doubts, "not-a-character", &record::Doubt::code) == record_.doubts.end())
    record_.doubts.push_back(
        {"not-a-character", "a value holds half a surrogate pair or invalid UTF-8; shown as U+FFFD"});
  return std::move(value.text);
}

std::string Fields::text(std::string_view name) {
  const auto raw = tag_.raw(name);
  return raw ? resolved(*raw) : std::string{};
}

std::string Fields::words(std::string_view name) {
  const auto found = std::ranges::find(tag_.attributes, name, &Attribute::name);
  if (found == tag_.attributes.end() || found->raw != "null") return text(name);
  record_.doubts.push_back({"null-text", "the text is the word null, or there is none: both are written so"});
  return std::string(found->raw);
}

std::optional<std::int64_t> Fields::integer(std::string_view name) const {
  const auto raw = tag_.raw(name);
  std::int64_t value = 0;
  if (!raw || raw->empty()) return std::nullopt;
  const auto [end, error] = std::from_chars(raw->data(), raw->data() + raw->size(), value);
  if (error != std::errc{} || end != raw->data() + raw->size()) return std::nullopt;
  return value;
}

void Fields::keep_rest(std::initializer_list<std::string_view> known) {
  for (const Attribute& a : tag_.attributes) {
    if (a.raw.empty() || a.raw == "null" || std::ranges::find(known, a.name) != known.end()) continue;
    record_.extra.insert_or_assign(std::string(a.name), resolved(a.raw));
  }
}

void set_original(record::Record& record, const Place& place, std::size_t bytes_max) {
  record.original.file = place.file;
  record.original.offset = place.offset;
  record.original.length = place.bytes.size();
  if (place.bytes.size() <= bytes_max) record.original.bytes = copy_of(bytes_of(place.bytes));
}

std::string hashed(std::initializer_list<std::string_view> parts) {
  crypto::Hasher hasher(crypto::Hasher::Kind::sha256);
  for (const std::string_view part : parts) {
    Bytes length;
    append_u64(length, part.size());
    hasher.add(length).add(bytes_of(part));
  }
  return codec::hex(hasher.finish()).substr(0, 32);
}

void set_times(record::Record& record, std::int64_t date_ms, std::int64_t sent_ms) {
  record.sent_at = telephone::instant(date_ms, "date", record.doubts);
  const bool near = sent_ms > date_ms - 30 * kDayMs && sent_ms <= date_ms + kDayMs;
  if (record.outgoing) return;
  record.received_at = record.sent_at;
  if (near) record.sent_at.unix_ms = sent_ms;
}

}  // namespace strongroom::capture::sms
