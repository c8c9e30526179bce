#include "backup/backup.h"

#include <fmt/format.h>

#include <algorithm>

#include "archive/blob_store.h"
#include "archive/data_directory.h"
#include "archive/framed_log.h"
#include "archive/vault.h"
#include "backup/live_ledger.h"
#include "codec/text.h"
#include "crypto/hash.h"
#include "ledger/authenticated_tiles.h"
#include "verify/wording.h"

namespace strongroom::backup {
namespace {

constexpr std::size_t kChunkBytes = 1u << 20;
constexpr std::size_t kBufferBytes = 4u << 20;
constexpr std::uint64_t kOriginBytesMax = 1024;

std::unexpected<Error> not_a_continuation(const std::string& where, std::string what) {
  return fail(ErrorCode::conflict, std::move(what), where,
              "nothing in the backup was replaced; if this server is right, begin a new backup directory");
}

std::string path_in(std::string_view directory, std::string_view name) {
  return fmt::format("{}/{}", directory, name);
}

class Run {
 public:
  Run(platform::FileSystem& files, platform::Clock& clock, const BackupOrder& order, const Progress& progress)
      : files_(files), clock_(clock), order_(order), progress_(progress) {}

  Result<BackupReport> make() {
    TRY(begin());
    const WitnessedPair now = TRY(read_witnessed_pair(files_, order_.data));
    next_.registers = now.registers;
    next_.capture = now.capture;
    TRY(copy_whole("genesis", roster::kRosterBytesMax));
    TRY(copy_whole("origin", kOriginBytesMax));
    next_.archive = TRY(archive::open_genesis_of_itself(
                            TRY(files_.read(order_.to + "/genesis", roster::kRosterBytesMax))))
                        .hash;
    TRY(continues());
    TRY(copy_vault("vault/register"));
    TRY(copy_vault("vault/capture"));
    TRY(copy_blobs());
    TRY(copy_ledger("register", next_.registers, before_ ? before_->registers : LedgerPart{}));
    TRY(copy_ledger("capture", next_.capture, before_ ? before_->capture : LedgerPart{}));
    return finish();
  }

 private:
  std::string from(std::string_view name) const { return order_.data + "/" + std::string(name); }
  std::string to(std::string_view name) const { return order_.to + "/" + std::string(name); }

  Result<void> begin() {
    if (!TRY(files_.exists(from("genesis"))))
      return fail(ErrorCode::not_found, "this is not the data directory of a server with a genesis",
                  order_.data);
    TRY(files_.make_directories(order_.to));
    if (TRY(files_.exists(to(kManifestName)))) before_ = TRY(read_manifest(files_, order_.to));
    out_.unfinished_before = TRY(files_.exists(to(kUnfinishedName)));
    next_.made = verify::utc(clock_.now_ms() / 1000);
    return files_.write_durable(to(kUnfinishedName), bytes_of("begun " + next_.made + "\n"));
  }

  /// Protocol §4.7: a server that was set back is not copied over what it once had.
  Result<void> continues() {
    if (!before_) return {};
    if (before_->archive != next_.archive)
      return not_a_continuation(order_.to, "the backup is of another archive");
    TRY(continues("register", before_->registers, next_.registers));
    return continues("capture", before_->capture, next_.capture);
  }
  Result<void> continues(const std::string& name, const LedgerPart& before, const LedgerPart& now) {
    if (now.size < before.size)
      return not_a_continuation(from(name),
                                fmt::format("the backup holds {} leaves of this ledger, the server only {}: "
                                            "the server was set back",
                                            before.size.value, now.size.value));
    if (before.size.value == 0) return {};
    const LiveLedger live = TRY(read_live_ledger(files_, from(name), now));
    auto nodes = TRY(ledger::AuthenticatedTiles::open(now.size, now.root, *live.tiles));
    if (TRY(ledger::root_at(before.size, nodes)) != before.root)
      return not_a_continuation(from(name), "the server's ledger is not a continuation of the backup's");
    return {};
  }

