/// One entry of a directory, whatever file it stood in, as a record.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "record/record.h"

namespace strongroom::capture::directory {

inline constexpr std::size_t kAddressesMax = 1000;

struct Entry {
  std::string id, name;
  std::vector<std::string> addresses;  ///< "tel:+33...", "mailto:...", "aci:..."
  bool has_too_many_addresses = false;  ///< more than kAddressesMax: those beyond are not in the list
  std::string valid_from, valid_until;  ///< a day or an instant as written; empty = open
  bool is_person = true;
  std::vector<std::pair<std::string, std::string>> rest;  ///< members nobody asked for
  std::vector<record::Doubt> doubts;
};

/// The address in a column (or LDIF attribute) of that name, which is in small letters; several are separated by ';'.
/// False if the name is that of no address.
bool add_addresses(std::string_view column, std::string_view value, Entry& entry);
bool is_address_column(std::string_view column);

/// From when (inclusive) to when (exclusive) in milliseconds; a day is the whole day in UTC, the last day included.
/// `malformed` says which date cannot be read, or that they are reversed.
Result<record::Record> record_of(const Entry& entry);

/// ASCII letters made small.
std::string lower(std::string_view text);
/// Without white space around it.
std::string_view trimmed(std::string_view text);

}  // namespace strongroom::capture::directory
