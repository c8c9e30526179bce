/// Attachment files of Signal Desktop (attachments.noindex/ab/abcd...): plain, or each under its own key.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "capture/tally.h"

namespace strongroom::capture::signal_desktop {

/// What a message says of one of its files.
struct Reference {
  std::string path;  ///< below attachments.noindex, with "/" or "\"
  std::string local_key;  ///< base64 of 64 bytes; empty for a plain file
  std::uint64_t size = 0;
};

/// Used by one parse; borrows the files added.
class Files {
 public:
  void add(const InputFile& file);
  /// The file's content is there and, if it has a key, opens with it.
  struct Found {
    Hash256 sha256{};
    std::uint64_t size = 0;
  };
  std::optional<Found> find(const Reference& reference);
  /// All of them, opened where a message gave the key. After the records.
  Result<void> hand_over(Tally& tally) const;

 private:
  struct Known {
    const InputFile* file = nullptr;
    std::optional<Found> found;
    Bytes key;
    std::uint64_t size = 0;
    bool failed = false;
  };
  std::vector<std::string> order_;
  std::map<std::string, Known, std::less<>> by_path_;
  std::map<std::string, std::string, std::less<>> by_end_;  ///< "ab/abcd..." to the path
};

}  // namespace strongroom::capture::signal_desktop
