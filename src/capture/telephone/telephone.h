/// What the sources of a telephone share: who is behind an address as the phone wrote it, and instants of which one may
/// be sure. Addresses stay as near to the source as two spellings of one number allow: no country code is guessed.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "record/record.h"

namespace strongroom::capture::telephone {

/// "tel:+33..." without spaces, brackets, dashes and dots; "mailto:..." in small letters; "sender:..." for everything
/// else ("Bank", "VM-INFO"); "" for nothing.
std::string address_id(std::string_view address);
/// The person of that address; `name` as the phone knew it, empty or "(Unknown)" if it did not.
record::Person person_of(std::string_view address, std::string_view name);
/// The custodian; `own_address` may be empty.
record::Person self(std::string_view own_address);

/// The conversation of these others: direct, or a group whose id does not depend on their order. `prefix` is "sms".
record::Conversation conversation_of(std::string_view prefix, const std::vector<record::Person>& others);

/// The instant; a doubt "implausible-time" outside 1992 (the first SMS) to 2100.
record::SourceTime instant(std::int64_t unix_ms, std::string_view what, std::vector<record::Doubt>& doubts);

}  // namespace strongroom::capture::telephone
