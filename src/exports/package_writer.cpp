#include "exports/package_writer.h"

namespace strongroom::exports {

Result<PackageWriter> PackageWriter::create(platform::FileSystem& files, const std::string& directory) {
  if (TRY(files.exists(directory)) && !TRY(files.list(directory)).empty())
    return fail(ErrorCode::conflict, "the directory for the package is not empty", directory,
                "name a new one");
  TRY(files.make_directories(directory));
  return PackageWriter(files, directory);
}

Result<std::string> PackageWriter::place(const std::string& path) {
  std::string full = directory_ + "/" + path;
  std::string parent = full.substr(0, full.rfind('/'));
  if (made_.insert(parent).second) TRY(files_->make_directories(parent));
  return full;
}

Result<void> PackageWriter::put(const std::string& path, BytesView content) {
  if (listed_.contains(path)) return {};
  TRY(files_->write_loose(TRY(place(path)), content));
  listed_[path] = {path, content.size(), crypto::sha256(content)};
  return {};
}

Result<void> PackageWriter::extend(const std::string& path, BytesView content) {
  auto found = growing_.find(path);
  if (found == growing_.end()) {
    Growing growing;
    growing.file = TRY(files_->open_append(TRY(place(path))));
    found = growing_.emplace(path, std::move(growing)).first;
  }
  TRY(found->second.file->append(content));
  found->second.hasher.add(content);
  found->second.bytes += content.size();
  return {};
}

std::uint64_t PackageWriter::extended(const std::string& path) const {
  const auto found = growing_.find(path);
  return found == growing_.end() ? 0 : found->second.bytes;
}

Result<Hash256> PackageWriter::finish_extending(const std::string& path) {
  const auto found = growing_.find(path);
  if (found == growing_.end()) return fail(ErrorCode::not_found, "there is no such growing file", path);
  TRY(found->second.file->sync());
  const Hash256 digest = array_of<32>(found->second.hasher.finish());
  listed_[path] = {path, found->second.bytes, digest};
  growing_.erase(found);
  return digest;
}

Result<void> PackageWriter::withdraw(const std::string& path) {
  listed_.erase(path);
  return files_->remove(directory_ + "/" + path);
}

std::uint64_t PackageWriter::bytes() const {
  std::uint64_t total = 0;
  for (const auto& [path, file] : listed_) total += file.bytes;
  return total;
}

Result<void> PackageWriter::finish(verify::Manifest manifest) {
  manifest.files.clear();
  for (const auto& [path, file] : listed_) manifest.files.push_back(file);
  return files_->write_durable(directory_ + "/" + std::string(verify::kManifestName),
                               bytes_of(verify::format_manifest(manifest)));
}

}  // namespace strongroom::exports
