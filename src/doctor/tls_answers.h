/// What the TLS of a service is worth.
#pragma once

#include <optional>

#include "doctor/answers.h"
#include "wire/foreign_tls.h"

namespace strongroom::doctor {

struct TlsHeard {
  wire::ForeignTlsSeen best;           ///< with everything offered
  std::optional<std::string>
      up_to_12; ///< version agreed when nothing newer than TLS 1.2 is offered; none = refused
  std::optional<std::string> up_to_11; ///< likewise TLS 1.1
};

/// A service of others. Always at least one finding: what is spoken there.
Findings judge_tls(const Place& place, const TlsHeard& heard, std::int64_t now_s);
/// One whose key is pinned on our roster: nothing but TLS 1.3 and X25519MLKEM768 (protocol §1.7).
Findings judge_own_tls(const Place& place, const TlsHeard& heard);

}  // namespace strongroom::doctor
