/// The catalogue of the capture ledger: where every object lies, what every leaf is, where every chain stands.
/// Derived and disposable (protocol §4.3): deleted or behind, it is rebuilt from the leaves, the headers and the
/// vault's frames (catalogue_rebuild.h). Format page: docs/formats/catalogue.md.
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "archive/marks.h"
#include "archive/sqlite.h"
#include "archive/vault.h"
#include "envelope/header.h"

namespace strongroom::archive {

/// A capture leaf that stands for an entry.
struct EntryRow {
  std::uint64_t leaf = 0;
  Hash256 object{};  ///< SHA-256 of the signed header
  Hash256 header_hash{};
  envelope::DeviceId device{};
  envelope::Incarnation incarnation{};
  std::uint64_t sequence = 0;
  envelope::EntryKind kind = envelope::EntryKind::heartbeat;
  Marks marks;
  /// Of open: its class; of batch and close: the folder they belong to.
  std::uint32_t retention_class = 0;
  std::optional<Hash256> folder_header;
};
struct ObjectRow {
  Hash256 name{};
  Location at;
  std::uint8_t flags = 0;
};
/// Everything one commit adds.
struct CatalogueBatch {
  std::vector<ObjectRow> objects;
  std::vector<EntryRow> entries;
  std::vector<std::uint64_t> cross_leaves;
  VaultPosition vault;
  std::uint64_t size = 0;  ///< of the ledger, afterwards
  Hash256 root{};
};

/// A device's chain inside one incarnation.
struct ChainHead {
  std::uint64_t next = 0;
  Hash256 last{};  ///< header hash of next - 1
  std::uint64_t last_leaf = 0;
};
struct ChainKey {
  envelope::DeviceId device{};
  envelope::Incarnation incarnation{};
  bool operator==(const ChainKey&) const = default;
};
struct ChainKeyHash {
  std::size_t operator()(const ChainKey& key) const {
    return DigestHash{}(key.device) ^ DigestHash {}(key.incarnation);
  }
};
struct OpenFolder {
  envelope::DeviceId device{};
  std::uint32_t retention_class = 0;
};

/// `add` from one thread; the queries from any (they take turns).
class Catalogue {
 public:
  static Result<std::unique_ptr<Catalogue>> open(const std::string& path);

  Result<void> add(const CatalogueBatch& batch);

  struct Standing {
    std::uint64_t size = 0;
    Hash256 root{};
    VaultPosition vault;
  };
  /// How much of ledger and vault is in it.
  Result<Standing> standing();
  Result<std::optional<ObjectRow>> object(const Hash256& name);
  Result<std::optional<EntryRow>> entry(std::uint64_t leaf);
  Result<std::optional<EntryRow>> entry_by_object(const Hash256& object);
  Result<std::vector<EntryRow>> entries_of(const envelope::DeviceId& device, std::uint64_t from_leaf,
                                           std::size_t max);
  /// The entry of the highest leaf of this device, whatever its marks.
  Result<std::optional<EntryRow>> last_entry_of(const envelope::DeviceId& device);
  /// Those whose last entry is a retire entry, ascending.
  Result<std::vector<envelope::DeviceId>> retired_devices();
  Result<std::vector<std::uint64_t>> cross_leaves();
  /// How many cross leaves there are in [from, to).
  Result<std::uint64_t> count_cross_leaves(std::uint64_t from, std::uint64_t to);
  Result<std::optional<ChainHead>> chain(const ChainKey& key);
  /// All of them, for the writer's memory.
  Result<std::unordered_map<ChainKey, ChainHead, ChainKeyHash>> chains();
  Result<std::unordered_map<Hash256, OpenFolder, DigestHash>> open_folders();

 private:
  /// What `add` runs, prepared once.
  struct Inserts {
    Statement object, entry, chain, opened, closed, cross, standing;
  };
  Catalogue(Database writer, Inserts inserts, Database reader)
      : writer_(std::move(writer)), inserts_(std::move(inserts)), reader_(std::move(reader)) {}
  static Result<Inserts> prepare_inserts(Database& writer);
  Result<void> add_all(const CatalogueBatch& batch);
  Result<void> add_entry(const EntryRow& row);

  Database writer_;
  Inserts inserts_;  ///< ends before its database
  std::mutex reader_mutex_;
  Database reader_;
};

}  // namespace strongroom::archive
