#include "archive/witnessing.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <utility>

#include "ledger/authenticated_tiles.h"

namespace strongroom::archive {
namespace {

constexpr std::chrono::milliseconds kRetryAfter{2000};
constexpr int kAttemptsMax = 3;

std::unexpected<Error> forked(const ledger::PolicyWitness& witness, std::string what) {
  return fail(
      ErrorCode::conflict, std::move(what), "witness " + witness.name,
      "this ledger is not the one the witness knows: it was set back or forked; restore the newest copy "
      "and find out why before going on");
}

}  // namespace

/// What one witness said in a round.
struct Witnessing::Outcome {
  std::vector<ledger::NoteSignature> cosignatures;
  std::optional<Error> trouble;
  bool fork = false;
  std::uint64_t larger = 0;  ///< than ours: the size that it has cosigned
};

Result<std::unique_ptr<Witnessing>> Witnessing::create(WitnessingParts parts) {
  std::unique_ptr<Witnessing> out(new Witnessing(std::move(parts)));
  platform::FileSystem& files = *out->parts_.files;
  if (!TRY(files.exists(out->parts_.path))) return out;
  const Bytes bytes = TRY(files.read(out->parts_.path, ledger::kNoteBytesMax));
  const ledger::Policy policy = TRY(out->parts_.policy());
  const auto accepted = ledger::accept(policy, out->parts_.log, text_of(bytes));
  if (accepted) {
    const ledger::Checkpoint& checkpoint = accepted->checkpoint();
    out->latest_ = {checkpoint.size, checkpoint.root, std::string(text_of(bytes))};
  }
  return out;
}

void Witnessing::start() {
  thread_ = std::thread([this] { run(); });
}

void Witnessing::finish() {
  {
    const std::lock_guard lock(mutex_);
    closed_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void Witnessing::wake() {
  {
    const std::lock_guard lock(mutex_);
    awake_ = true;
  }
  changed_.notify_all();
}

std::optional<WitnessedCheckpoint> Witnessing::latest() const {
  const std::lock_guard lock(mutex_);
  return latest_;
}

WitnessStanding Witnessing::standing() const {
  const std::lock_guard lock(mutex_);
  return standing_;
}

void Witnessing::run() {
  bool again = false;
  while (true) {
    {
      std::unique_lock lock(mutex_);
      const auto due = [this] { return awake_ || closed_; };
      if (again) {
        // A witness was missing: after a pause, or at once when there is something new.
        changed_.wait_for(lock, kRetryAfter, due);
      } else {
        changed_.wait(lock, due);
      }
      if (closed_) return;
      awake_ = false;
    }
    const Result<bool> done = round();
    if (!done) {
      parts_.stop(done.error());
      return;
    }
    again = !*done;
  }
}

std::string Witnessing::url_of(const ledger::PolicyWitness& witness) const {
  const auto it = parts_.urls.find(witness.name);
  return it == parts_.urls.end() ? witness.url : it->second;
}

void Witnessing::name_those_without_address(const ledger::Policy& policy) const {
  for (const ledger::PolicyWitness& witness : policy.witnesses)
    if (url_of(witness).empty())
      parts_.warn({ErrorCode::unavailable, "nothing says where this witness is", "witness " + witness.name,
                   "give --witness NAME=URL with exactly this name"});
}

Result<bool> Witnessing::round() {
  const Published now = parts_.sequencer->published();
  const std::optional<WitnessedCheckpoint> before = latest();
  const WitnessStanding::State standing = this->standing().state;
  if (standing == WitnessStanding::State::behind) return true;
  // The first time the witnesses are asked even so: a ledger that was set back learns it from them (§4.7).
  if (standing == WitnessStanding::State::level && before && before->size == now.size) return true;
  const ledger::Policy policy = TRY(parts_.policy());
  std::vector<Outcome> outcomes(policy.witnesses.size());
  {
    std::vector<std::jthread> askers;
    for (std::size_t i = 0; i < policy.witnesses.size(); ++i) {
      const std::string url = url_of(policy.witnesses[i]);
      if (url.empty()) continue;
      askers.emplace_back([&, i, url] { outcomes[i] = ask(policy.witnesses[i], url, now); });
    }
  }
  std::vector<ledger::NoteSignature> lines;
  for (const Outcome& outcome : outcomes) {
    if (outcome.trouble && outcome.larger == 0 && !outcome.fork) parts_.warn(*outcome.trouble);
    lines.insert(lines.end(), outcome.cosignatures.begin(), outcome.cosignatures.end());
  }
  auto note = TRY(ledger::parse_cosigned_checkpoint_unverified(now.checkpoint));
  note = ledger::with_cosignatures(std::move(note), lines);
  const auto accepted = ledger::accept(policy, parts_.log, format_cosigned_checkpoint(note));
  TRY(judge(policy, outcomes, now, accepted.has_value()));
  if (this->standing().state == WitnessStanding::State::behind) return true;
  if (!accepted) {
    if (!std::exchange(named_, true)) name_those_without_address(policy);
    return false;
  }
  TRY(keep(*accepted));
  return this->standing().state == WitnessStanding::State::level;
}

std::vector<std::string> Witnessing::unheard(const ledger::Policy& policy,
                                             const std::vector<Outcome>& outcomes) const {
  std::vector<std::string> out;
  for (std::size_t i = 0; i < policy.witnesses.size(); ++i)
    if (outcomes[i].cosignatures.empty() && std::ranges::count(parts_.lost, policy.witnesses[i].name) == 0)
      out.push_back(policy.witnesses[i].name);
  return out;
}

Result<void> Witnessing::judge(const ledger::Policy& policy, const std::vector<Outcome>& outcomes,
                               const Published& now, bool accepted) {
  WitnessStanding next = standing();
  const bool was_asking = next.state == WitnessStanding::State::asking;
  for (std::size_t i = 0; i < outcomes.size(); ++i) {
    const Outcome& outcome = outcomes[i];
    if (outcome.fork || (outcome.larger != 0 && !was_asking)) return std::unexpected(*outcome.trouble);
    if (outcome.larger <= next.witnessed) continue;
    next.state = WitnessStanding::State::behind;
    next.own = now.size.value;
    next.witnessed = outcome.larger;
    next.who = policy.witnesses[i].name;
  }
  next.asked = true;
  if (next.state == WitnessStanding::State::asking) {
    std::vector<std::string> missing = unheard(policy, outcomes);
    // Those that are lost must not have been able to sign what nobody else saw.
    if (parts_.demand == Demand::everyone && ledger::quorum_holds(policy, parts_.lost)) missing = parts_.lost;
    if (accepted && (parts_.demand == Demand::quorum || missing.empty()))
      next.state = WitnessStanding::State::level;
    next.who = fmt::format("{}", fmt::join(missing, ", "));
  }
  {
    const std::lock_guard lock(mutex_);
    standing_ = next;
  }
  if (was_asking && parts_.standing_changed) parts_.standing_changed();
  return {};
}

/// Durable before anybody sees it: what was once given out is there after every crash.
Result<void> Witnessing::keep(const ledger::AcceptedCheckpoint& accepted) {
  std::string text = format_cosigned_checkpoint(accepted.signed_checkpoint);
  TRY(parts_.files->write_durable(parts_.path, bytes_of(text)));
  {
    const std::lock_guard lock(mutex_);
    latest_ = {accepted.checkpoint().size, accepted.checkpoint().root, std::move(text)};
  }
  parts_.hook->reached(name_of(Step::witnessed));
  return {};
}

Result<ledger::Proof> Witnessing::consistency(std::uint64_t from, const Published& now) {
  if (from == 0 || from == now.size.value) return ledger::Proof{};
  auto tiles = TRY(ledger::AuthenticatedTiles::open(now.size, now.root, parts_.sequencer->tiles()));
  return ledger::consistency_proof({from}, now.size, tiles);
}

Witnessing::Outcome Witnessing::ask(const ledger::PolicyWitness& witness, const std::string& url,
                                    const Published& now) {
  std::uint64_t from = 0;
  {
    const std::lock_guard lock(mutex_);
    from = known_sizes_[witness.name];
  }
  const auto trouble = [](Error error, bool fork) {
    Outcome out;
    out.trouble = std::move(error);
    out.fork = fork;
    return out;
  };
  for (int attempt = 0; attempt < kAttemptsMax; ++attempt) {
    Result<ledger::Proof> proof = consistency(from, now);
    if (!proof) return trouble(std::move(proof).error(), true);
    const std::string body = ledger::format_add_checkpoint({{from}, *std::move(proof), now.checkpoint});
    Result<ledger::WitnessAnswer> answer = parts_.transport->add_checkpoint(url, body);
    if (!answer) return trouble(std::move(answer).error().in("witness " + witness.name), false);
    if (answer->status == 422) {
      return trouble(
          forked(witness, "a witness refuses our checkpoint as inconsistent with one it cosigned").error(),
          true);
    }
    Result<ledger::WitnessReply> reply = ledger::parse_witness_answer(*answer);
    if (!reply) return trouble(std::move(reply).error().in("witness " + witness.name), false);
    if (!reply->last_size) {
      const std::lock_guard lock(mutex_);
      known_sizes_[witness.name] = now.size.value;
      Outcome out;
      out.cosignatures = std::move(reply->cosignatures);
      return out;
    }
    from = reply->last_size->value;
    if (from > now.size.value) {
      Outcome out = trouble(
          forked(witness,
                 fmt::format("a witness has cosigned size {}, this ledger has only {}", from, now.size.value))
              .error(),
          false);
      out.larger = from;
      return out;
    }
  }
  return trouble({ErrorCode::conflict, "the witness keeps naming other sizes", "witness " + witness.name, ""},
                 false);
}

}  // namespace strongroom::archive
