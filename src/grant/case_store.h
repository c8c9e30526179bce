/// A case as a reader keeps it on disk: ciphertext that was fetched, and an index under the reader's own key. The
/// plaintext is made again in memory each time (protocol §5.5). Format page: docs/formats/grant.md.
///
///   cases/<commitment, 16 hex digits>/folders      the sorted folder header hashes that were asked for
///                                    /index        what was fetched and found, with an HMAC under the reply key
///                                    /objects/...  grants, share sets and sealed batches, named by their SHA-256
#pragma once

#include <string>
#include <vector>

#include "base/secret.h"
#include "grant/opened_case.h"
#include "platform/file_system.h"

namespace strongroom::grant {

/// What `open` fetched for one device: every entry that counts, inclusion checked at that time.
struct KeptDevice {
  envelope::DeviceId device{};
  std::vector<std::pair<std::uint64_t, Bytes>> entries;  ///< leaf, signed header; ascending
};
struct CaseIndex {
  Hash256 commitment{};
  std::string capture_checkpoint, register_checkpoint;
  std::vector<Hash256> grants;  ///< signed grants that were accepted
  std::vector<KeptDevice> devices;
  std::vector<Missing> missing;  ///< found while fetching
  bool operator==(const CaseIndex&) const = default;
};
inline bool operator==(const KeptDevice& a, const KeptDevice& b) {
  return a.device == b.device && a.entries == b.entries;
}
inline bool operator==(const Missing& a, const Missing& b) {
  return a.what == b.what && a.records == b.records;
}

/// One case's directory. Writing is durable.
class CaseStore {
 public:
  CaseStore(platform::FileSystem& files, const std::string& cases, const Hash256& commitment);

  Result<void> keep_folders(const std::vector<Hash256>& folders);
  Result<std::vector<Hash256>> folders() const;
  /// The index under HMAC(HKDF(reply seed, "case-index")).
  Result<void> keep_index(const CaseIndex& index, BytesView reply_seed);
  /// `not_found` with a hint to open the case first; `corrupt` if it is not what was kept.
  Result<CaseIndex> index(BytesView reply_seed) const;

  bool holds(const Hash256& sha256) const;
  Result<void> keep_object(const Hash256& sha256, BytesView bytes);
  /// The bytes are checked against the name.
  Result<Bytes> object(const Hash256& sha256) const;
  /// Removes everything that was kept of the case; nothing there is no failure.
  Result<void> destroy();
  const std::string& directory() const { return directory_; }

 private:
  std::string object_path(const Hash256& sha256) const;
  platform::FileSystem& files_;
  std::string directory_;
};

Bytes encode(const CaseIndex& index);
Result<CaseIndex> decode_case_index(BytesView bytes);

}  // namespace strongroom::grant