  Result<void> copy_whole(const std::string& name, std::uint64_t bytes_max) {
    const Bytes content = TRY(files_.read(from(name), bytes_max));
    const FilePart* listed = before_ ? before_->file(name) : nullptr;
    const FilePart part{name, content.size(), crypto::sha256(content)};
    if (listed != nullptr && *listed != part)
      return not_a_continuation(from(name), "the file is another one than the backup's");
    if (listed == nullptr) TRY(files_.write_durable(to(name), content));
    next_.files.push_back(part);
    return {};
  }

  // ---- vaults -------------------------------------------------------------------------------------------------

  Result<void> copy_vault(const std::string& vault) {
    std::vector<std::string> names;
    for (const std::string& name : TRY(files_.list(from(vault))))
      if (is_segment_path(path_in(vault, name))) names.push_back(path_in(vault, name));
    TRY(files_.make_directories(to(vault)));
    std::string last_before;
    for (const FilePart& file : before_ ? before_->files : std::vector<FilePart>{}) {
      if (!file.path.starts_with(vault + "/")) continue;
      if (!std::ranges::binary_search(names, file.path))
        return not_a_continuation(from(file.path), "the server has lost a segment that the backup has");
      last_before = file.path;
    }
    for (const std::string& name : names) {
      const FilePart* listed = before_ ? before_->file(name) : nullptr;
      if (listed != nullptr && name != last_before) {
        TRY(keep_finished(*listed));
      } else {
        TRY(copy_segment(name, listed, name == names.back()));
      }
    }
    return files_.sync_directory(to(vault));
  }

  /// A segment that was followed by others when it was copied does not grow any more.
  Result<void> keep_finished(const FilePart& part) {
    const auto source = TRY(files_.open_read(from(part.path)));
    const auto copy = TRY_IN("the backup", files_.open_read(to(part.path)));
    if (TRY(source->size()) < part.bytes)
      return not_a_continuation(from(part.path), "the server's segment is shorter than its copy");
    if (TRY(copy->size()) < part.bytes)
      return fail(ErrorCode::corrupt, "the copy of a segment has become shorter", to(part.path),
                  "this backup is damaged: begin a new backup directory");
    out_.segment_bytes.found += part.bytes;
    out_.segment_bytes.there += part.bytes;
    next_.files.push_back(part);
    return {};
  }

  Result<void> copy_segment(const std::string& name, const FilePart* listed, bool is_last) {
    const auto source = TRY(files_.open_read(from(name)));
    const auto copy = TRY(files_.open_append(to(name)));
    const std::uint64_t held = listed != nullptr ? listed->bytes : 0;
    if (TRY(source->size()) < held)
      return not_a_continuation(from(name), "the server's segment is shorter than its copy");
    if (TRY(copy->size()) < held)
      return fail(ErrorCode::corrupt, "the copy of a segment has become shorter", to(name),
                  "this backup is damaged: begin a new backup directory");
    if (TRY(copy->size()) > held) TRY(copy->truncate(held));  // what a run left that was not finished
    crypto::Hasher whole(crypto::Hasher::Kind::sha256);
    if (listed != nullptr && TRY(hash_prefix(*source, held, whole)) != listed->sha256)
      return not_a_continuation(from(name), "the server's segment is not a continuation of its copy");
    const std::uint64_t end = TRY(append_frames(*source, *copy, held, whole, name));
    TRY(copy->sync());
    if (end != TRY(source->size()) && !is_last) out_.cut_short.push_back(name);
    out_.segment_bytes.found += end;
    out_.segment_bytes.there += held;
    out_.segment_bytes.copied += end - held;
    if (end != 0) next_.files.push_back({name, end, array_of<32>(whole.finish())});
    return {};
  }

  /// The digest of the first `bytes` bytes, which are also given to `whole`.
  static Result<Hash256> hash_prefix(platform::File& file, std::uint64_t bytes, crypto::Hasher& whole) {
    crypto::Hasher prefix(crypto::Hasher::Kind::sha256);
    Bytes chunk;
    for (std::uint64_t at = 0; at < bytes; at += chunk.size()) {
      chunk.resize(static_cast<std::size_t>(std::min<std::uint64_t>(kChunkBytes, bytes - at)));
      TRY(file.read_at(at, chunk));
      prefix.add(chunk);
      whole.add(chunk);
    }
    return array_of<32>(prefix.finish());
  }

