#include "archive/tile_store.h"

#include <algorithm>
#include <set>

namespace strongroom::archive {
namespace {

Result<Bytes> no_such_tile() {
  return fail(ErrorCode::not_found, "there is no such tile at the present size");
}

std::string directory_of(const std::string& path) { return path.substr(0, path.rfind('/')); }

/// The first `width` entries of a bundle.
Result<Bytes> first_entries(BytesView bundle, unsigned width) {
  std::size_t at = 0;
  for (unsigned i = 0; i < width; ++i) {
    if (bundle.size() - at < 2) return fail(ErrorCode::corrupt, "a bundle is shorter than its tile");
    const std::size_t length = read_be<std::uint16_t>(bundle.subspan(at));
    if (bundle.size() - at - 2 < length) return fail(ErrorCode::corrupt, "a bundle is shorter than its tile");
    at += 2 + length;
  }
  return copy_of(bundle.first(at));
}

}  // namespace

Result<void> TileStore::store_full(const std::vector<ledger::TileFile>& files) {
  for (const ledger::TileFile& file : files) {
    if (file.path.find(".p/") != std::string::npos) continue;
    const std::string path = directory_ + "/" + file.path;
    if (TRY(files_.exists(path))) continue;
    TRY(files_.make_directories(directory_of(path)));
    TRY(files_.write_durable(path, file.bytes));
  }
  return {};
}

Result<void> TileStore::store_full_again(const std::vector<ledger::TileFile>& files) {
  std::set<std::string> directories;
  for (const ledger::TileFile& file : files) {
    if (file.path.find(".p/") != std::string::npos) continue;
    for (std::string above = directory_of(directory_ + "/" + file.path); above.size() >= directory_.size();
         above = directory_of(above))
      directories.insert(above);
  }
  TRY(store_full(files));
  for (const std::string& directory : directories) TRY(files_.sync_directory(directory));
  return {};
}

void TileStore::publish(std::shared_ptr<const ledger::TileFrontier> frontier) {
  const std::lock_guard lock(mutex_);
  frontier_ = std::move(frontier);
}

std::shared_ptr<const ledger::TileFrontier> TileStore::frontier() const {
  const std::lock_guard lock(mutex_);
  return frontier_;
}

Result<Bytes> TileStore::read_tile(const ledger::TileId& tile) {
  const auto edge = frontier();
  const unsigned present = tile_width_at(tile.level, tile.index, edge->size);
  if (tile.width == 0 || tile.width > present) return no_such_tile();
  if (present == ledger::kTileWidth) {
    const ledger::TileId full{tile.level, tile.index, ledger::kTileWidth};
    Bytes bytes = TRY(files_.read(directory_ + "/" + ledger::path_of(full), ledger::kTileBytes));
    if (bytes.size() != ledger::kTileBytes) return fail(ErrorCode::corrupt, "a tile has the wrong length");
    bytes.resize(std::size_t{32} * tile.width);
    return bytes;
  }
  if (tile.level >= edge->edge.size() || edge->edge[tile.level].size() < tile.width) return no_such_tile();
  return ledger::encode_tile(std::span(edge->edge[tile.level]).first(tile.width));
}

Result<Bytes> TileStore::read_bundle(const ledger::BundleId& bundle) {
  const auto edge = frontier();
  const unsigned present = tile_width_at(0, bundle.index, edge->size);
  if (bundle.width == 0 || bundle.width > present) return no_such_tile();
  if (present < ledger::kTileWidth) return first_entries(edge->bundle, bundle.width);
  const ledger::BundleId full{bundle.index, ledger::kTileWidth};
  Bytes bytes = TRY(files_.read(directory_ + "/" + ledger::path_of(full), ledger::kBundleBytesMax));
  if (bundle.width == ledger::kTileWidth) return bytes;
  return first_entries(bytes, bundle.width);
}

Result<std::vector<Bytes>> TileStore::leaves(std::uint64_t from, std::uint64_t count) {
  std::vector<Bytes> out;
  const std::uint64_t size = frontier()->size.value;
  const std::uint64_t end = from >= size ? from : from + std::min(count, size - from);
  while (from < end) {
    const std::uint64_t index = from / ledger::kTileWidth;
    const std::uint64_t first = index * ledger::kTileWidth;
    const auto width = static_cast<unsigned>(std::min<std::uint64_t>(size - first, ledger::kTileWidth));
    const Bytes bytes = TRY(read_bundle({index, width}));
    const std::vector<BytesView> entries = TRY(ledger::parse_bundle(bytes, width));
    for (; from < end && from - first < width; ++from) out.push_back(copy_of(entries[from - first]));
  }
  return out;
}

}  // namespace strongroom::archive
