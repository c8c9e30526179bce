#include "archive/catalogue.h"

namespace strongroom::archive {
namespace {

// WAL with NORMAL: a power failure may lose the last transactions, never the file's form; `standing` shows it.
constexpr const char* kSettings =
    "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA temp_store=MEMORY; PRAGMA cache_size=-16384;";
constexpr const char* kSchema = R"(
  CREATE TABLE IF NOT EXISTS standing (one INTEGER PRIMARY KEY CHECK (one = 1), size INTEGER NOT NULL,
    root BLOB NOT NULL, segment INTEGER NOT NULL, offset INTEGER NOT NULL);
  CREATE TABLE IF NOT EXISTS object (name BLOB PRIMARY KEY, segment INTEGER NOT NULL, offset INTEGER NOT NULL,
    length INTEGER NOT NULL, flags INTEGER NOT NULL) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS entry (leaf INTEGER PRIMARY KEY, object BLOB NOT NULL, header_hash BLOB NOT NULL,
    device BLOB NOT NULL, incarnation BLOB NOT NULL, sequence INTEGER NOT NULL, kind INTEGER NOT NULL,
    marks INTEGER NOT NULL, class INTEGER NOT NULL, folder BLOB);
  CREATE INDEX IF NOT EXISTS entry_object ON entry (object);
  CREATE INDEX IF NOT EXISTS entry_device ON entry (device, leaf);
  CREATE INDEX IF NOT EXISTS entry_retire ON entry (device) WHERE kind = 5;
  CREATE TABLE IF NOT EXISTS cross_leaf (leaf INTEGER PRIMARY KEY);
  CREATE TABLE IF NOT EXISTS chain (device BLOB, incarnation BLOB, next INTEGER NOT NULL, last BLOB NOT NULL,
    last_leaf INTEGER NOT NULL, PRIMARY KEY (device, incarnation)) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS open_folder (folder BLOB PRIMARY KEY, device BLOB NOT NULL,
    class INTEGER NOT NULL) WITHOUT ROWID;
)";
static_assert(static_cast<int>(envelope::EntryKind::retire) == 5, "entry_retire and retired_devices name it");
constexpr const char* kEntryColumns =
    "leaf, object, header_hash, device, incarnation, sequence, kind, marks, class, folder";

EntryRow entry_of(const Statement& row) {
  EntryRow out;
  out.leaf = row.integer(0);
  out.object = row.array<32>(1);
  out.header_hash = row.array<32>(2);
  out.device = row.array<16>(3);
  out.incarnation = row.array<16>(4);
  out.sequence = row.integer(5);
  out.kind = static_cast<envelope::EntryKind>(row.integer(6));
  out.marks = Marks(static_cast<std::uint8_t>(row.integer(7)));
  out.retention_class = static_cast<std::uint32_t>(row.integer(8));
  const Bytes folder = row.bytes(9);
  if (folder.size() == 32) out.folder_header = array_of<32>(folder);
  return out;
}

std::string select_entry(const char* condition) {
  return std::string("SELECT ") + kEntryColumns + " FROM entry WHERE " + condition;
}

}  // namespace

Result<std::unique_ptr<Catalogue>> Catalogue::open(const std::string& path) {
  Database writer = TRY(Database::open(path, Database::Mode::read_write));
  TRY(writer.execute(kSettings));
  TRY(writer.execute(kSchema));
  Inserts inserts = TRY(prepare_inserts(writer));
  Database reader = TRY(Database::open(path, Database::Mode::read_only));
  return std::unique_ptr<Catalogue>(new Catalogue(std::move(writer), std::move(inserts), std::move(reader)));
}

Result<void> Catalogue::add(const CatalogueBatch& batch) {
  TRY(writer_.execute("BEGIN IMMEDIATE"));
  const Result<void> added = add_all(batch);
  if (!added) {
    static_cast<void>(writer_.execute("ROLLBACK"));
    return added;
  }
  return writer_.execute("COMMIT");
}

