/// Sealed entries waiting for their receipts (protocol §3.10). The spool holds only what is already sealed, survives
/// power loss, and gives up an entry only for a receipt. Format page: docs/formats/device.md.
///
///   state    where the chain stood and which folders were open when the spool was last emptied
///   spool    frames appended since: u32 length ‖ first 8 bytes of SHA-256(payload) ‖ payload
///   stored   identities (32 bytes each) of records whose entries have receipts
///   receipts the receipts themselves: u64 sequence ‖ u32 length ‖ tlog-proof
#pragma once

#include <map>
#include <memory>
#include <string>
#include <unordered_set>
#include <vector>

#include "base/bytes.h"
#include "base/error.h"
#include "platform/file_system.h"
#include "platform/step_hook.h"
#include "seal/seal.h"

namespace strongroom::agent {

/// A sealed entry with what the device must remember of it.
struct SpooledEntry {
  seal::SealedEntry entry;
  Hash256 folder{};  ///< header hash of the folder it opens, fills or closes; zero for the rest
  std::uint64_t records = 0;
  std::vector<Hash256> identities;  ///< of the records inside, for knowing duplicates
};

/// A folder that was opened and not closed: after an interruption only its close entry is still made.
struct OpenFolder {
  std::uint64_t batches = 0, records = 0;
};

struct Receipt {
  std::uint64_t sequence = 0;
  std::string proof;  ///< tlog-proof text, verified
};

/// One device's spool; the caller holds the directory's lock. One thread.
class Spool {
 public:
  /// Reads state and frames. What follows the last whole frame (a torn tail, or damage) is set aside in `spool.cut`,
  /// durably, before the spool is cut there: nothing captured goes without a word. `fresh` is the chain of a device
  /// that has no state yet.
  static Result<Spool> open(platform::FileSystem& files, std::string directory, const seal::ChainState& fresh,
                            platform::StepHook& steps);

  /// Where the chain stands, all frames counted.
  const seal::ChainState& chain() const { return chain_; }
  const std::map<Hash256, OpenFolder>& open_folders() const { return open_; }
  bool knows(const Hash256& identity) const { return identities_.contains(identity); }
  std::size_t waiting() const { return frames_.size(); }
  std::uint64_t waiting_bytes() const { return bytes_; }
  /// Bytes that opening set aside in `spool.cut`; 0 almost always.
  std::uint64_t set_aside_bytes() const { return set_aside_; }

  /// Appends without sync; `chain` is the state after the entry.
  Result<void> append(const SpooledEntry& entry, const seal::ChainState& chain);
  /// Everything appended is durable when it returns; only then may it be sent.
  Result<void> sync();
  /// The i-th waiting entry (header, body).
  Result<SpooledEntry> read(std::size_t i);
  /// Begins a new life of the device's chain (protocol §3.9), for a directory that is older than what the server has:
  /// sequence 0, naming the last head known. Durable when it returns. `conflict` while entries wait.
  Result<void> begin_incarnation(const envelope::Incarnation& incarnation, const Hash256& last_head);
  /// All waiting entries have receipts: identities and receipts are kept, the state moved on, the frames removed.
  Result<void> release(const std::vector<Receipt>& receipts);

 private:
  struct Frame {
    std::uint64_t offset = 0, length = 0;
  };
  Spool(platform::FileSystem& files, std::string directory, platform::StepHook& steps)
      : files_(&files), steps_(&steps), directory_(std::move(directory)) {}
  Result<void> load(const seal::ChainState& fresh);
  Result<void> load_frames();
  Result<void> set_aside(std::uint64_t offset, std::uint64_t size);
  void count(const SpooledEntry& entry);
  Bytes encode_state() const;
  Result<void> decode_state(BytesView bytes);
  std::string path(std::string_view name) const { return directory_ + "/" + std::string(name); }

  platform::FileSystem* files_;
  platform::StepHook* steps_;
  std::string directory_;
  std::unique_ptr<platform::File> file_;
  seal::ChainState chain_;
  std::map<Hash256, OpenFolder> open_;
  std::unordered_set<Hash256, DigestHash> identities_;
  std::vector<Hash256> waiting_identities_;
  std::vector<Frame> frames_;
  std::uint64_t bytes_ = 0, set_aside_ = 0;
};

}  // namespace strongroom::agent
