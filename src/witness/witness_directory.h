/// A witness's data directory. Format page: docs/formats/witness-state.md.
///
///   key          32-byte seed, mode 0600       name    the witness's key name
///   logs/<h>     the vkey of a log it watches  state/<h>  what it last cosigned there; h = hex of H(origin)
///
/// The state file is made together with the log's and never goes away: a log without one is a log whose state was
/// lost, and a witness that cannot prove that its state is current must not sign.
#pragma once

#include <string>
#include <vector>

#include "ledger/sign.h"
#include "ledger/witness_protocol.h"
#include "platform/entropy.h"
#include "platform/file_system.h"

namespace strongroom::witness {

/// What is stored for a log. `answered` is its checkpoint with the log's signature and our last cosignature.
struct State {
  std::optional<ledger::WitnessedTree> last;  ///< none: nothing cosigned yet
  std::string answered;
  bool operator==(const State&) const = default;
};
Bytes encode(const State& state);
Result<State> decode_state(BytesView bytes);

class WitnessDirectory {
 public:
  WitnessDirectory(platform::FileSystem& files, std::string path) : files_(files), path_(std::move(path)) {}

  /// Draws the key and prints nothing. `conflict` if there is one. Returns the verifier key (type 0x04).
  Result<ledger::VerifierKey> init(const std::string& name, platform::Entropy& entropy);
  Result<ledger::NoteSigner> signer() const;
  /// `conflict` if the origin is watched already.
  Result<void> add_log(const ledger::VerifierKey& log);
  Result<std::vector<ledger::LogIdentity>> logs() const;
  /// `corrupt` if the state is missing or does not parse.
  Result<State> load(const std::string& origin) const;
  /// Durable when it returns; after an error the process must end.
  Result<void> store(const std::string& origin, const State& state);

 private:
  std::string path(const std::string& name) const { return path_ + "/" + name; }
  platform::FileSystem& files_;
  std::string path_;
};

}  // namespace strongroom::witness
