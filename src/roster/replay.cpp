#include "roster/replay.h"

#include <fmt/format.h>

#include <algorithm>

#include "ledger/policy.h"
#include "roster/sealing_keys.h"

namespace strongroom::roster {

using envelope::RegisterType;

Result<void> RegisterState::apply(BytesView leaf, BytesView object) {
  const auto decoded = envelope::decode_register_leaf(leaf);
  Result<void> taken;
  if (!decoded) {
    taken = std::unexpected(decoded.error());
  } else if (const auto* cross = std::get_if<envelope::CrossLeaf>(&*decoded)) {
    if (!object.empty())
      return fail(ErrorCode::corrupt, "a cross leaf has no object",
                  fmt::format("register leaf {}", applied_));
    taken = take_cross(cross->checkpoint);
  } else {
    const auto& named = std::get<envelope::RegisterLeaf>(*decoded);
    if (envelope::digests_of(object) != named.object)
      return fail(ErrorCode::corrupt, "the object is not the one the leaf names",
                  fmt::format("register leaf {}", applied_),
                  "fetch the object again, from another copy of the archive if need be");
    taken = take(named.type, object);
  }
  if (!taken)
    findings_.push_back({applied_, std::move(taken).error().in(fmt::format("register leaf {}", applied_))});
  tree_.append(ledger::leaf_hash(leaf));
  roots_.push_back(tree_.root());
  ++applied_;
  return {};
}

Result<void> RegisterState::take(RegisterType type, BytesView object) {
  if (rosters_.empty() && type != RegisterType::roster)
    return fail(ErrorCode::refused,
                fmt::format("a '{}' entry stands before the genesis", envelope::name_of(type)));
  switch (type) {
    case RegisterType::ledger_opened: return take_ledger_opened(object);
    case RegisterType::roster: return take_roster(object);
    case RegisterType::lot_key: return take_lot_key(object);
    case RegisterType::invitation: return take_invitation(object);
    case RegisterType::enrolment: return take_enrolment(object);
    case RegisterType::request: return take_request(object);
    case RegisterType::approval: return take_approval(object);
    case RegisterType::nonce: return take_nonce(object);
    case RegisterType::receipt: return take_receipt(object);
    case RegisterType::refusal: return take_refusal(object);
    case RegisterType::directory: return take_directory(object);
    case RegisterType::device_replaced: return take_device_replaced(object);
    case RegisterType::revocation: return take_revocation(object);
    case RegisterType::stop_order: return take_stop_order(object);
    case RegisterType::case_closed: return take_case_closed(object);
    case RegisterType::share_check: return take_share_check(object);
    case RegisterType::drill: return take_drill(object);
    default: break;
  }
  return fail(ErrorCode::unsupported,
              fmt::format("this program has no rule for '{}' entries", envelope::name_of(type)), {},
              "use a newer program before relying on this register");
}

/// Protocol §2.1: the other ledger's checkpoint with the witness quorum; the capture ledger only grows.
Result<void> RegisterState::take_cross(const std::string& checkpoint) {
  if (rosters_.empty()) return fail(ErrorCode::refused, "a cross leaf stands before the genesis");
  const Roster& roster = rosters_.back().roster;
  const ledger::Policy policy = TRY(ledger::parse_policy(roster.witness_policy));
  const ledger::LogIdentity log = ledger::identity_of(TRY(ledger::parse_vkey(roster.capture_vkey)));
  const ledger::AcceptedCheckpoint accepted = TRY(ledger::accept(policy, log, checkpoint));
  SeenCross cross;
  cross.leaf = applied_;
  cross.checkpoint = checkpoint;
  cross.capture_head = {accepted.checkpoint().size.value, accepted.checkpoint().root};
  cross.witness_time_s = accepted.witness_time.value_or(0);
  if (!crosses_.empty()) {
    const envelope::TreeHead& before = crosses_.back().capture_head;
    if (cross.capture_head.size < before.size)
      return fail(ErrorCode::conflict,
                  "the capture ledger of a cross leaf is smaller than that of an earlier one");
    if (cross.capture_head.size == before.size && cross.capture_head.root != before.root)
      return fail(ErrorCode::conflict,
                  "two cross leaves name different capture ledgers of one size: it was forked");
  }
  witness_time_s_ = std::max(witness_time_s_, cross.witness_time_s);
  crosses_.push_back(std::move(cross));
  return {};
}

Result<void> RegisterState::take_roster(BytesView object) {
  if (rosters_.empty()) {
    rosters_.push_back(TRY(open_genesis(object, archive_)));
  } else {
    rosters_.push_back(TRY(open_successor(object, rosters_.back())));
  }
  rosters_.back().leaf = applied_;
  return {};
}

Result<void> RegisterState::check_archive(const Hash256& archive) const {
  if (archive != archive_) return fail(ErrorCode::unauthenticated, "the entry belongs to another archive");
  return {};
}

Result<void> RegisterState::check_in_force(const Hash256& archive, const Hash256& roster) const {
  TRY(check_archive(archive));
  if (roster != rosters_.back().hash)
    return fail(ErrorCode::conflict, "the entry names a roster that is not the one in force", {},
                "sign it again under the present roster");
  return {};
}

/// Protocol §2.2: when the roster has expired, grants, enrolments and disposals stop. The claimed time and the
/// witnesses' time are both held against it, so that an old date does not help.
Result<void> RegisterState::check_not_expired(std::uint64_t at_s) const {
  if (std::max(at_s, witness_time_s_) > rosters_.back().roster.expires_s)
    return fail(ErrorCode::refused, "the roster in force has expired", {},
                "let the governing quorum sign a new roster");
  return {};
}

Result<const Member*> RegisterState::acting(MemberId id, Role role, std::uint64_t at_s) const {
  const Roster& roster = rosters_.back().roster;
  const Member* member = find_member(roster, id);
  if (member == nullptr || !has_role(*member, role))
    return fail(ErrorCode::refused, fmt::format("member {} is not on the roster as {}", id, name_of(role)));
  if (at_s < member->not_before_s || !in_its_time(roster, *member, std::max(at_s, witness_time_s_)))
    return fail(ErrorCode::refused, fmt::format("member {} acted outside its time on the roster", id));
  return member;
}

const SignedRoster* RegisterState::roster_by_hash(const Hash256& hash) const {
  const auto found = std::ranges::find(rosters_, hash, &SignedRoster::hash);
  return found == rosters_.end() ? nullptr : &*found;
}

const EnrolledDevice* RegisterState::device_by_pin(const Hash256& tls_pin) const {
  const auto found = device_pins_.find(tls_pin);
  return found == device_pins_.end() ? nullptr : &devices_.at(found->second);
}

const Invitation* RegisterState::unspent_invitation_by_pin(const Hash256& tls_pin) const {
  for (const auto& [id, invitation] : invitations_) {
    if (invitation.tls_pin != tls_pin) continue;
    const bool spent = std::ranges::any_of(
        devices_, [&](const auto& device) { return device.second.enrolment.invitation == id; });
    return spent ? nullptr : &invitation;
  }
  return nullptr;
}

LotKeySet RegisterState::lot_keys(const envelope::Lot& lot) const {
  return rosters_.empty() ? LotKeySet{} : lot_keys(lot, rosters_.back().roster);
}

LotKeySet RegisterState::lot_keys(const envelope::Lot& lot, const Roster& roster) const {
  LotKeySet set;
  const auto indexed = lot_index_.find(lot);
  if (indexed == lot_index_.end()) return set;
  for (const Quorum& quorum : roster.quorums) {
    for (std::uint32_t position = 0; position < quorum.positions.size(); ++position) {
      const auto found = std::ranges::find_if(indexed->second, [&](std::size_t i) {
        const SeenLotKey& seen = lot_keys_[i];
        return seen.key.quorum == quorum.id && seen.key.position == position &&
               seen.member == quorum.positions[position];
      });
      if (found == indexed->second.end()) continue;
      const SeenLotKey& seen = lot_keys_[*found];
      set.push_back({quorum.id, position, seen.key.public_key, seen.leaf});
    }
  }
  return set;
}

bool RegisterState::complete(const LotKeySet& set) const {
  return !rosters_.empty() && roster::complete(set, rosters_.back().roster);
}

std::optional<envelope::Lot> RegisterState::latest_complete_lot(std::uint32_t retention_class) const {
  if (rosters_.empty()) return std::nullopt;
  return latest_complete_lot(retention_class, rosters_.back().roster);
}

std::optional<envelope::Lot> RegisterState::latest_complete_lot(std::uint32_t retention_class,
                                                                const Roster& roster) const {
  std::optional<envelope::Lot> latest;
  for (const auto& [lot, keys] : lot_index_) {
    if (lot.retention_class != retention_class || lot.kind != envelope::LotKind::retention) continue;
    if ((!latest || latest->expiry_month < lot.expiry_month) &&
        roster::complete(lot_keys(lot, roster), roster))
      latest = lot;
  }
  return latest;
}

std::optional<std::uint64_t> RegisterState::nonce_leaf(const ByteArray<32>& value) const {
  const auto found = nonces_.find(value);
  if (found == nonces_.end()) return std::nullopt;
  return found->second;
}

}  // namespace strongroom::roster
