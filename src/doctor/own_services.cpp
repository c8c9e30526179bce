#include "doctor/own_services.h"

#include <algorithm>

#include "ledger/witness_protocol.h"

namespace strongroom::doctor {

bool Ours::is_pinned(const wire::Pin& pin) const { return std::ranges::find(pins, pin) != pins.end(); }

std::vector<OwnPath> own_paths(const Ours& ours) {
  std::vector<OwnPath> out;
  for (std::size_t i = 0; i < ours.policies.size(); ++i) {
    if (ours.policies[i].logs.empty()) continue;
    out.push_back({i == 0 ? "/register/checkpoint" : "/capture/checkpoint", OwnPath::Of::server, i});
    out.push_back(
        {"/" + ledger::monitoring_path(ours.policies[i].logs.front().key.name), OwnPath::Of::witness, i});
  }
  return out;
}

std::optional<Finding> judge_own_path(const Place& place, const Ours& ours, const OwnPath& asked,
                                      std::string_view body) {
  const ledger::Policy& policy = ours.policies[asked.policy];
  if (asked.of == OwnPath::Of::server) {
    if (!ledger::open_checkpoint(body, ledger::identity_of(policy.logs.front().key))) return std::nullopt;
    return Finding{Severity::ok,
                   "ours",
                   place.text,
                   "our server's public listener: its ledger signed what it shows",
                   {}};
  }
  for (const ledger::PolicyWitness& witness : policy.witnesses) {
    ledger::Policy alone = policy;
    alone.quorum = witness.name;
    if (ledger::accept(alone, body))
      return Finding{Severity::ok,
                     "ours",
                     place.text,
                     "our witness " + witness.name + ": it cosigned what it shows",
                     {}};
  }
  return std::nullopt;
}

}  // namespace strongroom::doctor
