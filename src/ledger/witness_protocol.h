/// The witness protocol (C2SP tlog-witness), add-checkpoint, as pure functions: bodies, answers, and the decision.
/// Where state is kept, how the origin is locked and how answers travel is the witness program's business.
///
/// A witness does, in this order: examine() [steps 1 to 4]; lock the origin; decide() [5 to 8] with the stored
/// state; if it accepts: take the time, cosign, make the new state durable [9]; answer; unlock. A witness that
/// cannot prove that its state is current must not sign.
#pragma once

#include <expected>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/checkpoint.h"
#include "ledger/tree.h"

namespace strongroom::ledger {

inline constexpr std::string_view kTreeSizeMediaType = "text/x.tlog.size";
inline constexpr std::size_t kAddCheckpointBytesMax = kNoteBytesMax + 64 * 46;

/// "old <size>", proof lines, an empty line, the checkpoint.
struct AddCheckpoint {
  TreeSize old_size;
  Proof proof;  ///< from old_size to the checkpoint's size
  std::string checkpoint;  ///< the log's signed note, verbatim
  bool operator==(const AddCheckpoint&) const = default;
};
std::string format_add_checkpoint(const AddCheckpoint& request);
/// `limit_exceeded` above kAddCheckpointBytesMax.
Result<AddCheckpoint> parse_add_checkpoint(std::string_view body);

/// An HTTP answer: 200, 400, 403, 404, 409, 413 or 422.
struct WitnessAnswer {
  int status = 400;
  std::string content_type;  ///< empty, or kTreeSizeMediaType for 409
  std::string body;
  bool operator==(const WitnessAnswer&) const = default;
};
/// 200 with one or more cosignature lines.
WitnessAnswer answer_with(const std::vector<NoteSignature>& cosignatures);

/// What a client learns from an answer.
struct WitnessReply {
  std::vector<NoteSignature> cosignatures;  ///< of a 200; verify them before use
  std::optional<TreeSize> last_size;  ///< of a 409: send the proof from here
};
/// `refused` for 400, 403, 404, 413, 422; `unavailable` for anything else that is not 200 or 409.
Result<WitnessReply> parse_witness_answer(const WitnessAnswer& answer);

/// What the witness last cosigned for an origin.
struct WitnessedTree {
  TreeSize size;
  Hash256 root{};
  std::string checkpoint;  ///< the log's note, for the monitoring endpoint
  bool operator==(const WitnessedTree&) const = default;
};

/// A request whose form, origin and log signature hold.
struct ExaminedRequest {
  TreeSize old_size;
  Proof proof;
  CosignedCheckpoint checkpoint;  ///< with the log's verified signatures only
};
/// Steps 1 to 4; the error is the answer to send.
std::expected<ExaminedRequest, WitnessAnswer> examine(std::string_view body,
                                                      std::span<const LogIdentity> logs);
/// Steps 5 to 8, under the lock of the origin; `last` is the stored state, none if never cosigned. The value is the
/// state to make durable before the cosignature leaves; the error is the answer to send.
std::expected<WitnessedTree, WitnessAnswer> decide(const ExaminedRequest& request,
                                                   const std::optional<WitnessedTree>& last);

/// "<lower-case hex of H(origin)>/checkpoint": where a witness publishes the latest checkpoint of a log.
std::string monitoring_path(std::string_view origin);

}  // namespace strongroom::ledger
