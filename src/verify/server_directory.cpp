// The server's data directory as an auditor reads it (docs/formats/vault.md): written apart from the server's own
// reader, so that a mistake of one does not hide in the other.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <unordered_map>

#include "codec/cbor.h"
#include "codec/text.h"
#include "crypto/hash.h"
#include "ledger/note.h"
#include "verify/archive_files.h"

namespace strongroom::verify {
namespace {

constexpr std::string_view kSegmentMagic = "strongroom vault segment 1\n";
constexpr std::size_t kFrameChecked = 1 + 1 + 4 + 32, kFrameHead = kFrameChecked + 4, kLogHead = 4 + 8;
constexpr std::uint64_t kObjectBytesMax = 16u << 20, kJournalBytesMax = 256u << 20;
constexpr std::size_t kWindowBytes = 64 * 1024, kSegmentsOpenMax = 64;

/// Frames of a journal: u32 length ‖ 8 bytes of SHA-256 ‖ payload; a torn end is left out.
std::vector<BytesView> log_frames(BytesView rest) {
  std::vector<BytesView> out;
  while (rest.size() >= kLogHead) {
    const std::size_t length = read_be<std::uint32_t>(rest);
    if (length > rest.size() - kLogHead) break;
    const BytesView payload = rest.subspan(kLogHead, length);
    const Hash256 digest = crypto::sha256({rest.first(4), payload});
    if (!equal(BytesView(digest).first(8), rest.subspan(4, 8))) break;
    out.push_back(payload);
    rest = rest.subspan(kLogHead + length);
  }
  return out;
}

/// [ "journal", 1, size, [tile per level], bundle, compact tree ]
Result<ledger::TileFrontier> journal_start(BytesView frame) {
  cbor::Reader r(frame);
  TRY(r.array(6));
  TRY(r.label("journal"));
  TRY(r.uint_max(1));
  ledger::TileFrontier out;
  out.size = ledger::TreeSize{TRY(r.uint_max(ledger::kTreeSizeMax.value))};
  const std::size_t levels = TRY(r.array());
  if (levels > ledger::kTileLevelMax + 1) return r.error(ErrorCode::malformed, "too many levels");
  for (std::size_t i = 0; i < levels; ++i) {
    const BytesView tile = TRY(r.bytes());
    if (tile.size() % 32 != 0 || tile.size() > ledger::kTileBytes)
      return r.error(ErrorCode::malformed, "an edge tile has the wrong length");
    auto& hashes = out.edge.emplace_back();
    for (std::size_t at = 0; at < tile.size(); at += 32) hashes.push_back(array_of<32>(tile.subspan(at)));
  }
  out.bundle = copy_of(TRY(r.bytes()));
  return out;
}

/// [ "batch", 1, old size, new root, [leaf, ...] ]
Result<std::vector<Bytes>> journal_batch(BytesView frame, ledger::TreeSize expected) {
  cbor::Reader r(frame);
  TRY(r.array(5));
  TRY(r.label("batch"));
  TRY(r.uint_max(1));
  if (TRY(r.uint()) != expected.value)
    return r.error(ErrorCode::corrupt, "a batch of the journal is missing");
  TRY(r.array_bytes<32>());
  const std::size_t count = TRY(r.array());
  std::vector<Bytes> leaves;
  for (std::size_t i = 0; i < count; ++i) leaves.push_back(copy_of(TRY(r.bytes())));
  return leaves;
}

/// Full tiles from their files, the right edge from the newest journal.
class ServerTiles final : public ledger::TileReader {
 public:
  ServerTiles(platform::FileSystem& files, std::string directory)
      : files_(files), directory_(std::move(directory)) {
    auto loaded = load();
    if (!loaded && loaded.error().code == ErrorCode::not_found)
      loaded = load();  // a journal was just replaced
    if (!loaded) error_ = std::move(loaded).error();
  }
  const std::optional<Error>& error() const { return error_; }

  Result<Bytes> read_tile(const ledger::TileId& tile) override {
    Bytes bytes = TRY(read(ledger::path_of(ledger::TileId{tile.level, tile.index}), ledger::path_of(tile),
                           edge_tile(tile)));
    const std::size_t wanted = std::size_t{32} * tile.width;
    if (bytes.size() < wanted)
      return fail(ErrorCode::not_found, "the tile is shorter than the ledger's size demands");
    bytes.resize(wanted);
    return bytes;
  }
  Result<Bytes> read_bundle(const ledger::BundleId& bundle) override {
    const bool edge = frontier_.size.value / ledger::kTileWidth == bundle.index;
    const Bytes bytes = TRY(read(ledger::path_of(ledger::BundleId{bundle.index}), ledger::path_of(bundle),
                                 edge ? frontier_.bundle : Bytes{}));
    std::size_t at = 0;
    for (unsigned i = 0; i < bundle.width; ++i) {
      const bool whole = bytes.size() - at >= 2 &&
                         bytes.size() - at - 2 >= read_be<std::uint16_t>(BytesView(bytes).subspan(at));
      if (!whole) return fail(ErrorCode::not_found, "the bundle is shorter than the ledger's size demands");
      at += 2 + std::size_t{read_be<std::uint16_t>(BytesView(bytes).subspan(at))};
    }
    return copy_of(BytesView(bytes).first(at));
  }

