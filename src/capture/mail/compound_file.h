/// Compound files (MS-CFB): the file system within a file that Outlook's .msg is. Bounded against files that point in
/// circles or at the same bytes again and again.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"

namespace strongroom::capture::mail {

class CompoundFile {
 public:
  struct Entry {
    std::string name;  ///< names beyond ASCII have "?" there: none that is looked for has such
    bool storage = false;
    std::uint32_t start = 0;
    std::uint64_t size = 0;
    std::uint32_t left = 0, right = 0, child = 0;
  };

  static bool is_one(BytesView bytes);
  /// nullopt if its tables are not there. Borrows the bytes.
  static std::optional<CompoundFile> open(BytesView bytes);

  /// Entries within the storage `index` (0 is the root), in the order of the file's directory.
  std::vector<std::size_t> within(std::size_t index) const;
  const Entry& entry(std::size_t index) const { return entries_[index]; }
  /// The stream's content; shorter than its size if the file is cut off. Everything read may be at most twice the file:
  /// after that streams are empty, and `exhausted` says so.
  Bytes read(std::size_t index);
  bool exhausted() const { return exhausted_; }

 private:
  explicit CompoundFile(BytesView bytes) : bytes_(bytes) {}
  bool load();
  bool load_table();
  BytesView sector(std::uint32_t number) const;
  std::vector<std::uint32_t> chain(std::uint32_t start, const std::vector<std::uint32_t>& table) const;
  Bytes read_sectors(std::uint32_t start) const;

  BytesView bytes_;
  std::size_t sector_size_ = 512;
  std::vector<std::uint32_t> table_, small_table_;
  std::vector<Entry> entries_;
  Bytes small_;  ///< the root's stream, which holds all small ones
  std::uint64_t left_to_read_ = 0;
  bool exhausted_ = false;
};

}  // namespace strongroom::capture::mail
