/// Keys, trees and files that several tests of this room use. Test code only.
#pragma once

#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <string>

#include <gtest/gtest.h>

#include "ledger/sign.h"
#include "ledger/tile.h"

namespace strongroom::ledger::material {

/// The private seeds of the known answers: 32 consecutive byte values.
inline crypto::SigningKey key_from(unsigned first_byte) {
  Secret<32> seed;
  for (std::size_t i = 0; i < 32; ++i) seed.reveal_mutable()[i] = static_cast<std::byte>(first_byte + i);
  return crypto::SigningKey::from_seeds(seed, SecretBytes{});
}
inline NoteSigner signer(std::string_view name, KeyType type, unsigned first_byte) {
  Result<NoteSigner> made = NoteSigner::create(name, type, key_from(first_byte));
  EXPECT_TRUE(made.has_value());
  return std::move(*made);
}
inline NoteSigner log_signer() { return signer("ledger.example/kat", KeyType::ed25519, 0x00); }
inline NoteSigner w1_signer() { return signer("witness.example/w1", KeyType::cosignature_v1, 0x20); }
inline NoteSigner w2_signer() { return signer("witness.example/w2", KeyType::cosignature_v1, 0x60); }
inline NoteSigner w3_signer() { return signer("other.example/w3", KeyType::cosignature_v1, 0x80); }

inline constexpr std::uint64_t kKatTime = 1767225600;  // 2026-01-01T00:00:00Z
inline constexpr std::string_view kKatText =
    "ledger.example/kat\n3\nNmQuc8JUCrEh46a/lUWwokmCzYMOsT080Z3jzmwCHsE=\n";
inline constexpr std::string_view kKatLogLine =
    "\xE2\x80\x94 ledger.example/kat "
    "sYOdcxI8cCYvjqFaxpVl3ujMS5sD6cGigD8EcvJdX3DCj6RLY0ThMnpCwUHIA+leHLCYaRtJA7wdQWLASxLWTVgXrw8=\n";
inline constexpr std::string_view kKatWitnessLine =
    "\xE2\x80\x94 witness.example/w1 IDJKvgAAAABpVbkA3qRNPFwA2z/QpqhO1SEHYFBXjHP7XkEr42rSfd0sY6fx/"
    "gmDSgMbDLJkSPRDp1DiuF8toX7j3SO1m9yUoSrUDA==\n";
inline constexpr std::string_view kKatPolicy =
    "# one log; somebody of ours and the outsider\n"
    "log ledger.example/kat+b1839d73+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4\n"
    "witness w1 witness.example/w1+20324abe+BCmsuuFBvMrwsi4alNNNC8c2HlJtC/4SyJeUvJMilm3X\n"
    "witness w2 witness.example/w2+96ca11c4+BBdFU7RW3d/GkI7KscEB/mqyHiuqBhd5W31DpjSCmT/V\n"
    "group ours 1 w1 w2\n"
    "witness w3 other.example/w3+d8bdd0d5+BM0Us3+VbpUxlP9/tzs9gdzFYdYadTgJS3w+GmQ+5fOq "
    "https://other.example/\n"
    "group both all ours w3\n"
    "quorum both\n";

inline std::string kat_checkpoint() {
  return std::string(kKatText) + "\n" + std::string(kKatLogLine) + std::string(kKatWitnessLine);
}

inline std::string read_file(const std::filesystem::path& path) {
  std::ifstream stream(path, std::ios::binary);
  EXPECT_TRUE(stream.good()) << path;
  std::ostringstream text;
  text << stream.rdbuf();
  return text.str();
}

/// A ledger's files in memory.
class MemoryFiles final : public TileReader {
 public:
  void put(const std::vector<TileFile>& files) {
    for (const TileFile& file : files) {
      const auto [at, added] = paths.emplace(file.path, file.bytes);
      EXPECT_TRUE(added || at->second == file.bytes) << file.path << " was published before with other bytes";
    }
  }
  Result<Bytes> read_tile(const TileId& tile) override { return read(path_of(tile)); }
  Result<Bytes> read_bundle(const BundleId& bundle) override { return read(path_of(bundle)); }

  std::map<std::string, Bytes> paths;
  std::vector<std::string> asked;

 private:
  Result<Bytes> read(const std::string& path) {
    asked.push_back(path);
    const auto found = paths.find(path);
    if (found == paths.end()) return fail(ErrorCode::not_found, "no such file", path);
    return found->second;
  }
};

/// "entry 0", "entry 1", ...
inline std::vector<Bytes> entries(std::uint64_t from, std::uint64_t to) {
  std::vector<Bytes> made;
  for (std::uint64_t i = from; i < to; ++i) made.push_back(copy_of(bytes_of("entry " + std::to_string(i))));
  return made;
}

/// A ledger of the entries above, grown to each of `sizes` in turn.
struct Ledger {
  explicit Ledger(const std::vector<std::uint64_t>& sizes) {
    for (const std::uint64_t size : sizes) {
      Result<TileGrowth> growth = grow(frontier, entries(frontier.size.value, size));
      EXPECT_TRUE(growth.has_value());
      files.put(growth->files);
      for (std::uint64_t i = frontier.size.value; i < size; ++i) {
        tree.append(leaf_hash(bytes_of("entry " + std::to_string(i))));
      }
      frontier = std::move(growth->next);
    }
  }
  TileFrontier frontier;
  MemoryFiles files;
  MemoryTree tree;
};

}  // namespace strongroom::ledger::material
