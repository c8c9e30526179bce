#include "agent/canary.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "codec/cbor.h"
#include "crypto/hash.h"
#include "envelope/canary.h"
#include "record/canary.h"
#include "roster/expiry.h"

namespace strongroom::agent {
namespace {

constexpr std::size_t kFileBytesMax = 4u << 20;
constexpr std::uint64_t kVersion = 1;

using envelope::Lot;

bool has_keys(const roster::RegisterState& state, const Lot& lot) {
  return state.complete(state.lot_keys(lot));
}

/// The lot of today, or the latest of its class that has keys (§2.5).
std::optional<Lot> lot_of_today(const roster::RegisterState& state, const roster::RetentionClass& of,
                                std::uint32_t today) {
  const Lot lot = roster::lot_of(of, today);
  return has_keys(state, lot) ? lot : state.latest_complete_lot(of.id);
}

/// An ordinary device: one in each class, each quarter.
void add_quarterly(const roster::RegisterState& state, const roster::RetentionClass& of,
                   const std::vector<SealedCanary>& before, std::uint64_t now_s, CanariesDue& due) {
  const bool recent = std::ranges::any_of(before, [&](const SealedCanary& sealed) {
    return sealed.lot.retention_class == of.id && now_s - std::min(now_s, sealed.sealed_s) < kCanaryEveryS;
  });
  if (recent) return;
  if (const auto lot = lot_of_today(state, of, static_cast<std::uint32_t>(now_s / 86400)))
    due.lots.push_back(*lot);
  else
    due.alarms.push_back(
        fmt::format("the trustees have published no keys for class {}: no canary was sealed in it", of.id));
}

/// A canary device: one in every lot of the class that is not past, anew when its keys are others.
void add_every_lot(const roster::RegisterState& state, const roster::RetentionClass& of,
                   const std::vector<SealedCanary>& before, std::uint64_t now_s, CanariesDue& due) {
  const std::uint32_t month = envelope::month_of_day(static_cast<std::uint32_t>(now_s / 86400));
  std::set<Lot> lots;
  for (const roster::SeenLotKey& seen : state.all_lot_keys()) {
    const Lot& lot = seen.key.lot;
    if (lot.kind == envelope::LotKind::retention && lot.retention_class == of.id && lot.expiry_month >= month)
      lots.insert(lot);
  }
  for (const Lot& lot : lots) {
    const roster::LotKeySet keys = state.lot_keys(lot);
    if (!state.complete(keys)) continue;
    const bool sealed = std::ranges::any_of(before, [&](const SealedCanary& canary) {
      return canary.lot == lot && canary.lot_key_set == roster::hash_of(keys);
    });
    if (!sealed) due.lots.push_back(lot);
  }
}

Result<void> spool_entry(const CanaryPlace& at, const Hash256& folder, seal::SealedEntry entry,
                         std::uint64_t records = 0) {
  // No identities: a canary is nobody's duplicate.
  return at.spool.append({std::move(entry), folder, records, {}}, at.chain.state());
}

/// Opened, filled with its one record, closed.
Result<SealedCanary> seal_one(const CanaryPlace& at, const Lot& lot) {
  const roster::SignedRoster& roster = *TRY(at.replica.roster());
  const roster::LotKeySet keys = at.replica.state().lot_keys(lot);
  const std::uint64_t now_ms = at.clock.now_ms();
  envelope::Core0 core0;
  core0.archive = at.replica.state().archive();
  core0.roster = roster.hash;
  core0.device_key = crypto::sha256(at.enrolment.device_key.ed25519);
  core0.retention_class = lot.retention_class;
  core0.lot = lot;
  core0.mode = envelope::CaptureMode::canary;
  core0.day = static_cast<std::uint32_t>(now_ms / 86'400'000);
  for (const roster::Quorum& quorum : roster.roster.quorums)
    core0.dealings.push_back({quorum.id, quorum.k, static_cast<std::uint32_t>(quorum.positions.size()), 1});
  core0.register_seen = at.replica.tree_head(replica::Ledger::register_);
  core0.capture_seen = at.replica.tree_head(replica::Ledger::capture);
  const auto answer = at.entropy.array<32>();
  auto opened = TRY(seal::Folder::open(at.chain, core0, keys, at.entropy,
                                       envelope::canary_extensions(envelope::answer_commitment(answer))));
  const Hash256 folder = opened.entry.header_hash;
  TRY(spool_entry(at, folder, std::move(opened.entry)));
  auto batch =
      TRY(opened.folder.seal_batch(at.chain, {record::encode(record::canary(answer, now_ms))}, at.entropy));
  TRY(spool_entry(at, folder, std::move(batch), 1));
  TRY(spool_entry(at, folder, opened.folder.close(at.chain)));
  return SealedCanary{lot, roster::hash_of(keys), now_ms / 1000};
}

}  // namespace

Bytes encode(const std::vector<SealedCanary>& canaries) {
  cbor::Writer w;
  w.array(3).text("canaries").uint(kVersion).array(canaries.size());
  for (const SealedCanary& canary : canaries) {
    w.array(3);
    envelope::put_lot(w, canary.lot);
    w.bytes(canary.lot_key_set).uint(canary.sealed_s);
  }
  return w.take();
}

Result<std::vector<SealedCanary>> decode_canaries(BytesView bytes) {
  cbor::Reader r(bytes);
  TRY(r.array(3));
  TRY(r.label("canaries"));
  if (TRY(r.uint()) != kVersion) return r.error(ErrorCode::unsupported, "unknown version");
  const std::size_t count = TRY(r.array());
  std::vector<SealedCanary> out;
  for (std::size_t i = 0; i < count; ++i) {
    TRY(r.array(3));
    SealedCanary canary;
    canary.lot = TRY(envelope::get_lot(r));
    canary.lot_key_set = TRY(r.array_bytes<32>());
    canary.sealed_s = TRY(r.uint());
    out.push_back(canary);
  }
  TRY(r.end());
  return out;
}

CanariesDue canaries_due(const roster::RegisterState& state, const roster::Enrolment& enrolment,
                         const std::vector<SealedCanary>& before, std::uint64_t now_s) {
  CanariesDue due;
  if (state.current_roster() == nullptr) return due;
  const roster::Roster& roster = state.current_roster()->roster;
  const bool everywhere = std::ranges::binary_search(roster.canaries, enrolment.device);
  for (const roster::RetentionClass& of : roster.classes) {
    const bool may = std::ranges::count(enrolment.classes, of.id) > 0;
    if (everywhere && may) add_every_lot(state, of, before, now_s, due);
    if (everywhere && !may)
      due.alarms.push_back(
          fmt::format("this canary device was not enrolled for class {}: its lots have no canary", of.id));
    if (!everywhere && may) add_quarterly(state, of, before, now_s, due);
  }
  return due;
}

Result<CanariesDue> seal_canaries(const CanaryPlace& at) {
  const std::string path = at.directory + "/canaries";
  std::vector<SealedCanary> before;
  if (TRY(at.files.exists(path)))
    before = TRY_IN(path, decode_canaries(TRY(at.files.read(path, kFileBytesMax))));
  const std::uint64_t now_s = at.clock.now_ms() / 1000;
  CanariesDue due = canaries_due(at.replica.state(), at.enrolment, before, now_s);
  if (due.lots.empty()) return due;
  for (const Lot& lot : due.lots) {
    std::erase_if(before, [&](const SealedCanary& old) { return old.lot == lot; });
    before.push_back(TRY(seal_one(at, lot)));
  }
  TRY(at.spool.sync());
  TRY(at.files.write_durable(path, encode(before)));
  return due;
}

}  // namespace strongroom::agent
