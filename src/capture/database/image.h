/// A SQLite database as its pages: the bytes of the file, overlaid with the committed frames of a write-ahead log that
/// lies beside it, or with the pages of a rollback journal, which undo a change that was not finished
/// (sqlite.org/fileformat2.html §1, §3, §4). Nothing is copied.
#pragma once

#include <cstdint>
#include <unordered_map>

#include "base/bytes.h"
#include "base/error.h"

namespace strongroom::capture::database {

/// The first 16 bytes are those of every SQLite 3 file.
bool is_database(BytesView bytes);

/// A rollback journal of a change that is not over: one that is finished is empty, or its first bytes are zeroes.
bool is_journal(BytesView bytes);

/// The committed part of a write-ahead log, or the pages as they were before a change.
struct LogPages {
  std::unordered_map<std::uint32_t, std::uint64_t> at;  ///< page -> offset of its newest bytes in the log
  std::uint32_t pages = 0;  ///< of the database after the last commit; 0 = nothing was committed
};
/// `corrupt` if it is no journal of a database with pages of that size, or part of a change of several databases. Ends
/// where a page's sum is wrong, as SQLite does: the change had not come that far.
Result<LogPages> before_change_in(BytesView journal, std::uint32_t page_size);
/// `corrupt` if it is no log of a database with pages of that size. Ends where a frame is none of this log's.
Result<LogPages> committed_in(BytesView wal, std::uint32_t page_size);

/// Borrows both.
class Image {
 public:
  /// `wal` may be empty, or a rollback journal. `malformed` if the database has no header, `corrupt` if the log is none
  /// of this database.
  static Result<Image> of(BytesView database, BytesView wal);

  std::uint32_t page_size() const { return page_size_; }
  std::uint32_t pages() const { return pages_; }
  std::uint64_t size() const { return std::uint64_t{pages_} * page_size_; }
  /// The page's bytes (from 1); shorter than `page_size` where the file is cut, empty where there is none.
  BytesView page(std::uint32_t number) const;
  /// Fills `out` from `offset` of the file as it would be after a checkpoint, in rollback-journal mode (bytes 18 and 19
  /// are 1); zeroes beyond the end. Returns how many bytes there were.
  std::size_t read(std::uint64_t offset, MutableBytes out) const;

 private:
  BytesView database_;
  BytesView wal_;
  std::uint32_t page_size_ = 0;
  std::uint32_t pages_ = 0;
  LogPages log_;
};

}  // namespace strongroom::capture::database
