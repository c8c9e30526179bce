/// What a trustee does once it may (protocol §5.4): opens its share of each listed folder, checks commitment and seal
/// (§3.2), and seals it again to the reader's one-time key. It never sees content.
#pragma once

#include <functional>
#include <vector>

#include "base/secret.h"
#include "chain/device_chain.h"
#include "crypto/signature.h"
#include "envelope/body.h"
#include "keystore/keystore.h"
#include "roster/register_objects.h"
#include "roster/replay.h"

namespace strongroom::grant {

/// A listed folder with the share set its header names (digest and share root checked by read_share_set).
struct FolderToGrant {
  chain::FolderView view;
  envelope::ShareSet shares;
};

/// The body is the one the open header names, and its items give the share root.
Result<envelope::ShareSet> read_share_set(const chain::FolderView& folder, BytesView body);

/// A share that does not hold: an allegation by this trustee against the device (§3.2), until k good shares convict.
struct BadDealing {
  Hash256 folder{};
  envelope::DeviceId device{};
  std::uint64_t leaf = 0;
  std::uint32_t quorum = 0, position = 0;
  Error error;
};

/// Opens every share that `trustee` holds of these folders, in the order given: recomputed from the logged header
/// (§3.4), commitment and seal compared (§3.2). `use` is called for each that holds; the rest is counted.
struct OwnShares {
  std::vector<BadDealing> bad;
  std::uint64_t no_key = 0;  ///< shares whose lot key is not in this keystore (destroyed, or never here)
};
using UseShare = std::function<Result<void>(const FolderToGrant& folder, std::uint32_t quorum,
                                            std::uint32_t position, const Secret<32>& share)>;
Result<OwnShares> open_own_shares(const std::vector<FolderToGrant>& folders, roster::MemberId trustee,
                                  const roster::RegisterState& state, const keystore::Keystore& keys,
                                  const UseShare& use);

struct MadeGrant {
  roster::Grant grant;  ///< ascending, ready to be signed
  OwnShares own;
  std::uint64_t folders = 0;  ///< with at least one share granted
};

/// The quorums and positions that `trustee` held on the roster which the folder names.
std::vector<std::pair<std::uint32_t, std::uint32_t>> positions_of(const roster::RegisterState& state,
                                                                  const envelope::Core0& core0,
                                                                  roster::MemberId trustee);

Result<MadeGrant> reseal(const std::vector<FolderToGrant>& folders, const roster::ReadingRequest& request,
                         const Hash256& commitment, roster::MemberId trustee,
                         const roster::RegisterState& state, const keystore::Keystore& keys);

}  // namespace strongroom::grant