 private:
  Result<void> load() {
    std::string newest;
    for (const std::string& name : TRY(files_.list(directory_))) {
      if (name.starts_with("journal-")) newest = std::max(newest, name);
    }
    if (newest.empty()) return fail(ErrorCode::not_found, "there is no journal", directory_);
    const Bytes bytes = TRY(files_.read(directory_ + "/" + newest, kJournalBytesMax));
    const std::vector<BytesView> frames = log_frames(bytes);
    if (frames.empty())
      return fail(ErrorCode::corrupt, "the journal has no beginning", directory_ + "/" + newest);
    frontier_ = TRY_IN(newest, journal_start(frames.front()));
    for (std::size_t i = 1; i < frames.size(); ++i) {
      auto growth = TRY(ledger::grow(frontier_, TRY_IN(newest, journal_batch(frames[i], frontier_.size))));
      frontier_ = std::move(growth.next);
      for (ledger::TileFile& file : growth.files) {
        if (file.path.find(".p/") == std::string::npos) staged_[file.path] = std::move(file.bytes);
      }
    }
    return {};
  }

  Bytes edge_tile(const ledger::TileId& tile) const {
    if (tile.level >= frontier_.edge.size()) return {};
    const unsigned shift = 8 * (tile.level + 1);
    const std::uint64_t edge_index = shift >= 64 ? 0 : frontier_.size.value >> shift;
    return edge_index == tile.index ? ledger::encode_tile(frontier_.edge[tile.level]) : Bytes{};
  }

  /// The full file, a partial one (the server writes none, but a copy may), what the journal staged, or the edge.
  Result<Bytes> read(const std::string& full, const std::string& exact, Bytes edge) {
    for (const std::string& path : {full, exact}) {
      auto bytes = files_.read(directory_ + "/" + path, ledger::kBundleBytesMax);
      if (bytes || bytes.error().code != ErrorCode::not_found) return bytes;
    }
    if (const auto found = staged_.find(full); found != staged_.end()) return found->second;
    if (!edge.empty()) return edge;
    return fail(ErrorCode::not_found, "there is no such tile", directory_ + "/" + exact);
  }

  platform::FileSystem& files_;
  std::string directory_;
  ledger::TileFrontier frontier_;
  std::map<std::string, Bytes> staged_;
  std::optional<Error> error_;
};

/// One file, read forwards: what lies beside the last bytes asked for has mostly been read with them.
class Segment {
 public:
  static Result<Segment> open(platform::FileSystem& files, const std::string& path) {
    Segment out(TRY(files.open_read(path)));
    out.size_ = TRY(out.file_->size());
    return out;
  }
  std::uint64_t size() const { return size_; }
  /// `window` holds what is read; it may be shared by segments that are read in turns. Borrowed from it.
  struct Window {
    const platform::File* file = nullptr;
    std::uint64_t start = 0;
    Bytes bytes;
  };
  /// `length` bytes that lie within the file; borrowed from `window` until it is used again.
  Result<BytesView> read(Window& window, std::uint64_t offset, std::size_t length) {
    const bool held = window.file == file_.get() && offset >= window.start &&
                      offset - window.start <= window.bytes.size() &&
                      length <= window.bytes.size() - (offset - window.start);
    if (!held) TRY(fill(window, offset, length));
    return BytesView(window.bytes).subspan(offset - window.start, length);
  }

 private:
  explicit Segment(std::unique_ptr<platform::File> file) : file_(std::move(file)) {}
  Result<void> fill(Window& window, std::uint64_t offset, std::size_t length) {
    window.file = file_.get();
    window.start = offset;
    window.bytes.resize(std::max<std::size_t>(length, std::min<std::uint64_t>(kWindowBytes, size_ - offset)));
    if (file_->read_at(offset, window.bytes)) return {};
    // A place that cannot be read must not hide what lies before it.
    window.bytes.resize(length);
    auto read = file_->read_at(offset, window.bytes);
    if (!read) window.bytes.clear();
    return read;
  }

  std::unique_ptr<platform::File> file_;
  std::uint64_t size_ = 0;
};

/// Where every object of a vault directory lies.
class VaultIndex {
 public:
  struct Place {
    std::uint32_t segment = 0, length = 0;
    std::uint64_t offset = 0;
    std::uint8_t flags = 0;
  };

  VaultIndex(platform::FileSystem& files, std::string directory)
      : files_(files), directory_(std::move(directory)) {}

