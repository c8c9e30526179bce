#include "backup/restore.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "archive/blob_store.h"
#include "archive/data_directory.h"
#include "archive/framed_log.h"
#include "archive/sequencer_files.h"
#include "backup/backup.h"
#include "codec/text.h"
#include "crypto/hash.h"
#include "verify/wording.h"

namespace strongroom::backup {
namespace {

constexpr std::size_t kChunkBytes = 1u << 20;
constexpr std::array<std::string_view, 3> kKeyNames = {"register", "capture", "tls"};

class Restore {
 public:
  Restore(platform::FileSystem& files, platform::Clock& clock, const RestoreOrder& order,
          const Progress& progress)
      : files_(files), clock_(clock), order_(order), progress_(progress) {}

  Result<RestoreReport> run() {
    out_.manifest = TRY(read_manifest(files_, order_.from));
    out_.unfinished_after = TRY(files_.exists(order_.from + "/" + std::string(kUnfinishedName)));
    TRY(check_empty());
    out_.checked = TRY_IN("the backup", check_backup(files_, order_.from, out_.manifest, progress_));
    TRY(files_.make_directories(order_.data));
    TRY(files_.write_durable(mark(archive::kRestoringName), bytes_of(mark_text())));
    for (const FilePart& file : out_.manifest.files) TRY(copy_file(file));
    TRY(copy_blobs());
    TRY(write_ledger("register", out_.manifest.registers));
    TRY(write_ledger("capture", out_.manifest.capture));
    if (!order_.keys.empty()) TRY(copy_keys());
    TRY(files_.rename(mark(archive::kRestoringName), mark(archive::kRestoredName)));
    TRY(files_.sync_directory(order_.data));
    if (!order_.keys.empty()) TRY(check_keys());
    return std::move(out_);
  }

 private:
  std::string to(std::string_view name) const { return order_.data + "/" + std::string(name); }
  std::string mark(std::string_view name) const { return to(name); }
  std::string mark_text() const {
    return fmt::format("{{\"restored\": \"{}\", \"made\": \"{}\", \"register\": {}, \"capture\": {}}}\n",
                       verify::utc(clock_.now_ms() / 1000), out_.manifest.made,
                       out_.manifest.registers.size.value, out_.manifest.capture.size.value);
  }

  /// Protocol §4.7. What an empty directory may hold: our lock, and what a file system makes of itself.
  Result<void> check_empty() {
    if (!TRY(files_.exists(order_.data))) return {};
    if (TRY(files_.exists(mark(archive::kRestoringName)))) return {};
    for (const std::string& name : TRY(files_.list(order_.data))) {
      if (name == "lock" || name == "lost+found") continue;
      return fail(ErrorCode::conflict, "the directory is not empty", to(name),
                  "a backup is put back into an empty directory only: move the old one away and keep it");
    }
    return {};
  }

  Result<void> copy_file(const FilePart& part) {
    const auto source = TRY_IN("the backup", files_.open_read(order_.from + "/" + part.path));
    const std::string path = to(part.path);
    const std::string directory = path.substr(0, path.rfind('/'));
    TRY(files_.make_directories(directory));
    const auto copy = TRY(files_.open_append(path));
    TRY(copy->truncate(0));  // what an interrupted restore left
    crypto::Hasher hasher(crypto::Hasher::Kind::sha256);
    Bytes chunk;
    for (std::uint64_t at = 0; at < part.bytes; at += chunk.size()) {
      chunk.resize(static_cast<std::size_t>(std::min<std::uint64_t>(kChunkBytes, part.bytes - at)));
      TRY_IN("the backup", source->read_at(at, chunk));
      hasher.add(chunk);
      TRY(copy->append(chunk));
      progress_(part.path, at + chunk.size(), part.bytes);
    }
    if (array_of<32>(hasher.finish()) != part.sha256)
      return fail(ErrorCode::corrupt, "the backup changed while it was read", part.path);
    TRY(copy->sync());
    return files_.sync_directory(directory);
  }

  Result<void> copy_blobs() {
    TRY(files_.make_directories(to("blobs")));
    for (const Hash256& name : out_.manifest.blobs) {
      const std::string path = "blobs/" + codec::hex(name);
      TRY(files_.write_durable(to(path), TRY(files_.read(order_.from + "/" + path, archive::kBlobBytesMax))));
    }
    return {};
  }

  /// The tiles, then the cell, without which there is no ledger. The journal is among the files.
  Result<void> write_ledger(const std::string& name, const LedgerPart& part) {
    std::uint64_t done = 0;
    const auto bundles = ledger::bundles_between({0}, part.size);
    const auto tiles = ledger::tiles_between({0}, part.size);
    const auto copy = [&](const std::string& path) -> Result<void> {
      progress_(name + " tiles", ++done, bundles.size() + tiles.size());
      if (path.find(".p/") != std::string::npos) return {};
      TRY(files_.make_directories(to(path.substr(0, path.rfind('/')))));
      return files_.write_durable(to(path),
                                  TRY(files_.read(order_.from + "/" + path, ledger::kBundleBytesMax)));
    };
    for (const ledger::BundleId& id : bundles) TRY(copy(name + "/" + path_of(id)));
    for (const ledger::TileId& id : tiles) TRY(copy(name + "/" + path_of(id)));
    TRY(files_.write_durable(to(name + "/witnessed"), bytes_of(part.checkpoint)));
    TRY(archive::FramedLog::begin(files_, to(name + "/cell"), encode(archive::Cell{part.size, part.root})));
    return {};
  }

  Result<void> copy_keys() {
    TRY(files_.make_directories(to("keys")));
    for (const std::string_view name : kKeyNames) {
      Bytes seed = TRY_IN("--keys", files_.read(order_.keys + "/" + std::string(name), 32));
      if (seed.size() != 32)
        return fail(ErrorCode::malformed, "a key file is not 32 bytes long", std::string(name));
      const Result<void> written = files_.write_durable(to("keys/" + std::string(name)), seed);
      wipe(seed);
      TRY(written);
    }
    return {};
  }

  /// After the last step: wrong keys are a matter of other files, not of this directory.
  Result<void> check_keys() {
    const archive::ServerNames names = TRY(archive::DataDirectory(files_, order_.data).keys()).names();
    const roster::Roster& roster = out_.checked.roster->roster;
    if (names.register_vkey != roster.register_vkey || names.capture_vkey != roster.capture_vkey)
      return fail(ErrorCode::refused, "these are not the ledger keys that the roster names", order_.keys,
                  "everything else was put back; put the right keys into keys/ before you start the server");
    if (std::ranges::find(roster.server_pins, names.server_pin) == roster.server_pins.end())
      return fail(ErrorCode::refused, "this is not the TLS key that the roster names", order_.keys,
                  "everything else was put back; put the right keys into keys/ before you start the server");
    out_.keys = true;
    return {};
  }

  platform::FileSystem& files_;
  platform::Clock& clock_;
  const RestoreOrder& order_;
  const Progress& progress_;
  RestoreReport out_;
};

}  // namespace

Result<RestoreReport> restore(platform::FileSystem& files, platform::Clock& clock, const RestoreOrder& order,
                              const Progress& progress) {
  return Restore(files, clock, order, progress).run();
}

}  // namespace strongroom::backup
