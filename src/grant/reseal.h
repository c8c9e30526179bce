/// What a trustee does once it may (protocol §5.4): opens its share of each listed folder, checks commitment and seal
/// (§3.2), and seals it again to the reader's one-time key. It never sees content.
#pragma once

#include <vector>

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

struct MadeGrant {
  roster::Grant grant;  ///< ascending, ready to be signed
  std::vector<BadDealing> bad;
  std::uint64_t no_key = 0;  ///< shares whose lot key is not in this keystore (destroyed, or never here)
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
