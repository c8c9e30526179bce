/// What a device logs: a signed header and an optional body (protocol §3.3). Format page: docs/formats/entries.md.
#pragma once

#include "base/bytes.h"
#include "base/error.h"
#include "envelope/names.h"
#include "envelope/object.h"

namespace strongroom::envelope {

inline constexpr std::size_t kHeaderBytesMax = 64 * 1024;  ///< the whole signed header object
inline constexpr std::size_t kBodyBytesMax = 1024 * 1024;

enum class EntryKind : std::uint64_t { open = 1, batch = 2, heartbeat = 3, close = 4, retire = 5, lost = 6 };
std::string_view name_of(EntryKind kind);

struct Header {
  EntryKind kind = EntryKind::heartbeat;
  DeviceId device{};
  Incarnation incarnation{};
  std::uint64_t sequence = 0;  ///< from 0, without gaps, inside one incarnation
  Hash256 previous{};  ///< header hash of sequence - 1; at 0 the last head known of the device, or zero
  std::uint64_t device_time_ms = 0;
  ByteArray<32> blind{};  ///< random: makes the leaf say nothing (protocol §4.5)
  Bytes part;  ///< kind-specific item: encode(OpenPart), encode(BatchPart), ...
  std::uint64_t body_bytes = 0;
  Hash256 body_sha256{};  ///< of the body; of nothing (H("")) when there is none
  Hash512 body_sha512{};
  Bytes extensions;  ///< one encoded map, signed, unknown to this version; empty = an empty map
  bool operator==(const Header&) const = default;
};

/// The content of the signed object with label "header".
Bytes encode(const Header& header);
Result<Header> decode_header(BytesView content);

/// A header as it travels and is stored: these very bytes, signed once.
struct SignedHeader {
  Header header;
  Hash256 hash{};  ///< header hash: SHA-256 of the content, without signatures
  SignedObject object;
  Bytes bytes;  ///< the encoded object
};
Result<SignedHeader> decode_signed_header(BytesView bytes);
/// Entries that must stand alone for decades are signed twice (protocol §1.5).
crypto::SignaturePolicy signature_policy(EntryKind kind);
/// The device's signatures hold.
Result<void> verify_header(const SignedHeader& header, const crypto::SigningPublic& device_key);
/// The body is the one the header names (length, SHA-256; SHA-512 too if asked: protocol §4.8).
enum class BodyCheck { sha256, both };
Result<void> check_body(const Header& header, BytesView body, BodyCheck check);

// ---- kind-specific parts -------------------------------------------------------------------------------

/// How a folder secret is split for one quorum.
struct Dealing {
  std::uint32_t quorum = 0, k = 0, n = 0;
  std::uint32_t mode = 1;  ///< 1 = Shamir over GF(256), position + 1
  bool operator==(const Dealing&) const = default;
};
enum class CaptureMode : std::uint64_t { live = 1, import = 2, canary = 3 };

/// Everything about a folder that is fixed before its key pair exists (protocol §3.1).
struct Core0 {
  Hash256 archive{};
  Hash256 roster{};
  Hash256 lot_key_set{};
  DeviceId device{};
  Hash256 device_key{};  ///< SHA-256 of the device's Ed25519 public key
  Incarnation incarnation{};
  std::uint32_t retention_class = 0;
  Lot lot;
  CaptureMode mode = CaptureMode::live;
  std::uint32_t day = 0;  ///< first UTC day the folder is about, counted from 1970-01-01
  std::uint32_t days = 1;  ///< how many days (a month for imports)
  ByteArray<32> blind{};
  std::vector<Dealing> dealings;
  TreeHead register_seen, capture_seen;  ///< last witnessed checkpoints
  bool operator==(const Core0&) const = default;
};
Bytes encode(const Core0& core0);
Result<Core0> decode_core0(BytesView bytes);

/// Core0 and the folder's public key; its hash is the folder id.
struct Core {
  Core0 core0;
  ByteArray<1216> public_key{};  ///< pk_f, X-Wing
  bool operator==(const Core&) const = default;
};
Bytes encode(const Core& core);
Result<Core> decode_core(BytesView bytes);

struct OpenPart {
  Bytes core;  ///< encode(Core), verbatim
  Hash256 share_root{};  ///< Merkle root (RFC 6962) of the share set's items
  bool operator==(const OpenPart&) const = default;
};
struct BatchPart {
  Hash256 folder_header{};  ///< header hash of the folder's open entry
  ByteArray<1120> enc{};  ///< X-Wing ciphertext to pk_f
  Hash256 commit{};  ///< HKDF(batch secret, "commit")
  std::uint64_t records = 0;
  Hash256 record_root{};
  bool operator==(const BatchPart&) const = default;
};
struct HeartbeatPart {
  std::uint64_t interval_s = 0;  ///< the next one is due within twice this
  std::uint64_t records_sealed = 0;  ///< in this incarnation, so far
  bool operator==(const HeartbeatPart&) const = default;
};
struct ClosePart {
  Hash256 folder_header{};
  std::uint64_t batches = 0, records = 0;
  bool operator==(const ClosePart&) const = default;
};
struct RetirePart {
  std::uint64_t reason = 0;  ///< 1 = end of service, 2 = replaced, 3 = key suspected
  bool operator==(const RetirePart&) const = default;
};
struct LostPart {
  std::uint64_t reason = 0;  ///< 1 = a folder was abandoned before its header was durable, 2 = state was lost
  std::uint64_t entries = 0;
  bool operator==(const LostPart&) const = default;
};
Bytes encode(const OpenPart&);
Bytes encode(const BatchPart&);
Bytes encode(const HeartbeatPart&);
Bytes encode(const ClosePart&);
Bytes encode(const RetirePart&);
Bytes encode(const LostPart&);
Result<OpenPart> decode_open(BytesView part);
Result<BatchPart> decode_batch_part(BytesView part);
Result<HeartbeatPart> decode_heartbeat(BytesView part);
Result<ClosePart> decode_close(BytesView part);
Result<RetirePart> decode_retire(BytesView part);
Result<LostPart> decode_lost(BytesView part);

/// Header hash of an open entry identifies the folder on the server; H(core) is its id inside cryptography.
Hash256 folder_id(BytesView core);

}  // namespace strongroom::envelope