  Result<void> load() {
    for (const std::string& name : TRY(files_.list(directory_))) {
      if (name.ends_with(".seg")) TRY(walk(name));
    }
    return {};
  }
  const Place* find(const Hash256& name) const {
    const auto found = places_.find(name);
    return found == places_.end() ? nullptr : &found->second;
  }
  Result<Bytes> read(const Hash256& name) {
    const Place* place = find(name);
    if (place == nullptr) return fail(ErrorCode::not_found, "the vault has no such object", codec::hex(name));
    return copy_of(TRY(TRY(segment(place->segment))->read(window_, place->offset, place->length)));
  }
  void describe(Report& report) const {
    for (const std::string& torn : torn_) report.note("torn-segment", torn);
  }

 private:
  /// Few are open at a time: an archive has more of them than a process may have files.
  Result<Segment*> segment(std::uint32_t number) {
    const auto found = open_.find(number);
    if (found != open_.end()) return &found->second;
    if (open_.size() >= kSegmentsOpenMax) {
      open_.clear();
      window_ = {};
    }
    return &open_.emplace(number, TRY(Segment::open(files_, paths_[number]))).first->second;
  }

  Result<void> walk(const std::string& name) {
    const std::string path = directory_ + "/" + name;
    const auto number = static_cast<std::uint32_t>(paths_.size());
    paths_.push_back(path);
    Segment& segment = *TRY(this->segment(number));
    const std::uint64_t size = segment.size();
    std::uint64_t at = kSegmentMagic.size();
    bool whole = size >= at;
    while (whole && size - at >= kFrameHead) {
      const BytesView head = TRY(segment.read(window_, at, kFrameHead));
      const Hash256 digest = crypto::sha256(head.first(kFrameChecked));
      const std::uint32_t length = read_be<std::uint32_t>(head.subspan(2));
      whole = equal(BytesView(digest).first(4), head.subspan(kFrameChecked)) && length <= kObjectBytesMax &&
              length <= size - at - kFrameHead;
      if (!whole) break;
      places_[array_of<32>(head.subspan(6))] = {number, length, at + kFrameHead,
                                                std::to_integer<std::uint8_t>(head[1])};
      at += kFrameHead + length;
    }
    if (at != size) torn_.push_back(fmt::format("{} cannot be read beyond byte {} of {}", path, at, size));
    return {};
  }

  platform::FileSystem& files_;
  std::string directory_;
  std::unordered_map<Hash256, Place, DigestHash> places_;
  std::vector<std::string> paths_;
  std::map<std::uint32_t, Segment> open_;
  Segment::Window window_;
  std::vector<std::string> torn_;
};

/// What is read first is what is durable last: checkpoints, then the journals, then the vaults. So the directory of a
/// server that is running is read without finding losses that are none.
class ServerDirectory final : public ArchiveFiles {
 public:
  ServerDirectory(platform::FileSystem& files, const std::string& directory)
      : register_checkpoint_(witnessed(files, directory + "/register")),
        capture_checkpoint_(witnessed(files, directory + "/capture")),
        register_(files, directory + "/register"),
        capture_(files, directory + "/capture"),
        register_vault_(files, directory + "/vault/register"),
        capture_vault_(files, directory + "/vault/capture") {}

  Result<void> load() {
    TRY(register_vault_.load());
    return capture_vault_.load();
  }
  Result<std::string> checkpoint(LedgerName which) override {
    return which == LedgerName::register_ ? register_checkpoint_ : capture_checkpoint_;
  }
  ledger::TileReader& tiles(LedgerName which) override {
    return which == LedgerName::register_ ? register_ : capture_;
  }
  Result<Bytes> object(ObjectKind kind, const Hash256& name) override {
    return kind == ObjectKind::register_object ? register_vault_.read(name) : capture_vault_.read(name);
  }
  std::vector<std::string_view> marks(const Hash256& header) override {
    const VaultIndex::Place* place = capture_vault_.find(header);
    std::vector<std::string_view> out;
    if (place == nullptr) return out;
    constexpr std::string_view kNames[] = {"late", "stale", "misfiled", "dead", "equivocation"};
    for (unsigned bit = 0; bit < std::size(kNames); ++bit) {
      if ((place->flags >> bit) & 1u) out.push_back(kNames[bit]);
    }
    return out;
  }
  void describe(Report& report) override {
    for (const ServerTiles* tiles : {&register_, &capture_}) {
      if (tiles->error())
        report.warning("journal", "the journal of a ledger cannot be read: " + tiles->error()->to_string());
    }
    register_vault_.describe(report);
    capture_vault_.describe(report);
  }

 private:
  static Result<std::string> witnessed(platform::FileSystem& files, const std::string& directory) {
    const Bytes text = TRY(files.read(directory + "/witnessed", ledger::kNoteBytesMax));
    return std::string(text_of(text));
  }

  Result<std::string> register_checkpoint_, capture_checkpoint_;
  ServerTiles register_, capture_;
  VaultIndex register_vault_, capture_vault_;
};

}  // namespace

Result<std::unique_ptr<ArchiveFiles>> open_server_directory(platform::FileSystem& files,
                                                            const std::string& directory) {
  auto server = std::make_unique<ServerDirectory>(files, directory);
  TRY(server->load());
  return server;
}

}  // namespace strongroom::verify
