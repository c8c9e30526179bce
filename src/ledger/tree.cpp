#include "ledger/tree.h"

#include <algorithm>
#include <bit>

#include "base/check.h"
#include "crypto/hash.h"

namespace strongroom::ledger {
namespace {

constexpr std::byte kLeafPrefix{0x00};
constexpr std::byte kNodePrefix{0x01};

std::unexpected<Error> does_not_hold(std::string what) {
  return fail(ErrorCode::unauthenticated, std::move(what));
}

/// Largest power of two below n, for n > 1.
std::uint64_t split(std::uint64_t n) { return std::bit_floor(n - 1); }

/// The root over the leaves [begin, end), where begin is a multiple of the largest subtree in it.
Result<Hash256> range_root(std::uint64_t begin, std::uint64_t end, HashReader& hashes) {
  std::vector<Hash256> peaks;
  while (begin < end) {
    const auto level = static_cast<unsigned>(std::bit_width(end - begin) - 1);
    peaks.push_back(TRY(hashes.node({level, begin >> level})));
    begin += std::uint64_t{1} << level;
  }
  CHECK(!peaks.empty());
  Hash256 root = peaks.back();
  for (std::size_t i = peaks.size() - 1; i > 0; --i) root = node_hash(peaks[i - 1], root);
  return root;
}

/// The walk shared by both verifications: `fn` and `sn` of §4.3 and §4.4.
struct Walk {
  std::uint64_t fn = 0;
  std::uint64_t sn = 0;

