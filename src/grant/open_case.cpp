#include "grant/open_case.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include "codec/text.h"
#include "dealing/dealing.h"
#include "grant/device_entries.h"
#include "grant/fetch_case.h"
#include "grant/reseal.h"
#include "unseal/unseal.h"

namespace strongroom::grant {
namespace {

constexpr std::size_t kSubsetsTriedMax = 2000;

struct AcceptedGrant {
  roster::Receipt receipt;
  roster::Grant grant;
};
/// A granted share that opened and has the commitment the device logged.
struct GoodShare {
  roster::MemberId trustee = 0;
  crypto::Share share;
};
/// The folder's key, and the shares it was rebuilt from.
struct Rebuilt {
  unseal::OpenedFolder key;
  std::uint32_t quorum = 0;
  std::vector<const GoodShare*> used;
};

class Opening {
 public:
  Opening(const CaseToOpen& what, const CaseStore& store)
      : what_(what), store_(store), reply_key_(what.reply_seed) {}

  Result<OpenedCase> run() {
    CaseIndex index = TRY(store_.index(what_.reply_seed.reveal()));
    out_.archive = what_.request.archive;
    out_.commitment = what_.commitment;
    out_.request = what_.request;
    out_.folders_asked = what_.folders;
    out_.capture_checkpoint = std::move(index.capture_checkpoint);
    out_.register_checkpoint = std::move(index.register_checkpoint);
    TRY(read_grants(index.grants));
    std::uint64_t opened = 0;
    for (const KeptDevice& device : index.devices) opened += TRY(open_device(device));
    if (opened == 0 && out_.accusations.empty())
      return fail(
          ErrorCode::unavailable,
          out_.missing.empty() ? std::string("there is no folder to open") : out_.missing.front().what, {},
          "wait for another trustee's grant, then run 'strongroom open' again");
    std::ranges::move(index.missing, std::back_inserter(out_.missing));
    std::ranges::move(bad_records_, std::back_inserter(out_.missing));
    return std::move(out_);
  }

 private:
  void miss(std::string text, std::uint64_t records = 0) {
    out_.missing.push_back({std::move(text), records});
  }

  Result<void> read_grants(const std::vector<Hash256>& blobs) {
    const auto seen = what_.state.requests().find(what_.commitment);
    if (seen == what_.state.requests().end() || what_.state.current_roster() == nullptr)
      return fail(ErrorCode::not_found, "the register holds no such request");
    for (const auto& [leaf, receipt] : seen->second.receipts) {
      if (std::ranges::find(blobs, receipt.grant_blob) == blobs.end()) continue;
      grants_.push_back({receipt, TRY(open_grant(TRY(store_.object(receipt.grant_blob)), receipt,
                                                 what_.state.current_roster()->roster))});
      out_.receipts.push_back(receipt);
    }
    return {};
  }

  /// Returns the number of folders opened.
  Result<std::uint64_t> open_device(const KeptDevice& kept) {
    const auto enrolled = what_.state.devices().find(kept.device);
    if (enrolled == what_.state.devices().end())
      return fail(ErrorCode::corrupt, "a kept chain is of a device that is not enrolled",
                  codec::hex(kept.device));
    OpenedDevice device;
    device.enrolled = enrolled->second;
    if (const auto name = what_.custodians.find(kept.device); name != what_.custodians.end())
      device.custodian = name->second;
    for (const auto& [leaf, header] : kept.entries)
      device.entries.push_back({leaf, TRY(envelope::decode_signed_header(header))});
    const chain::ChainView chain = chain::read_chain(device.enrolled, device.entries, 0);
    for (const chain::FolderView& view : chain.folders) {
      if (!std::ranges::binary_search(what_.folders, view.open.header.hash)) continue;
      auto folder = open_folder(device.enrolled, view);
      if (folder) {
        device.folders.push_back(std::move(*folder));
      } else {
        miss(fmt::format("the folder of {} (leaf {}, {} records) cannot be opened: {}",
                         envelope::day_name(view.core.core0.day), view.open.leaf, view.records,
                         folder.error().what),
             view.records);
      }
    }
    const std::uint64_t opened = device.folders.size();
    out_.devices.push_back(std::move(device));
    return opened;
  }

  Result<OpenedFolder> open_folder(const roster::EnrolledDevice& device, const chain::FolderView& view) {
    TRY(check_opening(view, device, what_.state.archive()));
    const envelope::ShareSet logged =
        TRY(read_share_set(view, TRY(store_.object(view.open.header.header.body_sha256))));
    const Dealt dealt{view, logged, shares_of(view, logged)};
    const Rebuilt rebuilt = TRY(rebuild(dealt));
    convict(dealt, rebuilt);
    OpenedFolder out{view.open, view.part, view.core, view.close, {}, view.records, {}};
    for (const GoodShare* share : good_of(dealt, rebuilt.quorum)) out.trustees.push_back(share->trustee);
    std::ranges::sort(out.trustees);
    out.trustees.erase(std::ranges::unique(out.trustees).begin(), out.trustees.end());
    for (const chain::BatchView& batch : view.batches) out.batches.push_back(open_batch(rebuilt.key, batch));
    return out;
  }

