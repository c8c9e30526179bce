/// The one writer of the register: an object is taken only if replaying it makes no finding, so everything in our
/// register follows the rules (roster/replay.h); the reason goes back to whoever posted it.
#pragma once

#include <functional>
#include <thread>
#include <variant>

#include "archive/cross_exchange.h"
#include "archive/inbox.h"
#include "archive/refusals.h"
#include "archive/register_book.h"
#include "platform/clock.h"

namespace strongroom::archive {

struct RegisterPost {
  envelope::RegisterType type = envelope::RegisterType::roster;
  Bytes object;
  std::function<void(Result<std::uint64_t>)> done;  ///< the leaf index, once durable and in the tree
};
/// Take cross leaves, both ways, if they are due.
struct CrossWish {
  std::function<void()> done;
};

struct RegisterWriterParts {
  Vault* vault = nullptr;
  Sequencer* sequencer = nullptr;
  RegisterBook* book = nullptr;
  CrossExchange* cross = nullptr;  ///< null while the ledgers are being opened
  Refusals* refusals = nullptr;
  platform::StepHook* hook = nullptr;
  platform::Clock* clock = nullptr;
  std::uint64_t cross_every_ms = 3'600'000;
  std::function<void(std::string)> cross_to_capture;  ///< hands a checkpoint to the capture ledger
  std::function<void()> committed;
  std::function<void(const Error&)> stop;
};

class RegisterWriter {
 public:
  explicit RegisterWriter(RegisterWriterParts parts) : parts_(std::move(parts)) {}
  ~RegisterWriter() { finish(); }
  void start();
  void finish();

  bool put(RegisterPost post) { return inbox_.put(std::move(post)); }
  bool put(CrossWish wish) { return inbox_.put(std::move(wish)); }

  using Work = std::variant<RegisterPost, CrossWish>;
  /// One batch: what the thread does again and again. After an error every later one fails too.
  Result<void> process(std::vector<Work> work);

 private:
  struct Batch;
  void run();
  Result<void> process_batch(std::vector<Work> work);
  void add_regular_work(std::vector<Work>& work);
  Result<void> take_cross(Batch& batch);
  Result<std::uint64_t> take_post(Batch& batch, const RegisterPost& post);
  Result<void> apply(Batch& batch, Bytes leaf, BytesView object);
  Result<void> commit(Batch& batch);

  RegisterWriterParts parts_;
  std::uint64_t last_cross_ms_ = 0;
  bool failed_ = false;  ///< then nothing is answered any more (protocol §4.2)
  Inbox<Work> inbox_;
  std::thread thread_;
};

}  // namespace strongroom::archive
