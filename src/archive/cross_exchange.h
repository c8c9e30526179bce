/// Cross leaves (protocol §2.1): each ledger takes the other's latest checkpoint with the witness quorum, verbatim,
/// if that gained any leaf since the last one taken that is not itself a cross leaf. So none ever triggers another.
#pragma once

#include <functional>
#include <mutex>
#include <optional>
#include <string>

#include "archive/catalogue.h"
#include "archive/register_book.h"

namespace strongroom::archive {

/// The newest checkpoint of a ledger that has the witness quorum.
struct WitnessedCheckpoint {
  ledger::TreeSize size;
  Hash256 root{};
  std::string checkpoint;  ///< with every cosignature collected
};
using WitnessedSource = std::function<std::optional<WitnessedCheckpoint>()>;

/// The first cross leaf of the capture ledger whose register checkpoint covers this register leaf; `not_found` if
/// none does yet.
Result<std::uint64_t> capture_cross_over(Catalogue& catalogue, TileStore& capture_tiles,
                                         std::uint64_t register_leaf);

/// Threads may share it.
class CrossExchange {
 public:
  /// `capture_tiles` tells what the capture ledger took last.
  static Result<std::unique_ptr<CrossExchange>> create(Catalogue& catalogue, TileStore& capture_tiles,
                                                       WitnessedSource of_register,
                                                       WitnessedSource of_capture);

  /// What the register should take now, given its state; none if nothing is due.
  Result<std::optional<std::string>> for_register(const roster::RegisterState& state);
  /// What the capture ledger should take now. Each is given out once: the caller sees that it is taken.
  std::optional<std::string> for_capture(const roster::RegisterState& state);

 private:
  CrossExchange(Catalogue& catalogue, WitnessedSource of_register, WitnessedSource of_capture)
      : catalogue_(catalogue), of_register_(std::move(of_register)), of_capture_(std::move(of_capture)) {}
  Catalogue& catalogue_;
  WitnessedSource of_register_, of_capture_;
  std::mutex mutex_;
  std::uint64_t register_size_taken_ = 0;
};

}  // namespace strongroom::archive
