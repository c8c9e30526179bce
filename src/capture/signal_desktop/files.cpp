#include "capture/signal_desktop/files.h"

#include <algorithm>

#include "capture/beside.h"
#include "capture/signal/media.h"
#include "codec/text.h"
#include "crypto/hash.h"

namespace strongroom::capture::signal_desktop {
namespace {

/// The last two parts of a path.
std::string end_of(std::string path) {
  std::ranges::replace(path, '\\', '/');
  const std::size_t last = path.rfind('/');
  if (last == std::string::npos || last == 0) return path;
  const std::size_t before = path.rfind('/', last - 1);
  return before == std::string::npos ? path : path.substr(before + 1);
}

}  // namespace

void Files::add(const InputFile& file) {
  order_.push_back(file.path);
  by_path_[file.path].file = &file;
  by_end_.emplace(end_of(file.path), file.path);
}

std::optional<Files::Found> Files::find(const Reference& reference) {
  const auto path = by_end_.find(end_of(reference.path));
  if (reference.path.empty() || path == by_end_.end()) return std::nullopt;
  Known& known = by_path_.find(path->second)->second;
  if (known.found || known.failed) return known.found;
  Bytes holder;
  const auto bytes = content_of(*known.file, holder);
  known.failed = !bytes;
  if (!bytes) return std::nullopt;
  if (reference.local_key.empty()) return known.found = Found{crypto::sha256(*bytes), bytes->size()};
  const auto key = codec::from_base64(reference.local_key);
  const auto plain = key ? signal::unlocked(*bytes, *key, reference.size) : std::nullopt;
  known.failed = !plain;
  if (!plain) return std::nullopt;
  known.key = *key;
  known.size = reference.size;
  return known.found = Found{crypto::sha256(*plain), plain->size()};
}

Result<void> Files::hand_over(Tally& tally) const {
  for (const std::string& path : order_) {
    const Known& known = by_path_.find(path)->second;
    if (known.key.empty()) {
      TRY(hand_over_file(tally, *known.file));
      continue;
    }
    Bytes holder;
    const auto bytes = content_of(*known.file, holder);
    const auto plain = bytes ? signal::unlocked(*bytes, known.key, known.size) : std::nullopt;
    if (plain) {
      TRY(hand_over_file(tally, InputFile{path, *plain}));
    } else {
      TRY(hand_over_file(tally, *known.file));
    }
  }
  return {};
}

}  // namespace strongroom::capture::signal_desktop
