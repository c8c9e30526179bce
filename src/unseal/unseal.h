/// The side of trustees and readers: opening shares, folders and records (protocol §3.2, §3.6, §5.4, §5.5).
/// Linked only into their program.
#pragma once

#include <optional>
#include <vector>

#include "crypto/hpke.h"
#include "crypto/secret_sharing.h"
#include "dealing/dealing.h"
#include "envelope/body.h"
#include "envelope/header.h"
#include "record/record.h"

namespace strongroom::unseal {

/// A trustee opens its share of a folder and checks it against the logged bytes: commitment, and the seal made
/// again byte for byte (§3.2). `unauthenticated` names which of the two failed.
Result<Secret<32>> open_share(const envelope::SealedShare& sealed, const crypto::xwing::PrivateKey& lot_key,
                              const Hash256& core_hash);

/// The reader opens a granted share: purpose grant, then the folder's logged commitment, then the grant's own seal
/// made again. A failure names the trustee's grant as bad.
Result<Secret<32>> open_granted(const ByteArray<envelope::kSealedShareBytes>& granted, std::uint32_t quorum,
                                std::uint32_t position, const Hash256& logged_commitment,
                                const crypto::xwing::PrivateKey& reply_key, const Hash256& core_hash);

/// What checking a combined folder found about each logged share.
struct DealingVerdict {
  bool consistent = false;
  std::vector<std::pair<std::uint32_t, std::uint32_t>>
      bad;  ///< (quorum, position) whose logged share is not the deal's
};

/// A folder that can be read: its private key, rebuilt.
class OpenedFolder {
 public:
  /// Combines k shares of `quorum`, rebuilds pk_f from fs and compares (§5.5). `unauthenticated` if the shares are
  /// too few, mixed, or the dealing was inconsistent.
  static Result<OpenedFolder> combine(const std::vector<crypto::Share>& shares, std::uint32_t quorum,
                                      BytesView core_bytes, const Hash256& folder_header);
  ~OpenedFolder();
  OpenedFolder(OpenedFolder&&) noexcept;

  /// Deals again and compares every logged share (convicts a bad dealer, §3.2). Needs the lot keys it was dealt to.
  Result<DealingVerdict> check_dealing(const envelope::ShareSet& logged, const roster::LotKeySet& keys) const;

  struct BadRecord {
    std::uint64_t index = 0;
    Error error;
  };
  struct Opened {
    std::uint64_t index = 0;  ///< i in the batch
    Bytes cbor;  ///< the record's deterministic CBOR
    Secret<32> franking_key;  ///< kf_i: proves this record alone (§3.7)
  };
  struct Batch {
    std::vector<Opened> records;
    std::vector<BadRecord> bad;  ///< shown with evidence, never hidden
  };
  /// Opens every record of a batch after checking commit and record root (§3.5, §3.6).
  Result<Batch> open_batch(const envelope::Header& header, const envelope::BatchPart& part,
                           const envelope::BatchBody& body) const;

  const Hash256& header_hash() const;
  const envelope::Core& core() const;

 private:
  struct State;
  explicit OpenedFolder(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

/// §3.6 backwards: padding checked, exactly one zstd frame that states its size, at most 16 MiB.
Result<Bytes> unpad_and_decompress(BytesView padded);

}  // namespace strongroom::unseal
