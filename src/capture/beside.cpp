#include "capture/beside.h"

#include <algorithm>

#include "crypto/hash.h"

namespace strongroom::capture {
namespace {

std::string_view directory_of(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? std::string_view() : path.substr(0, slash);
}

std::string_view name_of(std::string_view path) { return path.substr(path.rfind('/') + 1); }

/// As paths of the material are written: forward slashes, nothing before the first part.
std::string plain(std::string_view reference) {
  std::string out(reference);
  std::ranges::replace(out, '\\', '/');
  std::size_t start = 0;
  while (out.compare(start, 2, "./") == 0) start += 2;
  while (start < out.size() && out[start] == '/') ++start;
  return out.substr(start);
}

}  // namespace

Result<BytesView> content_of(const InputFile& file, Bytes& holder) {
  if (file.packed == nullptr) return file.bytes;
  holder = TRY(file.packed->unpack());
  return BytesView(holder);
}

FilesBeside::FilesBeside(const std::vector<InputFile>& files, const std::set<std::size_t>& texts) {
  for (std::size_t i = 0; i < files.size(); ++i) {
    if (texts.contains(i)) continue;
    beside_.push_back(&files[i]);
    by_path_.emplace(files[i].path, &files[i]);
    by_name_.emplace(name_of(files[i].path), &files[i]);
  }
}

bool FilesBeside::set(record::Attachment& attachment, const InputFile* file) {
  auto known = digests_.find(file);
  if (known == digests_.end()) {
    Bytes holder;
    const auto bytes = content_of(*file, holder);
    if (!bytes) return false;  // hand_over says why
    known = digests_.emplace(file, Digest{crypto::sha256(*bytes), bytes->size()}).first;
  }
  attachment.sha256 = known->second.sha256;
  attachment.size = known->second.size;
  attachment.state = record::AttachmentState::present;
  return true;
}

bool FilesBeside::settle(record::Attachment& attachment, std::string_view named_in,
                         std::string_view reference) {
  attachment.state = record::AttachmentState::missing;
  const std::string wanted = plain(reference);
  if (wanted.empty()) return false;
  for (std::string_view directory = directory_of(named_in);; directory = directory_of(directory)) {
    const std::string path = directory.empty() ? wanted : std::string(directory) + "/" + wanted;
    const auto found = by_path_.find(path);
    if (found != by_path_.end()) return set(attachment, found->second);
    if (directory.empty()) return false;
  }
}

bool FilesBeside::settle_by_name(record::Attachment& attachment, std::string_view name) {
  attachment.state = record::AttachmentState::missing;
  const auto [from, to] = by_name_.equal_range(name);
  return from != to && std::next(from) == to && set(attachment, from->second);
}

Result<void> FilesBeside::hand_over(Tally& tally) const {
  for (const InputFile* file : beside_)
    TRY(hand_over_file(tally, *file, digests_.contains(file) ? Named::yes : Named::no));
  return {};
}

}  // namespace strongroom::capture
