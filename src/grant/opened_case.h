/// What a reader holds in memory once a request has been granted and opened (protocol §5.5): the plaintext with, for
/// every record, all that proves it. Nothing of this is ever written to disk by this room.
///
///   OpenedCase ── devices ── folders ── batches ── records
///                     └─ every entry of the chain between the folders' opening and closing
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/secret.h"
#include "chain/device_chain.h"
#include "envelope/body.h"
#include "envelope/header.h"
#include "ledger/policy.h"
#include "record/record.h"
#include "roster/register_objects.h"
#include "roster/replay.h"

namespace strongroom::grant {

/// One record, opened and checked: its digests, its place in the batch and the franking tag hold.
struct OpenedRecord {
  std::uint64_t index = 0;  ///< i in the batch; also its index in the batch's body
  Bytes cbor;  ///< deterministic CBOR, what the franking tag covers
  record::Record record;  ///< the same, decoded
  Secret<32> franking_key;  ///< kf_i (§3.7)
};
/// A record that is there and does not open. Shown with its evidence, never hidden (§3.6).
struct BadRecord {
  std::uint64_t index = 0;
  Error error;
};

struct OpenedBatch {
  chain::LoggedEntry entry;  ///< signed header and its leaf in the capture ledger, inclusion checked
  envelope::BatchPart part;
  Bytes body;  ///< sealed body as stored; envelope::decode_batch_body reads it. Empty if it is lost.
  std::vector<OpenedRecord> records;  ///< ascending index
  std::vector<BadRecord> bad;
};

struct OpenedFolder {
  chain::LoggedEntry open;  ///< H(folder header) is open.header.hash
  envelope::OpenPart part;
  envelope::Core core;
  std::optional<chain::LoggedEntry> close;
  std::vector<OpenedBatch> batches;  ///< in ledger order
  std::uint64_t records_sealed = 0;  ///< that the batches' headers state
  std::vector<roster::MemberId> trustees;  ///< whose shares of it held; ascending
};

struct OpenedDevice {
  roster::EnrolledDevice enrolled;  ///< the enrolment and its leaf in the register
  std::string custodian;  ///< from the directory; empty if it does not say
  /// Every entry of the device from the first granted folder's opening to the last one's close, in leaf order,
  /// inclusion checked.
  std::vector<chain::LoggedEntry> entries;
  std::vector<OpenedFolder> folders;  ///< granted ones, in ledger order
};

/// One thing that is not there or not right, in a sentence for people. Reported before anything is shown.
struct Missing {
  std::string what;
  std::uint64_t records = 0;  ///< how many records are certainly concerned; 0 = not known
};

/// Something that is provable against its maker, because k shares which the device committed to are at hand
/// (§3.2): a bad dealing, or a bad grant. Discloses what opens one folder.
struct Accusation {
  chain::LoggedEntry open;  ///< the folder's
  Bytes share_set;
  roster::LotKeySet lot_keys;
  std::uint32_t quorum = 0;
  std::vector<std::pair<std::uint32_t, Secret<32>>> shares;  ///< k of them by position, ascending
  std::optional<roster::MemberId> trustee;  ///< nothing: the device is accused
  Bytes grant;  ///< the trustee's, signed
};

struct OpenedCase {
  Hash256 archive{}, commitment{};
  roster::ReadingRequest request;
  std::vector<Hash256> folders_asked;  ///< sorted folder header hashes of the request
  std::vector<OpenedDevice> devices;  ///< ascending pseudonym
  std::vector<Missing> missing;
  std::vector<Accusation> accusations;
  std::vector<roster::Receipt> receipts;  ///< of the trustees whose shares were combined
  std::string capture_checkpoint;  ///< accepted, with witness lines: every entry above is under it
  std::string register_checkpoint;

  std::uint64_t records() const {
    std::uint64_t n = 0;
    for (const OpenedDevice& d : devices)
      for (const OpenedFolder& f : d.folders)
        for (const OpenedBatch& b : f.batches) n += b.records.size();
    return n;
  }
};

}  // namespace strongroom::grant
