/// The files that events name by "mxc://SERVER/ID", in the clear or encrypted.
#pragma once

#include <map>
#include <set>
#include <string>

#include "capture/beside.h"
#include "capture/json/members.h"

namespace strongroom::capture::matrix {

class Media {
 public:
  /// `own`: the indexes of the files with events and keys.
  Media(const std::vector<InputFile>& files, const std::set<std::size_t>& own);
  /// The attachment of a message's content (`url` or `file`), found beside by its media id or name, and decrypted when
  /// the event bears the key. Doubts: "attachment-altered", "attachment-key-unusable".
  void read(record::Record& record, const json::Object& content);
  /// All files beside: as they lie there, or, where an event had the key, decrypted.
  Result<void> hand_over(Tally& tally) const;

 private:
  struct Opened {
    Bytes key, iv;
    Hash256 ciphertext{}, plaintext{};
    std::uint64_t size = 0;
  };
  const InputFile* find(const std::string& reference, const std::string& name) const;
  void decrypt(record::Record& record, record::Attachment& attachment, const json::Object& file,
               const InputFile& found);

  std::vector<const InputFile*> beside_;
  std::multimap<std::string, const InputFile*, std::less<>> by_name_;
  std::map<const InputFile*, Opened> opened_;
};

}  // namespace strongroom::capture::matrix