  Result<std::uint64_t> append_frames(platform::File& source, platform::File& copy, std::uint64_t held,
                                      crypto::Hasher& whole, const std::string& name) {
    Bytes waiting;
    const std::uint64_t all = TRY(source.size());
    const auto put = [&](BytesView bytes) -> Result<void> {
      whole.add(bytes);
      append(waiting, bytes);
      if (waiting.size() < kBufferBytes) return {};
      TRY(copy.append(waiting));
      waiting.clear();
      return {};
    };
    bool begun = held != 0;
    const std::uint64_t end = TRY(archive::read_segment(
        source, held, [&](const archive::Stored& stored, BytesView frame) -> Result<void> {
          if (!begun) TRY(put_beginning(source, stored.at.offset - archive::kVaultFrameHeadBytes, put));
          begun = true;
          progress_(name, stored.at.offset + stored.at.length, all);
          return put(frame);
        }));
    if (!begun) TRY(put_beginning(source, end, put));
    if (!waiting.empty()) TRY(copy.append(waiting));
    return end;
  }
  /// What stands in a segment before its first frame.
  static Result<void> put_beginning(platform::File& source, std::uint64_t bytes,
                                    const std::function<Result<void>(BytesView)>& put) {
    Bytes beginning(static_cast<std::size_t>(bytes));
    TRY(source.read_at(0, beginning));
    return put(beginning);
  }

  // ---- blobs --------------------------------------------------------------------------------------------------

  Result<void> copy_blobs() {
    TRY(files_.make_directories(to("blobs")));
    const std::vector<Hash256> none;
    const std::vector<Hash256>& held = before_ ? before_->blobs : none;
    for (const std::string& name : TRY(files_.list(from("blobs")))) {
      const auto digest = codec::array_from_hex<32>(name);
      if (!digest) continue;  // a file being written
      const bool there = std::ranges::binary_search(held, *digest);
      if (!there) {
        const Result<Bytes> blob = files_.read(from("blobs/" + name), archive::kBlobBytesMax);
        if (!blob && blob.error().code == ErrorCode::not_found) continue;  // it has served and was deleted
        if (!blob) return std::unexpected(blob.error());
        if (crypto::sha256(*blob) != *digest)
          return fail(ErrorCode::corrupt, "a blob is not what its name says", from("blobs/" + name));
        TRY(files_.write_durable(to("blobs/" + name), *blob));
      }
      ++out_.blobs.found;
      ++(there ? out_.blobs.there : out_.blobs.copied);
      next_.blobs.push_back(*digest);
    }
    std::ranges::sort(next_.blobs);
    return {};
  }

  // ---- ledgers ------------------------------------------------------------------------------------------------

  Result<void> copy_ledger(const std::string& name, const LedgerPart& now, const LedgerPart& before) {
    const LiveLedger live = TRY(read_live_ledger(files_, from(name), now));
    TRY(files_.make_directories(to(name)));
    auto tiles = TRY(ledger::AuthenticatedTiles::open(now.size, now.root, *live.tiles));
    std::uint64_t done = 0;
    const auto fresh_bundles = full_only(ledger::bundles_between(before.size, now.size));
    const auto fresh_tiles = full_only(ledger::tiles_between(before.size, now.size));
    for (const ledger::BundleId& id : fresh_bundles) {
      TRY(put_tile(name + "/" + path_of(id), TRY(tiles.bundle(id.index)).bytes));
      progress_(name + " tiles", ++done, fresh_bundles.size() + fresh_tiles.size());
    }
    for (const ledger::TileId& id : fresh_tiles) {
      TRY(put_tile(name + "/" + path_of(id), ledger::encode_tile(TRY(tiles.tile(id.level, id.index)))));
      progress_(name + " tiles", ++done, fresh_bundles.size() + fresh_tiles.size());
    }
    const std::uint64_t older = count_full(before.size);
    out_.tiles.found += older;
    out_.tiles.there += older;
    const Bytes journal = archive::encode_frame(encode(live.start));
    const std::string path = journal_path(name, now.size);
    if (now != before) TRY(files_.write_durable(to(path), journal));
    next_.files.push_back({path, journal.size(), crypto::sha256(journal)});
    return {};
  }

