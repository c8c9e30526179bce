#include "verify/ledger_walk.h"

#include <fmt/format.h>

#include <algorithm>

namespace strongroom::verify {

std::optional<LedgerWalk> LedgerWalk::open(LedgerName which, ArchiveFiles& files, Report& report) {
  Result<std::string> text = files.checkpoint(which);
  if (!text) {
    report.serious("no-checkpoint", fmt::format("{}: no witnessed checkpoint", name_of(which)), text.error());
    return std::nullopt;
  }
  auto parsed = ledger::parse_cosigned_checkpoint_unverified(*text);
  if (!parsed) {
    report.serious("bad-checkpoint", fmt::format("{}: the checkpoint cannot be read", name_of(which)),
                   parsed.error());
    return std::nullopt;
  }
  const ledger::Checkpoint& c = parsed->checkpoint;
  auto tiles = ledger::AuthenticatedTiles::open(c.size, c.root, files.tiles(which));
  if (!tiles) {
    report.serious("ledger-altered",
                   fmt::format("{}: its tiles do not lead to the checkpoint of {} entries", name_of(which),
                               c.size.value),
                   tiles.error());
    return std::nullopt;
  }
  return LedgerWalk(which, std::move(*text), c, std::move(*tiles));
}

void LedgerWalk::each_leaf(Report& report, const std::function<bool(std::uint64_t, BytesView)>& visit) {
  for (std::uint64_t first = 0; first < size(); first += ledger::kTileWidth) {
    const auto bundle = tiles_.bundle(first / ledger::kTileWidth);
    if (!bundle) {
      const std::uint64_t last = std::min<std::uint64_t>(size(), first + ledger::kTileWidth) - 1;
      report.serious("ledger-altered",
                     fmt::format("{}: leaves {} to {} are missing or altered", name_of(which_), first, last),
                     bundle.error());
      continue;
    }
    for (std::size_t i = 0; i < bundle->entries.size(); ++i) {
      if (!visit(first + i, bundle->entries[i])) return;
    }
  }
}

Result<Hash256> LedgerWalk::root_at(std::uint64_t size) {
  if (size > this->size())
    return fail(ErrorCode::conflict, fmt::format("the {} ends at {} entries: it was cut, or set back",
                                                 name_of(which_), this->size()));
  if (size == 0) return ledger::empty_root();
  return ledger::root_at(ledger::TreeSize{size}, tiles_);
}

void LedgerWalk::expect_head(std::uint64_t size, const Hash256& root, std::string_view who, Report& report) {
  const Result<Hash256> ours = root_at(size);
  if (!ours) {
    report.serious(ours.error().code == ErrorCode::conflict ? "truncated" : "ledger-altered",
                   fmt::format("{} knows a {} of {} entries", who, name_of(which_), size), ours.error());
  } else if (*ours != root) {
    report.serious(
        "fork", fmt::format("{} names another {} of {} entries than this one: there are two histories", who,
                            name_of(which_), size));
  }
}

}  // namespace strongroom::verify
