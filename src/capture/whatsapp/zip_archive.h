/// A .zip in memory, read with libarchive (this is its only adapter); nothing is written anywhere. The directory is
/// checked first: number of members, overlapping members (a bomb's trick), then every unpacked byte is counted.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/error.h"
#include "capture/parser.h"

namespace strongroom::capture::whatsapp {

struct ZipMember {
  std::string name;  ///< as written in the archive; never used as a place on disk
  std::uint64_t packed_bytes = 0;
  std::uint64_t stated_bytes = 0;  ///< what the directory says; not relied on
};

class ZipArchive {
 public:
  static bool is_zip(BytesView bytes);
  /// Reads the directory. `malformed`, `limit_exceeded` (members), `refused` (members that overlap). Borrows `bytes`.
  static Result<ZipArchive> open(BytesView bytes, const Limits& limits);

  /// The members that are files, in the order of their data.
  const std::vector<ZipMember>& members() const { return members_; }

  using Wanted = std::function<bool(std::size_t)>;
  using Visit = std::function<Result<void>(std::size_t, Result<BytesView>)>;
  /// Unpacks the members `wanted` says, one in memory at a time, and gives each (or why it could not be read:
  /// `corrupt`, `limit_exceeded`) to `visit`. Ends with the first error `visit` returns.
  Result<void> read(const Limits& limits, const Wanted& wanted, const Visit& visit) const;

 private:
  BytesView bytes_;
  std::vector<ZipMember> members_;
  std::vector<std::size_t> member_at_;  ///< entry in data order → member; kNone for directories
};

}  // namespace strongroom::capture::whatsapp
