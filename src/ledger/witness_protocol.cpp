#include "ledger/witness_protocol.h"

#include <fmt/format.h>

#include <algorithm>

#include "codec/text.h"
#include "crypto/hash.h"
#include "ledger/checkpoint_form.h"
#include "ledger/hash_lines.h"

namespace strongroom::ledger {
namespace {

constexpr std::string_view kOld = "old ";

enum Status : int {
  kOk = 200,
  kBadRequest = 400,
  kForbidden = 403,
  kNotFound = 404,
  kConflict = 409,
  kTooLarge = 413,
  kUnprocessable = 422,
};

std::unexpected<WitnessAnswer> answer(Status status, std::string_view sentence) {
  return std::unexpected(WitnessAnswer{status, {}, fmt::format("{}\n", sentence)});
}

/// Step 5: the client learns where to begin.
std::unexpected<WitnessAnswer> answer_last_size(TreeSize size) {
  return std::unexpected(
      WitnessAnswer{kConflict, std::string(kTreeSizeMediaType), fmt::format("{}\n", size.value)});
}

/// The note with the lines of these keys only.
Note signed_by(const Note& note, std::span<const VerifierKey> keys) {
  Note kept{note.text, {}};
  for (const NoteSignature& line : note.signatures) {
    const auto made = [&](const VerifierKey& key) { return key.name == line.name && key.id == line.key_id; };
    if (std::ranges::any_of(keys, made)) kept.signatures.push_back(line);
  }
  return kept;
}

}  // namespace

std::string format_add_checkpoint(const AddCheckpoint& request) {
  return fmt::format("{}{}\n", kOld, request.old_size.value) + format_hash_lines(request.proof) +
         request.checkpoint;
}

Result<AddCheckpoint> parse_add_checkpoint(std::string_view body) {
  constexpr std::string_view kPlace = "add-checkpoint";
  if (body.size() > kAddCheckpointBytesMax) {
    return fail(ErrorCode::limit_exceeded, "the request is too long", std::string(kPlace));
  }
  std::string_view line = TRY_IN(kPlace, take_line(body));
  if (!line.starts_with(kOld))
    return fail(ErrorCode::malformed, "the old line is missing", std::string(kPlace));
  line.remove_prefix(kOld.size());
  AddCheckpoint request;
  request.old_size = TreeSize{TRY_IN(kPlace, codec::from_decimal(line, kTreeSizeMax.value))};
  request.proof = TRY_IN(kPlace, take_hash_lines(body));
  request.checkpoint = body;
  return request;
}

WitnessAnswer answer_with(const std::vector<NoteSignature>& cosignatures) {
  WitnessAnswer answer{kOk, {}, {}};
  for (const NoteSignature& line : cosignatures) answer.body += format_signature_line(line);
  return answer;
}

Result<WitnessReply> parse_witness_answer(const WitnessAnswer& answer) {
  const std::string place = fmt::format("witness, status {}", answer.status);
  WitnessReply reply;
  switch (answer.status) {
    case kOk:
      if (answer.body.size() > kNoteBytesMax)
        return fail(ErrorCode::limit_exceeded, "the answer is too long", place);
      reply.cosignatures = TRY_IN(place, parse_signature_lines(answer.body));
      return reply;
    case kConflict: {
      std::string_view body = answer.body;
      if (answer.content_type != kTreeSizeMediaType) {
        return fail(ErrorCode::conflict, "the witness knows another size and does not say which", place);
      }
      const std::string_view line = TRY_IN(place, take_line(body));
      reply.last_size = TreeSize{TRY_IN(place, codec::from_decimal(line, kTreeSizeMax.value))};
      if (!body.empty())
        return fail(ErrorCode::malformed, "the size in the answer is followed by more", place);
      return reply;
    }
    case kBadRequest:
    case kForbidden:
    case kNotFound:
    case kTooLarge:
    case kUnprocessable:
      return fail(ErrorCode::refused, "the witness refused the checkpoint", place,
                  answer.status == kNotFound ? "ask the witness's operator to add this log's key" : "");
    default: return fail(ErrorCode::unavailable, "the witness did not answer as a witness does", place);
  }
}

// §8.2, steps 1 to 4.
std::expected<ExaminedRequest, WitnessAnswer> examine(std::string_view body,
                                                      std::span<const LogIdentity> logs) {
  if (body.size() > kAddCheckpointBytesMax) return answer(kTooLarge, "the request is too long");
  Result<AddCheckpoint> request = parse_add_checkpoint(body);
  if (!request) return answer(kBadRequest, request.error().what);
  const Result<Note> note = parse_note_unverified(request->checkpoint);
  if (!note) return answer(kBadRequest, note.error().what);
  Result<Checkpoint> checkpoint = parse_checkpoint_form(note->text);  // an empty tree's root is step 6
  if (!checkpoint) return answer(kBadRequest, checkpoint.error().what);

  const auto log = std::ranges::find(logs, checkpoint->origin, &LogIdentity::origin);
  if (log == logs.end()) return answer(kNotFound, "this witness does not know the log");
  if (!verify_note(*note, log->keys)) return answer(kForbidden, "the checkpoint is not signed by the log");
  if (request->old_size > checkpoint->size) return answer(kBadRequest, "the old size is above the new one");
  return ExaminedRequest{
      request->old_size, std::move(request->proof), {std::move(*checkpoint), signed_by(*note, log->keys)}};
}

// §8.2, steps 5 to 8.
std::expected<WitnessedTree, WitnessAnswer> decide(const ExaminedRequest& request,
                                                   const std::optional<WitnessedTree>& last) {
  const TreeSize last_size = last ? last->size : TreeSize{0};
  const Hash256 last_root = last ? last->root : empty_root();
  const Checkpoint& next = request.checkpoint.checkpoint;
  if (request.old_size != last_size) return answer_last_size(last_size);
  if (next.size.value == 0 && next.root != empty_root()) {
    return answer(kUnprocessable, "the tree is empty, its root is not the empty root");
  }
  // Step 7 with old = 0 (no proof lines) and step 8 (same size, same root) are cases of the same check. The old
  // root is the stored one, never one from the request.
  const Result<void> grown = verify_consistency(last_size, last_root, next.size, next.root, request.proof);
  if (!grown) return answer(kUnprocessable, grown.error().what);
  return WitnessedTree{next.size, next.root, format_note(request.checkpoint.note)};
}

std::string monitoring_path(std::string_view origin) {
  return codec::hex(crypto::sha256(bytes_of(origin))) + "/checkpoint";
}

}  // namespace strongroom::ledger
