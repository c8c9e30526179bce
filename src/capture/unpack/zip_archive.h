/// A .zip in memory, read with libarchive (this is its only adapter); nothing is written anywhere. The directory is
/// checked first: number of members, overlapping members (a bomb's trick), then every unpacked byte is counted.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/error.h"
#include "capture/parser.h"

struct archive;

namespace strongroom::capture {

struct ZipMember {
  std::string name;  ///< as written in the archive; never used as a place on disk
  std::uint64_t packed_bytes = 0;
  std::uint64_t stated_bytes = 0;  ///< what the directory says; not relied on
  bool encrypted = false;
  BytesView raw;  ///< from its own header to the next member
};

/// Used by one thread. Borrows the archive's bytes.
class ZipArchive {
 public:
  static bool is_zip(BytesView bytes);
  /// Reads the directory. `malformed`, `limit_exceeded` (members, a name), `refused` (members that overlap).
  static Result<ZipArchive> open(BytesView bytes, const Limits& limits);

  /// The members that are files, in the order of their data.
  const std::vector<ZipMember>& members() const { return members_; }

  /// Whether a member is wanted, by its first bytes (at most 64 KiB).
  using Wanted = std::function<bool(BytesView first)>;
  /// Unpacks one member: nullopt if it is not wanted; `corrupt`, `limit_exceeded` (beyond `allowance` bytes, or far
  /// more than its size), `unsupported` (encrypted). Cheap in the order of the data; going back starts anew.
  Result<std::optional<Bytes>> take(std::size_t member, std::uint64_t allowance, const Wanted& wanted);

 private:
  Result<void> go_to(std::size_t member);
  struct Free {
    void operator()(archive* reader) const;
  };
  BytesView bytes_;
  std::uint64_t ratio_max_ = 0;
  std::vector<ZipMember> members_;
  std::vector<std::size_t> entry_of_;  ///< member → entry in data order, which counts directories too
  std::unique_ptr<archive, Free> reader_;
  std::size_t next_entry_ = 0;
};

}  // namespace strongroom::capture
