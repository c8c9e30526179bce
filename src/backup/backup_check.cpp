#include "backup/backup_check.h"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>

#include "archive/blob_store.h"
#include "archive/data_directory.h"
#include "archive/framed_log.h"
#include "archive/vault.h"
#include "backup/live_ledger.h"
#include "codec/text.h"
#include "crypto/hash.h"
#include "envelope/header.h"
#include "envelope/leaf.h"
#include "ledger/authenticated_tiles.h"
#include "verify/register_reading.h"

namespace strongroom::backup {
namespace {

constexpr std::size_t kChunkBytes = 1u << 20;
constexpr std::size_t kNamedMax = 1000;
const Hash256 kNoBody{};

std::unexpected<Error> differs(const std::string& where, std::string what) {
  return fail(ErrorCode::corrupt, std::move(what), where,
              "this copy is damaged or was changed: use another one, and keep this one as evidence");
}

/// A header of the capture vault: the hash of the leaf that it is bound to, and the body it wants.
struct HeldHeader {
  Hash256 leaf{}, body{};
};

class BackupCheck {
 public:
  BackupCheck(platform::FileSystem& files, const std::string& directory, const Manifest& manifest,
              const Progress& progress)
      : files_(files),
        directory_(directory),
        manifest_(manifest),
        progress_(progress),
        reading_(manifest.archive) {}

  Result<Checked> run() {
    for (const FilePart& file : manifest_.files) bytes_all_ += file.bytes;
    for (const FilePart& file : manifest_.files) TRY(check_file(file));
    for (const Hash256& blob : manifest_.blobs) TRY(check_blob(blob));
    std::ranges::sort(headers_, {}, &HeldHeader::leaf);
    std::ranges::sort(bodies_);
    auto registers = TRY(open_ledger("register", manifest_.registers));
    auto capture = TRY(open_ledger("capture", manifest_.capture));
    TRY(replay(*registers));
    TRY(accept(verify::LedgerName::register_, manifest_.registers));
    TRY(accept(verify::LedgerName::capture, manifest_.capture));
    TRY(check_entries(*capture));
    out_.roster = *reading_.state().current_roster();
    return std::move(out_);
  }

 private:
  std::string path_of(std::string_view name) const { return directory_ + "/" + std::string(name); }

  Result<void> check_file(const FilePart& part) {
    const auto file = TRY_IN("the copy", files_.open_read(path_of(part.path)));
    if (TRY(file->size()) < part.bytes) return differs(path_of(part.path), "the file is shorter than it was");
    if (TRY(digest_of(*file, part.bytes)) != part.sha256)
      return differs(path_of(part.path), "the file is not the one that was copied");
    if (is_segment_path(part.path)) TRY(check_segment(part, *file));
    out_.bytes += part.bytes;
    progress_("checking files, bytes", out_.bytes, bytes_all_);
    return {};
  }

  Result<void> check_segment(const FilePart& part, platform::File& file) {
    const bool of_register = part.path.starts_with("vault/register/");
    bool over = false;
    const std::uint64_t end = TRY(
        archive::read_segment(file, 0, [&](const archive::Stored& stored, BytesView frame) -> Result<void> {
          over = over || stored.at.offset + stored.at.length > part.bytes;
          if (over) return {};
          ++out_.objects;
          return note(stored, frame.subspan(archive::kVaultFrameHeadBytes), of_register);
        }));
    if (end < part.bytes)
      return differs(path_of(part.path), fmt::format("no object can be read from byte {} on", end));
    return {};
  }

  Result<void> note(const archive::Stored& stored, BytesView object, bool of_register) {
    if (of_register) {
      register_objects_.insert_or_assign(stored.name, copy_of(object));
    } else if (stored.kind == archive::ObjectKind::body) {
      bodies_.push_back(stored.name);
    } else if (const auto header = envelope::decode_signed_header(object)) {
      const auto leaf = encode(envelope::CaptureLeaf{envelope::digests_of(object)});
      headers_.push_back(
          {ledger::leaf_hash(leaf), header->header.body_bytes == 0 ? kNoBody : header->header.body_sha256});
    }
    return {};
  }

  Result<void> check_blob(const Hash256& name) {
    const Bytes blob =
        TRY_IN("the copy", files_.read(path_of("blobs/" + codec::hex(name)), archive::kBlobBytesMax));
    if (crypto::sha256(blob) != name)
      return differs(path_of("blobs/" + codec::hex(name)), "the blob was changed");
    return {};
  }

