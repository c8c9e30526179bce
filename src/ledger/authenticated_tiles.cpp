#include "ledger/authenticated_tiles.h"

#include <fmt/format.h>

#include "base/check.h"
#include "ledger/tile_fold.h"

namespace strongroom::ledger {
namespace {

constexpr std::size_t kFullTilesKept = 4096;  // 32 MiB

bool absent(const Error& error) { return error.code == ErrorCode::not_found; }

}  // namespace

Result<AuthenticatedTiles> AuthenticatedTiles::open(TreeSize size, const Hash256& root, TileReader& files) {
  if (size > kTreeSizeMax) return fail(ErrorCode::limit_exceeded, "the tree size is above 2^62");
  AuthenticatedTiles tiles(size, files);
  TRY(tiles.open_right_edge(root));
  return tiles;
}

// §5.10 step 2.
Result<void> AuthenticatedTiles::open_right_edge(const Hash256& root) {
  std::optional<Hash256> folded;
  std::map<Key, Hashes> edge;
  for (const TileId& tile : right_edge(size_)) {
    auto hashes = TRY(fetch(tile));
    folded = fold_edge_tile(folded, hashes);
    edge.emplace(Key{tile.level, tile.index},
                 std::make_shared<const std::vector<Hash256>>(std::move(hashes)));
  }
  if (folded.value_or(empty_root()) != root) {
    return fail(ErrorCode::unauthenticated,
                "the tiles at the right edge do not give the root of the checkpoint",
                fmt::format("tree of size {}", size_.value));
  }
  edge_ = std::move(edge);
  return {};
}

/// A partial tile may have been removed once the full one exists: then its first hashes serve (§5.5). What
/// follows them belongs to a later size and is dropped here.
Result<std::vector<Hash256>> AuthenticatedTiles::fetch(const TileId& tile) {
  const std::string path = path_of(tile);
  Result<Bytes> bytes = files_->read_tile(tile);
  if (!bytes && absent(bytes.error()) && tile.width != kTileWidth) {
    Result<Bytes> full = files_->read_tile({tile.level, tile.index, kTileWidth});
    if (full && full->size() == kTileBytes) {
      full->resize(std::size_t{32} * tile.width);
      bytes = std::move(full);
    }
  }
  const Bytes found = TRY_IN(path, std::move(bytes));
  auto hashes = TRY_IN(path, parse_tile(found, tile.width));
  ++counts_.tiles;
  return hashes;
}

void AuthenticatedTiles::keep(const Key& key, Hashes hashes) {
  if (full_.size() >= kFullTilesKept) {
    full_.erase(order_.front());
    order_.pop_front();
  }
  full_.emplace(key, std::move(hashes));
  order_.push_back(key);
}

// §5.10 step 3. The recursion ends at the right edge, at most eight levels up.
Result<AuthenticatedTiles::Hashes> AuthenticatedTiles::authenticated(unsigned level, std::uint64_t index) {
  const Key key{level, index};
  if (const auto found = edge_.find(key); found != edge_.end()) return found->second;
  if (const auto found = full_.find(key); found != full_.end()) return found->second;
  if (tile_width_at(level, index, size_) != kTileWidth) {
    return fail(ErrorCode::not_found, "the tree has no such tile",
                fmt::format("level {} tile {} at size {}", level, index, size_.value));
  }
  const Hashes parent = TRY(authenticated(level + 1, index / kTileWidth));
  const TileId tile{level, index, kTileWidth};
  auto hashes = std::make_shared<const std::vector<Hash256>>(TRY(fetch(tile)));
  CHECK(index % kTileWidth < parent->size());
  if (tile_root(*hashes) != (*parent)[index % kTileWidth]) {
    return fail(ErrorCode::unauthenticated, "the tile is not the one that the checkpoint commits to",
                path_of(tile));
  }
  keep(key, hashes);
  return hashes;
}

Result<std::vector<Hash256>> AuthenticatedTiles::tile(unsigned level, std::uint64_t index) {
  return *TRY(authenticated(level, index));
}

Result<Hash256> AuthenticatedTiles::node(NodeAddress at) {
  // The complete subtree must lie within the tree: a hash beyond it is not authenticated by this root.
  if (at.level >= 63 || at.index >= (size_.value >> at.level)) {
    return fail(ErrorCode::not_found, "the tree has no such node");
  }
  const unsigned within = at.level % 8;
  const std::uint64_t first = at.index << within;
  const Hashes hashes = TRY(authenticated(at.level / 8, first / kTileWidth));
  const std::size_t count = std::size_t{1} << within;
  const std::size_t offset = first % kTileWidth;
  CHECK(count <= hashes->size() && offset <= hashes->size() - count);
  return tile_root(std::span(*hashes).subspan(offset, count));
}

// §5.10 step 4.
Result<AuthenticBundle> AuthenticatedTiles::bundle(std::uint64_t index) {
  const Hashes leaves = TRY(authenticated(0, index));
  const BundleId id{index, static_cast<unsigned>(leaves->size())};
  const std::string path = path_of(id);
  Result<Bytes> read = files_->read_bundle(id);
  const bool from_full = !read && absent(read.error()) && id.width != kTileWidth;
  if (from_full) {
    if (Result<Bytes> full = files_->read_bundle({index, kTileWidth})) read = std::move(full);
  }
  AuthenticBundle bundle(TRY_IN(path, std::move(read)));
  if (bundle.bytes.size() > kBundleBytesMax)
    return fail(ErrorCode::limit_exceeded, "the bundle is too large", path);
  bundle.entries = TRY_IN(
      path, from_full ? parse_bundle_prefix(bundle.bytes, id.width) : parse_bundle(bundle.bytes, id.width));
  for (unsigned i = 0; i < id.width; ++i) {
    if (leaf_hash(bundle.entries[i]) != (*leaves)[i]) {
      return fail(ErrorCode::unauthenticated, "an entry is not the one that the checkpoint commits to",
                  fmt::format("{}, leaf {}", path, index * kTileWidth + i));
    }
  }
  if (from_full) {
    std::size_t used = 0;
    for (const BytesView entry : bundle.entries) used += 2 + entry.size();
    bundle.bytes.resize(used);  // shrinking does not move the bytes: the views stay good
  }
  ++counts_.bundles;
  counts_.entries += id.width;
  return bundle;
}

Result<Bytes> AuthenticatedTiles::entry(LeafIndex index) {
  if (index.value >= size_.value) return fail(ErrorCode::not_found, "the leaf index lies outside the tree");
  const AuthenticBundle found = TRY(bundle(index.value / kTileWidth));
  return copy_of(found.entries[index.value % kTileWidth]);
}

Result<AuthenticatedTiles::Counts> verify_all_tiles(TreeSize size, const Hash256& root, TileReader& files) {
  AuthenticatedTiles tiles = TRY(AuthenticatedTiles::open(size, root, files));
  AuthenticatedTiles::Counts counts;
  for (unsigned level = kTileLevelMax + 1; level-- > 0;) {
    for (std::uint64_t index = 0; tile_width_at(level, index, size) != 0; ++index) {
      TRY(tiles.tile(level, index));
      ++counts.tiles;
      if (level == 0) TRY(tiles.bundle(index));
    }
  }
  counts.bundles = tiles.counts().bundles;
  counts.entries = tiles.counts().entries;
  return counts;
}

Result<TileFrontier> load_frontier(TreeSize size, const Hash256& root, TileReader& files) {
  AuthenticatedTiles tiles = TRY(AuthenticatedTiles::open(size, root, files));
  TileFrontier frontier;
  frontier.size = size;
  // As many levels as a writer that started from nothing would have: every level that ever had a hash.
  for (unsigned level = 0; level <= kTileLevelMax && (size.value >> (8 * level)) != 0; ++level) {
    frontier.edge.emplace_back();
    const std::uint64_t index = (size.value >> (8 * level)) / kTileWidth;
    if (tile_width_at(level, index, size) != 0) frontier.edge.back() = TRY(tiles.tile(level, index));
  }
  if (size.value % kTileWidth != 0) {
    AuthenticBundle bundle = TRY(tiles.bundle(size.value / kTileWidth));
    frontier.bundle = std::move(bundle.bytes);
  }
  return frontier;
}

}  // namespace strongroom::ledger
