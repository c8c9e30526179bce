/// From the archive id to a device and what it signed (protocol §2.3, §2.6, §3.3): the part that every file has which
/// must convince somebody who has nothing else, a message's proof as well as a conviction.
#pragma once

#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/error.h"
#include "codec/cbor.h"
#include "envelope/header.h"
#include "ledger/proof.h"
#include "roster/register_objects.h"
#include "roster/roster.h"

namespace strongroom::verify {

/// An object of the register, and its proof of inclusion there.
struct RegisterLink {
  Bytes object;
  std::string proof;
  bool operator==(const RegisterLink&) const = default;
};
struct Provenance {
  RegisterLink enrolment;
  Bytes genesis;  ///< signed roster 0
  std::vector<RegisterLink> successors;  ///< rosters 1, 2, ... in order
  std::vector<RegisterLink> later_keys;  ///< of the device, up to the one that signed the headers, in order
  bool operator==(const Provenance&) const = default;
};
inline constexpr std::size_t kProvenanceItems = 5;

/// Five items of an array that is being written or read.
void put_provenance(cbor::Writer& w, const Provenance& provenance);
Result<Provenance> get_provenance(cbor::Reader& r);

/// A byte string or text that is no longer than its kind may be; `limit_exceeded`.
Result<Bytes> get_bytes(cbor::Reader& r, std::size_t bytes_max);
Result<std::string> get_proof(cbor::Reader& r);
/// The CBOR after the version byte of a file of at most `bytes_max`.
Result<BytesView> after_version(BytesView bytes, std::size_t bytes_max);
Bytes with_version(Bytes cbor);

/// Every link from the archive id to a device held.
struct KnownDevice {
  std::vector<roster::SignedRoster> rosters;  ///< from the genesis on, never empty
  roster::Enrolment enrolment;  ///< with the last of its keys
};
/// `unauthenticated` names the first link that does not hold.
Result<KnownDevice> follow(const Provenance& provenance, const Hash256& archive);
/// The roster of this hash; null if it is not in the chain.
const roster::Roster* named(const KnownDevice& known, const Hash256& roster);

/// A header signed by the device, and where it stands in the capture ledger.
struct LoggedHeader {
  envelope::SignedHeader header;
  std::uint64_t leaf = 0;
  std::uint64_t witness_time_s = 0;  ///< not later than this it was there
};
Result<LoggedHeader> open_logged(BytesView header, const std::string& proof, const KnownDevice& device);
/// §3.1: a folder that this device opened for this archive, under a roster of the chain.
Result<envelope::Core> open_folder_core(const LoggedHeader& opening, const KnownDevice& device);

}  // namespace strongroom::verify
