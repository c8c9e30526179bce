// An enrolled device that deals badly: one folder of today with one message, and what it deals to one position of the
// governing quorum is not that position's share.
// Usage: lying_device STATE_DIRECTORY garbage|stranger POSITION TEXT
//   garbage   bytes that no key opens, under the right commitment
//   stranger  a share of another dealing, well sealed, with a commitment of its own: the trustee can see nothing
#include <fmt/format.h>

#include <algorithm>

#include "agent/device.h"
#include "agent/import.h"
#include "agent/session.h"
#include "codec/text.h"
#include "crypto/hash.h"
#include "platform/clock.h"
#include "roster/expiry.h"
#include "roster/sealing_keys.h"

using namespace strongroom;
using namespace strongroom::agent;

namespace {

struct Wish {
  std::string state, kind, text;
  std::uint32_t position = 0;
};

record::Record message(const Wish& wish, std::uint64_t now_ms) {
  record::Record r;
  r.source = "strongroom-jsonl";
  r.conversation = {"room", "The room", record::ConversationKind::group};
  r.author = record::Person{"tel:+33100000001", "Ana", {}, ""};
  r.native_id = "m" + std::to_string(now_ms);
  r.sent_at.unix_ms = static_cast<std::int64_t>(now_ms);
  r.text = wish.text;
  r.original.bytes = copy_of(bytes_of(wish.text));
  r.original.length = r.original.bytes.size();
  return r;
}

Result<void> spoil(const Wish& wish, dealing::Dealt& dealt, const roster::LotKeySet& keys,
                   platform::Entropy& entropy) {
  for (envelope::SealedShare& share : dealt.shares) {
    if (share.quorum != 0 || share.position != wish.position) continue;
    if (wish.kind == "garbage") {
      share.sealed = entropy.array<envelope::kSealedShareBytes>();
      continue;
    }
    const auto key = std::ranges::find_if(
        keys, [&](const roster::LotKeyRef& k) { return k.quorum == 0 && k.position == wish.position; });
    const Secret<32> other = entropy.secret<32>();
    share.commitment = dealing::share_commitment(other, dealt.core_hash, 0, wish.position);
    share.sealed = TRY(dealing::seal_share(other, envelope::Purpose::deal, dealt.core_hash, 0, wish.position,
                                           key->public_key));
  }
  return {};
}

Result<envelope::Core0> core_of(const Session& session, const seal::Chain& chain,
                                const roster::SealingKeys& keys, std::uint32_t today,
                                platform::Entropy& entropy) {
  envelope::Core0 core0;
  core0.archive = session.replica.state().archive();
  core0.roster = keys.roster->hash;
  core0.device = chain.state().device;
  core0.incarnation = chain.state().incarnation;
  core0.device_key = crypto::sha256(session.enrolment.device_key.ed25519);
  core0.retention_class = session.enrolment.classes.front();
  core0.lot = keys.lot;
  core0.day = today;
  core0.blind = entropy.array<32>();
  core0.lot_key_set = roster::hash_of(keys.keys);
  for (const roster::Quorum& quorum : keys.roster->roster.quorums)
    core0.dealings.push_back({quorum.id, quorum.k, static_cast<std::uint32_t>(quorum.positions.size()), 1});
  core0.register_seen = session.replica.tree_head(replica::Ledger::register_);
  core0.capture_seen = session.replica.tree_head(replica::Ledger::capture);
  return core0;
}

Result<void> seal_badly(const Wish& wish) {
  const auto files = platform::make_posix_file_system();
  platform::SystemEntropy entropy;
  platform::SystemClock clock;
  const auto steps = platform::make_step_hook();
  const ImportTools tools{*files, entropy, clock, *steps, [](auto, auto, auto) {}};
  Device device = TRY(Device::open(*files, wish.state));
  Session session = TRY(begin(device, tools));
  constexpr auto kPatience = std::chrono::seconds(60);
  seal::Chain chain = TRY(take_up_chain(device, session, tools, kPatience));
  const auto today = static_cast<std::uint32_t>(clock.now_ms() / 86'400'000);
  const roster::SealingKeys keys =
      TRY(roster::keys_to_seal(session.replica.state(), session.enrolment.classes.front(),
                               [&](const roster::RetentionClass& of) { return roster::lot_of(of, today); }));
  auto dealt =
      TRY(dealing::deal(entropy.secret<32>(), TRY(core_of(session, chain, keys, today, entropy)), keys.keys));
  TRY(spoil(wish, dealt, keys.keys, entropy));

  const seal::SealedEntry open =
      chain.make(envelope::EntryKind::open,
                 envelope::encode(envelope::OpenPart{dealt.core_bytes, envelope::share_root(dealt.shares)}),
                 envelope::encode(dealt.shares));
  const Hash256 folder = open.header_hash;
  TRY(session.spool.append({open, folder, 0, {}}, chain.state()));
  seal::BatchSealer sealer = TRY(seal::BatchSealer::begin(
      dealt.core.public_key, folder, chain.state().incarnation, chain.state().next_sequence, entropy));
  const envelope::BatchBody body{sealer.seal(record::encode(message(wish, clock.now_ms())))};
  const envelope::BatchPart part{folder, sealer.enc(), sealer.commit(), 1, envelope::record_root(body)};
  TRY(session.spool.append(
      {chain.make(envelope::EntryKind::batch, envelope::encode(part), envelope::encode(body), 1),
       folder,
       1,
       {}},
      chain.state()));
  TRY(session.spool.append(
      {chain.make(envelope::EntryKind::close, envelope::encode(envelope::ClosePart{folder, 1, 1}), {}),
       folder,
       0,
       {}},
      chain.state()));
  TRY(session.spool.sync());
  TRY(send(session, tools, kPatience));
  return {};
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  if (arguments.size() != 4) return 2;
  const auto position = codec::from_decimal(arguments[2], 254);
  if (!position) return 2;
  const auto done =
      seal_badly({arguments[0], arguments[1], arguments[3], static_cast<std::uint32_t>(*position)});
  if (done) return 0;
  fmt::print(stderr, "lying_device: {}\n", done.error().to_string());
  return 1;
}
