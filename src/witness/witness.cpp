#include "witness/witness.h"

namespace strongroom::witness {

Result<std::unique_ptr<Witness>> Witness::open(WitnessDirectory directory, platform::Clock& clock,
                                               platform::StepHook& hook) {
  ledger::NoteSigner signer = TRY(directory.signer());
  std::vector<ledger::LogIdentity> logs = TRY(directory.logs());
  std::unique_ptr<Witness> out(
      new Witness(std::move(directory), std::move(signer), std::move(logs), clock, hook));
  for (const ledger::LogIdentity& log : out->logs_) {
    auto origin = std::make_unique<Origin>();
    origin->name = log.origin;
    origin->state = TRY(out->directory_.load(log.origin));
    out->origins_.emplace(log.origin, std::move(origin));
  }
  return out;
}

/// Steps 1 to 9 of the witness protocol (ledger/witness_protocol.h).
Result<ledger::WitnessAnswer> Witness::add_checkpoint(std::string_view body) {
  const auto examined = ledger::examine(body, logs_);
  if (!examined) return examined.error();
  const auto found = origins_.find(examined->checkpoint.checkpoint.origin);
  if (found == origins_.end()) return fail(ErrorCode::internal, "a log without state");
  Origin& origin = *found->second;
  const std::lock_guard lock(origin.mutex);
  const auto decided = ledger::decide(*examined, origin.state.last);
  if (!decided) return decided.error();
  const std::uint64_t now_s = clock_.now_ms() / 1000;
  const ledger::NoteSignature cosignature = signer_.cosign(examined->checkpoint.note.text, now_s);
  State next;
  next.last = *decided;
  next.answered = format_cosigned_checkpoint(with_cosignatures(examined->checkpoint, {cosignature}));
  TRY(directory_.store(origin.name, next));
  origin.state = std::move(next);
  hook_.reached("witness_stored");
  return ledger::answer_with({cosignature});
}

std::optional<std::string> Witness::latest(std::string_view monitoring_path) const {
  for (const auto& [name, origin] : origins_) {
    if (ledger::monitoring_path(name) != monitoring_path) continue;
    const std::lock_guard lock(origin->mutex);
    if (origin->state.answered.empty()) return std::nullopt;
    return origin->state.answered;
  }
  return std::nullopt;
}

}  // namespace strongroom::witness