  /// What was granted of one folder.
  struct Granted {
    std::map<std::uint32_t, std::vector<GoodShare>> good;  ///< by quorum
    std::set<Hash256> bad;  ///< grants that hold something else for it than its trustee's share
  };
  struct Dealt {
    const chain::FolderView& view;
    const envelope::ShareSet& logged;
    Granted granted;
  };
  static std::vector<const GoodShare*> good_of(const Dealt& dealt, std::uint32_t quorum) {
    std::vector<const GoodShare*> out;
    if (const auto found = dealt.granted.good.find(quorum); found != dealt.granted.good.end())
      for (const GoodShare& share : found->second) out.push_back(&share);
    return out;
  }

  /// §5.5: the key from k shares of the first quorum of which enough were granted.
  Result<Rebuilt> rebuild(const Dealt& dealt) {
    std::size_t most = 0, wanted = 0;
    for (const envelope::Dealing& dealing : dealt.view.core.core0.dealings) {
      const std::vector<const GoodShare*> shares = good_of(dealt, dealing.quorum);
      if (shares.size() >= dealing.k) return combine(dealt, dealing, shares);
      if (shares.size() >= most) {
        most = shares.size();
        wanted = dealing.k;
      }
    }
    return fail(ErrorCode::unavailable, fmt::format("{} of the {} shares needed were granted", most, wanted));
  }

  Granted shares_of(const chain::FolderView& view, const envelope::ShareSet& logged) {
    Granted out;
    const Hash256 core_hash = envelope::folder_id(view.part.core);
    std::set<std::pair<std::uint32_t, std::uint32_t>> taken;
    for (const AcceptedGrant& from : grants_) {
      const auto held = positions_of(what_.state, view.core.core0, from.grant.trustee);
      for (const roster::GrantedShare& granted : from.grant.shares) {
        if (granted.folder_header != view.open.header.hash) continue;
        const std::pair at(granted.quorum, granted.position);
        const auto dealt = std::ranges::find_if(
            logged, [&](const auto& s) { return std::pair(s.quorum, s.position) == at; });
        if (dealt == logged.end() || granted.position > 254 || std::ranges::find(held, at) == held.end()) {
          out.bad.insert(from.receipt.grant_blob);
          miss(fmt::format("member {} granted a share of a position it does not hold", from.grant.trustee));
          continue;
        }
        auto share = unseal::open_granted(granted.sealed, granted.quorum, granted.position, dealt->commitment,
                                          reply_key_, core_hash);
        if (!share) {
          out.bad.insert(from.receipt.grant_blob);
          miss(fmt::format("BAD GRANT: member {}'s share of the folder of leaf {} does not hold: {}",
                           from.grant.trustee, view.open.leaf, share.error().what));
        } else if (taken.insert(at).second) {
          out.good[granted.quorum].push_back(
              {from.grant.trustee, {static_cast<std::uint8_t>(granted.position + 1), std::move(*share)}});
        }
      }
    }
    return out;
  }

  /// The first k shares that rebuild the key; with an inconsistent dealing another k may (§3.2).
  Result<Rebuilt> combine(const Dealt& dealt, const envelope::Dealing& dealing,
                          const std::vector<const GoodShare*>& shares) {
    const chain::FolderView& view = dealt.view;
    std::vector<bool> chosen(shares.size(), false);
    std::fill_n(chosen.begin(), dealing.k, true);
    std::vector<const GoodShare*> first;
    for (std::size_t tries = 0; tries < kSubsetsTriedMax; ++tries) {
      std::vector<const GoodShare*> used;
      std::vector<crypto::Share> subset;
      for (std::size_t i = 0; i < shares.size(); ++i) {
        if (!chosen[i]) continue;
        used.push_back(shares[i]);
        subset.push_back({shares[i]->share.x, shares[i]->share.y.duplicate()});
      }
      auto key = unseal::OpenedFolder::combine(subset, dealing.quorum, view.part.core, view.open.header.hash);
      if (key) return Rebuilt{std::move(*key), dealing.quorum, std::move(used)};
      if (first.empty()) first = std::move(used);
      if (!std::prev_permutation(chosen.begin(), chosen.end())) break;
    }
    miss(fmt::format(
             "BAD DEALING: device {} dealt shares of the folder of leaf {} that do not rebuild its key",
             codec::hex(view.core.core0.device), view.open.leaf),
         view.records);
    if (const auto keys = lot_keys_of(view)) accuse(dealt, *keys, dealing.quorum, first, std::nullopt);
    return fail(ErrorCode::unauthenticated, "no shares granted rebuild its key");
  }

