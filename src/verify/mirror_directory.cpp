#include <algorithm>

#include "codec/text.h"
#include "ledger/note.h"
#include "verify/archive_files.h"

namespace strongroom::verify {
namespace {

constexpr std::uint64_t kObjectBytesMax = 16u << 20;

/// The first `width` entries of a full bundle.
Result<Bytes> first_entries(BytesView bundle, unsigned width) {
  std::size_t at = 0;
  for (unsigned i = 0; i < width; ++i) {
    if (bundle.size() - at < 2) return fail(ErrorCode::corrupt, "a bundle ends before its last entry");
    const std::size_t length = read_be<std::uint16_t>(bundle.subspan(at));
    if (bundle.size() - at - 2 < length)
      return fail(ErrorCode::corrupt, "a bundle ends before its last entry");
    at += 2 + length;
  }
  return copy_of(bundle.first(at));
}

/// Tiles as a log publishes them; where a partial one is not there, the beginning of the full one.
class MirroredTiles final : public ledger::TileReader {
 public:
  MirroredTiles(platform::FileSystem& files, std::string directory)
      : files_(files), directory_(std::move(directory)) {}

  Result<Bytes> read_tile(const ledger::TileId& tile) override {
    auto exact = files_.read(directory_ + "/" + ledger::path_of(tile), ledger::kTileBytes);
    if (exact || tile.width == ledger::kTileWidth) return exact;
    Bytes full = TRY(files_.read(directory_ + "/" + ledger::path_of(ledger::TileId{tile.level, tile.index}),
                                 ledger::kTileBytes));
    full.resize(std::min<std::size_t>(full.size(), std::size_t{32} * tile.width));
    return full;
  }
  Result<Bytes> read_bundle(const ledger::BundleId& bundle) override {
    auto exact = files_.read(directory_ + "/" + ledger::path_of(bundle), ledger::kBundleBytesMax);
    if (exact || bundle.width == ledger::kTileWidth) return exact;
    return first_entries(TRY(files_.read(directory_ + "/" + ledger::path_of(ledger::BundleId{bundle.index}),
                                         ledger::kBundleBytesMax)),
                         bundle.width);
  }

 private:
  platform::FileSystem& files_;
  std::string directory_;
};

class Mirror final : public ArchiveFiles {
 public:
  Mirror(platform::FileSystem& files, std::string directory)
      : files_(files),
        directory_(std::move(directory)),
        register_(files, directory_ + "/register"),
        capture_(files, directory_ + "/capture") {}

  Result<std::string> checkpoint(LedgerName which) override {
    const std::string name = which == LedgerName::register_ ? "register" : "capture";
    const Bytes text = TRY(files_.read(directory_ + "/" + name + "/checkpoint", ledger::kNoteBytesMax));
    return std::string(text_of(text));
  }
  ledger::TileReader& tiles(LedgerName which) override {
    return which == LedgerName::register_ ? register_ : capture_;
  }
  Result<Bytes> object(ObjectKind, const Hash256& name) override {
    const std::string hex = codec::hex(name);
    return files_.read(directory_ + "/objects/" + hex.substr(0, 2) + "/" + hex, kObjectBytesMax);
  }
  std::vector<std::string_view> marks(const Hash256&) override { return {}; }
  void describe(Report&) override {}

 private:
  platform::FileSystem& files_;
  std::string directory_;
  MirroredTiles register_, capture_;
};

}  // namespace

std::unique_ptr<ArchiveFiles> open_mirror(platform::FileSystem& files, const std::string& directory) {
  return std::make_unique<Mirror>(files, directory);
}

Result<std::unique_ptr<ArchiveFiles>> open_archive_files(platform::FileSystem& files,
                                                         const std::string& directory) {
  if (TRY(files.exists(directory + "/vault"))) return open_server_directory(files, directory);
  if (TRY(files.exists(directory + "/register"))) return open_mirror(files, directory);
  return fail(ErrorCode::not_found, "this is neither a server's data directory nor a mirror", directory,
              "name the directory that has register/ and capture/ in it");
}

}  // namespace strongroom::verify
