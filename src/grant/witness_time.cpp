#include "grant/witness_time.h"

#include <fmt/format.h>

#include "envelope/leaf.h"
#include "ledger/policy.h"

namespace strongroom::grant {

Result<std::optional<std::uint64_t>> witness_time_of(Session session, ledger::AuthenticatedTiles& tiles,
                                                     std::uint64_t register_leaf) {
  const std::optional<std::uint64_t> index = TRY(session.server.capture_cross_over(register_leaf));
  if (!index || *index >= tiles.size().value) return std::optional<std::uint64_t>{};
  const std::string where = fmt::format("leaf {} of the capture ledger", *index);
  const Bytes leaf = TRY_IN(where, tiles.entry(ledger::LeafIndex{*index}));
  const auto decoded = TRY_IN(where, envelope::decode_capture_leaf(leaf));
  const auto* cross = std::get_if<envelope::CrossLeaf>(&decoded);
  if (cross == nullptr)
    return fail(ErrorCode::unauthenticated, "the server called an entry a cross leaf", where);
  const roster::Roster& roster = TRY(session.replica.roster())->roster;
  const auto policy = TRY(ledger::parse_policy(roster.witness_policy));
  const auto log = ledger::identity_of(TRY(ledger::parse_vkey(roster.register_vkey)));
  const auto accepted = TRY_IN(where, ledger::accept(policy, log, cross->checkpoint));
  const auto& checkpoint = accepted.checkpoint();
  if (checkpoint.size.value <= register_leaf)
    return fail(ErrorCode::unauthenticated, "the cross leaf that the server named does not cover the request",
                where);
  const Hash256* root = session.replica.state().root_at(checkpoint.size.value);
  if (root == nullptr || *root != checkpoint.root)
    return fail(ErrorCode::unauthenticated, "the cross leaf names another register", where,
                "keep this message: the server shows two histories");
  return accepted.witness_time;
}

}  // namespace strongroom::grant
