/// The files of the material that are no text of a source: pictures, recordings, documents that its messages name.
/// Every one is handed over as an attachment, whether a message names it or not.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "capture/tally.h"

namespace strongroom::capture {

/// The bytes of a file, unpacked into `holder` if they have to be. `corrupt`, `limit_exceeded`.
Result<BytesView> content_of(const InputFile& file, Bytes& holder);

/// Borrows the files; used by one parse.
class FilesBeside {
 public:
  /// `texts`: the indexes of the files the connector reads itself; all others lie beside them.
  FilesBeside(const std::vector<InputFile>& files, const std::set<std::size_t>& texts);

  /// Looks for what a message in the file `named_in` calls `reference` (a relative path, "/" or "\" between
  /// directories; "./" and a leading slash do not matter; from the directory of `named_in` upwards), sets its digest,
  /// size and state `present`, and says whether it is there. If it is not, the state becomes `missing`.
  bool settle(record::Attachment& attachment, std::string_view named_in, std::string_view reference);
  /// The same by the last part of the path alone: the one file of that name, anywhere ("not one" = false).
  bool settle_by_name(record::Attachment& attachment, std::string_view name);
  /// All of them, in the order of the material. After the records: a file belongs to the time of the first that names
  /// it.
  Result<void> hand_over(Tally& tally) const;
  std::size_t size() const { return beside_.size(); }

 private:
  bool set(record::Attachment& attachment, const InputFile* file);

  std::vector<const InputFile*> beside_;
  std::map<std::string, const InputFile*, std::less<>> by_path_;
  std::multimap<std::string, const InputFile*, std::less<>> by_name_;
  struct Digest {
    Hash256 sha256{};
    std::uint64_t size = 0;
  };
  std::map<const InputFile*, Digest> digests_;
};

}  // namespace strongroom::capture
