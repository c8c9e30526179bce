#include "archive/blob_store.h"

#include "codec/text.h"
#include "crypto/hash.h"

namespace strongroom::archive {

std::string BlobStore::path_of(const Hash256& name) const { return directory_ + "/" + codec::hex(name); }

Result<BlobStore> BlobStore::open(platform::FileSystem& files, std::string directory) {
  TRY(files.make_directories(directory));
  return BlobStore(files, std::move(directory));
}

Result<Hash256> BlobStore::put(BytesView blob) {
  if (blob.size() > kBlobBytesMax) return fail(ErrorCode::limit_exceeded, "a blob is larger than 8 MiB");
  const Hash256 name = crypto::sha256(blob);
  if (!TRY(files_->exists(path_of(name)))) {
    TRY(files_->write_durable(path_of(name), blob));
  } else {
    TRY(files_->sync_directory(directory_));  // whoever wrote it may have died before
  }
  return name;
}

Result<Bytes> BlobStore::get(const Hash256& name) const {
  if (!TRY(files_->exists(path_of(name)))) return fail(ErrorCode::not_found, "there is no such object");
  Bytes blob = TRY(files_->read(path_of(name), kBlobBytesMax));
  if (crypto::sha256(blob) != name) {
    return fail(ErrorCode::corrupt, "a stored blob is no longer what was stored", codec::hex(name));
  }
  return blob;
}

Result<void> BlobStore::remove(const Hash256& name) {
  if (!TRY(files_->exists(path_of(name)))) return fail(ErrorCode::not_found, "there is no such object");
  TRY(files_->remove(path_of(name)));
  return files_->sync_directory(directory_);
}

}  // namespace strongroom::archive
