/// Other people's logs, read in place from the corpus: Go's checksum database, Rekor, Tessera, Sunlight, TesseraCT.
#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <set>

#include "base/shared_corpus.h"
#include "codec/text.h"
#include "ledger/authenticated_tiles.h"
#include "ledger/checkpoint.h"
#include "ledger/test_material.h"

namespace strongroom::ledger {
namespace {

using material::read_file;
namespace json = boost::json;

constexpr std::string_view kTesseraKey =
    "example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx";
constexpr std::string_view kRekorStagingKey =
    "log2025-alpha1.rekor.sigstage.dev+f30d5a99+AT5/gERB6AWme8IEtcwaqcZi0hp8ocV4+JRcUnVlQfKP";

TEST(SumDb, BothCheckpointsVerify) {
  STRONGROOM_CORPUS(folder, "vectors/sumdb");
  std::string key = read_file(folder / "vkey");
  key.erase(key.find_last_not_of('\n') + 1);
  const LogIdentity log{"go.sum database tree", {parse_vkey(key).value()}};
  for (const auto& [name, size] :
       {std::pair{"checkpoint-35225469", 35225469u}, {"checkpoint-63096908", 63096908u}}) {
    const auto opened = open_checkpoint(read_file(folder / name), log);
    ASSERT_TRUE(opened) << opened.error().to_string();
    EXPECT_EQ(opened->checkpoint.size.value, size);
    EXPECT_FALSE(
        open_checkpoint(read_file(folder / name), identity_of(log.keys[0])));  // origin is not the key name
  }
}

// --- Tessera ---

/// A tlog-tiles directory, exactly as it lies on disk.
class Directory final : public TileReader {
 public:
  explicit Directory(std::filesystem::path root) : root_(std::move(root)) {}
  Result<Bytes> read_tile(const TileId& tile) override { return read(path_of(tile)); }
  Result<Bytes> read_bundle(const BundleId& bundle) override { return read(path_of(bundle)); }

 private:
  Result<Bytes> read(const std::string& path) {
    if (!std::filesystem::is_regular_file(root_ / path))
      return fail(ErrorCode::not_found, "no such file", path);
    return copy_of(bytes_of(read_file(root_ / path)));
  }
  std::filesystem::path root_;
};

TEST(Tessera, EverySizeAndEveryPairOfItsLogHolds) {
  STRONGROOM_CORPUS(folder, "vectors/tessera-testdata/testdata/log");
  const LogIdentity log = identity_of(parse_vkey(kTesseraKey).value());
  Directory files(folder);
  std::vector<Checkpoint> checkpoints;
  for (int size = 0; size <= 15; ++size) {
    const auto opened = open_checkpoint(read_file(folder / ("checkpoint." + std::to_string(size))), log);
    ASSERT_TRUE(opened) << opened.error().to_string();
    ASSERT_EQ(opened->checkpoint.size.value, static_cast<std::uint64_t>(size));
    const auto counts = verify_all_tiles(opened->checkpoint.size, opened->checkpoint.root, files);
    ASSERT_TRUE(counts) << counts.error().to_string();
    EXPECT_EQ(counts->entries, static_cast<std::uint64_t>(size));
    checkpoints.push_back(opened->checkpoint);
  }
  std::size_t pairs = 0;
  for (const Checkpoint& from : checkpoints) {
    for (const Checkpoint& to : checkpoints) {
      if (from.size > to.size) continue;
      auto tiles = AuthenticatedTiles::open(to.size, to.root, files).value();
      const Proof proof = consistency_proof(from.size, to.size, tiles).value();
      EXPECT_TRUE(verify_consistency(from.size, from.root, to.size, to.root, proof));
      ++pairs;
    }
  }
  EXPECT_EQ(pairs, 136u);
}

TEST(Tessera, OurWriterMakesTheSameFiles) {
  STRONGROOM_CORPUS(folder, "vectors/tessera-testdata/testdata/log");
  Directory files(folder);
  TileFrontier frontier;
  for (unsigned size = 1; size <= 15; ++size) {
    const Bytes bundle = files.read_bundle({0, size}).value();
    const Bytes last = copy_of(parse_bundle(bundle, size).value().back());
    const TileGrowth growth = grow(frontier, {last}).value();
    ASSERT_EQ(growth.files.size(), 2u);
    for (const TileFile& file : growth.files)
      EXPECT_EQ(text_of(file.bytes), read_file(folder / file.path)) << file.path;
    frontier = growth.next;
  }
}

// --- Certificate transparency tiles ---

std::vector<Hash256> sunlight_leaves(const std::filesystem::path& folder) {
  std::vector<Hash256> leaves;
  for (const char* name : {"000", "001", "002", "003"}) {
    const auto hashes = parse_tile(bytes_of(read_file(folder / name)), kTileWidth).value();
    leaves.insert(leaves.end(), hashes.begin(), hashes.end());
  }
  return leaves;
}

TEST(Sunlight, TileHashesGiveTheKnownRoots) {
  STRONGROOM_CORPUS(folder, "vectors/sunlight-navigli2025h2/testdata/navigli2025h2/tile/0");
  const auto leaves = sunlight_leaves(folder);
  ASSERT_EQ(leaves.size(), 1024u);
  EXPECT_EQ(codec::base64(root_of_leaves(leaves)), "EMfGG85uIddeOXt5/wdQGP3IQd0COCqoLg9Q6CsPLJA=");
  EXPECT_EQ(codec::base64(root_of_leaves(std::span(leaves).first(778))),
            "+WnHOMRZl/LG1669oeskbdK9bcO4nkrY1cfVyknC52U=");
  const auto partial = parse_tile(bytes_of(read_file(folder / "003.p" / "10")), 10).value();
  EXPECT_TRUE(std::ranges::equal(partial, std::span(leaves).subspan(768, 10)));
}

/// Reads a static-ct data tile far enough to hash its leaves: leaf = H(00 ‖ 00 00 ‖ timestamped entry).
class StaticCtTile {
 public:
  explicit StaticCtTile(BytesView bytes) : rest_(bytes) {}
  bool at_end() const { return rest_.empty(); }
  Hash256 next_leaf() {
    const BytesView start = rest_;
    rest_ = rest_.subspan(8);  // timestamp
    const auto type = read_be<std::uint16_t>(take(2));
    if (type == 1) take(32);  // precertificate: issuer key hash
    take_vector(3);  // certificate or TBS certificate
    take_vector(2);  // extensions
    const BytesView timestamped = start.first(start.size() - rest_.size());
    if (type == 1) take_vector(3);  // the precertificate itself
    take_vector(2);  // chain fingerprints
    Bytes data(2);
    append(data, timestamped);
    return leaf_hash(data);
  }