  /// The keys the folder says it was dealt to, if they are the register's.
  std::optional<roster::LotKeySet> lot_keys_of(const chain::FolderView& view) const {
    const envelope::Core0& core0 = view.core.core0;
    const roster::SignedRoster* roster = what_.state.roster_by_hash(core0.roster);
    if (roster == nullptr) return std::nullopt;
    roster::LotKeySet keys = what_.state.lot_keys(core0.lot, roster->roster);
    if (roster::hash_of(keys) != core0.lot_key_set) return std::nullopt;
    return keys;
  }

  /// A trustee by its grant; without one the device.
  void accuse(const Dealt& dealt, const roster::LotKeySet& keys, std::uint32_t quorum,
              const std::vector<const GoodShare*>& shares, const std::optional<Hash256>& grant) {
    auto share_set = store_.object(dealt.view.open.header.header.body_sha256);
    if (!share_set) return;
    Accusation out{dealt.view.open, std::move(*share_set), keys, quorum, {}, std::nullopt, {}};
    for (const GoodShare* share : shares)
      out.shares.emplace_back(share->share.x - 1u, share->share.y.duplicate());
    std::ranges::sort(out.shares, {}, [](const auto& share) { return share.first; });
    if (grant) {
      auto object = store_.object(*grant);
      if (!object) return;
      out.grant = std::move(*object);
      out.trustee = std::ranges::find(grants_, *grant, [](const AcceptedGrant& from) {
                      return from.receipt.grant_blob;
                    })->grant.trustee;
    }
    out_.accusations.push_back(std::move(out));
  }

  /// §3.2: with the secret at hand the whole dealing is made again; every share that differs convicts the device, every
  /// grant of another share its trustee.
  void convict(const Dealt& dealt, const Rebuilt& rebuilt) {
    const chain::FolderView& view = dealt.view;
    const auto keys = lot_keys_of(view);
    if (!keys) {
      miss(
          fmt::format("the dealing of the folder of leaf {} cannot be checked: its keys are not those of the "
                      "register for its roster and lot",
                      view.open.leaf));
      return;
    }
    const auto verdict = rebuilt.key.check_dealing(dealt.logged, *keys);
    if (!verdict)
      return miss(fmt::format("the dealing of the folder of leaf {} cannot be checked: {}", view.open.leaf,
                              verdict.error().what));
    for (const auto& [quorum, position] : verdict->bad)
      miss(fmt::format("BAD DEALING: device {} dealt a wrong share to position {} of quorum {} (leaf {})",
                       codec::hex(view.core.core0.device), position, quorum, view.open.leaf));
    if (!verdict->consistent) accuse(dealt, *keys, rebuilt.quorum, rebuilt.used, std::nullopt);
    for (const Hash256& grant : dealt.granted.bad) accuse(dealt, *keys, rebuilt.quorum, rebuilt.used, grant);
  }

  OpenedBatch open_batch(const unseal::OpenedFolder& key, const chain::BatchView& view) {
    OpenedBatch out{view.entry, view.part, {}, {}, {}};
    auto body = store_.object(view.entry.header.header.body_sha256);
    if (!body) return out;  // named by fetching as LOSS
    const auto opened = [&]() -> Result<unseal::OpenedFolder::Batch> {
      TRY(envelope::check_body(view.entry.header.header, *body, envelope::BodyCheck::both));
      return key.open_batch(view.entry.header.header, view.part, TRY(envelope::decode_batch_body(*body)));
    }();
    out.body = std::move(*body);
    if (!opened) {
      bad_records_.push_back({fmt::format("BAD: the {} records of leaf {} do not open: {}", view.part.records,
                                          view.entry.leaf, opened.error().what),
                              view.part.records});
      return out;
    }
    for (const auto& bad : opened->bad) note_bad(out, bad.index, bad.error);
    for (const auto& record : opened->records) {
      auto decoded = record::decode(record.cbor);
      if (decoded) {
        out.records.push_back(
            {record.index, record.cbor, std::move(*decoded), record.franking_key.duplicate()});
      } else {
        note_bad(out, record.index, decoded.error());
      }
    }
    return out;
  }

  void note_bad(OpenedBatch& batch, std::uint64_t index, const Error& error) {
    batch.bad.push_back({index, error});
    bad_records_.push_back(
        {fmt::format("BAD: record {} of leaf {}: {}", index, batch.entry.leaf, error.what), 1});
  }

  const CaseToOpen& what_;
  const CaseStore& store_;
  crypto::xwing::PrivateKey reply_key_;
  std::vector<AcceptedGrant> grants_;
  std::vector<Missing> bad_records_;
  OpenedCase out_;
};

}  // namespace

Result<OpenedCase> open_case(const CaseToOpen& what, const CaseStore& store) {
  return Opening(what, store).run();
}

}  // namespace strongroom::grant