Result<Catalogue::Inserts> Catalogue::prepare_inserts(Database& writer) {
  return Inserts{TRY(writer.prepare("INSERT OR REPLACE INTO object VALUES (?, ?, ?, ?, ?)")),
                 TRY(writer.prepare("INSERT INTO entry VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")),
                 TRY(writer.prepare("INSERT OR REPLACE INTO chain VALUES (?, ?, ?, ?, ?)")),
                 TRY(writer.prepare("INSERT OR REPLACE INTO open_folder VALUES (?, ?, ?)")),
                 TRY(writer.prepare("DELETE FROM open_folder WHERE folder = ?")),
                 TRY(writer.prepare("INSERT OR IGNORE INTO cross_leaf VALUES (?)")),
                 TRY(writer.prepare("INSERT OR REPLACE INTO standing VALUES (1, ?, ?, ?, ?)"))};
}

Result<void> Catalogue::add_all(const CatalogueBatch& batch) {
  for (const ObjectRow& row : batch.objects) {
    Statement& object = inserts_.object;
    object.bind(1, row.name).bind(2, std::uint64_t{row.at.segment}).bind(3, row.at.offset);
    object.bind(4, std::uint64_t{row.at.length}).bind(5, std::uint64_t{row.flags});
    TRY(Database::run(object));
  }
  for (const EntryRow& row : batch.entries) TRY(add_entry(row));
  for (const std::uint64_t leaf : batch.cross_leaves) {
    inserts_.cross.bind(1, leaf);
    TRY(Database::run(inserts_.cross));
  }
  Statement& standing = inserts_.standing;
  standing.bind(1, batch.size).bind(2, batch.root).bind(3, std::uint64_t{batch.vault.segment});
  standing.bind(4, batch.vault.offset);
  return Database::run(standing);
}

Result<void> Catalogue::add_entry(const EntryRow& row) {
  Statement& entry = inserts_.entry;
  entry.bind(1, row.leaf).bind(2, row.object).bind(3, row.header_hash).bind(4, row.device);
  entry.bind(5, row.incarnation).bind(6, row.sequence).bind(7, static_cast<std::uint64_t>(row.kind));
  entry.bind(8, std::uint64_t{row.marks.bits()}).bind(9, std::uint64_t{row.retention_class});
  entry.bind(10, row.folder_header ? BytesView(*row.folder_header) : BytesView());
  TRY(Database::run(entry));
  if (row.marks.has(Mark::equivocation)) return {};
  inserts_.chain.bind(1, row.device)
      .bind(2, row.incarnation)
      .bind(3, row.sequence + 1)
      .bind(4, row.header_hash);
  inserts_.chain.bind(5, row.leaf);
  TRY(Database::run(inserts_.chain));
  if (row.kind == envelope::EntryKind::open) {
    inserts_.opened.bind(1, row.header_hash).bind(2, row.device).bind(3, std::uint64_t{row.retention_class});
    return Database::run(inserts_.opened);
  }
  if (row.kind == envelope::EntryKind::close && row.folder_header) {
    inserts_.closed.bind(1, *row.folder_header);
    return Database::run(inserts_.closed);
  }
  return {};
}

Result<Catalogue::Standing> Catalogue::standing() {
  const std::lock_guard lock(reader_mutex_);
  Statement query = TRY(reader_.prepare("SELECT size, root, segment, offset FROM standing"));
  Standing out;
  if (!TRY(query.step())) return out;
  out.size = query.integer(0);
  out.root = query.array<32>(1);
  out.vault = {static_cast<std::uint32_t>(query.integer(2)), query.integer(3)};
  return out;
}

Result<std::optional<ObjectRow>> Catalogue::object(const Hash256& name) {
  const std::lock_guard lock(reader_mutex_);
  Statement query = TRY(reader_.prepare("SELECT segment, offset, length, flags FROM object WHERE name = ?"));
  query.bind(1, name);
  if (!TRY(query.step())) return std::optional<ObjectRow>{};
  ObjectRow out;
  out.name = name;
  out.at = {static_cast<std::uint32_t>(query.integer(0)), query.integer(1),
            static_cast<std::uint32_t>(query.integer(2))};
  out.flags = static_cast<std::uint8_t>(query.integer(3));
  return std::optional(out);
}

Result<std::optional<EntryRow>> Catalogue::entry(std::uint64_t leaf) {
  const std::lock_guard lock(reader_mutex_);
  Statement query = TRY(reader_.prepare(select_entry("leaf = ?").c_str()));
  query.bind(1, leaf);
  if (!TRY(query.step())) return std::optional<EntryRow>{};
  return std::optional(entry_of(query));
}

