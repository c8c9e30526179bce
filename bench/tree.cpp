// The tree on one core: leaves of the capture ledger hashed and appended, root taken.
#include "ledger/tree.h"
#include "comparison.h"
#include "envelope/leaf.h"
#include "figures.h"
#include "openssl_limits.h"

namespace strongroom::bench {
namespace {

constexpr std::size_t kLeaves = 1 << 16;
constexpr std::size_t kCompressionsALeaf =
    4;  // a 98-byte leaf input and a 65-byte node input, two blocks each
constexpr std::size_t kBlock = 64;

void grow(std::vector<Bytes>& leaves) {
  ledger::CompactTree tree;
  for (const Bytes& leaf : leaves) tree.append(ledger::leaf_hash(leaf));
  benchmark::DoNotOptimize(tree.root());
}

}  // namespace

void register_tree() {
  register_comparison({"tree/leaves",
                       "leaves/s, thread CPU; limit: as many SHA-256 blocks in one stream",
                       Clock::thread_cpu,
                       {.ours_least = 2e6}},
                      [] {
                        const auto leaves = std::make_shared<std::vector<Bytes>>(kLeaves);
                        for (std::size_t i = 0; i < kLeaves; ++i) {
                          envelope::CaptureLeaf leaf;
                          leaf.header.sha256[i % 32] = static_cast<std::byte>(i);
                          (*leaves)[i] = envelope::encode(leaf);
                        }
                        const auto stream = std::make_shared<Bytes>(kCompressionsALeaf * kBlock);
                        return Pair{[leaves] { grow(*leaves); },
                                    [stream] { sha256_stream(*stream, kLeaves); }, kLeaves};
                      });
}

}  // namespace strongroom::bench
