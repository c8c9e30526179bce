/// The device's side: sealing records with public keys only (protocol §3). Nothing here can open what it made a
/// moment ago: the folder secret, its seed and the shares are gone before the first record is sealed.
#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "crypto/signature.h"
#include "dealing/dealing.h"
#include "envelope/body.h"
#include "envelope/header.h"
#include "platform/clock.h"
#include "platform/entropy.h"
#include "record/record.h"

namespace strongroom::seal {

/// Where a device's chain stands. Durable on the device after every entry; drawn anew (a new incarnation) when in
/// doubt.
struct ChainState {
  envelope::DeviceId device{};
  envelope::Incarnation incarnation{};
  std::uint64_t next_sequence = 0;
  Hash256 previous{};  ///< header hash of the last entry, or the last head known before
  std::uint64_t records_sealed = 0;
};
Bytes encode(const ChainState& state);
Result<ChainState> decode_chain_state(BytesView bytes);

/// An entry ready for the spool: exactly these bytes travel and are stored.
struct SealedEntry {
  envelope::EntryKind kind = envelope::EntryKind::heartbeat;
  std::uint64_t sequence = 0;
  Hash256 header_hash{};
  Bytes header;  ///< the signed object
  Bytes body;  ///< empty if none
};

/// Makes the signed entries of one device, in chain order. One thread.
class Chain {
 public:
  Chain(ChainState state, const crypto::SigningKey& key, platform::Entropy& entropy, platform::Clock& clock);
  const ChainState& state() const { return state_; }
  /// Signs the next entry and moves the state on.
  SealedEntry make(envelope::EntryKind kind, Bytes part, Bytes body, std::uint64_t records = 0,
                   Bytes extensions = {});
  SealedEntry heartbeat(std::uint64_t interval_s);

 private:
  ChainState state_;
  const crypto::SigningKey& key_;
  platform::Entropy& entropy_;
  platform::Clock& clock_;
};

/// §3.6: one zstd frame → u32 length ‖ frame ‖ zeros to envelope::padded_size. Not yet under a key.
Bytes compress_and_pad(BytesView cbor);

/// Opens one folder on `chain` and seals batches into it. One thread.
class Folder {
 public:
  struct Opened;
  /// Draws fs, deals it to `keys`, erases it, and makes the open entry (§3.1). `core0` comes without blind and
  /// device fields: they are filled in here.
  /// `extensions` go into its signed header (envelope/canary.h).
  static Result<Opened> open(Chain& chain, envelope::Core0 core0, const roster::LotKeySet& keys,
                             platform::Entropy& entropy, Bytes extensions = {});

  const Hash256& header_hash() const { return header_hash_; }
  const envelope::Core& core() const { return core_; }
  std::uint64_t batches() const { return batches_; }
  std::uint64_t records() const { return records_; }

  /// Seals encoded records (record::encode) as one batch (§3.5, §3.6). The caller keeps a batch's body below
  /// kBodyBytesMax with `fits`; `limit_exceeded` if it is not.
  Result<SealedEntry> seal_batch(Chain& chain, const std::vector<Bytes>& records, platform::Entropy& entropy);
  /// The close entry with its counts. The folder must not be used afterwards.
  SealedEntry close(Chain& chain);

 private:
  Folder() = default;
  envelope::Core core_;
  Hash256 header_hash_{};
  std::uint64_t batches_ = 0, records_ = 0;
};
struct Folder::Opened {
  Folder folder;
  SealedEntry entry;
};

/// What one record will add to a batch's body at most (after padding), for packing batches.
std::size_t sealed_bytes_bound(std::size_t cbor_bytes);

/// The sealing of one record (§3.6), apart so that it can be measured and tested: body record and leaf data.
class BatchSealer {
 public:
  /// HPKE SetupBase to the folder key, then Export("batch", 32) (§3.5).
  static Result<BatchSealer> begin(const crypto::xwing::PublicKey& folder_key, const Hash256& folder_header,
                                   const envelope::Incarnation& incarnation, std::uint64_t sequence,
                                   platform::Entropy& entropy);
  ~BatchSealer();
  BatchSealer(BatchSealer&&) noexcept;
  envelope::SealedRecord seal(BytesView record_cbor);
  const ByteArray<1120>& enc() const;
  Hash256 commit() const;

 private:
  struct State;
  explicit BatchSealer(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace strongroom::seal
