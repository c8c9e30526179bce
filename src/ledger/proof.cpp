#include "ledger/proof.h"

#include <fmt/format.h>

#include "codec/text.h"
#include "ledger/hash_lines.h"

namespace strongroom::ledger {
namespace {

constexpr std::string_view kFirstLine = "c2sp.org/tlog-proof@v1";
constexpr std::string_view kExtra = "extra ";
constexpr std::string_view kIndex = "index ";

std::unexpected<Error> bad_proof(std::string what) {
  return fail(ErrorCode::malformed, std::move(what), "tlog-proof");
}

/// §6.2, once the checkpoint is accepted.
Result<ProvenEntry> verify_in(AcceptedCheckpoint accepted, const TlogProof& proof, BytesView entry) {
  const Checkpoint& tree = accepted.checkpoint();
  TRY_IN("tlog-proof", verify_inclusion(leaf_hash(entry), proof.index, tree.size, proof.hashes, tree.root));
  return ProvenEntry{proof.index, std::move(accepted)};
}

}  // namespace

Result<std::string_view> take_line(std::string_view& text) {
  const std::size_t end = text.find('\n');
  if (end == text.npos) return fail(ErrorCode::malformed, "the text ends within a line");
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(end + 1);
  return line;
}

Result<Proof> take_hash_lines(std::string_view& text) {
  Proof proof;
  for (;;) {
    const std::string_view line = TRY(take_line(text));
    if (line.empty()) return proof;
    if (proof.size() == kProofHashesMax)
      return fail(ErrorCode::malformed, "the proof has more than 63 hashes");
    const Bytes hash = TRY(codec::from_base64(line));
    if (hash.size() != 32) return fail(ErrorCode::malformed, "a hash of the proof is not 32 bytes");
    proof.push_back(array_of<32>(hash));
  }
}

std::string format_hash_lines(const Proof& proof) {
  std::string text;
  for (const Hash256& hash : proof) text += codec::base64(hash) + "\n";
  return text + "\n";
}

Result<TlogProof> parse_tlog_proof(std::string_view text) {
  if (text.size() > kTlogProofBytesMax)
    return fail(ErrorCode::limit_exceeded, "the proof is too long", "tlog-proof");
  if (TRY_IN("tlog-proof", take_line(text)) != kFirstLine) {
    return bad_proof("the first line is not c2sp.org/tlog-proof@v1");
  }
  TlogProof proof;
  std::string_view line = TRY_IN("tlog-proof", take_line(text));
  if (line.starts_with(kExtra)) {
    proof.extra = TRY_IN("tlog-proof extra", codec::from_base64(line.substr(kExtra.size())));
    line = TRY_IN("tlog-proof", take_line(text));
  }
  if (!line.starts_with(kIndex)) return bad_proof("the index line is missing");
  line.remove_prefix(kIndex.size());
  proof.index = LeafIndex{TRY_IN("tlog-proof index", codec::from_decimal(line, kTreeSizeMax.value))};
  proof.hashes = TRY_IN("tlog-proof", take_hash_lines(text));
  proof.checkpoint = text;
  return proof;
}

std::string format_tlog_proof(const TlogProof& proof) {
  std::string text = fmt::format("{}\n", kFirstLine);
  if (proof.extra) text += fmt::format("{}{}\n", kExtra, codec::base64(*proof.extra));
  return text + fmt::format("{}{}\n", kIndex, proof.index.value) + format_hash_lines(proof.hashes) +
         proof.checkpoint;
}

Result<ProvenEntry> verify_tlog_proof(const TlogProof& proof, BytesView entry, const Policy& policy) {
  return verify_in(TRY(accept(policy, proof.checkpoint)), proof, entry);
}

Result<ProvenEntry> verify_tlog_proof(const TlogProof& proof, BytesView entry, const Policy& policy,
                                      const LogIdentity& log) {
  return verify_in(TRY(accept(policy, log, proof.checkpoint)), proof, entry);
}

}  // namespace strongroom::ledger
