/// Databases as connectors meet them: with a log beside, and rows as originals.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "capture/beside.h"
#include "capture/database/database.h"

namespace strongroom::capture::database {

/// A database of the material, with its write-ahead log or the journal of an unfinished change if one lies beside it.
struct Opened {
  Bytes log_holder;
  std::vector<record::Doubt> doubts;  ///< "wal-not-read" and the like, for the first record
  Database database;
};
/// As Database::open; a log that does not fit is left out with a doubt. `bytes` are those of `files[at]` or what was
/// made of them.
Result<Opened> open_with_log(const std::vector<InputFile>& files, std::size_t at, BytesView bytes);
/// Whether the file is a log or an index of a log ("x-wal", "x-shm") of one of the files.
bool is_log_beside(const std::vector<InputFile>& files, std::size_t at);

/// Refuses what a damaged database does not give. The first time its file is kept whole, since the rows behind the
/// damage are in no record; after that one line of JSON says which table of which file it was, so that no two are the
/// same item.
class Damage {
 public:
  /// Borrows both. `code` is the refusals'.
  Damage(Tally& tally, const InputFile& file, std::string_view code)
      : tally_(tally), file_(file), code_(code) {}
  /// Counts as one item. Fails only if the sink does.
  Result<void> refuse(std::string_view table, std::string_view why);

 private:
  Tally& tally_;
  const InputFile& file_;
  std::string code_;
  bool kept_ = false;
};

/// The row as one JSON object, without its nulls: text as text, blobs as {"base64":...}, above 64 KiB as
/// {"sha256":...,"size":...}. What connectors put into `original`, because a row's own bytes lie scattered over pages.
std::string row_json(const Rows& rows);
/// `"name":` and the row, after a comma if `to` is not empty.
void append_row(std::string& to, std::string_view name, const Rows& rows);

}  // namespace strongroom::capture::database
