// From the genesis onward: who may say what the roster is (protocol §2.3).
#include <fmt/format.h>

#include <algorithm>

#include "roster/register_objects.h"
#include "roster/roster.h"

namespace strongroom::roster {
namespace {

Result<SignedRoster> open_unverified(BytesView bytes) {
  SignedRoster out;
  out.object = TRY(envelope::decode_object(bytes, kRosterLabel, kRosterBytesMax));
  out.roster = TRY_IN("roster", decode_roster(out.object.content));
  out.hash = envelope::content_hash(out.object);
  return out;
}

/// Every signature on the object is a good one of a member in `allowed`; others are refused, not ignored.
Result<void> verify_signers(const envelope::SignedObject& object, const Roster& keys,
                            const std::vector<MemberId>& allowed, std::uint64_t issued_s) {
  for (const envelope::Signer& signer : object.signers) {
    const auto id =
        std::ranges::find_if(allowed, [&](MemberId m) { return envelope::signer_of(m) == signer.id; });
    if (id == allowed.end())
      return fail(ErrorCode::unauthenticated, "the roster is signed by somebody who may not", "roster");
    const Member* member = find_member(keys, *id);
    if (member == nullptr || !in_its_time(keys, *member, issued_s))
      return fail(ErrorCode::unauthenticated, "the roster is signed by a member outside its time", "roster");
    TRY_IN(fmt::format("roster, signature of member {}", *id),
           envelope::verify_signer(object, signer.id, member->signing, crypto::SignaturePolicy::both));
  }
  return {};
}

}  // namespace

Result<SignedRoster> open_genesis(BytesView object, const Hash256& archive) {
  SignedRoster genesis = TRY(open_unverified(object));
  if (genesis.hash != archive)
    return fail(ErrorCode::unauthenticated, "the first roster is not the one this archive is named after",
                "roster",
                "compare the six words of the invitation aloud; never take an archive id from the server");
  TRY(check(genesis.roster));
  if (genesis.roster.number != 0)
    return fail(ErrorCode::malformed, "the first roster has number 0", "roster");
  std::vector<MemberId> trustees;
  for (const Member& member : genesis.roster.members) {
    if (has_role(member, Role::trustee)) trustees.push_back(member.id);
  }
  TRY(verify_signers(genesis.object, genesis.roster, trustees, genesis.roster.issued_s));
  if (genesis.object.signers.size() != trustees.size())
    return fail(ErrorCode::unauthenticated, "the first roster must be signed by all trustees", "roster");
  return genesis;
}

Result<SignedRoster> open_successor(BytesView object, const SignedRoster& before) {
  SignedRoster next = TRY(open_unverified(object));
  const Roster& roster = next.roster;
  TRY(check(roster));
  if (roster.number != before.roster.number + 1 || roster.previous != before.hash)
    return fail(ErrorCode::conflict, "the roster does not follow the one in force", "roster");
  if (roster.archive != archive_of(before))
    return fail(ErrorCode::unauthenticated, "the roster belongs to another archive", "roster");
  if (roster.issued_s < before.roster.issued_s)
    return fail(ErrorCode::malformed, "the roster is older than the one before it", "roster");
  for (const Member& member : roster.members) {
    const Member* earlier = find_member(before.roster, member.id);
    if (earlier != nullptr && earlier->name_hash != member.name_hash)
      return fail(ErrorCode::malformed, "a member id now names somebody else; ids are never reused",
                  fmt::format("roster, member {}", member.id));
  }
  const Quorum& governing = before.roster.quorums.front();  // id 0 (check)
  TRY(verify_signers(next.object, before.roster, governing.positions, roster.issued_s));
  if (next.object.signers.size() < governing.k)
    return fail(ErrorCode::unauthenticated,
                fmt::format("the roster has {} signatures of the governing quorum, {} are needed",
                            next.object.signers.size(), governing.k),
                "roster");
  return next;
}

Hash256 archive_of(const SignedRoster& roster) {
  return roster.roster.number == 0 ? roster.hash : roster.roster.archive;
}

}  // namespace strongroom::roster
