#include "archive/register_book.h"

#include <fmt/format.h>

#include "codec/text.h"

namespace strongroom::archive {
namespace {

using Places = std::unordered_map<Hash256, Location, DigestHash>;

Result<Places> places_in(const Vault& vault) {
  Places out;
  TRY(vault.walk({}, [&](const Stored& stored) -> Result<void> {
    out[stored.name] = stored.at;
    return {};
  }));
  return out;
}

/// The object that a leaf names, found in the vault; none for a cross leaf.
Result<std::optional<BookedObject>> booked(BytesView leaf, const Places& places, std::uint64_t index) {
  const auto decoded = TRY(envelope::decode_register_leaf(leaf));
  const auto* named = std::get_if<envelope::RegisterLeaf>(&decoded);
  if (named == nullptr) return std::optional<BookedObject>{};
  const auto it = places.find(named->object.sha256);
  if (it == places.end()) {
    return fail(ErrorCode::corrupt, "the vault has lost a register object",
                fmt::format("register leaf {}, {}", index, codec::hex(named->object.sha256)),
                "restore the vault's segments from a copy");
  }
  return std::optional(BookedObject{named->object.sha256, it->second});
}

}  // namespace

Result<std::unique_ptr<RegisterBook>> RegisterBook::load(const Hash256& archive, const Vault& vault,
                                                         Sequencer& sequencer) {
  std::unique_ptr<RegisterBook> book(new RegisterBook(vault, sequencer));
  const Places places = TRY(places_in(vault));
  auto state = std::make_shared<roster::RegisterState>(archive);
  const std::uint64_t size = sequencer.published().size.value;
  std::vector<std::optional<BookedObject>> rows;
  while (rows.size() < size) {
    for (const Bytes& leaf : TRY(sequencer.tiles().leaves(rows.size(), ledger::kTileWidth))) {
      const std::optional<BookedObject> row = TRY(booked(leaf, places, rows.size()));
      TRY(state->apply(leaf, row ? TRY(vault.read(row->at, row->name)) : Bytes{}));
      rows.push_back(row);
    }
  }
  book->add(rows, std::move(state));
  return book;
}

RegisterSnapshot RegisterBook::state() const {
  const std::lock_guard lock(mutex_);
  return state_;
}

std::optional<std::uint64_t> RegisterBook::leaf_of(const Hash256& object) const {
  const std::lock_guard lock(mutex_);
  const auto it = leaf_of_.find(object);
  return it == leaf_of_.end() ? std::nullopt : std::optional(it->second);
}

Result<Bytes> RegisterBook::object(const Hash256& name) const {
  Location at;
  {
    const std::lock_guard lock(mutex_);
    const auto it = leaf_of_.find(name);
    if (it == leaf_of_.end()) return fail(ErrorCode::not_found, "there is no such object");
    at = leaves_[it->second]->at;
  }
  return vault_.read(at, name);
}

Result<std::vector<RegisterItem>> RegisterBook::items(std::uint64_t from, std::uint64_t max,
                                                      std::size_t bytes_max) const {
  std::vector<std::optional<BookedObject>> rows;
  {
    const std::lock_guard lock(mutex_);
    for (std::uint64_t i = from; i < leaves_.size() && rows.size() < max; ++i) rows.push_back(leaves_[i]);
  }
  const std::vector<Bytes> leaves = TRY(sequencer_.tiles().leaves(from, rows.size()));
  std::vector<RegisterItem> out;
  std::size_t bytes = 0;
  for (std::size_t i = 0; i < rows.size() && i < leaves.size() && bytes < bytes_max; ++i) {
    Bytes object = rows[i] ? TRY(vault_.read(rows[i]->at, rows[i]->name)) : Bytes{};
    bytes += object.size() + leaves[i].size();
    out.push_back({leaves[i], std::move(object)});
  }
  return out;
}

void RegisterBook::add(const std::vector<std::optional<BookedObject>>& leaves, RegisterSnapshot state) {
  const std::lock_guard lock(mutex_);
  for (const auto& row : leaves) {
    if (row) leaf_of_.emplace(row->name, leaves_.size());
    leaves_.push_back(row);
  }
  state_ = std::move(state);
}

}  // namespace strongroom::archive
