/// Reading the attributes of a tag into a record.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>

#include "capture/sms/items.h"

namespace strongroom::capture::sms {

/// Resolves values, and puts a doubt into the record when one held what is no character.
class Fields {
 public:
  Fields(const Tag& tag, record::Record& record) : tag_(tag), record_(record) {}
  /// "" if absent or "null".
  std::string text(std::string_view name);
  /// What somebody wrote: the word "null" too, with a doubt, for this writer means nothing by it as well.
  std::string words(std::string_view name);
  std::optional<std::int64_t> integer(std::string_view name) const;
  /// Everything not in `known` goes to `extra` under its own name.
  void keep_rest(std::initializer_list<std::string_view> known);

 private:
  std::string resolved(std::string_view raw);
  const Tag& tag_;
  record::Record& record_;
};

/// Sets `original`; one above `bytes_max` keeps only its place.
void set_original(record::Record& record, const Place& place, std::size_t bytes_max = kItemBytesMax);
/// 32 hex digits that are the same for the same parts.
std::string hashed(std::initializer_list<std::string_view> parts);
/// Sent and received: the network's time counts if the phone's clock is near it.
void set_times(record::Record& record, std::int64_t date_ms, std::int64_t sent_ms);

}  // namespace strongroom::capture::sms
