#include "archive/catalogue_rebuild.h"

#include <fmt/format.h>

#include "codec/text.h"
#include "envelope/leaf.h"
#include "ledger/authenticated_tiles.h"

namespace strongroom::archive {
namespace {

constexpr std::size_t kObjectsAtOnce = 4096;
constexpr std::uint64_t kLeavesAtOnce = 2048;

Result<void> remove_catalogue(platform::FileSystem& files, const std::string& path) {
  for (const char* end : {"", "-wal", "-shm"}) {
    if (TRY(files.exists(path + end))) TRY(files.remove(path + end));
  }
  return {};
}

/// The ledger's root when it had `size` leaves, from its own tiles.
Result<Hash256> root_at_size(Sequencer& sequencer, std::uint64_t size) {
  const Published now = sequencer.published();
  ledger::AuthenticatedTiles tiles =
      TRY(ledger::AuthenticatedTiles::open(now.size, now.root, sequencer.tiles()));
  return ledger::root_at({size}, tiles);
}

Result<bool> belongs(Catalogue& catalogue, Sequencer& sequencer) {
  const Catalogue::Standing standing = TRY(catalogue.standing());
  if (standing.size == 0) return true;
  if (standing.size > sequencer.published().size.value) return false;
  return TRY(root_at_size(sequencer, standing.size)) == standing.root;
}

Result<void> add_objects(Catalogue& catalogue, const Vault& vault) {
  const Catalogue::Standing standing = TRY(catalogue.standing());
  CatalogueBatch batch;
  batch.size = standing.size;
  batch.root = standing.root;
  TRY(vault.walk(standing.vault, [&](const Stored& stored) -> Result<void> {
    batch.objects.push_back({stored.name, stored.at, stored.flags});
    if (batch.objects.size() < kObjectsAtOnce) return {};
    batch.vault = {stored.at.segment, stored.at.offset + stored.at.length};
    TRY(catalogue.add(batch));
    batch.objects.clear();
    return {};
  }));
  batch.vault = vault.position();
  return catalogue.add(batch);
}

Result<EntryRow> row_of(Catalogue& catalogue, const Vault& vault, std::uint64_t leaf, const Hash256& name) {
  const std::optional<ObjectRow> object = TRY(catalogue.object(name));
  if (!object) {
    return fail(ErrorCode::corrupt, "the vault has lost a header",
                fmt::format("leaf {}, {}", leaf, codec::hex(name)),
                "restore the vault's segments from a copy");
  }
  const Bytes bytes = TRY(vault.read(object->at, name));
  const envelope::SignedHeader header = TRY(envelope::decode_signed_header(bytes));
  EntryRow row{leaf,
               name,
               header.hash,
               header.header.device,
               header.header.incarnation,
               header.header.sequence,
               header.header.kind,
               Marks(object->flags),
               0,
               std::nullopt};
  if (row.kind == envelope::EntryKind::open) {
    if (const auto open = envelope::decode_open(header.header.part)) {
      if (const auto core = envelope::decode_core(open->core))
        row.retention_class = core->core0.retention_class;
    }
  } else if (row.kind == envelope::EntryKind::batch) {
    if (const auto part = envelope::decode_batch_part(header.header.part))
      row.folder_header = part->folder_header;
  } else if (row.kind == envelope::EntryKind::close) {
    if (const auto part = envelope::decode_close(header.header.part)) row.folder_header = part->folder_header;
  }
  return row;
}

Result<void> add_leaves(Catalogue& catalogue, const Vault& vault, Sequencer& sequencer) {
  const std::uint64_t end = sequencer.published().size.value;
  std::uint64_t at = TRY(catalogue.standing()).size;
  while (at < end) {
    CatalogueBatch batch;
    batch.vault = vault.position();
    for (const Bytes& leaf : TRY(sequencer.tiles().leaves(at, kLeavesAtOnce))) {
      const auto decoded = TRY(envelope::decode_capture_leaf(leaf));
      if (const auto* entry = std::get_if<envelope::CaptureLeaf>(&decoded)) {
        batch.entries.push_back(TRY(row_of(catalogue, vault, at, entry->header.sha256)));
      } else {
        batch.cross_leaves.push_back(at);
      }
      ++at;
    }
    batch.size = at;
    batch.root = TRY(root_at_size(sequencer, at));
    TRY(catalogue.add(batch));
  }
  return {};
}

}  // namespace

Result<std::unique_ptr<Catalogue>> open_catalogue(const std::string& path, platform::FileSystem& files,
                                                  const Vault& vault, Sequencer& sequencer) {
  Result<std::unique_ptr<Catalogue>> catalogue = Catalogue::open(path);
  const Result<bool> usable = catalogue ? belongs(**catalogue, sequencer) : Result<bool>(false);
  if (!usable || !*usable) {
    if (catalogue) catalogue->reset();
    TRY(remove_catalogue(files, path));
    catalogue = Catalogue::open(path);
  }
  if (!catalogue) return catalogue;
  if (TRY((*catalogue)->standing()).vault > vault.position()) {
    return fail(ErrorCode::corrupt, "the vault is shorter than it was", path,
                "restore its segments from a copy");
  }
  TRY(add_objects(**catalogue, vault));
  TRY(add_leaves(**catalogue, vault, sequencer));
  return catalogue;
}

}  // namespace strongroom::archive
