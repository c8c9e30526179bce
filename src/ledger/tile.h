/// tlog-tiles (C2SP): how a ledger is laid out as immutable files, each holding 256 hashes (a *tile*) or 256
/// entries (a *bundle*), or fewer at the right edge.
///
/// Hash i of tile (L, N) is the node over the leaves [(256N+i)·256^L, (256N+i+1)·256^L). A tile of a size s is
/// full if N < floor(s / 256^(L+1)); at that N it is partial with width floor(s / 256^L) mod 256; a width of 0
/// means that there is none. A partial tile never goes into the level above.
#pragma once

#include <compare>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/tree.h"

namespace strongroom::ledger {

inline constexpr unsigned kTileWidth = 256;
inline constexpr unsigned kTileLevelMax = 7;  ///< of a 64-bit size
inline constexpr std::size_t kTileBytes = 32 * kTileWidth;
inline constexpr std::size_t kEntryBytesMax = 65535;
inline constexpr std::size_t kBundleBytesMax = kTileWidth * (2 + kEntryBytesMax);

struct TileId {
  unsigned level = 0;
  std::uint64_t index = 0;
  unsigned width = kTileWidth;  ///< 1 to 256; 256 = full
  auto operator<=>(const TileId&) const = default;
};
struct BundleId {
  std::uint64_t index = 0;
  unsigned width = kTileWidth;  ///< 1 to 256 entries
  auto operator<=>(const BundleId&) const = default;
};

/// "tile/0/x001/x234/067.p/112" and "tile/entries/x001/x234/067.p/112".
std::string path_of(const TileId& tile);
std::string path_of(const BundleId& bundle);
/// One way to write each: leading zeros, a width of 0 or 256, or a level above 63 are `malformed`.
Result<TileId> parse_tile_path(std::string_view path);
Result<BundleId> parse_bundle_path(std::string_view path);

/// The width of tile (level, index) in a tree of `size`: 0 if there is none, 256 if it is full.
unsigned tile_width_at(unsigned level, std::uint64_t index, TreeSize size);
/// The partial tiles of `size`, level 0 first: at most eight.
std::vector<TileId> right_edge(TreeSize size);
/// The tiles (bundles) of `new_size` that `old_size` did not have, level by level. From size 0: all of them.
std::vector<TileId> tiles_between(TreeSize old_size, TreeSize new_size);
std::vector<BundleId> bundles_between(TreeSize old_size, TreeSize new_size);

/// u16 length ‖ bytes for each entry. `limit_exceeded` for an entry above 65,535 bytes or more than 256 of them.
Result<Bytes> encode_bundle(const std::vector<Bytes>& entries);
/// Exactly `width` entries and nothing after; the views borrow from `bundle`.
Result<std::vector<BytesView>> parse_bundle(BytesView bundle, unsigned width);
/// Exactly `width` hashes.
Result<std::vector<Hash256>> parse_tile(BytesView tile, unsigned width);
Bytes encode_tile(std::span<const Hash256> hashes);
/// The node over all hashes of a tile (for a full tile: its hash in the level above).
Hash256 tile_root(std::span<const Hash256> hashes);

/// Where the bytes of tiles come from; nothing they say is trusted. `not_found` if there is no such file.
class TileReader {
 public:
  virtual ~TileReader() = default;
  virtual Result<Bytes> read_tile(const TileId& tile) = 0;
  virtual Result<Bytes> read_bundle(const BundleId& bundle) = 0;
};

/// One file of a ledger, to be written under its prefix and never again.
struct TileFile {
  std::string path;
  Bytes bytes;
  bool operator==(const TileFile&) const = default;
};

/// What a writer must remember to go on: the partial tiles and the partial bundle of the present size.
struct TileFrontier {
  TreeSize size;
  std::vector<std::vector<Hash256>> edge;  ///< per level, the hashes of its partial tile (may be empty)
  Bytes bundle;  ///< the partial bundle as written

  Hash256 root() const;
  bool operator==(const TileFrontier&) const = default;
};
struct TileGrowth {
  TileFrontier next;
  std::vector<TileFile> files;  ///< every new tile and bundle of the new size; bundles first
};
/// Appends `entries`; changes nothing by itself. `limit_exceeded` for an entry that is too long, `malformed` for a
/// frontier whose parts are not those of its size.
Result<TileGrowth> grow(const TileFrontier& frontier, const std::vector<Bytes>& entries);
/// The frontier of a published tree, authenticated to `root`: how a writer starts again.
Result<TileFrontier> load_frontier(TreeSize size, const Hash256& root, TileReader& files);

}  // namespace strongroom::ledger
