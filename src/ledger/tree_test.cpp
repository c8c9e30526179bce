#include "ledger/tree.h"

#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <optional>
#include <random>

#include "base/shared_corpus.h"
#include "codec/text.h"
#include "crypto/hash.h"
#include "ledger/test_material.h"

namespace strongroom::ledger {
namespace {

Hash256 hash_of_hex(std::string_view hex) { return codec::array_from_hex<32>(hex).value(); }
Hash256 leaf(std::string_view text) { return leaf_hash(bytes_of(text)); }

/// RFC 6962 §2.1 as it is written, for comparison.
Hash256 reference_root(std::span<const Hash256> leaves) {
  if (leaves.empty()) return empty_root();
  if (leaves.size() == 1) return leaves[0];
  std::size_t k = 1;
  while (k * 2 < leaves.size()) k *= 2;
  return node_hash(reference_root(leaves.first(k)), reference_root(leaves.subspan(k)));
}

std::vector<Hash256> numbered_leaves(std::size_t count) {
  std::vector<Hash256> leaves;
  for (std::size_t i = 0; i < count; ++i) leaves.push_back(leaf(std::to_string(i)));
  return leaves;
}

MemoryTree tree_of(const std::vector<Hash256>& leaves) {
  MemoryTree tree;
  for (const Hash256& hash : leaves) tree.append(hash);
  return tree;
}

TEST(Tree, KnownAnswers) {
  EXPECT_EQ(codec::hex(empty_root()), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(codec::hex(leaf("")), "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d");
  EXPECT_EQ(codec::hex(leaf("a")), "022a6979e6dab7aa5ae4c3e5e45f7e977112a7e63593820dbec1ec738a24f93c");
  const Hash256 ab = node_hash(leaf("a"), leaf("b"));
  EXPECT_EQ(codec::hex(ab), "b137985ff484fb600db93107c77b0365c80d78f5b429ded0fd97361d077999eb");
  const Hash256 abc = hash_of_hex("36642e73c2540ab121e3a6bf9545b0a24982cd830eb13d3cd19de3ce6c021ec1");
  EXPECT_EQ(root_of_leaves(std::vector{leaf("a"), leaf("b"), leaf("c")}), abc);

  MemoryTree tree = tree_of({leaf("a"), leaf("b"), leaf("c")});
  EXPECT_EQ(inclusion_proof({0}, {3}, tree).value(), (Proof{leaf("b"), leaf("c")}));
  EXPECT_EQ(inclusion_proof({1}, {3}, tree).value(), (Proof{leaf("a"), leaf("c")}));
  EXPECT_EQ(inclusion_proof({2}, {3}, tree).value(), Proof{ab});
  EXPECT_EQ(consistency_proof({1}, {3}, tree).value(), (Proof{leaf("b"), leaf("c")}));
  EXPECT_EQ(consistency_proof({2}, {3}, tree).value(), Proof{leaf("c")});
  EXPECT_EQ(consistency_proof({1}, {2}, tree).value(), Proof{leaf("b")});
  EXPECT_EQ(consistency_proof({3}, {3}, tree).value(), Proof{});
}

TEST(Tree, LeafHashIsTheSameForShortAndLongData) {
  for (const std::size_t length : {0u, 1u, 54u, 55u, 56u, 254u, 255u, 256u, 300u, 65535u}) {
    const std::string data(length, 'x');
    EXPECT_EQ(leaf(data), crypto::sha256(bytes_of(std::string(1, '\0') + data))) << length;
  }
}

TEST(Tree, EverySizeToSeventyAgreesWithTheDefinition) {
  const auto leaves = numbered_leaves(70);
  MemoryTree tree = tree_of(leaves);
  CompactTree compact;
  for (std::size_t size = 0; size <= leaves.size(); ++size) {
    if (size > 0) compact.append(leaves[size - 1]);
    const Hash256 root = reference_root(std::span(leaves).first(size));
    EXPECT_EQ(compact.root(), root);
    EXPECT_EQ(tree.root({size}), root);
    EXPECT_EQ(root_at({size}, tree).value(), root);
  }
}

TEST(Tree, EveryProofToSeventyVerifiesAndNoOtherLengthDoes) {
  const auto leaves = numbered_leaves(70);
  MemoryTree tree = tree_of(leaves);
  for (std::uint64_t size = 1; size <= leaves.size(); ++size) {
    const Hash256 root = tree.root({size});
    for (std::uint64_t index = 0; index < size; ++index) {
      Proof proof = inclusion_proof({index}, {size}, tree).value();
      EXPECT_TRUE(verify_inclusion(leaves[index], {index}, {size}, proof, root));
      EXPECT_FALSE(verify_inclusion(leaves[index], {index + size}, {size}, proof, root));
      proof.push_back(root);
      EXPECT_FALSE(verify_inclusion(leaves[index], {index}, {size}, proof, root));
    }
    for (std::uint64_t old = 0; old <= size; ++old) {
      Proof proof = consistency_proof({old}, {size}, tree).value();
      EXPECT_TRUE(verify_consistency({old}, tree.root({old}), {size}, root, proof)) << old << " " << size;
      EXPECT_FALSE(verify_consistency({size + 1}, root, {size}, root, proof));
      proof.push_back(root);
      EXPECT_FALSE(verify_consistency({old}, tree.root({old}), {size}, root, proof));
    }
  }
}

TEST(Tree, RandomTreesToTwoThousandLeaves) {
  std::mt19937_64 random(20260101);
  const auto leaves = numbered_leaves(2000);
  MemoryTree tree = tree_of(leaves);
  for (int round = 0; round < 400; ++round) {
    const std::uint64_t size = 1 + random() % leaves.size();
    const std::uint64_t index = random() % size;
    const std::uint64_t old = 1 + random() % size;
    const Hash256 root = tree.root({size});
    ASSERT_EQ(root, root_of_leaves(std::span(leaves).first(size)));
    Proof inclusion = inclusion_proof({index}, {size}, tree).value();
    ASSERT_TRUE(verify_inclusion(leaves[index], {index}, {size}, inclusion, root));
    Proof consistency = consistency_proof({old}, {size}, tree).value();
    ASSERT_TRUE(verify_consistency({old}, tree.root({old}), {size}, root, consistency));
    if (!inclusion.empty()) {
      inclusion[random() % inclusion.size()][random() % 32] ^= std::byte{1};
      ASSERT_FALSE(verify_inclusion(leaves[index], {index}, {size}, inclusion, root));
    }
    if (!consistency.empty()) {
      consistency[random() % consistency.size()][random() % 32] ^= std::byte{1};
      ASSERT_FALSE(verify_consistency({old}, tree.root({old}), {size}, root, consistency));
    }
  }
}

TEST(Tree, TwoRootsForOneSizeAreAFork) {
  EXPECT_FALSE(verify_consistency({2}, leaf("a"), {2}, leaf("b"), {}));
  EXPECT_TRUE(verify_consistency({2}, leaf("a"), {2}, leaf("a"), {}));
  EXPECT_TRUE(verify_consistency({0}, empty_root(), {2}, leaf("a"), {}));
  EXPECT_FALSE(verify_consistency({0}, leaf("a"), {2}, leaf("b"), {}));
}

TEST(Tree, CompactStateSurvivesEncoding) {
  CompactTree tree;
  for (const Hash256& hash : numbered_leaves(300)) {
    tree.append(hash);
    const auto again = CompactTree::decode(tree.encode());
    ASSERT_TRUE(again);
    ASSERT_EQ(again->root(), tree.root());
    ASSERT_EQ(again->size(), tree.size());
  }
  Bytes state = tree.encode();
  state.pop_back();
  EXPECT_FALSE(CompactTree::decode(state));
  state = tree.encode();
  state[7] ^= std::byte{1};
  EXPECT_FALSE(CompactTree::decode(state));
  state[0] = std::byte{0xFF};
  EXPECT_FALSE(CompactTree::decode(state));
  EXPECT_FALSE(CompactTree::decode({}));
}

// --- merkle-transparency-dev ---

/// A 32-byte field, or nothing where the vector has another length, which every reader must refuse.
std::optional<Hash256> hash_field(const boost::json::object& vector, std::string_view key) {
  const Bytes bytes = codec::from_base64(std::string(vector.at(key).as_string())).value();
  if (bytes.size() != 32) return std::nullopt;
  return array_of<32>(bytes);
}
std::optional<Proof> proof_field(const boost::json::object& vector) {
  Proof proof;
  if (vector.at("proof").is_null()) return proof;
  for (const auto& item : vector.at("proof").as_array()) {
    const Bytes bytes = codec::from_base64(std::string(item.as_string())).value();
    if (bytes.size() != 32) return std::nullopt;
    proof.push_back(array_of<32>(bytes));
  }
  return proof;
}
std::uint64_t number(const boost::json::object& vector, std::string_view key) {
  return vector.at(key).to_number<std::uint64_t>();
}

bool inclusion_holds(const boost::json::object& v) {
  const auto root = hash_field(v, "root");
  const auto leaf = hash_field(v, "leafHash");
  const auto proof = proof_field(v);
  return root && leaf && proof &&
         verify_inclusion(*leaf, {number(v, "leafIdx")}, {number(v, "treeSize")}, *proof, *root).has_value();
}
bool consistency_holds(const boost::json::object& v) {
  const auto root1 = hash_field(v, "root1");
  const auto root2 = hash_field(v, "root2");
  const auto proof = proof_field(v);
  return root1 && root2 && proof &&
         verify_consistency({number(v, "size1")}, *root1, {number(v, "size2")}, *root2, *proof).has_value();
}

template <class Holds>
void run_vectors(const std::filesystem::path& folder, std::size_t files, std::size_t good, Holds holds) {
  std::size_t seen = 0;
  std::size_t held = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (entry.path().extension() != ".json") continue;
    // Its roots are twelve bytes long; this reader keeps the length check.
    if (entry.path().stem() == "sizes-are-equal-one-and-proof-is-empty") continue;
    SCOPED_TRACE(entry.path());
    const auto vector = boost::json::parse(material::read_file(entry.path())).as_object();
    const bool expected = !vector.at("wantErr").as_bool();
    EXPECT_EQ(holds(vector), expected);
    ++seen;
    held += expected ? 1 : 0;
  }
  EXPECT_EQ(seen, files);
  EXPECT_EQ(held, good);
}

TEST(Tree, AgreesWithTheInclusionVectors) {
  STRONGROOM_CORPUS(folder, "vectors/merkle-transparency-dev/testdata/inclusion");
  run_vectors(folder, 98, 6, inclusion_holds);
}
TEST(Tree, AgreesWithTheConsistencyVectors) {
  STRONGROOM_CORPUS(folder, "vectors/merkle-transparency-dev/testdata/consistency");
  run_vectors(folder, 97, 5, consistency_holds);
}

}  // namespace
}  // namespace strongroom::ledger
