#include "ledger/tile.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <utility>

#include "base/check.h"
#include "codec/text.h"
#include "ledger/tile_fold.h"

namespace strongroom::ledger {
namespace {

/// How many hashes level `level` of a tree has, over all its tiles.
std::uint64_t hashes_at(unsigned level, TreeSize size) {
  return level > kTileLevelMax ? 0 : size.value >> (8 * level);
}

std::unexpected<Error> bad_path(std::string what) {
  return fail(ErrorCode::malformed, std::move(what), "tile path");
}

/// "x001/x234/067" and, for partial ones, ".p/112" (§5.2).
std::string format_place(std::uint64_t index, unsigned width) {
  std::string place = fmt::format("{:03}", index % 1000);
  for (index /= 1000; index > 0; index /= 1000) place = fmt::format("x{:03}/{}", index % 1000, place);
  if (width != kTileWidth) place += fmt::format(".p/{}", width);
  return place;
}

struct Place {
  std::uint64_t index = 0;
  unsigned width = kTileWidth;
};

Result<std::uint64_t> parse_index(std::string_view text) {
  constexpr std::size_t kGroupsMax = 7;  // 10^21 is beyond 64 bits
  if (text.size() > kGroupsMax * 5) return bad_path("the tile number is too long");
  std::string digits;
  for (;;) {
    const std::size_t slash = text.find('/');
    std::string_view group = text.substr(0, slash);
    const bool last = slash == std::string_view::npos;
    if (!last) {
      if (!group.starts_with('x')) return bad_path("a group of the tile number lacks its x");
      group.remove_prefix(1);
    }
    const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
    if (group.size() != 3 || !std::ranges::all_of(group, is_digit)) {
      return bad_path("a group of the tile number is not three digits");
    }
    digits += group;
    if (last) break;
    text.remove_prefix(slash + 1);
  }
  const std::size_t first = std::min(digits.find_first_not_of('0'), digits.size() - 1);
  return TRY_IN("tile path", codec::from_decimal(std::string_view(digits).substr(first), kTreeSizeMax.value));
}

Result<Place> parse_place(std::string_view text) {
  Place place;
  const std::size_t partial = text.find(".p/");
  if (partial != std::string_view::npos) {
    const auto width = TRY_IN("tile path", codec::from_decimal(text.substr(partial + 3), kTileWidth - 1));
    if (width == 0) return bad_path("the width of a partial tile is 0");
    place.width = static_cast<unsigned>(width);
    text = text.substr(0, partial);
  }
  place.index = TRY(parse_index(text));
  if (format_place(place.index, kTileWidth) != text) return bad_path("the tile number has a needless group");
  return place;
}

}  // namespace

std::string path_of(const TileId& tile) {
  return fmt::format("tile/{}/{}", tile.level, format_place(tile.index, tile.width));
}

std::string path_of(const BundleId& bundle) {
  return fmt::format("tile/entries/{}", format_place(bundle.index, bundle.width));
}

Result<TileId> parse_tile_path(std::string_view path) {
  if (!path.starts_with("tile/")) return bad_path("the path does not begin with tile/");
  path.remove_prefix(5);
  const std::size_t slash = path.find('/');
  if (slash == std::string_view::npos) return bad_path("the path has no tile number");
  const auto level = TRY_IN("tile level", codec::from_decimal(path.substr(0, slash), 63));
  const Place place = TRY(parse_place(path.substr(slash + 1)));
  return TileId{static_cast<unsigned>(level), place.index, place.width};
}

Result<BundleId> parse_bundle_path(std::string_view path) {
  constexpr std::string_view kPrefix = "tile/entries/";
  if (!path.starts_with(kPrefix)) return bad_path("the path does not begin with tile/entries/");
  const Place place = TRY(parse_place(path.substr(kPrefix.size())));
  return BundleId{place.index, place.width};
}

// §5.4.
unsigned tile_width_at(unsigned level, std::uint64_t index, TreeSize size) {
  const std::uint64_t hashes = hashes_at(level, size);
  const std::uint64_t full = hashes / kTileWidth;
  if (index < full) return kTileWidth;
  return index == full ? static_cast<unsigned>(hashes % kTileWidth) : 0;
}

std::vector<TileId> right_edge(TreeSize size) {
  std::vector<TileId> edge;
  for (unsigned level = 0; level <= kTileLevelMax; ++level) {
    const std::uint64_t hashes = hashes_at(level, size);
    const auto width = static_cast<unsigned>(hashes % kTileWidth);
    if (width != 0) edge.push_back({level, hashes / kTileWidth, width});
  }
  return edge;
}

std::vector<TileId> tiles_between(TreeSize old_size, TreeSize new_size) {
  std::vector<TileId> tiles;
  for (unsigned level = 0; level <= kTileLevelMax; ++level) {
    const std::uint64_t last = hashes_at(level, new_size) / kTileWidth;
    for (std::uint64_t index = hashes_at(level, old_size) / kTileWidth; index <= last; ++index) {
      const unsigned width = tile_width_at(level, index, new_size);
      if (width != 0 && width != tile_width_at(level, index, old_size))
        tiles.push_back({level, index, width});
    }
  }
  return tiles;
}

std::vector<BundleId> bundles_between(TreeSize old_size, TreeSize new_size) {
  std::vector<BundleId> bundles;
  for (std::uint64_t index = old_size.value / kTileWidth; index <= new_size.value / kTileWidth; ++index) {
    const unsigned width = tile_width_at(0, index, new_size);
    if (width != 0 && width != tile_width_at(0, index, old_size)) bundles.push_back({index, width});
  }
  return bundles;
}

static Result<void> append_entry(Bytes& bundle, BytesView entry) {
  if (entry.size() > kEntryBytesMax)
    return fail(ErrorCode::limit_exceeded, "a ledger entry is above 65,535 bytes");
  append_u16(bundle, static_cast<std::uint16_t>(entry.size()));
  append(bundle, entry);
  return {};
}

Result<Bytes> encode_bundle(const std::vector<Bytes>& entries) {
  if (entries.size() > kTileWidth)
    return fail(ErrorCode::limit_exceeded, "a bundle holds at most 256 entries");
  Bytes bundle;
  for (const Bytes& entry : entries) TRY(append_entry(bundle, entry));
  return bundle;
}

Result<std::vector<BytesView>> parse_bundle_prefix(BytesView bundle, unsigned width) {
  std::vector<BytesView> entries;
  for (unsigned i = 0; i < width; ++i) {
    if (bundle.size() < 2)
      return fail(ErrorCode::malformed, "the bundle ends early", fmt::format("entry {}", i));
    const std::size_t length = read_be<std::uint16_t>(bundle.first(2));
    bundle = bundle.subspan(2);
    if (length > bundle.size()) {
      return fail(ErrorCode::malformed, "the bundle ends within an entry", fmt::format("entry {}", i));
    }
    entries.push_back(bundle.first(length));
    bundle = bundle.subspan(length);
  }
  return entries;
}

Result<std::vector<BytesView>> parse_bundle(BytesView bundle, unsigned width) {
  auto entries = TRY(parse_bundle_prefix(bundle, width));
  std::size_t used = 0;
  for (const BytesView entry : entries) used += 2 + entry.size();
  if (used != bundle.size()) return fail(ErrorCode::malformed, "the bundle goes on after its last entry");
  return entries;
}

Result<std::vector<Hash256>> parse_tile(BytesView tile, unsigned width) {
  if (tile.size() != std::size_t{32} * width) {
    return fail(ErrorCode::malformed, fmt::format("a tile of {} hashes has {} bytes", width, tile.size()));
  }
  std::vector<Hash256> hashes(width);
  for (unsigned i = 0; i < width; ++i) hashes[i] = array_of<32>(tile.subspan(std::size_t{32} * i, 32));
  return hashes;
}

Bytes encode_tile(std::span<const Hash256> hashes) {
  Bytes tile;
  tile.reserve(hashes.size() * 32);
  for (const Hash256& hash : hashes) append(tile, hash);
  return tile;
}

Hash256 tile_root(std::span<const Hash256> hashes) {
  CHECK(!hashes.empty() && hashes.size() <= kTileWidth);
  if (!std::has_single_bit(hashes.size())) return root_of_leaves(hashes);
  std::array<Hash256, kTileWidth / 2> row;
  std::span<const Hash256> below = hashes;
  while (below.size() > 1) {
    const std::size_t half = below.size() / 2;
    for (std::size_t i = 0; i < half; ++i) row[i] = node_hash(below[2 * i], below[2 * i + 1]);
    below = std::span<const Hash256>(row.data(), half);
  }
  return below.front();
}

// §5.10 step 2.
std::optional<Hash256> fold_edge_tile(std::optional<Hash256> right, std::span<const Hash256> hashes) {
  while (!hashes.empty()) {
    const std::size_t run = hashes.size() & (~hashes.size() + 1);  // the rightmost peak: the lowest set bit
    const Hash256 peak = tile_root(hashes.last(run));
    right = right ? node_hash(peak, *right) : peak;
    hashes = hashes.first(hashes.size() - run);
  }
  return right;
}

Hash256 TileFrontier::root() const {
  std::optional<Hash256> folded;
  for (const auto& hashes : edge) folded = fold_edge_tile(folded, hashes);
  return folded.value_or(empty_root());
}

namespace {

/// A frontier being grown, with the files that fall off on the way.
struct Growing {
  TileFrontier at;
  std::vector<TileFile> bundles;
  std::vector<TileFile> tiles;

