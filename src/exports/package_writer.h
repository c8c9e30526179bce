/// The files of an evidence package as they are written: each one's size and SHA-256 go to the manifest, which is
/// written last and durably (docs/formats/package.md). Private to src/exports.
#pragma once

#include <map>
#include <set>
#include <string>

#include "crypto/hash.h"
#include "platform/file_system.h"
#include "verify/package_format.h"

namespace strongroom::exports {

class PackageWriter {
 public:
  /// `conflict` if the directory is there and not empty.
  static Result<PackageWriter> create(platform::FileSystem& files, const std::string& directory);

  /// One whole file; the same path twice writes once.
  Result<void> put(const std::string& path, BytesView content);
  /// Adds to the end of a file that grows; its digest is taken when everything is there.
  Result<void> extend(const std::string& path, BytesView content);
  /// How many bytes a growing file has.
  std::uint64_t extended(const std::string& path) const;
  /// Ends a growing file and returns its digest.
  Result<Hash256> finish_extending(const std::string& path);
  /// Takes a finished file out again.
  Result<void> withdraw(const std::string& path);

  /// Completes the list of files and writes the manifest.
  Result<void> finish(verify::Manifest manifest);
  std::uint64_t files() const { return listed_.size(); }
  std::uint64_t bytes() const;

 private:
  struct Growing {
    std::unique_ptr<platform::File> file;
    crypto::Hasher hasher{crypto::Hasher::Kind::sha256};
    std::uint64_t bytes = 0;
  };
  PackageWriter(platform::FileSystem& files, std::string directory)
      : files_(&files), directory_(std::move(directory)) {}
  Result<std::string> place(const std::string& path);

  platform::FileSystem* files_;
  std::string directory_;
  std::map<std::string, verify::PackageFile> listed_;
  std::map<std::string, Growing> growing_;
  std::set<std::string> made_;
};

}  // namespace strongroom::exports