  template <class Id>
  static std::vector<Id> full_only(std::vector<Id> ids) {
    std::erase_if(ids, [](const Id& id) { return id.width != ledger::kTileWidth; });
    return ids;
  }
  static std::uint64_t count_full(ledger::TreeSize size) {
    std::uint64_t count = size.value / ledger::kTileWidth;  // bundles
    for (std::uint64_t left = size.value / ledger::kTileWidth; left != 0; left /= ledger::kTileWidth)
      count += left;
    return count;
  }

  /// A tile is never rewritten; one that a run left which was not finished may be there.
  Result<void> put_tile(const std::string& name, BytesView bytes) {
    ++out_.tiles.found;
    if (TRY(files_.exists(to(name))) && equal(TRY(files_.read(to(name), ledger::kBundleBytesMax)), bytes)) {
      ++out_.tiles.there;
      return {};
    }
    TRY(files_.make_directories(to(name.substr(0, name.rfind('/')))));
    TRY(files_.write_durable(to(name), bytes));
    ++out_.tiles.copied;
    return {};
  }

  // ---- the end ------------------------------------------------------------------------------------------------

  Result<BackupReport> finish() {
    std::ranges::sort(next_.files, {}, &FilePart::path);
    if (!before_ || order_.depth == Depth::everything || !out_.cut_short.empty())
      out_.checked = TRY(check_backup(files_, order_.to, next_, progress_));
    TRY(files_.write_durable(to(kManifestName), bytes_of(format_manifest(next_))));
    TRY(files_.write_durable(to("register/witnessed"), bytes_of(next_.registers.checkpoint)));
    TRY(files_.write_durable(to("capture/witnessed"), bytes_of(next_.capture.checkpoint)));
    TRY(forget());
    TRY(files_.remove(to(kUnfinishedName)));
    TRY(files_.sync_directory(order_.to));
    out_.manifest = std::move(next_);
    return std::move(out_);
  }

  Result<void> forget() {
    for (const std::string ledger : {"register", "capture"}) {
      for (const std::string& name : TRY(files_.list(to(ledger)))) {
        if (name.starts_with("journal-") && next_.file(path_in(ledger, name)) == nullptr)
          TRY(files_.remove(to(path_in(ledger, name))));
      }
    }
    for (const std::string& name : TRY(files_.list(to("blobs")))) {
      const auto digest = codec::array_from_hex<32>(name);
      if (digest && std::ranges::binary_search(next_.blobs, *digest)) continue;
      TRY(files_.remove(to("blobs/" + name)));
      ++out_.forgotten_blobs;
    }
    return files_.sync_directory(to("blobs"));
  }

  platform::FileSystem& files_;
  platform::Clock& clock_;
  const BackupOrder& order_;
  const Progress& progress_;
  std::optional<Manifest> before_;
  Manifest next_;
  BackupReport out_;
};

}  // namespace

Result<BackupReport> make_backup(platform::FileSystem& files, platform::Clock& clock,
                                 const BackupOrder& order, const Progress& progress) {
  return Run(files, clock, order, progress).make();
}

Result<Manifest> read_manifest(platform::FileSystem& files, const std::string& directory) {
  const std::string path = directory + "/" + std::string(kManifestName);
  if (!TRY(files.exists(path))) {
    const bool begun = TRY(files.exists(directory + "/" + std::string(kUnfinishedName)));
    return fail(ErrorCode::not_found,
                begun ? "the first backup into this directory was never finished" : "there is no backup here",
                directory, "name the directory that has backup.json in it");
  }
  const Bytes text = TRY(files.read(path, kManifestBytesMax));
  return TRY_IN(path, parse_manifest(text_of(text)));
}

}  // namespace strongroom::backup
