#include "ledger/checkpoint.h"

#include <fmt/format.h>

#include <algorithm>

#include "codec/text.h"
#include "ledger/checkpoint_form.h"

namespace strongroom::ledger {
namespace {

std::unexpected<Error> bad_checkpoint(std::string what) {
  return fail(ErrorCode::malformed, std::move(what), "checkpoint");
}

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    lines.push_back(text.substr(0, end));
    text.remove_prefix(end == text.npos ? text.size() : end + 1);
  }
  return lines;
}

}  // namespace

Result<Checkpoint> parse_checkpoint_form(std::string_view text) {
  if (text.empty() || text.back() != '\n') return bad_checkpoint("the text does not end in a line feed");
  const std::vector<std::string_view> lines = lines_of(text);
  if (lines.size() < 3) return bad_checkpoint("the text has fewer than three lines");
  if (std::ranges::any_of(lines, &std::string_view::empty))
    return bad_checkpoint("the text has an empty line");
  Checkpoint checkpoint;
  checkpoint.origin = lines[0];
  checkpoint.size = TreeSize{TRY_IN("checkpoint size", codec::from_decimal(lines[1], kTreeSizeMax.value))};
  const Bytes root = TRY_IN("checkpoint root", codec::from_base64(lines[2]));
  if (root.size() != checkpoint.root.size()) return bad_checkpoint("the root is not 32 bytes");
  checkpoint.root = array_of<32>(root);
  checkpoint.extensions.assign(lines.begin() + 3, lines.end());
  return checkpoint;
}

// §2.3.
Result<Checkpoint> parse_checkpoint_text(std::string_view text) {
  Checkpoint checkpoint = TRY(parse_checkpoint_form(text));
  if (checkpoint.size.value == 0 && checkpoint.root != empty_root()) {
    return bad_checkpoint("the tree is empty, its root is not the empty root");
  }
  return checkpoint;
}

std::string format_checkpoint_text(const Checkpoint& checkpoint) {
  std::string text =
      fmt::format("{}\n{}\n{}\n", checkpoint.origin, checkpoint.size.value, codec::base64(checkpoint.root));
  for (const std::string& line : checkpoint.extensions) text += line + "\n";
  return text;
}

Result<CosignedCheckpoint> parse_cosigned_checkpoint_unverified(std::string_view bytes) {
  Note note = TRY(parse_note_unverified(bytes));
  Checkpoint checkpoint = TRY(parse_checkpoint_text(note.text));
  return CosignedCheckpoint{std::move(checkpoint), std::move(note)};
}

std::string format_cosigned_checkpoint(const CosignedCheckpoint& checkpoint) {
  return format_note(checkpoint.note);
}

LogIdentity identity_of(const VerifierKey& key) { return {key.name, {key}}; }

// §2.1: origin and key are compared separately.
Result<void> check_origin(const Checkpoint& checkpoint, const LogIdentity& log) {
  if (checkpoint.origin == log.origin) return {};
  return fail(
      ErrorCode::unauthenticated, "the checkpoint is of another log than the one asked for", "origin",
      "compare its first line with the log's name; some logs have a key of another name than their origin");
}

Result<CosignedCheckpoint> open_checkpoint(std::string_view bytes, const LogIdentity& log) {
  const Note note = TRY(parse_note_unverified(bytes));
  TRY(verify_note(note, log.keys));
  CosignedCheckpoint opened{TRY(parse_checkpoint_text(note.text)), note};
  TRY(check_origin(opened.checkpoint, log));
  return opened;
}

CosignedCheckpoint with_cosignatures(const CosignedCheckpoint& checkpoint,
                                     const std::vector<NoteSignature>& lines) {
  CosignedCheckpoint added = checkpoint;
  std::vector<NoteSignature>& there = added.note.signatures;
  for (const NoteSignature& line : lines) {
    if (std::ranges::find(there, line) == there.end()) there.push_back(line);
  }
  return added;
}

// §3.1.
Bytes cosignature_message(std::uint64_t time, std::string_view checkpoint_text) {
  return copy_of(bytes_of(fmt::format("cosignature/v1\ntime {}\n{}", time, checkpoint_text)));
}

// §3.2.
Result<Bytes> ml_dsa_cosignature_message(std::string_view cosigner, std::uint64_t time,
                                         const Checkpoint& checkpoint) {
  constexpr std::size_t kNameBytesMax = 255;
  for (const std::string_view name : {cosigner, std::string_view(checkpoint.origin)}) {
    if (name.empty() || name.size() > kNameBytesMax) {
      return fail(ErrorCode::malformed, "a name in a cosignature must have 1 to 255 bytes", "cosignature");
    }
  }
  Bytes message = copy_of(bytes_of(std::string_view("subtree/v1\n\0", 12)));
  message.push_back(static_cast<std::byte>(cosigner.size()));
  append(message, bytes_of(cosigner));
  append_u64(message, time);
  message.push_back(static_cast<std::byte>(checkpoint.origin.size()));
  append(message, bytes_of(checkpoint.origin));
  append_u64(message, 0);
  append_u64(message, checkpoint.size.value);
  append(message, checkpoint.root);
  return message;
}

}  // namespace strongroom::ledger