  /// The listed journal holds the right edge, the tiles the rest.
  Result<std::unique_ptr<archive::TileStore>> open_ledger(const std::string& name, const LedgerPart& part) {
    const std::string journal = journal_path(name, part.size);
    if (manifest_.file(journal) == nullptr)
      return differs(journal, "the manifest lists no journal of its own size");
    const auto frames = TRY(archive::read_frames(files_, path_of(journal))).frames;
    if (frames.size() != 1) return differs(journal, "the journal is not one of a backup");
    auto start = TRY_IN(journal, archive::decode_journal_start(frames.front()));
    if (start.frontier.size != part.size || start.frontier.root() != part.root)
      return differs(journal, "the journal is of another ledger");
    auto out = std::make_unique<archive::TileStore>(files_, path_of(name));
    out->publish(std::make_shared<const ledger::TileFrontier>(std::move(start.frontier)));
    TRY_IN(path_of(name), ledger::verify_all_tiles(part.size, part.root, *out));
    return out;
  }

  Result<void> replay(archive::TileStore& tiles) {
    std::uint64_t at = 0;
    while (at < manifest_.registers.size.value) {
      const auto leaves = TRY(tiles.leaves(at, ledger::kTileWidth));
      if (leaves.empty()) return differs(path_of("register"), "the register ends early");
      for (const Bytes& leaf : leaves) {
        Bytes object;
        const auto decoded = TRY(envelope::decode_register_leaf(leaf));
        if (const auto* named = std::get_if<envelope::RegisterLeaf>(&decoded)) {
          const auto held = register_objects_.find(named->object.sha256);
          if (held == register_objects_.end())
            return differs(fmt::format("register leaf {}", at), "an object of the register is missing");
          object = held->second;
        }
        TRY_IN(fmt::format("register leaf {}", at), reading_.take(leaf, object));
        ++at;
      }
    }
    if (reading_.state().current_roster() == nullptr)
      return differs(path_of("register"), "the register does not begin with the genesis of this archive");
    const Bytes genesis = TRY(files_.read(path_of("genesis"), roster::kRosterBytesMax));
    if (TRY(archive::open_genesis_of_itself(genesis)).hash != manifest_.archive)
      return differs(path_of("genesis"), "the genesis is of another archive");
    return {};
  }

  Result<void> accept(verify::LedgerName which, const LedgerPart& part) {
    const auto accepted = TRY_IN(std::string(name_of(which)),
                                 reading_.accept(which, part.checkpoint, manifest_.registers.size.value));
    if (accepted.checkpoint().size != part.size || accepted.checkpoint().root != part.root)
      return differs(std::string(name_of(which)),
                     "the manifest says another size or root than its checkpoint");
    return {};
  }

  Result<void> check_entries(archive::TileStore& tiles) {
    const std::uint64_t end = manifest_.capture.size.value;
    std::uint64_t at = 0;
    while (at < end) {
      const auto leaves = TRY(tiles.leaves(at, ledger::kTileWidth));
      if (leaves.empty()) return differs(path_of("capture"), "the ledger ends early");
      for (const Bytes& leaf : leaves) TRY(check_entry(leaf, at++));
      progress_("checking entries", at, end);
    }
    return {};
  }

  Result<void> check_entry(BytesView leaf, std::uint64_t index) {
    const auto decoded = TRY(envelope::decode_capture_leaf(leaf));
    if (!std::holds_alternative<envelope::CaptureLeaf>(decoded)) return {};
    const Hash256 hash = ledger::leaf_hash(leaf);
    const auto held = std::ranges::lower_bound(headers_, hash, {}, &HeldHeader::leaf);
    if (held == headers_.end() || held->leaf != hash)
      return differs(fmt::format("capture leaf {}", index), "the header of an entry is missing or damaged");
    if (held->body == kNoBody || std::ranges::binary_search(bodies_, held->body)) return {};
    ++out_.bodies_missing;
    if (out_.without_body.size() < kNamedMax) out_.without_body.push_back(index);
    return {};
  }

  platform::FileSystem& files_;
  std::string directory_;
  const Manifest& manifest_;
  const Progress& progress_;
  verify::RegisterReading reading_;
  std::uint64_t bytes_all_ = 0;
  std::unordered_map<Hash256, Bytes, DigestHash> register_objects_;
  std::vector<HeldHeader> headers_;
  std::vector<Hash256> bodies_;
  Checked out_;
};

}  // namespace

Result<Hash256> digest_of(platform::File& file, std::uint64_t bytes) {
  crypto::Hasher hasher(crypto::Hasher::Kind::sha256);
  Bytes chunk;
  for (std::uint64_t at = 0; at < bytes; at += chunk.size()) {
    chunk.resize(static_cast<std::size_t>(std::min<std::uint64_t>(kChunkBytes, bytes - at)));
    TRY(file.read_at(at, chunk));
    hasher.add(chunk);
  }
  return array_of<32>(hasher.finish());
}

Result<Checked> check_backup(platform::FileSystem& files, const std::string& directory,
                             const Manifest& manifest, const Progress& progress) {
  return BackupCheck(files, directory, manifest, progress).run();
}

}  // namespace strongroom::backup
