/// The typed objects of the register (protocol §2, §5). Each is the content of a signed object whose label is the
/// name of its type. Format page: docs/formats/register.md.
#pragma once

#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/error.h"
#include "crypto/signature.h"
#include "envelope/header.h"
#include "envelope/leaf.h"
#include "envelope/names.h"
#include "roster/roster.h"

namespace strongroom::roster {

/// Labels of the signed objects (envelope/object.h).
inline constexpr std::string_view kRosterLabel = "roster", kLedgerOpenedLabel = "ledger_opened",
                                  kLotKeyLabel = "lot_key", kEnrolmentLabel = "enrolment",
                                  kReadingRequestLabel = "reading_request", kRequestLabel = "request",
                                  kApprovalLabel = "approval", kNonceLabel = "nonce", kGrantLabel = "grant",
                                  kReceiptLabel = "receipt", kRefusalLabel = "refusal",
                                  kDirectoryLabel = "directory";
/// The largest signed object of the register, except rosters (kRosterBytesMax) and directories.
inline constexpr std::size_t kRegisterObjectBytesMax = 256 * 1024;
inline constexpr std::size_t kDirectoryBytesMax = 16u << 20;
inline constexpr std::size_t kGrantBytesMax = 32u << 20;
inline constexpr std::size_t kTextBytesMax = 4096;  ///< case, legal basis, origin, name, note, ...

/// label "ledger_opened": origins of the ledgers and when; signed by an officer or by k of the governing quorum.
struct LedgerOpened {
  Hash256 archive{};
  std::string register_origin, capture_origin;
  std::uint64_t opened_s = 0;
  bool operator==(const LedgerOpened&) const = default;
};

/// label "lot_key": one trustee's public key for one lot (protocol §2.5); signed by that trustee, both algorithms.
struct LotKey {
  Hash256 archive{}, roster{};
  envelope::Lot lot;
  std::uint32_t quorum = 0, position = 0;
  ByteArray<1216> public_key{};
  std::uint64_t issued_s = 0;
  bool operator==(const LotKey&) const = default;
};
/// The lot-key set a device deals to: (quorum id, position, key, leaf index), ascending; and its hash.
struct LotKeyRef {
  std::uint32_t quorum = 0, position = 0;
  ByteArray<1216> public_key{};
  std::uint64_t leaf_index = 0;
  bool operator==(const LotKeyRef&) const = default;
};
using LotKeySet = std::vector<LotKeyRef>;
Bytes encode(const LotKeySet& set);
Hash256 hash_of(const LotKeySet& set);

/// label "enrolment" (protocol §2.6); signed by the officer, the countersigner (second officer) and the device.
struct Enrolment {
  Hash256 archive{}, roster{};
  envelope::DeviceId device{};
  crypto::SigningPublic device_key;
  Hash256 tls_pin{};
  std::vector<std::uint32_t> classes;  ///< retention classes it may use
  ByteArray<16> invitation{};
  std::uint64_t heartbeat_s = 0;
  MemberId officer = 0, countersigner = 0;
  std::uint64_t enrolled_s = 0;
  bool operator==(const Enrolment&) const = default;
};

/// What a request asks for (protocol §5.1).
struct Scope {
  std::vector<envelope::DeviceId> devices;  ///< ascending
  std::vector<std::uint32_t> classes;  ///< ascending
  std::uint32_t day_from = 0, day_to = 0;  ///< inclusive, UTC days
  std::uint64_t folders = 0;  ///< count of the list
  Hash256 folders_root{};  ///< Merkle root of the sorted folder header hashes
  bool operator==(const Scope&) const = default;
};
inline constexpr std::size_t kFoldersPerRequestMax = 4096;
/// Merkle root (RFC 6962) of the list, which is ascending without repeats: leaf i is folder header hash i.
Hash256 folders_root(const std::vector<Hash256>& folders);

/// What a request is for. A drill names canary folders only; trustees refuse it otherwise (protocol §5.6).
enum class RequestPurpose : std::uint64_t { reading = 1, drill = 2 };

/// label "reading_request": the request itself. It never stands in the register: only its commitment does, and
/// sealed copies go to trustees, approvers and auditors. Signed by the reader, both algorithms.
struct ReadingRequest {
  Hash256 archive{}, roster{};
  MemberId reader = 0;
  std::string case_name, legal_basis;
  Scope scope;
  ByteArray<1216> reply_key{};  ///< the reader's one-time X-Wing key
  std::uint64_t asked_s = 0, expires_s = 0;
  RequestPurpose purpose = RequestPurpose::reading;
  bool operator==(const ReadingRequest&) const = default;
};
/// Everything a recipient of a copy gets, sealed (HPKE purpose "request", context = commitment).
struct RequestCopy {
  Bytes request;  ///< the signed object "reading_request"
  ByteArray<32> salt{};
  std::vector<Hash256> folders;  ///< sorted folder header hashes
  bool operator==(const RequestCopy&) const = default;
};
/// SHA-256([“request-commit”, 1, salt, SHA-256(signed reading_request)]).
Hash256 request_commitment(const ByteArray<32>& salt, BytesView signed_request);

/// label "request": the register's entry; signed by the reader, both algorithms.
struct RequestEntry {
  Hash256 archive{};
  MemberId reader = 0;
  Hash256 commitment{};
  std::vector<std::pair<MemberId, Hash256>> copies;  ///< recipient, SHA-256 of its sealed copy; ascending
  std::uint64_t asked_s = 0;
  bool operator==(const RequestEntry&) const = default;
};

/// label "approval" (protocol §5.2); signed by the approver, both algorithms.
struct Approval {
  Hash256 archive{}, roster{};
  MemberId approver = 0;
  Hash256 commitment{};
  std::uint64_t request_leaf = 0;
  std::uint64_t approved_s = 0;
  bool operator==(const Approval&) const = default;
};

/// label "nonce" (protocol §5.3); signed by the trustee, Ed25519.
struct Nonce {
  MemberId member = 0;
  ByteArray<32> value{};
  bool operator==(const Nonce&) const = default;
};

/// One share re-sealed to the reader's one-time key (protocol §5.4).
struct GrantedShare {
  Hash256 folder_header{};
  std::uint32_t quorum = 0, position = 0;
  ByteArray<1168> sealed{};
  bool operator==(const GrantedShare&) const = default;
};
/// label "grant": the blob a trustee leaves for the reader; signed by the trustee, Ed25519. Not in the register.
struct Grant {
  Hash256 archive{}, commitment{};
  MemberId trustee = 0;
  std::vector<GrantedShare> shares;  ///< ascending (folder header, quorum, position)
  bool operator==(const Grant&) const = default;
};
/// Merkle root over the encoded shares, which the receipt carries.
Hash256 grants_root(const Grant& grant);

/// label "receipt" (protocol §5.4); signed by the trustee, both algorithms.
struct Receipt {
  Hash256 archive{}, commitment{};
  MemberId trustee = 0;
  std::uint64_t shares = 0;
  Hash256 grants_root{};
  Hash256 grant_blob{};  ///< SHA-256 of the signed grant
  envelope::TreeHead register_head, capture_head;  ///< the checkpoints acted on
  std::uint64_t granted_s = 0;
  bool operator==(const Receipt&) const = default;
};

/// label "refusal": by the server (no signer) or a member; aggregated.
struct Refusal {
  std::string what;  ///< code, e.g. "header-signature", "request-expired"
  Hash256 about{};  ///< digest of what was refused, or zero
  std::uint64_t count = 1, at_s = 0;
  bool operator==(const Refusal&) const = default;
};

/// One line of the directory (protocol §2.6): whose device this is. Known to the recipients of the copies only.
struct DirectoryEntry {
  envelope::DeviceId device{};
  std::string custodian, note;
  bool operator==(const DirectoryEntry&) const = default;
};
/// label "directory": one sealed copy per reader, officer and trustee; signed by an officer, both algorithms.
struct SealedDirectory {
  Hash256 archive{}, roster{};
  MemberId officer = 0;
  std::vector<std::pair<MemberId, Bytes>> copies;  ///< recipient, its sealed copy; ascending
  std::uint64_t issued_s = 0;
  bool operator==(const SealedDirectory&) const = default;
};

Bytes encode(const LedgerOpened&);
Bytes encode(const LotKey&);
Bytes encode(const Enrolment&);
Bytes encode(const ReadingRequest&);
Bytes encode(const RequestCopy&);
Bytes encode(const RequestEntry&);
Bytes encode(const Approval&);
Bytes encode(const Nonce&);
Bytes encode(const Grant&);
Bytes encode(const Receipt&);
Bytes encode(const Refusal&);
Bytes encode(const std::vector<DirectoryEntry>&);  ///< ascending by device
Bytes encode(const SealedDirectory&);
Result<LedgerOpened> decode_ledger_opened(BytesView content);
Result<LotKey> decode_lot_key(BytesView content);
Result<Enrolment> decode_enrolment(BytesView content);
Result<ReadingRequest> decode_reading_request(BytesView content);
Result<RequestCopy> decode_request_copy(BytesView content);
Result<RequestEntry> decode_request_entry(BytesView content);
Result<Approval> decode_approval(BytesView content);
Result<Nonce> decode_nonce(BytesView content);
Result<Grant> decode_grant(BytesView content);
Result<Receipt> decode_receipt(BytesView content);
Result<Refusal> decode_refusal(BytesView content);
Result<std::vector<DirectoryEntry>> decode_directory(BytesView content);
Result<SealedDirectory> decode_sealed_directory(BytesView content);
Result<LotKeySet> decode_lot_key_set(BytesView bytes);

}  // namespace strongroom::roster
