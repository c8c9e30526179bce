/// The Merkle tree of RFC 6962 §2 over SHA-256, and proofs in it (RFC 9162 §2.1).
///
///            root(7)                 A node (level, index) is the root of the complete subtree over the
///           /       \                leaves [index·2^level, (index+1)·2^level). The complete subtrees of a
///        (2,0)       \               tree, left to right, are its *peaks*: here (2,0), (1,2), (0,6).
///       /     \     /   \            A tree is split at the largest power of two below its size;
///    (1,0)  (1,1) (1,2)  |           nothing is padded and nothing doubled.
///    /  \   /  \   /  \  |
///   l0  l1 l2  l3 l4 l5 l6
///
/// Everything here is a pure function of its arguments or an ordinary value; nothing is shared between threads.
#pragma once

#include <compare>
#include <span>
#include <vector>

#include "base/bytes.h"
#include "base/error.h"

namespace strongroom::ledger {

/// The position of a leaf, counted from 0.
struct LeafIndex {
  std::uint64_t value = 0;
  auto operator<=>(const LeafIndex&) const = default;
};
/// How many leaves a tree has.
struct TreeSize {
  std::uint64_t value = 0;
  auto operator<=>(const TreeSize&) const = default;
};
/// A complete subtree: the leaves [index·2^level, (index+1)·2^level).
struct NodeAddress {
  unsigned level = 0;
  std::uint64_t index = 0;
  auto operator<=>(const NodeAddress&) const = default;
};

/// No larger tree is read or made: 63 hashes then suffice for every proof.
inline constexpr TreeSize kTreeSizeMax{std::uint64_t{1} << 62};
inline constexpr std::size_t kProofHashesMax = 63;

/// An audit path or a consistency proof, the hash nearest the leaves first.
using Proof = std::vector<Hash256>;

Hash256 empty_root();  ///< H("")
Hash256 leaf_hash(BytesView data);  ///< H(00 ‖ data)
Hash256 node_hash(const Hash256& left, const Hash256& right);  ///< H(01 ‖ left ‖ right)
Hash256 root_of_leaves(std::span<const Hash256> leaf_hashes);

/// A tree that only grows, in O(log n) memory: its size and its peaks.
class CompactTree {
 public:
  /// `malformed` unless there is one peak for every set bit of `size`, highest first.
  static Result<CompactTree> from_peaks(TreeSize size, std::vector<Hash256> peaks);
  /// Reads encode(): u64 size ‖ 32 bytes a peak, nothing after.
  static Result<CompactTree> decode(BytesView state);

  void append(const Hash256& leaf);
  void append(std::span<const Hash256> leaves);
  TreeSize size() const { return size_; }
  Hash256 root() const;
  const std::vector<Hash256>& peaks() const { return peaks_; }  ///< largest subtree first
  Bytes encode() const;

 private:
  TreeSize size_;
  std::vector<Hash256> peaks_;
};

/// How many hashes a proof must have. CHECKs index < size, and 0 < old_size < new_size.
std::size_t inclusion_proof_length(LeafIndex index, TreeSize size);
std::size_t consistency_proof_length(TreeSize old_size, TreeSize new_size);

/// The leaf is at `index` of the tree (size, root). `unauthenticated` if not; lengths are checked before
/// anything is hashed. Compute `leaf` from the data yourself, never take it from the sender.
Result<void> verify_inclusion(const Hash256& leaf, LeafIndex index, TreeSize size,
                              std::span<const Hash256> proof, const Hash256& root);
/// The tree (old_size, old_root) is a prefix of (new_size, new_root). `unauthenticated` if not. The old root
/// comes from the caller's own memory, never from the message that carried the proof.
Result<void> verify_consistency(TreeSize old_size, const Hash256& old_root, TreeSize new_size,
                                const Hash256& new_root, std::span<const Hash256> proof);

/// Where nodes come from when proofs are made: tiles (tile.h) or memory.
class HashReader {
 public:
  virtual ~HashReader() = default;
  virtual Result<Hash256> node(NodeAddress at) = 0;
};

/// `malformed` if index >= size or the sizes are out of order; otherwise only what the reader fails with.
Result<Proof> inclusion_proof(LeafIndex index, TreeSize size, HashReader& hashes);
Result<Proof> consistency_proof(TreeSize old_size, TreeSize new_size, HashReader& hashes);
Result<Hash256> root_at(TreeSize size, HashReader& hashes);

/// Every node of a tree in memory (64 bytes a leaf): small trees, and tests.
class MemoryTree final : public HashReader {
 public:
  void append(const Hash256& leaf);
  TreeSize size() const;
  /// The root when the tree had `size` leaves; CHECKs that it has had so many.
  Hash256 root(TreeSize size) const;
  Hash256 root() const { return root(size()); }
  Result<Hash256> node(NodeAddress at) override;

 private:
  std::vector<std::vector<Hash256>> levels_;
};

}  // namespace strongroom::ledger
