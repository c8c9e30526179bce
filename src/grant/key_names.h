/// What a person's secrets are called in the keystore (docs/formats/keystore.md).
#pragma once

#include <fmt/format.h>

#include <string>

#include "codec/text.h"
#include "envelope/names.h"

namespace strongroom::grant {

inline constexpr const char* kEd25519Name = "ed25519";
inline constexpr const char* kMlDsaName = "ml-dsa-65";
inline constexpr const char* kMailName = "mail";
inline constexpr const char* kTlsName = "tls";

/// The X-Wing seed by which one position opens its shares of one lot.
inline std::string lot_key_name(const envelope::Lot& lot, std::uint32_t quorum, std::uint32_t position) {
  std::string kind = lot.kind == envelope::LotKind::retention ? "retention" : "hold-" + codec::hex(lot.hold);
  return fmt::format("lot/{}/{}/{}/{}/{}", lot.retention_class, lot.expiry_month, kind, quorum, position);
}
/// A reader's one-time key for one request, and the request it made (signed object and salt).
inline std::string reply_key_name(const Hash256& commitment) { return "reply/" + codec::hex(commitment); }
inline std::string own_request_name(const Hash256& commitment) { return "request/" + codec::hex(commitment); }

}  // namespace strongroom::grant
