/// Evidence that convicts its maker (protocol §3.2): a device that dealt badly or signed two entries at one position, a
/// trustee that granted garbage. One file, which verifies given the archive id alone. Format page:
/// docs/formats/conviction.md.
#pragma once

#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/error.h"
#include "envelope/names.h"
#include "roster/register_objects.h"
#include "verify/provenance.h"

namespace strongroom::conviction {

inline constexpr std::size_t kConvictionBytesMax = 64u << 20;

enum class Charge : std::uint8_t {
  dealing = 1,  ///< shares that do not belong together, to the key, or to their positions
  grant = 2,  ///< a trustee's grant that is not the share the device dealt it
  equivocation = 3,  ///< two different entries at one position
};
std::string_view name_of(Charge charge);

struct LoggedBytes {
  Bytes header;  ///< signed
  std::string proof;  ///< tlog-proof in the capture ledger
  bool operator==(const LoggedBytes&) const = default;
};
/// A share in plain: whoever holds the file has these.
struct ShownShare {
  std::uint32_t position = 0;
  ByteArray<32> share{};
  bool operator==(const ShownShare&) const = default;
};
struct Conviction {
  Charge charge = Charge::dealing;
  Hash256 archive{};
  LoggedBytes entry;  ///< the folder's opening; of an equivocation the first entry
  LoggedBytes other;  ///< of an equivocation only
  Bytes share_set;  ///< the opening's body; empty for an equivocation, as all that follows
  roster::LotKeySet lot_keys;  ///< to which it was dealt
  std::uint32_t quorum = 0;
  std::vector<ShownShare> shares;  ///< exactly k of that quorum, ascending
  Bytes grant;  ///< the trustee's signed grant; empty unless it is charged
  Bytes request;  ///< the reader's signed request, which names the key the grant is sealed to
  ByteArray<32> request_salt{};
  verify::Provenance provenance;
  bool operator==(const Conviction&) const = default;
};

/// 0x01 ‖ deterministic CBOR.
Bytes encode(const Conviction& conviction);
/// `malformed`, `unsupported` for another version, `limit_exceeded`. Nothing is verified here.
Result<Conviction> decode_conviction(BytesView bytes);

/// Who is convicted, of what.
struct Judgement {
  Charge charge = Charge::dealing;
  envelope::DeviceId device{};
  std::optional<roster::MemberId> trustee;  ///< nothing: it is the device
  std::uint64_t leaf = 0;  ///< of the entry concerned, in the capture ledger
  std::uint64_t witness_time_s = 0;
  std::vector<std::string> wrongs;  ///< one sentence each, never empty
};
/// Makes everything again that can be made, and compares. `unauthenticated` names the first link that does not hold;
/// `conflict` if everything holds and nobody did wrong.
Result<Judgement> judge(const Conviction& conviction, const Hash256& archive);

/// Plain sentences: who, what, and what it discloses.
std::string report_text(const Judgement& judgement);
std::string report_json(const Judgement& judgement);

}  // namespace strongroom::conviction
