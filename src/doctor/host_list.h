/// The list of hosts that may be probed; the doctor connects to nothing else.
///
///     # one host a line; what follows a '#' is a note
///     mail.example.org
///     10.0.3.7:443,8000-8010
///     [2001:db8::7]:25
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace strongroom::doctor {

inline constexpr std::size_t kHostListBytesMax = 256 * 1024;
inline constexpr std::size_t kHostsMax = 1024;
inline constexpr std::size_t kPortsOfHostMax = 4096;

struct ListedHost {
  std::string host;                  ///< a name or a numeric address
  std::vector<std::uint16_t> ports;  ///< ascending; those of `otherwise` where the line names none
  bool operator==(const ListedHost&) const = default;
};

/// Ports on which services lie open most often, ascending.
const std::vector<std::uint16_t>& usual_ports();
/// "22,80,8000-8010", ascending, without repetition.
Result<std::vector<std::uint16_t>> parse_ports(std::string_view text);

/// `malformed` names the line; networks ("10.0.0.0/24") and patterns are refused, an empty list too. A host named twice
/// is one.
Result<std::vector<ListedHost>> parse_host_list(std::string_view text,
                                                const std::vector<std::uint16_t>& otherwise);

}  // namespace strongroom::doctor