 private:
  BytesView take(std::size_t count) {
    const BytesView taken = rest_.first(count);
    rest_ = rest_.subspan(count);
    return taken;
  }
  void take_vector(std::size_t length_bytes) {
    std::size_t length = 0;
    for (const std::byte b : take(length_bytes)) length = length << 8 | std::to_integer<std::size_t>(b);
    take(length);
  }
  BytesView rest_;
};

TEST(Sunlight, EveryEntryHashesToItsTile) {
  STRONGROOM_CORPUS(folder, "vectors/sunlight-navigli2025h2/testdata/navigli2025h2/tile");
  const auto leaves = sunlight_leaves(folder / "0");
  std::size_t index = 0;
  for (const char* name : {"000", "001", "002", "003"}) {
    const std::string bytes = read_file(folder / "data" / name);
    StaticCtTile tile(bytes_of(bytes));
    for (; !tile.at_end(); ++index) ASSERT_EQ(tile.next_leaf(), leaves.at(index)) << index;
  }
  EXPECT_EQ(index, 1024u);
}

TEST(TesseraCt, TheDataTileHasTheKnownRoot) {
  STRONGROOM_CORPUS(path, "vectors/tesseract/example_tile");
  const std::string bytes = read_file(path);
  StaticCtTile tile(bytes_of(bytes));
  std::vector<Hash256> leaves;
  while (!tile.at_end()) leaves.push_back(tile.next_leaf());
  EXPECT_EQ(leaves.size(), 256u);
  EXPECT_EQ(codec::base64(tile_root(leaves)), "xHw6vt42dUHLYlz2f5iYcRoRCO/wMip2X7m0hP4ARC4=");
}

// --- Rekor ---

struct RekorEntry {
  std::string checkpoint;
  Bytes body;
  LeafIndex index;
  TreeSize size;
  Proof proof;
};

std::uint64_t number(const json::value& value) {
  return codec::from_decimal(json::value_to<std::string>(value), kTreeSizeMax.value).value();
}

/// The first log entry with a proof and a checkpoint; none where the bundle has none or is not JSON.
std::optional<RekorEntry> rekor_entry(const std::filesystem::path& bundle) {
  boost::system::error_code error;
  const json::value parsed = json::parse(read_file(bundle), error);
  if (error) return std::nullopt;
  const json::value* entry = parsed.find_pointer("/verificationMaterial/tlogEntries/0", error);
  const json::value* proof = entry == nullptr ? nullptr : entry->find_pointer("/inclusionProof", error);
  const json::value* checkpoint =
      proof == nullptr ? nullptr : proof->find_pointer("/checkpoint/envelope", error);
  if (checkpoint == nullptr) return std::nullopt;
  RekorEntry read;
  read.checkpoint = json::value_to<std::string>(*checkpoint);
  read.body = codec::from_base64(json::value_to<std::string>(entry->at("canonicalizedBody"))).value();
  read.index = {number(proof->at("logIndex"))};
  read.size = {number(proof->at("treeSize"))};
  if (const json::value* hashes = proof->as_object().if_contains("hashes")) {
    for (const auto& hash : hashes->as_array()) {
      read.proof.push_back(array_of<32>(codec::from_base64(json::value_to<std::string>(hash)).value()));
    }
  }
  return read;
}

bool holds(const RekorEntry& entry, const LogIdentity& log) {
  const auto opened = open_checkpoint(entry.checkpoint, log);
  return opened && verify_inclusion(leaf_hash(entry.body), entry.index, opened->checkpoint.size, entry.proof,
                                    opened->checkpoint.root)
                       .has_value();
}

VerifierKey rekor_v1_key(const std::filesystem::path& trusted_root) {
  const json::value root = json::parse(read_file(trusted_root));
  const auto spki =
      codec::from_base64(json::value_to<std::string>(root.at_pointer("/tlogs/0/publicKey/rawBytes"))).value();
  return make_vkey("rekor.sigstore.dev", KeyType::ecdsa, spki).value();
}

TEST(Rekor, CheckpointsOfVersionOneAndTheirProofs) {
  STRONGROOM_CORPUS(folder, "vectors/sigstore-conformance/test/assets/bundle-verify");
  const VerifierKey key = rekor_v1_key(folder / "../../../../sigstore-root/trusted_root.json");
  EXPECT_EQ(key.id, 0xc0d23d6au);
  const std::set<std::string> must_fail = {
      "inclusion-proof-corrupted-hash_fail", "invalid-checkpoint-signature_fail",
      "checkpoint-wrong-roothash_fail", "checkpoint-bad-keyhint_fail",
      // The bytes of the entry were altered after it was logged, so it is not in the log:
      "bundle-invalid-base64-signature_fail", "incorrect-public-key_fail"};
  std::set<std::string> failed;
  std::size_t held = 0;
  std::uint64_t largest = 0;
  for (const auto& directory : std::filesystem::directory_iterator(folder)) {
    const auto bundle = directory.path() / "bundle.sigstore.json";
    if (!std::filesystem::exists(bundle)) continue;
    const auto entry = rekor_entry(bundle);
    if (!entry || !entry->checkpoint.starts_with("rekor.sigstore.dev - ")) continue;
    const std::string origin = entry->checkpoint.substr(0, entry->checkpoint.find('\n'));
    if (holds(*entry, {origin, {key}})) {
      ++held;
      largest = std::max(largest, entry->size.value);
    } else {
      failed.insert(directory.path().filename());
    }
  }
  EXPECT_EQ(failed, must_fail);
  EXPECT_GE(held, 20u);
  EXPECT_EQ(largest, 1340288195u);
}

TEST(Rekor, TheTenNoteCasesOfVersionTwo) {
  STRONGROOM_CORPUS(folder, "vectors/sigstore-conformance/test/assets/bundle-verify");
  const LogIdentity log = identity_of(parse_vkey(kRekorStagingKey).value());
  std::size_t cases = 0;
  for (const auto& directory : std::filesystem::directory_iterator(folder)) {
    const std::string name = directory.path().filename();
    if (!name.starts_with("rekor2-checkpoint-")) continue;
    const auto entry = rekor_entry(directory.path() / "bundle.sigstore.json");
    ASSERT_TRUE(entry) << name;
    EXPECT_EQ(holds(*entry, log), !name.ends_with("_fail")) << name;
    ++cases;
  }
  EXPECT_EQ(cases, 10u);
}

}  // namespace
}  // namespace strongroom::ledger
