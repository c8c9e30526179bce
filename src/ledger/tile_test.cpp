#include "ledger/tile.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <set>

#include "codec/text.h"
#include "ledger/authenticated_tiles.h"
#include "ledger/test_material.h"

namespace strongroom::ledger {
namespace {

using material::Ledger;

TEST(Tile, PathsAreWrittenInGroupsOfThree) {
  EXPECT_EQ(path_of(TileId{0, 0, 256}), "tile/0/000");
  EXPECT_EQ(path_of(TileId{1, 1000, 17}), "tile/1/x001/000.p/17");
  EXPECT_EQ(path_of(BundleId{1234067, 256}), "tile/entries/x001/x234/067");
  for (const std::uint64_t index : {0ull, 7ull, 999ull, 1000ull, 1234067ull, 999999999999ull, 1ull << 54}) {
    for (const unsigned width : {1u, 112u, 255u, 256u}) {
      EXPECT_EQ(parse_tile_path(path_of(TileId{3, index, width})).value(), (TileId{3, index, width}));
      EXPECT_EQ(parse_bundle_path(path_of(BundleId{index, width})).value(), (BundleId{index, width}));
    }
  }
}

TEST(Tile, RefusesOtherSpellingsOfAPath) {
  for (const char* path : {"",
                           "tile",
                           "tile/",
                           "tile/0",
                           "tile/0/",
                           "tile/0/0",
                           "tile/0/00",
                           "tile/0/0000",
                           "tile/00/000",
                           "tile/64/000",
                           "tile/-1/000",
                           "tile/0/x000/000",
                           "tile/0/001/000",
                           "tile/0/x001/x000",
                           "tile/0/000.p/0",
                           "tile/0/000.p/256",
                           "tile/0/000.p/01",
                           "tile/0/000.p/",
                           "tile/0/000.p",
                           "tile/0/000.p/1/",
                           "tile/0/000/",
                           "/tile/0/000",
                           "tile/0/x001/x/000",
                           "tile/0/ 00",
                           "tile/0/000.p/1.p/1",
                           "tile/entries/000",
                           "tile/0/../000",
                           "tile/0/x999/x999/x999/x999/x999/x999/x999/999"}) {
    EXPECT_FALSE(parse_tile_path(path)) << path;
  }
  EXPECT_FALSE(parse_bundle_path("tile/0/000"));
  EXPECT_FALSE(parse_bundle_path("tile/entries/"));
  EXPECT_FALSE(parse_bundle_path("tile/entries/000.p/256"));
}

TEST(Tile, WidthsFollowTheSize) {
  EXPECT_EQ(right_edge({70000}), (std::vector<TileId>{{0, 273, 112}, {1, 1, 17}, {2, 0, 1}}));
  EXPECT_EQ(right_edge({256}), (std::vector<TileId>{{1, 0, 1}}));
  EXPECT_EQ(right_edge({0}), std::vector<TileId>{});
  EXPECT_EQ(tile_width_at(0, 272, {70000}), 256u);
  EXPECT_EQ(tile_width_at(0, 273, {70000}), 112u);
  EXPECT_EQ(tile_width_at(0, 274, {70000}), 0u);
  EXPECT_EQ(tile_width_at(8, 0, {70000}), 0u);
  EXPECT_EQ(tiles_between({0}, {70000}).size(), 274u + 2u + 1u);
  EXPECT_EQ(bundles_between({0}, {70000}).size(), 274u);
  EXPECT_EQ(bundles_between({70000}, {70000}).size(), 0u);
  EXPECT_EQ(bundles_between({255}, {256}), (std::vector<BundleId>{{0, 256}}));
}

TEST(Tile, BundlesHoldTheirEntriesAndNothingMore) {
  const Bytes bundle =
      encode_bundle({Bytes{std::byte{'a'}}, Bytes{std::byte{'b'}}, Bytes{std::byte{'c'}}}).value();
  EXPECT_EQ(codec::hex(bundle), "000161000162000163");
  ASSERT_EQ(parse_bundle(bundle, 3)->size(), 3u);
  EXPECT_FALSE(parse_bundle(bundle, 2));
  EXPECT_FALSE(parse_bundle(bundle, 4));
  EXPECT_FALSE(parse_bundle(BytesView(bundle).first(8), 3));
  EXPECT_TRUE(parse_bundle(encode_bundle({Bytes(65535)}).value(), 1));
  EXPECT_FALSE(encode_bundle({Bytes(65536)}));
  EXPECT_FALSE(encode_bundle(std::vector<Bytes>(257)));
}

TEST(Tile, GrowthWritesExactlyTheNewFilesWhateverTheSteps) {
  const std::vector<std::vector<std::uint64_t>> ways = {
      {1000}, {1, 2, 255, 256, 257, 511, 512, 771, 1000}, {256, 512, 768, 1000}, {300, 300, 1000}};
  const Ledger whole(ways[0]);
  for (const auto& sizes : ways) {
    TileFrontier frontier;
    for (const std::uint64_t size : sizes) {
      const TileGrowth growth = grow(frontier, material::entries(frontier.size.value, size)).value();
      std::set<std::string> written;
      for (const TileFile& file : growth.files) EXPECT_TRUE(written.insert(file.path).second) << file.path;
      std::set<std::string> expected;
      for (const TileId& tile : tiles_between(frontier.size, {size})) expected.insert(path_of(tile));
      for (const BundleId& bundle : bundles_between(frontier.size, {size})) expected.insert(path_of(bundle));
      EXPECT_EQ(written, expected);
      frontier = growth.next;
      EXPECT_EQ(frontier.root(), whole.tree.root({size}));
    }
    EXPECT_EQ(frontier, whole.frontier);
  }
}

TEST(Tile, KnownTileAndBundleOfThreeLeaves) {
  const TileGrowth growth =
      grow({}, {Bytes{std::byte{'a'}}, Bytes{std::byte{'b'}}, Bytes{std::byte{'c'}}}).value();
  ASSERT_EQ(growth.files.size(), 2u);
  EXPECT_EQ(growth.files[0].path, "tile/entries/000.p/3");
  EXPECT_EQ(codec::hex(growth.files[0].bytes), "000161000162000163");
  EXPECT_EQ(growth.files[1].path, "tile/0/000.p/3");
  EXPECT_EQ(growth.files[1].bytes.size(), 96u);
}

TEST(Tile, AnEntryThatIsTooLongChangesNothing) { EXPECT_FALSE(grow({}, {Bytes(65536)})); }

TEST(AuthenticatedTiles, EverySizeOfALedgerReadsBack) {
  const std::vector<std::uint64_t> sizes = {1, 2, 3, 255, 256, 257, 512, 771, 65535, 65536, 65537, 66000};
  Ledger ledger(sizes);
  for (const std::uint64_t size : sizes) {
    SCOPED_TRACE(size);
    const auto counts = verify_all_tiles({size}, ledger.tree.root({size}), ledger.files);
    ASSERT_TRUE(counts) << counts.error().to_string();
    EXPECT_EQ(counts->tiles, tiles_between({0}, {size}).size());
    EXPECT_EQ(counts->bundles, bundles_between({0}, {size}).size());
    EXPECT_EQ(counts->entries, size);
    const auto frontier = load_frontier({size}, ledger.tree.root({size}), ledger.files);
    ASSERT_TRUE(frontier);
    EXPECT_EQ(frontier->root(), ledger.tree.root({size}));
    EXPECT_FALSE(verify_all_tiles({size}, ledger.tree.root({size - 1}), ledger.files));
  }
  EXPECT_EQ(load_frontier({66000}, ledger.tree.root(), ledger.files).value(), ledger.frontier);
  EXPECT_EQ(verify_all_tiles({0}, empty_root(), ledger.files)->tiles, 0u);
  EXPECT_FALSE(verify_all_tiles({0}, ledger.tree.root({1}), ledger.files));
}

TEST(AuthenticatedTiles, ProofsThroughTilesEqualProofsFromMemory) {
  Ledger ledger({771, 66000});
  std::mt19937_64 random(7);
  for (const std::uint64_t size : {std::uint64_t{771}, std::uint64_t{66000}}) {
    auto tiles = AuthenticatedTiles::open({size}, ledger.tree.root({size}), ledger.files).value();
    for (int round = 0; round < 100; ++round) {
      const LeafIndex index{random() % size};
      const TreeSize old{1 + random() % size};
      EXPECT_EQ(inclusion_proof(index, {size}, tiles).value(),
                inclusion_proof(index, {size}, ledger.tree).value());
      EXPECT_EQ(consistency_proof(old, {size}, tiles).value(),
                consistency_proof(old, {size}, ledger.tree).value());
      EXPECT_EQ(text_of(tiles.entry(index).value()), "entry " + std::to_string(index.value));
    }
    EXPECT_FALSE(tiles.node({0, size}));
    EXPECT_FALSE(tiles.node({1, (size + 1) / 2}));
    EXPECT_FALSE(tiles.node({63, 0}));
    EXPECT_FALSE(tiles.entry({size}));
  }
}

TEST(AuthenticatedTiles, FallsBackToTheFullTileAndUsesOnlyItsBeginning) {
  Ledger ledger({771, 1024});
  ledger.files.paths.erase("tile/0/003.p/3");
  ledger.files.paths.erase("tile/entries/003.p/3");
  const auto counts = verify_all_tiles({771}, ledger.tree.root({771}), ledger.files);
  ASSERT_TRUE(counts) << counts.error().to_string();
  EXPECT_EQ(counts->entries, 771u);
  ledger.files.paths["tile/0/003"][3 * 32] ^= std::byte{1};  // beyond the third hash: not of this size
  EXPECT_TRUE(verify_all_tiles({771}, ledger.tree.root({771}), ledger.files));
  EXPECT_FALSE(verify_all_tiles({1024}, ledger.tree.root({1024}), ledger.files));
}

/// CVE-2026-56865: at a size with several peaks in one tile, tiles between the right edge and the leaves were never
/// compared with a parent. Every hash of every tile that a reading uses is corrupted here, one at a time.
TEST(AuthenticatedTiles, EveryHashOfEveryTileUsedIsAuthenticated) {
  for (const std::uint64_t size : {std::uint64_t{771}, std::uint64_t{256}, std::uint64_t{3}}) {
    Ledger ledger({size});
    const Hash256 root = ledger.tree.root();
    const std::map<std::string, Bytes> good = ledger.files.paths;
    std::size_t corrupted = 0;
    for (const TileId& tile : tiles_between({0}, {size})) {
      Bytes& bytes = ledger.files.paths.at(path_of(tile));
      for (unsigned i = 0; i < tile.width; ++i) {
        bytes[i * 32 + i % 32] ^= std::byte{0x10};
        bool refused = false;
        auto tiles = AuthenticatedTiles::open({size}, root, ledger.files);
        refused = !tiles || !tiles->tile(tile.level, tile.index);
        EXPECT_TRUE(refused) << path_of(tile) << " hash " << i;
        bytes[i * 32 + i % 32] ^= std::byte{0x10};
        ++corrupted;
      }
    }
    EXPECT_GE(corrupted, size);
    EXPECT_EQ(ledger.files.paths, good);
    EXPECT_TRUE(verify_all_tiles({size}, root, ledger.files));
  }
}

TEST(AuthenticatedTiles, AForgedTileWithItsForgedParentIsRefused) {
  Ledger ledger({771});
  Bytes& child = ledger.files.paths.at("tile/0/001");
  child[0] ^= std::byte{1};
  const Hash256 forged = tile_root(parse_tile(child, 256).value());
  std::ranges::copy(forged, ledger.files.paths.at("tile/1/000.p/3").begin() + 32);
  EXPECT_FALSE(AuthenticatedTiles::open({771}, ledger.tree.root(), ledger.files));
}

TEST(AuthenticatedTiles, EveryEntryIsAuthenticated) {
  Ledger ledger({300});
  for (const BundleId& id : bundles_between({0}, {300})) {
    Bytes& bytes = ledger.files.paths.at(path_of(id));
    for (std::size_t at = 2; at < bytes.size(); at += 97) {
      bytes[at] ^= std::byte{1};
      EXPECT_FALSE(verify_all_tiles({300}, ledger.tree.root(), ledger.files)) << path_of(id) << " " << at;
      bytes[at] ^= std::byte{1};
    }
    bytes.push_back(std::byte{0});
    EXPECT_FALSE(verify_all_tiles({300}, ledger.tree.root(), ledger.files));
    bytes.pop_back();
  }
}

TEST(AuthenticatedTiles, AsksOnlyForTilesOfTheSize) {
  Ledger ledger({771});
  ASSERT_TRUE(verify_all_tiles({771}, ledger.tree.root(), ledger.files));
  for (const std::string& path : ledger.files.asked) EXPECT_TRUE(ledger.files.paths.contains(path)) << path;
}

// A journal that somebody made up: strongroom-verify stopped on it.
TEST(Grow, RefusesAFrontierThatIsNotThatOfItsSize) {
  TileFrontier frontier{{255}, {}, {}};
  EXPECT_EQ(grow(frontier, material::entries(0, 1)).error().code, ErrorCode::malformed);
  const TileFrontier good = grow({}, material::entries(0, 300))->next;
  EXPECT_TRUE(grow(good, material::entries(300, 600)));
  frontier = good;
  frontier.edge[0].pop_back();
  EXPECT_FALSE(grow(frontier, material::entries(0, 1)));
  frontier = good;
  frontier.edge.resize(1);
  EXPECT_FALSE(grow(frontier, material::entries(0, 1)));
  frontier = good;
  frontier.edge.push_back({Hash256{}});
  EXPECT_FALSE(grow(frontier, material::entries(0, 1)));
  frontier = good;
  frontier.bundle.clear();
  EXPECT_FALSE(grow(frontier, material::entries(0, 1)));
}

}  // namespace
}  // namespace strongroom::ledger
