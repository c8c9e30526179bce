/// The one writer of the capture ledger: gives every entry its place in its device's chain, makes it durable, puts
/// it into the tree, answers (protocol §3.9, §4.1, §4.2).
///
/// A single thread takes whatever is waiting, commits it as one batch and answers everybody; while it waits for the
/// disk the next batch gathers. Nothing is delayed on purpose.
#pragma once

#include <functional>
#include <thread>
#include <unordered_map>
#include <variant>

#include "archive/catalogue.h"
#include "archive/entry_check.h"
#include "archive/inbox.h"
#include "archive/refusals.h"
#include "archive/sequencer.h"
#include "archive/vault.h"

namespace strongroom::archive {

/// docs/formats/service.md, "Status of an entry".
enum class EntryStatus : std::uint64_t { received = 1, known = 2, gap = 3, refused = 4 };
struct EntryAnswer {
  EntryStatus status = EntryStatus::refused;
  std::optional<std::uint64_t> index;  ///< leaf index; of a gap the sequence expected
  std::vector<std::string> marks;  ///< or the reason of a refusal
  bool operator==(const EntryAnswer&) const = default;
};
/// [[status, index or null, [mark, ...]], ...]
Bytes encode(const std::vector<EntryAnswer>& answers);

/// One request of a device, in chain order.
struct Submission {
  Bytes request;  ///< what the entries borrow from
  std::vector<std::expected<CheckedEntry, EntryRefused>> entries;
  std::function<void(std::vector<EntryAnswer>)> done;  ///< called once everything received is in the tree
};
/// A checkpoint of the register to be taken as a cross leaf (protocol §2.1).
struct CrossOrder {
  std::string checkpoint;
  std::function<void()> done;
};

/// What one device may send a day (UTC, by the server's clock) before it is refused (protocol §4.1).
struct Quotas {
  std::uint64_t bytes = 64ull << 30;
  std::uint64_t entries = 20'000'000;
  std::uint64_t folders = 100'000;
};

/// A body that is durable and whose SHA-512 nobody has looked at yet (protocol §4.8).
struct UncheckedBody {
  Hash256 header{};  ///< SHA-256 of the signed header that names it
  Hash256 name{};
  Hash512 sha512{};
  Location at;
};

struct CaptureWriterParts {
  Vault* vault = nullptr;
  Sequencer* sequencer = nullptr;
  Catalogue* catalogue = nullptr;  ///< up to date with the ledger
  Refusals* refusals = nullptr;
  platform::StepHook* hook = nullptr;
  Quotas quotas;
  std::function<void(std::vector<UncheckedBody>)> stored;  ///< may be empty
  std::function<void()> committed;  ///< the ledger has grown: tell the witnesses
  std::function<void(const Error&)> stop;  ///< the process must end (protocol §4.2)
};

class CaptureWriter {
 public:
  /// Reads where every chain stands. The thread starts with `start`.
  static Result<std::unique_ptr<CaptureWriter>> create(CaptureWriterParts parts);
  ~CaptureWriter();
  void start();
  /// Finishes what was put, then ends the thread.
  void finish();

  /// False if the writer has ended.
  bool put(Submission submission) { return inbox_.put(std::move(submission)); }
  bool put(CrossOrder order) { return inbox_.put(std::move(order)); }

  using Work = std::variant<Submission, CrossOrder>;
  /// One batch: what the thread does again and again. After an error every later one fails too.
  Result<void> process(std::vector<Work> work, std::uint64_t day);

 private:
  struct Batch;
  struct Used {
    std::uint64_t bytes = 0, entries = 0, folders = 0;
  };
  explicit CaptureWriter(CaptureWriterParts parts) : parts_(std::move(parts)) {}
  void run();
  Result<void> process_batch(std::vector<Work> work, std::uint64_t day);
  Result<EntryAnswer> place(Batch& batch, CheckedEntry& entry);
  Result<std::optional<EntryAnswer>> known(const Batch& batch, const Hash256& object);
  EntryAnswer refuse(const std::string& code, const Hash256& about);
  Result<EntryAnswer> store(Batch& batch, CheckedEntry& entry);
  std::string check_folder(const CheckedEntry& entry) const;
  bool within_quota(const CheckedEntry& entry);
  Result<void> commit(Batch& batch);

  CaptureWriterParts parts_;
  std::unordered_map<ChainKey, ChainHead, ChainKeyHash> chains_;
  std::unordered_map<Hash256, OpenFolder, DigestHash> folders_;
  std::unordered_map<envelope::DeviceId, Used, DigestHash> used_;
  std::uint64_t used_day_ = 0;
  bool failed_ = false;  ///< then nothing is answered any more (protocol §4.2)
  Inbox<Work> inbox_;
  std::thread thread_;
};

}  // namespace strongroom::archive
