/// What of the services one may meet is ours, and how that is told: keys pinned on the roster, and ledgers' and
/// witnesses' signatures. Names and banners prove nothing.
#pragma once

#include <optional>

#include "doctor/answers.h"
#include "ledger/policy.h"
#include "wire/tls.h"

namespace strongroom::doctor {

/// Empty: nothing is ours.
struct Ours {
  std::vector<wire::Pin> pins;  ///< of the server's TLS key
  std::vector<ledger::Policy> policies;  ///< one a ledger: its key, and the witnesses of the roster

  bool is_pinned(const wire::Pin& pin) const;
};

/// A path to ask a web server for, whose answer proves whose it is.
struct OwnPath {
  std::string target;
  enum class Of { server, witness } of = Of::server;
  std::size_t policy = 0;  ///< of Ours::policies
};
/// The public listener's checkpoints, and a witness's.
std::vector<OwnPath> own_paths(const Ours& ours);

/// The checkpoint as it stands in the answer: for `server` the ledger must have signed it, for `witness` also one of
/// the roster's witnesses, which is named. Nothing if it proves nothing.
std::optional<Finding> judge_own_path(const Place& place, const Ours& ours, const OwnPath& asked,
                                      std::string_view body);

}  // namespace strongroom::doctor