  void up() {
    fn >>= 1;
    sn >>= 1;
  }
  bool sibling_is_left() const { return (fn & 1) != 0 || fn == sn; }
  void up_past_missing_siblings() {
    while ((fn & 1) == 0 && fn != 0) up();
  }
};

}  // namespace

Hash256 empty_root() { return crypto::sha256(BytesView{}); }

Hash256 leaf_hash(BytesView data) {
  ByteArray<256> buffer;
  if (data.size() >= buffer.size()) return crypto::sha256({BytesView(&kLeafPrefix, 1), data});
  buffer[0] = kLeafPrefix;
  std::ranges::copy(data, buffer.begin() + 1);
  return crypto::sha256(BytesView(buffer.data(), data.size() + 1));
}

Hash256 node_hash(const Hash256& left, const Hash256& right) {
  ByteArray<65> buffer;
  buffer[0] = kNodePrefix;
  std::ranges::copy(left, buffer.begin() + 1);
  std::ranges::copy(right, buffer.begin() + 33);
  return crypto::sha256(BytesView(buffer));
}

Hash256 root_of_leaves(std::span<const Hash256> leaf_hashes) {
  CompactTree tree;
  tree.append(leaf_hashes);
  return tree.root();
}

Result<CompactTree> CompactTree::from_peaks(TreeSize size, std::vector<Hash256> peaks) {
  if (size > kTreeSizeMax) return fail(ErrorCode::limit_exceeded, "the tree size is above 2^62");
  if (peaks.size() != static_cast<std::size_t>(std::popcount(size.value))) {
    return fail(ErrorCode::malformed, "the number of peaks does not belong to the tree size");
  }
  CompactTree tree;
  tree.size_ = size;
  tree.peaks_ = std::move(peaks);
  return tree;
}

Result<CompactTree> CompactTree::decode(BytesView state) {
  if (state.size() < 8 || (state.size() - 8) % 32 != 0) {
    return fail(ErrorCode::malformed, "the state of a tree has the wrong length");
  }
  const TreeSize size{read_be<std::uint64_t>(state.first(8))};
  std::vector<Hash256> peaks;
  for (std::size_t at = 8; at < state.size(); at += 32) peaks.push_back(array_of<32>(state.subspan(at, 32)));
  return from_peaks(size, std::move(peaks));
}

void CompactTree::append(const Hash256& leaf) {
  CHECK(size_ < kTreeSizeMax);
  Hash256 node = leaf;
  // Every trailing one of the size is a complete subtree that this leaf completes into the next larger one.
  for (std::uint64_t rest = size_.value; (rest & 1) != 0; rest >>= 1) {
    node = node_hash(peaks_.back(), node);
    peaks_.pop_back();
  }
  peaks_.push_back(node);
  ++size_.value;
}

void CompactTree::append(std::span<const Hash256> leaves) {
  for (const Hash256& leaf : leaves) append(leaf);
}

Hash256 CompactTree::root() const {
  if (peaks_.empty()) return empty_root();
  Hash256 root = peaks_.back();
  for (std::size_t i = peaks_.size() - 1; i > 0; --i) root = node_hash(peaks_[i - 1], root);
  return root;
}

Bytes CompactTree::encode() const {
  Bytes state;
  append_u64(state, size_.value);
  for (const Hash256& peak : peaks_) strongroom::append(state, peak);
  return state;
}

// §4.2.
std::size_t inclusion_proof_length(LeafIndex index, TreeSize size) {
  CHECK(index.value < size.value && size <= kTreeSizeMax);
  const auto inner = static_cast<int>(std::bit_width(index.value ^ (size.value - 1)));
  return static_cast<std::size_t>(inner + std::popcount(index.value >> inner));
}

std::size_t consistency_proof_length(TreeSize old_size, TreeSize new_size) {
  CHECK(old_size.value > 0 && old_size < new_size && new_size <= kTreeSizeMax);
  const std::uint64_t last = old_size.value - 1;
  const auto inner = static_cast<int>(std::bit_width(last ^ (new_size.value - 1)));
  const int known = std::countr_zero(old_size.value);
  const int first = std::has_single_bit(old_size.value) ? 0 : 1;
  return static_cast<std::size_t>(inner - known + std::popcount(last >> inner) + first);
}

// §4.3.
Result<void> verify_inclusion(const Hash256& leaf, LeafIndex index, TreeSize size,
                              std::span<const Hash256> proof, const Hash256& root) {
  if (size > kTreeSizeMax) return fail(ErrorCode::limit_exceeded, "the tree size is above 2^62");
  if (index.value >= size.value) return does_not_hold("the leaf index lies outside the tree");
  if (proof.size() != inclusion_proof_length(index, size)) {
    return does_not_hold("the inclusion proof has the wrong number of hashes");
  }
  Walk walk{index.value, size.value - 1};
  Hash256 node = leaf;
  for (const Hash256& sibling : proof) {
    if (walk.sn == 0) return does_not_hold("the inclusion proof goes on above the root");
    if (walk.sibling_is_left()) {
      node = node_hash(sibling, node);
      walk.up_past_missing_siblings();
    } else {
      node = node_hash(node, sibling);
    }
    walk.up();
  }
  if (walk.sn != 0 || node != root) return does_not_hold("the inclusion proof does not lead to the root");
  return {};
}

// §4.4, steps 2 to 5.
static Result<void> verify_growth(TreeSize old_size, const Hash256& old_root, TreeSize new_size,
                                  const Hash256& new_root, std::span<const Hash256> proof) {
  if (proof.size() != consistency_proof_length(old_size, new_size)) {
    return does_not_hold("the consistency proof has the wrong number of hashes");
  }
  Walk walk{old_size.value - 1, new_size.value - 1};
  while ((walk.fn & 1) != 0) walk.up();
  Hash256 old_node = old_root;
  if (!std::has_single_bit(old_size.value)) {
    old_node = proof.front();
    proof = proof.subspan(1);
  }
  Hash256 new_node = old_node;
  for (const Hash256& sibling : proof) {
    if (walk.sn == 0) return does_not_hold("the consistency proof goes on above the root");
    if (walk.sibling_is_left()) {
      old_node = node_hash(sibling, old_node);
      new_node = node_hash(sibling, new_node);
      walk.up_past_missing_siblings();
    } else {
      new_node = node_hash(new_node, sibling);
    }
    walk.up();
  }
  if (old_node != old_root) return does_not_hold("the consistency proof does not lead to the old root");
  if (walk.sn != 0 || new_node != new_root) {
    return does_not_hold("the consistency proof does not lead to the new root");
  }
  return {};
}

// §4.4, step 1.
Result<void> verify_consistency(TreeSize old_size, const Hash256& old_root, TreeSize new_size,
                                const Hash256& new_root, std::span<const Hash256> proof) {
  if (new_size > kTreeSizeMax) return fail(ErrorCode::limit_exceeded, "the tree size is above 2^62");
  if (old_size > new_size) return does_not_hold("the tree is smaller than the one known before");
  const bool growth = old_size.value != 0 && old_size != new_size;
  if (growth) return verify_growth(old_size, old_root, new_size, new_root, proof);
  if (!proof.empty()) return does_not_hold("the consistency proof should be empty for these sizes");
  if (old_size == new_size && old_root != new_root)
    return does_not_hold("two roots for one tree size: the log forked");
  if (old_size.value == 0 && old_root != empty_root())
    return does_not_hold("the old tree is empty, its root is not");
  return {};
}

Result<Proof> inclusion_proof(LeafIndex index, TreeSize size, HashReader& hashes) {
  if (index.value >= size.value || size > kTreeSizeMax) {
    return fail(ErrorCode::malformed, "the leaf index lies outside the tree");
  }
  Proof proof;
  std::uint64_t begin = 0;
  std::uint64_t end = size.value;
  while (end - begin > 1) {
    const std::uint64_t middle = begin + split(end - begin);
    if (index.value < middle) {
      proof.push_back(TRY(range_root(middle, end, hashes)));
      end = middle;
    } else {
      proof.push_back(TRY(range_root(begin, middle, hashes)));
      begin = middle;
    }
  }
  std::ranges::reverse(proof);
  return proof;
}

Result<Proof> consistency_proof(TreeSize old_size, TreeSize new_size, HashReader& hashes) {
  if (old_size > new_size || new_size > kTreeSizeMax) {
    return fail(ErrorCode::malformed, "the sizes of a consistency proof are out of order");
  }
  Proof proof;
  if (old_size.value == 0 || old_size == new_size) return proof;
  std::uint64_t begin = 0;
  std::uint64_t end = new_size.value;
  while (end != old_size.value) {
    const std::uint64_t middle = begin + split(end - begin);
    if (old_size.value <= middle) {
      proof.push_back(TRY(range_root(middle, end, hashes)));
      end = middle;
    } else {
      proof.push_back(TRY(range_root(begin, middle, hashes)));
      begin = middle;
    }
  }
  // The verifier knows the old root; any other subtree at the end of the old tree it must be given.
  if (begin != 0) proof.push_back(TRY(range_root(begin, end, hashes)));
  std::ranges::reverse(proof);
  return proof;
}

Result<Hash256> root_at(TreeSize size, HashReader& hashes) {
  if (size > kTreeSizeMax) return fail(ErrorCode::limit_exceeded, "the tree size is above 2^62");
  if (size.value == 0) return empty_root();
  return range_root(0, size.value, hashes);
}

void MemoryTree::append(const Hash256& leaf) {
  Hash256 node = leaf;
  for (std::size_t level = 0;; ++level) {
    if (level == levels_.size()) levels_.emplace_back();
    std::vector<Hash256>& row = levels_[level];
    row.push_back(node);
    if (row.size() % 2 != 0) return;
    node = node_hash(row[row.size() - 2], row.back());
  }
}

TreeSize MemoryTree::size() const { return {levels_.empty() ? 0 : levels_.front().size()}; }

Hash256 MemoryTree::root(TreeSize size) const {
  CHECK(size <= this->size());
  std::vector<Hash256> peaks;
  std::uint64_t begin = 0;
  while (begin < size.value) {
    const auto level = static_cast<std::size_t>(std::bit_width(size.value - begin) - 1);
    peaks.push_back(levels_[level][begin >> level]);
    begin += std::uint64_t{1} << level;
  }
  const Result<CompactTree> tree = CompactTree::from_peaks(size, std::move(peaks));
  CHECK(tree.has_value());
  return tree->root();
}

Result<Hash256> MemoryTree::node(NodeAddress at) {
  if (at.level >= levels_.size() || at.index >= levels_[at.level].size()) {
    return fail(ErrorCode::not_found, "the tree has no such node");
  }
  return levels_[at.level][at.index];
}

}  // namespace strongroom::ledger