Result<std::optional<EntryRow>> Catalogue::entry_by_object(const Hash256& object) {
  const std::lock_guard lock(reader_mutex_);
  Statement query = TRY(reader_.prepare(select_entry("object = ? ORDER BY leaf LIMIT 1").c_str()));
  query.bind(1, object);
  if (!TRY(query.step())) return std::optional<EntryRow>{};
  return std::optional(entry_of(query));
}

Result<std::vector<EntryRow>> Catalogue::entries_of(const envelope::DeviceId& device, std::uint64_t from_leaf,
                                                    std::size_t max) {
  const std::lock_guard lock(reader_mutex_);
  Statement query =
      TRY(reader_.prepare(select_entry("device = ? AND leaf >= ? ORDER BY leaf LIMIT ?").c_str()));
  query.bind(1, device).bind(2, from_leaf).bind(3, std::uint64_t{max});
  std::vector<EntryRow> out;
  while (TRY(query.step())) out.push_back(entry_of(query));
  return out;
}

Result<std::optional<EntryRow>> Catalogue::last_entry_of(const envelope::DeviceId& device) {
  const std::lock_guard lock(reader_mutex_);
  Statement query = TRY(reader_.prepare(select_entry("device = ? ORDER BY leaf DESC LIMIT 1").c_str()));
  query.bind(1, device);
  if (!TRY(query.step())) return std::optional<EntryRow>{};
  return std::optional(entry_of(query));
}

Result<std::vector<envelope::DeviceId>> Catalogue::retired_devices() {
  const std::lock_guard lock(reader_mutex_);
  Statement query =
      TRY(reader_.prepare("SELECT device FROM entry r WHERE kind = 5 AND NOT EXISTS (SELECT 1 FROM entry l "
                          "WHERE l.device = r.device "
                          "AND l.leaf > r.leaf) ORDER BY device"));
  std::vector<envelope::DeviceId> out;
  while (TRY(query.step())) out.push_back(query.array<16>(0));
  return out;
}

Result<std::vector<std::uint64_t>> Catalogue::cross_leaves() {
  const std::lock_guard lock(reader_mutex_);
  Statement query = TRY(reader_.prepare("SELECT leaf FROM cross_leaf ORDER BY leaf"));
  std::vector<std::uint64_t> out;
  while (TRY(query.step())) out.push_back(query.integer(0));
  return out;
}

Result<std::uint64_t> Catalogue::count_cross_leaves(std::uint64_t from, std::uint64_t to) {
  const std::lock_guard lock(reader_mutex_);
  Statement query = TRY(reader_.prepare("SELECT count(*) FROM cross_leaf WHERE leaf >= ? AND leaf < ?"));
  query.bind(1, from).bind(2, to);
  TRY(query.step());
  return query.integer(0);
}

Result<std::optional<ChainHead>> Catalogue::chain(const ChainKey& key) {
  const std::lock_guard lock(reader_mutex_);
  Statement query =
      TRY(reader_.prepare("SELECT next, last, last_leaf FROM chain WHERE device = ? AND incarnation = ?"));
  query.bind(1, key.device).bind(2, key.incarnation);
  if (!TRY(query.step())) return std::optional<ChainHead>{};
  return std::optional(ChainHead{query.integer(0), query.array<32>(1), query.integer(2)});
}

Result<std::unordered_map<ChainKey, ChainHead, ChainKeyHash>> Catalogue::chains() {
  const std::lock_guard lock(reader_mutex_);
  Statement query = TRY(reader_.prepare("SELECT device, incarnation, next, last, last_leaf FROM chain"));
  std::unordered_map<ChainKey, ChainHead, ChainKeyHash> out;
  while (TRY(query.step())) {
    out.emplace(ChainKey{query.array<16>(0), query.array<16>(1)},
                ChainHead{query.integer(2), query.array<32>(3), query.integer(4)});
  }
  return out;
}

Result<std::unordered_map<Hash256, OpenFolder, DigestHash>> Catalogue::open_folders() {
  const std::lock_guard lock(reader_mutex_);
  Statement query = TRY(reader_.prepare("SELECT folder, device, class FROM open_folder"));
  std::unordered_map<Hash256, OpenFolder, DigestHash> out;
  while (TRY(query.step())) {
    out.emplace(query.array<32>(0),
                OpenFolder{query.array<16>(1), static_cast<std::uint32_t>(query.integer(2))});
  }
  return out;
}

}  // namespace strongroom::archive
