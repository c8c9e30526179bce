#include "grant/reseal.h"

#include <algorithm>
#include <map>
#include <tuple>

#include "dealing/dealing.h"
#include "grant/key_names.h"
#include "unseal/unseal.h"

namespace strongroom::grant {
namespace {

/// Expanding a lot key is slow; folders of one lot share it.
class LotKeys {
 public:
  explicit LotKeys(const keystore::Keystore& keys) : keys_(keys) {}

  /// Null if the keystore has none.
  const crypto::xwing::PrivateKey* find(const std::string& name) {
    const auto known = open_.find(name);
    if (known != open_.end()) return &known->second;
    const auto seed = keys_.get(name);
    if (!seed || (*seed)->size() != 32) return nullptr;
    const auto copy = Secret<32>::copy_of((*seed)->reveal().first<32>());
    return &open_.emplace(name, crypto::xwing::PrivateKey(copy)).first->second;
  }

 private:
  const keystore::Keystore& keys_;
  std::map<std::string, crypto::xwing::PrivateKey> open_;
};

}  // namespace

Result<envelope::ShareSet> read_share_set(const chain::FolderView& folder, BytesView body) {
  TRY(envelope::check_body(folder.open.header.header, body, envelope::BodyCheck::both));
  envelope::ShareSet shares = TRY(envelope::decode_share_set(body));
  if (envelope::share_root(shares) != folder.part.share_root)
    return fail(ErrorCode::unauthenticated, "the share set is not the one the folder's header commits to");
  return shares;
}

std::vector<std::pair<std::uint32_t, std::uint32_t>> positions_of(const roster::RegisterState& state,
                                                                  const envelope::Core0& core0,
                                                                  roster::MemberId trustee) {
  std::vector<std::pair<std::uint32_t, std::uint32_t>> out;
  const roster::SignedRoster* roster = state.roster_by_hash(core0.roster);
  if (roster == nullptr) return out;
  for (const envelope::Dealing& dealing : core0.dealings) {
    const roster::Quorum* quorum = roster::find_quorum(roster->roster, dealing.quorum);
    if (quorum == nullptr || quorum->k != dealing.k || quorum->positions.size() != dealing.n) continue;
    for (std::uint32_t p = 0; p < dealing.n; ++p)
      if (quorum->positions[p] == trustee) out.emplace_back(dealing.quorum, p);
  }
  return out;
}

Result<OwnShares> open_own_shares(const std::vector<FolderToGrant>& folders, roster::MemberId trustee,
                                  const roster::RegisterState& state, const keystore::Keystore& keys,
                                  const UseShare& use) {
  OwnShares out;
  LotKeys lot_keys(keys);
  for (const FolderToGrant& folder : folders) {
    const envelope::Core0& core0 = folder.view.core.core0;
    const Hash256 core_hash = envelope::folder_id(folder.view.part.core);
    for (const auto& [quorum, position] : positions_of(state, core0, trustee)) {
      const auto bad = [&](Error error) {
        out.bad.push_back({folder.view.open.header.hash, core0.device, folder.view.open.leaf, quorum,
                           position, std::move(error)});
      };
      const auto logged = std::ranges::find_if(
          folder.shares, [&](const auto& s) { return s.quorum == quorum && s.position == position; });
      if (logged == folder.shares.end()) {
        bad({ErrorCode::not_found, "the folder holds no share for this position", {}, {}});
        continue;
      }
      const auto* key = lot_keys.find(lot_key_name(core0.lot, quorum, position));
      if (key == nullptr) {
        ++out.no_key;
        continue;
      }
      auto share = unseal::open_share(*logged, *key, core_hash);
      if (!share) {
        bad(std::move(share).error());
        continue;
      }
      TRY(use(folder, quorum, position, *share));
    }
  }
  return out;
}

Result<MadeGrant> reseal(const std::vector<FolderToGrant>& folders, const roster::ReadingRequest& request,
                         const Hash256& commitment, roster::MemberId trustee,
                         const roster::RegisterState& state, const keystore::Keystore& keys) {
  MadeGrant out;
  out.grant.archive = request.archive;
  out.grant.commitment = commitment;
  out.grant.trustee = trustee;
  const auto seal = [&](const FolderToGrant& folder, std::uint32_t quorum, std::uint32_t position,
                        const Secret<32>& share) -> Result<void> {
    const Hash256& header = folder.view.open.header.hash;
    if (out.grant.shares.empty() || out.grant.shares.back().folder_header != header) ++out.folders;
    out.grant.shares.push_back(
        {header, quorum, position,
         TRY(dealing::seal_share(share, envelope::Purpose::grant, envelope::folder_id(folder.view.part.core),
                                 quorum, position, request.reply_key))});
    return {};
  };
  out.own = TRY(open_own_shares(folders, trustee, state, keys, seal));
  std::ranges::sort(out.grant.shares, {}, [](const roster::GrantedShare& s) {
    return std::tuple(s.folder_header, s.quorum, s.position);
  });
  return out;
}

}  // namespace strongroom::grant
