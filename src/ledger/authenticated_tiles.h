/// Reading a ledger's tiles so that nothing is used before it has been recomputed up to a trusted root.
///
/// 1. The caller has accepted (size, root) from a signed checkpoint.
/// 2. The right edge: every partial tile is fetched whole and folded into the root; all or none are accepted.
/// 3. Any other tile is full: its parent is authenticated first, then its root must equal the parent's hash.
/// 4. A bundle: every entry is hashed and must equal the authenticated level 0 tile.
/// The decision is made tile by tile, never by counting: CVE-2026-56865 was a count.
#pragma once

#include <deque>
#include <map>
#include <memory>

#include "ledger/tile.h"

namespace strongroom::ledger {

/// The authenticated entries of one bundle; the views are into `bytes`, so it moves but is not copied.
struct AuthenticBundle {
  explicit AuthenticBundle(Bytes read) : bytes(std::move(read)) {}
  AuthenticBundle(AuthenticBundle&&) = default;
  AuthenticBundle& operator=(AuthenticBundle&&) = default;

  Bytes bytes;
  std::vector<BytesView> entries;
};

/// Node hashes and entries of one tree; inclusion_proof() and consistency_proof() of tree.h read through it.
/// Keeps a bounded number of tiles. One thread at a time. The TileReader must live as long as this does.
class AuthenticatedTiles final : public HashReader {
 public:
  struct Counts {
    std::uint64_t tiles = 0;  ///< distinct only while everything fits the cache; otherwise with repeats
    std::uint64_t bundles = 0;
    std::uint64_t entries = 0;
  };

  /// Fetches and authenticates the right edge. `unauthenticated` if it does not give `root`.
  static Result<AuthenticatedTiles> open(TreeSize size, const Hash256& root, TileReader& files);

  TreeSize size() const { return size_; }
  /// All hashes of a tile of this size. `not_found` if this size has no such tile.
  Result<std::vector<Hash256>> tile(unsigned level, std::uint64_t index);
  Result<Hash256> node(NodeAddress at) override;
  Result<AuthenticBundle> bundle(std::uint64_t index);
  Result<Bytes> entry(LeafIndex index);
  const Counts& counts() const { return counts_; }

 private:
  using Hashes = std::shared_ptr<const std::vector<Hash256>>;
  using Key = std::pair<unsigned, std::uint64_t>;

  AuthenticatedTiles(TreeSize size, TileReader& files) : size_(size), files_(&files) {}
  Result<void> open_right_edge(const Hash256& root);
  Result<Hashes> authenticated(unsigned level, std::uint64_t index);
  Result<std::vector<Hash256>> fetch(const TileId& tile);
  void keep(const Key& key, Hashes hashes);

  TreeSize size_;
  TileReader* files_;
  std::map<Key, Hashes> edge_;  ///< partial tiles, kept for good
  std::map<Key, Hashes> full_;  ///< full tiles, the oldest dropped first
  std::deque<Key> order_;
  Counts counts_;
};

/// Authenticates every tile and every bundle of the tree: `unauthenticated`, `not_found` or `malformed` names
/// the first that does not hold. The counts are of distinct files.
Result<AuthenticatedTiles::Counts> verify_all_tiles(TreeSize size, const Hash256& root, TileReader& files);

}  // namespace strongroom::ledger