  /// Adds a hash to the partial tile of `level`; a tile that becomes full is written and goes up a level.
  void add(unsigned level, const Hash256& hash) {
    if (at.edge.size() <= level) at.edge.resize(level + 1);
    at.edge[level].push_back(hash);
    if (at.edge[level].size() < kTileWidth) return;
    const std::uint64_t index = hashes_at(level, at.size) / kTileWidth - 1;
    tiles.push_back({path_of(TileId{level, index, kTileWidth}), encode_tile(at.edge[level])});
    const Hash256 root = tile_root(at.edge[level]);
    at.edge[level].clear();
    add(level + 1, root);
  }

  Result<void> append_leaf(BytesView entry) {
    TRY(append_entry(at.bundle, entry));
    ++at.size.value;
    add(0, leaf_hash(entry));
    if (at.size.value % kTileWidth == 0) {
      bundles.push_back(
          {path_of(BundleId{at.size.value / kTileWidth - 1, kTileWidth}), std::move(at.bundle)});
      at.bundle = {};
    }
    return {};
  }
};

/// The frontier may come from a disk: the partial tiles and the bundle must be those of its size.
bool fits_its_size(const TileFrontier& frontier) {
  std::size_t levels = 0;
  for (const TileId& tile : right_edge(frontier.size)) {
    if (tile.level >= frontier.edge.size() || frontier.edge[tile.level].size() != tile.width) return false;
    ++levels;
  }
  const auto filled =
      std::ranges::count_if(frontier.edge, [](const auto& hashes) { return !hashes.empty(); });
  const auto rest = static_cast<unsigned>(frontier.size.value % kTileWidth);
  return std::cmp_equal(filled, levels) &&
         (rest == 0 ? frontier.bundle.empty() : parse_bundle(frontier.bundle, rest).has_value());
}

}  // namespace

Result<TileGrowth> grow(const TileFrontier& frontier, const std::vector<Bytes>& entries) {
  if (entries.size() > kTreeSizeMax.value - frontier.size.value) {
    return fail(ErrorCode::limit_exceeded, "the ledger is full");
  }
  if (!fits_its_size(frontier))
    return fail(ErrorCode::malformed, "the edge of the ledger is not that of its size");
  Growing growing{frontier, {}, {}};
  for (const Bytes& entry : entries) TRY(growing.append_leaf(entry));
  TileFrontier& next = growing.at;
  for (const TileId& tile : right_edge(next.size)) {
    if (tile_width_at(tile.level, tile.index, frontier.size) == tile.width) continue;  // published before
    growing.tiles.push_back({path_of(tile), encode_tile(next.edge[tile.level])});
  }
  const auto rest = static_cast<unsigned>(next.size.value % kTileWidth);
  if (rest != 0 && next.size != frontier.size) {
    growing.bundles.push_back({path_of(BundleId{next.size.value / kTileWidth, rest}), next.bundle});
  }
  TileGrowth growth{std::move(growing.at), std::move(growing.bundles)};
  for (TileFile& tile : growing.tiles) growth.files.push_back(std::move(tile));
  return growth;
}

}  // namespace strongroom::ledger
