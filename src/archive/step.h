/// The order of durability (protocol §4.2), as names. Each is reached when what it says is done; a test kills the
/// program at every one of them.
#pragma once

#include <array>
#include <string_view>

namespace strongroom::archive {

enum class Step {
  objects_durable,  ///< headers, bodies and register objects: one fdatasync for many
  leaves_staged,  ///< the batch's leaves are durable in the journal
  self_checked,  ///< the new root was computed a second way
  cell_swapped,  ///< the cell (size, root) was the old value and is durably the new one
  checkpoint_signed,
  tiles_published,  ///< full tiles and bundles are durable files
  checkpoint_published,  ///< readers can see the new size
  received_answered,
  witnessed,  ///< the witness quorum has cosigned, and the cosigned checkpoint is durable
  receipt_answered,  ///< a tlog-proof was handed out
};

inline constexpr std::array kSteps = {
    Step::objects_durable,   Step::leaves_staged,   Step::self_checked,         Step::cell_swapped,
    Step::checkpoint_signed, Step::tiles_published, Step::checkpoint_published, Step::received_answered,
    Step::witnessed,         Step::receipt_answered};

constexpr std::string_view name_of(Step step) {
  switch (step) {
    case Step::objects_durable: return "objects_durable";
    case Step::leaves_staged: return "leaves_staged";
    case Step::self_checked: return "self_checked";
    case Step::cell_swapped: return "cell_swapped";
    case Step::checkpoint_signed: return "checkpoint_signed";
    case Step::tiles_published: return "tiles_published";
    case Step::checkpoint_published: return "checkpoint_published";
    case Step::received_answered: return "received_answered";
    case Step::witnessed: return "witnessed";
    case Step::receipt_answered: return "receipt_answered";
  }
  return "unknown";
}

}  // namespace strongroom::archive
