/// Getting a ledger's checkpoints cosigned (C2SP tlog-witness), and keeping the newest one that has the quorum of
/// the roster's witness policy: the only one that is given out, and the only one receipts are made from.
///
/// One thread a ledger works in rounds: the newest published checkpoint goes to every witness at once; what is
/// published meanwhile waits for the next round. A witness that has seen another tree, or a larger one, means that
/// this ledger was forked or set back: the program stops (protocol §4.7).
#pragma once

#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "archive/cross_exchange.h"
#include "archive/sequencer.h"
#include "ledger/policy.h"
#include "ledger/witness_protocol.h"

namespace strongroom::archive {

/// Carries one add-checkpoint to a witness and its answer back; any status is an answer.
class WitnessTransport {
 public:
  virtual ~WitnessTransport() = default;
  virtual Result<ledger::WitnessAnswer> add_checkpoint(const std::string& url, const std::string& body) = 0;
};
/// Plain HTTP: the body is signed, and so is the answer. Threads may share it.
std::unique_ptr<WitnessTransport> make_http_witness_transport();

/// The witness policy in force; read again every round, because a new roster may change it.
using PolicySource = std::function<Result<ledger::Policy>()>;

struct WitnessingParts {
  platform::FileSystem* files = nullptr;
  platform::StepHook* hook = nullptr;
  std::string path;  ///< where the newest checkpoint with a quorum is kept
  Sequencer* sequencer = nullptr;
  ledger::LogIdentity log;
  PolicySource policy;
  std::map<std::string, std::string> urls;  ///< by name in the policy; overrides the policy's own
  WitnessTransport* transport = nullptr;
  std::function<void(const Error&)> warn;  ///< a witness does not answer, or answers nonsense
  std::function<void(const Error&)> stop;  ///< a fork
};

class Witnessing {
 public:
  /// Reads what was witnessed before; a checkpoint that does not hold any more is not used.
  static Result<std::unique_ptr<Witnessing>> create(WitnessingParts parts);
  ~Witnessing() { finish(); }
  void start();
  void finish();
  /// The ledger has grown.
  void wake();

  std::optional<WitnessedCheckpoint> latest() const;

  /// One round with the present checkpoint; what the thread does. True if the quorum has cosigned it.
  Result<bool> round();

 private:
  struct Outcome;
  explicit Witnessing(WitnessingParts parts) : parts_(std::move(parts)) {}
  void run();
  Result<void> keep(const ledger::AcceptedCheckpoint& accepted);
  Outcome ask(const ledger::PolicyWitness& witness, const std::string& url, const Published& now);
  Result<ledger::Proof> consistency(std::uint64_t from, const Published& now);
  std::string url_of(const ledger::PolicyWitness& witness) const;
  void name_those_without_address(const ledger::Policy& policy) const;

  WitnessingParts parts_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  bool awake_ = true;
  bool closed_ = false;
  std::optional<WitnessedCheckpoint> latest_;
  bool asked_ = false;  ///< a quorum has answered this process; the thread's own
  bool named_ = false;  ///< witnesses without an address were named, once
  std::map<std::string, std::uint64_t> known_sizes_;  ///< what each witness last cosigned, as far as known
  std::thread thread_;
};

}  // namespace strongroom::archive
