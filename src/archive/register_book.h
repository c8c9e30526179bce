/// The register as the server holds it: replayed state, and where every object lies. Small enough for memory; read
/// whole at every start (protocol §2.1).
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <unordered_map>
#include <vector>

#include "archive/sequencer.h"
#include "archive/vault.h"
#include "roster/replay.h"

namespace strongroom::archive {

using RegisterSnapshot = std::shared_ptr<const roster::RegisterState>;

/// A leaf's object; none for a cross leaf.
struct BookedObject {
  Hash256 name{};
  Location at;
};
/// A leaf as readers get it; the object is empty for a cross leaf.
struct RegisterItem {
  Bytes leaf, object;
};

/// `add` from the register's writer only; the rest from any thread.
class RegisterBook {
 public:
  /// Replays all leaves of the ledger. `corrupt` if the vault has lost an object.
  static Result<std::unique_ptr<RegisterBook>> load(const Hash256& archive, const Vault& vault,
                                                    Sequencer& sequencer);

  RegisterSnapshot state() const;
  /// The leaf of an object that is in the register.
  std::optional<std::uint64_t> leaf_of(const Hash256& object) const;
  /// `not_found` if the register has no such object.
  Result<Bytes> object(const Hash256& name) const;
  /// Leaves from `from` on: at most `max`, and no more after `bytes_max` are reached.
  Result<std::vector<RegisterItem>> items(std::uint64_t from, std::uint64_t max, std::size_t bytes_max) const;

  void add(const std::vector<std::optional<BookedObject>>& leaves, RegisterSnapshot state);

 private:
  RegisterBook(const Vault& vault, Sequencer& sequencer) : vault_(vault), sequencer_(sequencer) {}

  const Vault& vault_;
  Sequencer& sequencer_;
  mutable std::mutex mutex_;
  std::vector<std::optional<BookedObject>> leaves_;
  std::unordered_map<Hash256, std::uint64_t, DigestHash> leaf_of_;
  RegisterSnapshot state_;
};

}  // namespace strongroom::archive
