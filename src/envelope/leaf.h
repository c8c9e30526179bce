/// What stands in the two ledgers (protocol §1.6, §2.1, §4.5). Format page: docs/formats/leaves.md.
///
///   capture leaf   0x01 ‖ SHA-256(signed header) ‖ SHA-512(signed header)                        97 bytes
///   register leaf  0x01 ‖ type (1..0x7f) ‖ SHA-256(object) ‖ SHA-512(object)                     98 bytes
///   cross leaf     0x01 ‖ 0x80 ‖ the other ledger's cosigned checkpoint, verbatim           > 98 bytes
///
/// Digests are over the encoded signed object, signatures included.
#pragma once

#include <optional>
#include <variant>

#include "base/bytes.h"
#include "base/error.h"

namespace strongroom::envelope {

enum class RegisterType : std::uint8_t {
  ledger_opened = 1,  ///< the dated act that begins a ledger (protocol §4.7)
  roster = 2,
  lot_key = 3,
  enrolment = 4,
  request = 5,
  approval = 6,
  nonce = 7,          ///< a trustee's freshness (protocol §5.3)
  receipt = 8,        ///< a grant was made (protocol §5.4)
  refusal = 9,        ///< the server or a trustee refused something
  device_replaced = 10,
  revocation = 11,
  stop_order = 12,
  hold = 13,
  hold_lifted = 14,
  disposal_order = 15,
  rescue_manifest = 16,
  destroyed = 17,
  purge_manifest = 18,
  share_check = 19,    ///< a trustee opened its share of folders and says how they are (protocol §5.6)
  case_closed = 20,
  directory = 21,
  invitation = 22,     ///< a one-time key pair by which one device may enrol (protocol §2.6)
  drill = 23,          ///< what came of opening canary folders (protocol §5.6)
};
std::string_view name_of(RegisterType type);

struct Digests {
  Hash256 sha256{};
  Hash512 sha512{};
  bool operator==(const Digests&) const = default;
};
Digests digests_of(BytesView object);

struct CaptureLeaf {
  Digests header;
};
struct RegisterLeaf {
  RegisterType type = RegisterType::roster;
  Digests object;
};
struct CrossLeaf {
  std::string checkpoint;  ///< a cosigned checkpoint of the other ledger
};

Bytes encode(const CaptureLeaf& leaf);
Bytes encode(const RegisterLeaf& leaf);
Bytes encode(const CrossLeaf& leaf);
Result<std::variant<CaptureLeaf, CrossLeaf>> decode_capture_leaf(BytesView leaf);
Result<std::variant<RegisterLeaf, CrossLeaf>> decode_register_leaf(BytesView leaf);

}  // namespace strongroom::envelope
