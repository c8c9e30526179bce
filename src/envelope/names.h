/// Names and small types that every object shares.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>

#include "base/bytes.h"
#include "base/error.h"
#include "codec/cbor.h"

namespace strongroom::envelope {

/// A device's pseudonym: 16 random bytes, all the server knows of it (protocol §2.6).
using DeviceId = ByteArray<16>;
/// Drawn whenever continuity of a device's chain is not certain (protocol §3.9).
using Incarnation = ByteArray<16>;
/// A place on the roster's member list. Ids are never reused.
using MemberId = std::uint32_t;
/// Four bytes, big-endian: how a member signs.
Bytes signer_of(MemberId id);

enum class LotKind : std::uint64_t { retention = 1, hold = 2 };

/// A disposal lot: everything that becomes unreadable together (protocol §2.5).
struct Lot {
  std::uint32_t retention_class = 0;
  std::uint32_t expiry_month = 0;  ///< year * 12 + month - 1, UTC
  LotKind kind = LotKind::retention;
  ByteArray<16> hold{};            ///< zero for retention lots
  auto operator<=>(const Lot&) const = default;
};
void put_lot(cbor::Writer& w, const Lot& lot);
Result<Lot> get_lot(cbor::Reader& r);
/// "class 1, 2033-11" / "hold 3f2a..., ..." for people.
std::string to_string(const Lot& lot);

/// Month arithmetic on "year * 12 + month - 1"; `day` counts from 1970-01-01.
std::uint32_t month_of_day(std::uint32_t day);
std::string month_name(std::uint32_t month);  ///< "2033-11"
std::string day_name(std::uint32_t day);      ///< "2026-11-22"
Result<std::uint32_t> day_from_name(std::string_view text);

/// Size and root of a ledger at some moment; (0, H("")) for "none seen".
struct TreeHead {
  std::uint64_t size = 0;
  Hash256 root{};
  bool operator==(const TreeHead&) const = default;
};
void put_tree_head(cbor::Writer& w, const TreeHead& head);
Result<TreeHead> get_tree_head(cbor::Reader& r);

/// What an HPKE seal is for (protocol §1.10); its name is in `info`.
enum class Purpose { deal, grant, rescue, escrow, hand_over, batch, request, directory };
std::string_view name_of(Purpose purpose);

/// Protocol §1.10: [purpose, version, context hash, quorum id or null, position or null, H(recipient key)].
Bytes hpke_info(Purpose purpose, const Hash256& context, std::optional<std::uint32_t> quorum,
                std::optional<std::uint32_t> position, const Hash256& recipient_key);

}  // namespace strongroom::envelope
