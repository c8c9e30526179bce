/// Getting a ledger's checkpoints cosigned (C2SP tlog-witness), and keeping the newest one that has the quorum of
/// the roster's witness policy: the only one that is given out, and the only one receipts are made from.
///
/// One thread a ledger works in rounds: the newest published checkpoint goes to every witness at once; what is
/// published meanwhile waits for the next round.
///
/// Protocol §4.7: a process signs nothing new before it has heard from its witnesses. One that knows a larger ledger
/// than this makes it *behind*, for as long as the process lives. Later the same answer, and at any time a witness that
/// has seen another tree, means that somebody else signs with our key: the program stops.
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

/// Whom to hear from before anything new is signed.
enum class Demand {
  quorum,  ///< as many as a checkpoint needs: nothing that anybody holds a receipt of can be forked
  everyone,  ///< every witness that is not lost: nothing at all can be; for what was put back from a backup
};

/// Where a ledger stands with its witnesses, as far as this process has heard.
struct WitnessStanding {
  enum class State { asking, level, behind };
  State state = State::asking;
  bool asked = false;  ///< a round has come to its end
  std::uint64_t own = 0;  ///< behind: leaves that are here
  std::uint64_t witnessed = 0;  ///< behind: the largest size that a witness has cosigned
  std::string who;  ///< behind: that witness; asking: those that have not answered
};

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
  Demand demand = Demand::quorum;
  std::vector<std::string> lost;  ///< witnesses that will never answer again, by name; with Demand::everyone
  std::function<void()> standing_changed;  ///< from the ledger's thread; may be empty
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
  WitnessStanding standing() const;

  /// One round with the present checkpoint; what the thread does. True if the quorum has cosigned it.
  Result<bool> round();

 private:
  struct Outcome;
  explicit Witnessing(WitnessingParts parts) : parts_(std::move(parts)) {}
  void run();
  Result<void> keep(const ledger::AcceptedCheckpoint& accepted);
  Outcome ask(const ledger::PolicyWitness& witness, const std::string& url, const Published& now);
  Result<ledger::Proof> consistency(std::uint64_t from, const Published& now);
  /// Takes over what the witnesses said; an error if it means a fork.
  Result<void> judge(const ledger::Policy& policy, const std::vector<Outcome>& outcomes, const Published& now,
                     bool accepted);
  std::vector<std::string> unheard(const ledger::Policy& policy, const std::vector<Outcome>& outcomes) const;
  std::string url_of(const ledger::PolicyWitness& witness) const;
  void name_those_without_address(const ledger::Policy& policy) const;

  WitnessingParts parts_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  bool awake_ = true;
  bool closed_ = false;
  std::optional<WitnessedCheckpoint> latest_;
  WitnessStanding standing_;
  bool named_ = false;  ///< witnesses without an address were named, once
  std::map<std::string, std::uint64_t> known_sizes_;  ///< what each witness last cosigned, as far as known
  std::thread thread_;
};

}  // namespace strongroom::archive
