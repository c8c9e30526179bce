/// Acts that forbid, and statements that close or vouch (protocol §2.6, §5.3, §5.5, §5.6). No free text stands in
/// any of them: the server reads the register. Format page: docs/formats/register.md.
#pragma once

#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/error.h"
#include "envelope/names.h"
#include "roster/roster.h"

namespace strongroom::roster {

inline constexpr std::string_view kRevocationLabel = "revocation", kStopOrderLabel = "stop_order",
                                  kCaseClosedLabel = "case_closed", kShareCheckLabel = "share_check";

enum class RevocationReason : std::uint64_t { lost = 1, stolen = 2, compromised = 3, replaced = 4 };
std::string_view name_of(RevocationReason reason);

/// label "revocation": this device's key counts no more; what it sends later is quarantined, never dropped. Signed by
/// an officer, both algorithms.
struct Revocation {
  Hash256 archive{}, roster{};
  envelope::DeviceId device{};
  RevocationReason reason = RevocationReason::lost;
  MemberId officer = 0;
  std::uint64_t revoked_s = 0;
  bool operator==(const Revocation&) const = default;
};

/// The longest that an order against every request lasts: 30 days. Another may follow.
inline constexpr std::uint64_t kStopAllSecondsMax = 30ull * 86400;

/// label "stop_order": nothing is granted on this request, or on any, while the member who ordered it is on the roster
/// as a trustee, officer, approver or auditor. Signed by that member, both algorithms.
struct StopOrder {
  Hash256 archive{}, roster{};
  MemberId member = 0;
  Hash256 commitment{};  ///< zero = every request
  std::uint64_t until_s = 0;  ///< 0 = for good, and only for one request
  std::uint64_t ordered_s = 0;
  bool operator==(const StopOrder&) const = default;
};
/// One of the roles that may stop.
bool may_stop(const Member& member);

/// label "case_closed": the reader destroyed the one-time key and what it had opened. Signed by the reader, both.
struct CaseClosed {
  Hash256 archive{}, commitment{};
  MemberId reader = 0;
  std::uint64_t closed_s = 0;
  bool operator==(const CaseClosed&) const = default;
};

/// One share that its trustee opened without being asked to.
struct CheckedShare {
  Hash256 folder_header{};
  std::uint32_t quorum = 0, position = 0;
  bool good = false;
  bool operator==(const CheckedShare&) const = default;
};
inline constexpr std::size_t kCheckedSharesMax = 1024;
/// label "share_check": how the trustee's shares of these folders are. Signed by the trustee, both algorithms.
struct ShareCheck {
  Hash256 archive{}, roster{};
  MemberId trustee = 0;
  std::vector<CheckedShare> shares;  ///< ascending (folder header, quorum, position)
  std::uint64_t checked_s = 0;
  bool operator==(const ShareCheck&) const = default;
};

Bytes encode(const Revocation&);
Bytes encode(const StopOrder&);
Bytes encode(const CaseClosed&);
Bytes encode(const ShareCheck&);
Result<Revocation> decode_revocation(BytesView content);
Result<StopOrder> decode_stop_order(BytesView content);
Result<CaseClosed> decode_case_closed(BytesView content);
Result<ShareCheck> decode_share_check(BytesView content);

}  // namespace strongroom::roster
