#include "grant/fetch_case.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "codec/text.h"
#include "grant/device_entries.h"
#include "grant/reseal.h"

namespace strongroom::grant {
namespace {

/// Fetches what the store does not hold; false if the server has it no more.
Result<bool> keep(Session session, CaseStore& store, const Hash256& sha256, Fetched& out) {
  if (store.holds(sha256)) return true;
  auto bytes = session.server.object(sha256);
  if (!bytes && bytes.error().code == ErrorCode::not_found) return false;
  if (!bytes) return std::unexpected(std::move(bytes).error());
  ++out.objects;
  out.bytes += bytes->size();
  TRY(store.keep_object(sha256, *bytes));
  return true;
}

void miss(Fetched& out, std::string what, std::uint64_t records = 0) {
  out.index.missing.push_back({std::move(what), records});
}

/// Step 1: one receipt of each trustee.
Result<void> fetch_grants(Session session, ledger::AuthenticatedTiles& tiles, CaseStore& store,
                          const roster::SeenRequest& seen, Fetched& out) {
  const roster::Roster& roster = TRY(session.replica.roster())->roster;
  for (const auto& [leaf, receipt] : seen.receipts) {
    if (receipt.shares == 0) continue;
    if (receipt.capture_head.size > tiles.size().value ||
        TRY(ledger::root_at(ledger::TreeSize{receipt.capture_head.size}, tiles)) !=
            receipt.capture_head.root) {
      miss(out,
           fmt::format("member {} granted under another capture ledger than the one seen here: report this",
                       receipt.trustee));
      continue;
    }
    if (!TRY_IN(fmt::format("the shares that member {} granted", receipt.trustee),
                keep(session, store, receipt.grant_blob, out))) {
      miss(out, fmt::format("the server does not have the shares that member {} granted (leaf {})",
                            receipt.trustee, leaf));
      continue;
    }
    const auto grant = open_grant(TRY(store.object(receipt.grant_blob)), receipt, roster);
    if (!grant) {
      miss(out, fmt::format("member {}'s grant does not hold: {}", receipt.trustee, grant.error().what));
      continue;
    }
    if (std::ranges::find(out.index.grants, receipt.grant_blob) == out.index.grants.end())
      out.index.grants.push_back(receipt.grant_blob);
  }
  return {};
}

void note_findings(const DeviceLedger& device, std::uint64_t first, std::uint64_t last, Fetched& out) {
  for (const chain::Finding& finding : device.chain.findings) {
    const bool inside = !finding.leaf || (*finding.leaf >= first && *finding.leaf <= last + 1);
    if (inside && chain::is_serious(finding.fault))
      miss(out, finding.text, finding.fault == chain::Fault::gap ? finding.count : 0);
  }
  for (const chain::Finding& finding : device.chain.findings)
    if (!chain::is_serious(finding.fault)) miss(out, finding.text);
}

Result<void> fetch_folder(Session session, CaseStore& store, const roster::EnrolledDevice& enrolled,
                          const chain::FolderView& folder, Fetched& out) {
  if (!TRY(keep(session, store, folder.open.header.header.body_sha256, out)))
    miss(out,
         fmt::format("LOSS: the server does not have the share set of the folder of leaf {}",
                     folder.open.leaf),
         folder.records);
  for (const chain::BatchView& batch : folder.batches) {
    if (enrolled.quarantines(batch.entry.leaf)) {
      miss(
          out,
          fmt::format("QUARANTINED: the {} records of leaf {} came after the device was revoked; whoever had "
                      "its key may have made them, and they are not opened",
                      batch.part.records, batch.entry.leaf),
          batch.part.records);
      continue;
    }
    if (!TRY(keep(session, store, batch.entry.header.header.body_sha256, out)))
      miss(out,
           fmt::format("LOSS: the server does not have the {} records of leaf {}", batch.part.records,
                       batch.entry.leaf),
           batch.part.records);
  }
  return {};
}

/// Steps 2 and 3 for one device. Takes out of `wanted` the folders that it has.
Result<void> fetch_device(Session session, ledger::AuthenticatedTiles& tiles, CaseStore& store,
                          const roster::EnrolledDevice& enrolled, std::set<Hash256>& wanted, Fetched& out) {
  const DeviceLedger device = TRY(read_device(session, tiles, enrolled));
  std::uint64_t first = UINT64_MAX, last = 0;
  for (const chain::FolderView& folder : device.chain.folders) {
    if (wanted.erase(folder.open.header.hash) == 0) continue;
    first = std::min(first, folder.open.leaf);
    const std::uint64_t newest = folder.batches.empty() ? folder.open.leaf : folder.batches.back().entry.leaf;
    last = std::max({last, newest, folder.close ? folder.close->leaf : newest});
    TRY(fetch_folder(session, store, enrolled, folder, out));
  }
  if (first == UINT64_MAX) return {};
  KeptDevice kept{enrolled.enrolment.device, {}};
  for (const chain::LoggedEntry& entry : device.entries)
    if (entry.leaf >= first && entry.leaf <= last) kept.entries.emplace_back(entry.leaf, entry.header.bytes);
  note_findings(device, first, last, out);
  out.index.devices.push_back(std::move(kept));
  return {};
}

}  // namespace

Result<Progress> progress_of(const roster::RegisterState& state, const Hash256& commitment) {
  const auto found = state.requests().find(commitment);
  if (found == state.requests().end() || state.current_roster() == nullptr)
    return fail(ErrorCode::not_found, "the register holds no such request", codec::hex(commitment),
                "'strongroom requests' lists those it holds");
  Progress out;
  out.leaf = found->second.leaf;
  out.closed = found->second.closed;
  if (const roster::SeenStop* stop = state.stop_of(commitment, state.witness_time_s()))
    out.stopped_by = stop->order.member;
  out.wanted = state.current_roster()->roster.quorums.front().k;
  for (const auto& [leaf, approval] : found->second.approvals) out.approvers.push_back(approval.approver);
  for (const auto& [leaf, receipt] : found->second.receipts) {
    if (receipt.shares == 0) {
      out.receipts_of_nothing.push_back(receipt.trustee);
    } else if (std::ranges::find(out.granted, receipt.trustee) == out.granted.end()) {
      out.granted.push_back(receipt.trustee);
    }
  }
  return out;
}

Result<roster::Grant> open_grant(BytesView object, const roster::Receipt& receipt,
                                 const roster::Roster& roster) {
  const auto signed_object =
      TRY(envelope::decode_object(object, roster::kGrantLabel, roster::kGrantBytesMax));
  const roster::Member* trustee = roster::find_member(roster, receipt.trustee);
  if (trustee == nullptr) return fail(ErrorCode::unauthenticated, "it is of nobody on the roster");
  TRY(envelope::verify_signer(signed_object, envelope::signer_of(trustee->id), trustee->signing,
                              crypto::SignaturePolicy::ed25519_only));
  roster::Grant grant = TRY(roster::decode_grant(signed_object.content));
  if (grant.archive != receipt.archive || grant.commitment != receipt.commitment ||
      grant.trustee != receipt.trustee)
    return fail(ErrorCode::unauthenticated, "it is for another request or of another trustee");
  if (grant.shares.size() != receipt.shares || roster::grants_root(grant) != receipt.grants_root)
    return fail(ErrorCode::unauthenticated, "its shares are not those the receipt in the register names");
  return grant;
}

Result<Fetched> fetch_case(Session session, CaseStore& store, const roster::ReadingRequest& request,
                           const Hash256& commitment, const std::vector<Hash256>& folders) {
  const roster::RegisterState& state = session.replica.state();
  const auto seen = state.requests().find(commitment);
  if (seen == state.requests().end()) return fail(ErrorCode::not_found, "the register holds no such request");
  auto tiles = TRY(capture_tiles(session));
  Fetched out;
  out.index.commitment = commitment;
  out.index.capture_checkpoint = session.replica.checkpoint_text(replica::Ledger::capture);
  out.index.register_checkpoint = session.replica.checkpoint_text(replica::Ledger::register_);
  TRY(fetch_grants(session, tiles, store, seen->second, out));
  std::set<Hash256> wanted(folders.begin(), folders.end());
  for (const envelope::DeviceId& id : request.scope.devices) {
    const auto device = state.devices().find(id);
    if (device == state.devices().end()) {
      miss(out, fmt::format("device {} is not enrolled", codec::hex(id)));
      continue;
    }
    TRY(fetch_device(session, tiles, store, device->second, wanted, out));
  }
  for (const Hash256& folder : wanted)
    miss(out, fmt::format("a folder of the request ({}...) is in no chain any more",
                          codec::hex(BytesView(folder).first(4))));
  return out;
}

}  // namespace strongroom::grant
