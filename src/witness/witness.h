/// A witness (C2SP tlog-witness): cosigns a log's checkpoints as long as each is a continuation of the last, and
/// makes what it cosigned durable before the cosignature leaves.
#pragma once

#include <map>
#include <memory>
#include <mutex>

#include "platform/clock.h"
#include "platform/step_hook.h"
#include "witness/witness_directory.h"

namespace strongroom::witness {

/// Threads may share it; each origin is locked from the look at its state to the answer.
class Witness {
 public:
  /// Reads the key, the logs and every state. `corrupt` if a state was lost.
  static Result<std::unique_ptr<Witness>> open(WitnessDirectory directory, platform::Clock& clock,
                                               platform::StepHook& hook);

  const ledger::VerifierKey& vkey() const { return signer_.vkey(); }
  /// add-checkpoint. An error means that the state could not be made durable: the process must end, unanswered.
  Result<ledger::WitnessAnswer> add_checkpoint(std::string_view body);
  /// The latest checkpoint of a log with our cosignature, by its monitoring path; none if there is none.
  std::optional<std::string> latest(std::string_view monitoring_path) const;

 private:
  struct Origin {
    mutable std::mutex mutex;
    std::string name;
    State state;
  };
  Witness(WitnessDirectory directory, ledger::NoteSigner signer, std::vector<ledger::LogIdentity> logs,
          platform::Clock& clock, platform::StepHook& hook)
      : directory_(std::move(directory)),
        signer_(std::move(signer)),
        logs_(std::move(logs)),
        clock_(clock),
        hook_(hook) {}

  WitnessDirectory directory_;
  ledger::NoteSigner signer_;
  std::vector<ledger::LogIdentity> logs_;
  platform::Clock& clock_;
  platform::StepHook& hook_;
  std::map<std::string, std::unique_ptr<Origin>, std::less<>>
      origins_;  ///< by origin; the map itself never changes
};

}  // namespace strongroom::witness
