/// How a reader asks (protocol §5.1): the same way for a reading and for a drill.
#pragma once

#include <string>
#include <vector>

#include "person.h"
#include "roster/register_objects.h"

namespace strongroom::person {

/// What is to be asked for. The request lacks its one-time key and its times.
struct Wish {
  roster::ReadingRequest request;
  std::vector<Hash256> folders;
  std::uint64_t newest = 0;  ///< leaf of the newest folder: a cross leaf must cover it first (§5.3)
  std::uint64_t days_valid = 30;
  std::string shown;  ///< lines for the person who asks, below the request itself
};
struct Asked {
  Hash256 commitment{};
  std::uint64_t leaf = 0;  ///< of the register
};
/// Waits for the cross leaf, shows the wish, has it confirmed, keeps the one-time key, sends the copies and enters the
/// request.
Result<Asked> ask(Person& person, Archive& archive, const PersonOptions& options, Wish wish);

}  // namespace strongroom::person
