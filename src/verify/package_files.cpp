#include "verify/package_files.h"

#include <fmt/format.h>

#include <algorithm>

#include "codec/text.h"
#include "crypto/hash.h"

namespace strongroom::verify {
namespace {
constexpr std::uint64_t kFileBytesMax = 8ull << 30;
constexpr std::size_t kPieceBytes = 1u << 20;
constexpr std::string_view kDirectories[] = {"bodies",    "checkpoints", "franking", "headers",
                                             "originals", "proofs",      "register"};
}  // namespace

bool PackageFiles::load() {
  const auto text = files_.read(directory_ + "/" + std::string(kManifestName), kManifestBytesMax);
  const auto manifest = text ? parse_manifest(text_of(*text)) : std::unexpected(text.error());
  if (!manifest) {
    report_.serious("bad-manifest", "the manifest cannot be read", manifest.error());
    return false;
  }
  manifest_ = *manifest;
  for (const PackageFile& file : manifest_.files) check_file(file);
  look_for_others();
  return true;
}

void PackageFiles::check_file(const PackageFile& listed) {
  const auto file = files_.open_read(directory_ + "/" + listed.path);
  if (!file) return report_.serious("missing-file", fmt::format("the file {} is missing", listed.path));
  crypto::Hasher hasher(crypto::Hasher::Kind::sha256);
  const auto size = (*file)->size();
  bool same = size && *size == listed.bytes;
  for (std::uint64_t at = 0; same && at < listed.bytes; at += kPieceBytes) {
    Bytes piece(static_cast<std::size_t>(std::min<std::uint64_t>(kPieceBytes, listed.bytes - at)));
    same = (*file)->read_at(at, piece).has_value();
    hasher.add(piece);
  }
  if (!same || !equal(hasher.finish(), listed.sha256))
    return report_.serious("altered-file", fmt::format("the file {} was altered", listed.path));
  const std::size_t slash = listed.path.find('/');
  const bool named_by_hash = listed.path.starts_with("headers/") || listed.path.starts_with("bodies/") ||
                             listed.path.starts_with("originals/");
  if (named_by_hash && listed.path.substr(slash + 1) != codec::hex(listed.sha256))
    return report_.serious("altered-file", fmt::format("the file {} is not what its name says", listed.path));
  good_.push_back(listed.path);
}

void PackageFiles::check_directory(const std::string& name) {
  const auto names = files_.list(name.empty() ? directory_ : directory_ + "/" + name);
  if (!names) return;
  for (const std::string& found : *names) {
    const bool directory = name.empty() && std::ranges::find(kDirectories, found) != std::end(kDirectories);
    if (directory || (name.empty() && found == kManifestName)) continue;
    const std::string path = name.empty() ? found : name + "/" + found;
    if (!std::ranges::binary_search(manifest_.files, path, {}, &PackageFile::path))
      report_.serious("extra-file", fmt::format("the file {} does not belong to the package", path));
  }
}

void PackageFiles::look_for_others() {
  check_directory({});
  for (const std::string_view name : kDirectories) check_directory(std::string(name));
}

std::optional<Bytes> PackageFiles::read(const std::string& path) const {
  if (!has(path)) return std::nullopt;
  auto bytes = files_.read(directory_ + "/" + path, kFileBytesMax);
  if (!bytes) return std::nullopt;
  return std::move(*bytes);
}

std::vector<std::string> PackageFiles::under(const std::string& prefix) const {
  std::vector<std::string> out;
  for (auto at = std::ranges::lower_bound(good_, prefix); at != good_.end() && at->starts_with(prefix); ++at)
    out.push_back(*at);
  return out;
}

bool PackageFiles::has(const std::string& path) const { return std::ranges::binary_search(good_, path); }

}  // namespace strongroom::verify
