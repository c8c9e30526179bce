/// Blobs: sealed request copies, grants, directory copies. One file each, named by its SHA-256, because they are
/// deleted when they have served (protocol §5.5); nothing in the ledgers' chains depends on them being here.
#pragma once

#include <string>

#include "platform/file_system.h"

namespace strongroom::archive {

inline constexpr std::size_t kBlobBytesMax = 8u << 20;

/// Threads may share it.
class BlobStore {
 public:
  static Result<BlobStore> open(platform::FileSystem& files, std::string directory);

  /// Durable when it returns; storing the same bytes again changes nothing.
  Result<Hash256> put(BytesView blob);
  /// `not_found`, or `corrupt` if the bytes are not the ones named.
  Result<Bytes> get(const Hash256& name) const;
  /// `not_found` if it is not there.
  Result<void> remove(const Hash256& name);

 private:
  BlobStore(platform::FileSystem& files, std::string directory)
      : files_(&files), directory_(std::move(directory)) {}
  std::string path_of(const Hash256& name) const;
  platform::FileSystem* files_;
  std::string directory_;
};

}  // namespace strongroom::archive
