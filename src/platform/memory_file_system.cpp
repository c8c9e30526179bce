#include "platform/memory_file_system.h"

#include <map>
#include <optional>
#include <random>
#include <set>

namespace strongroom::platform {
namespace {

/// A file or a directory; `durable_*` is what a power failure leaves.
struct Node {
  bool is_directory = false;
  Bytes content;
  Bytes durable_content;
  std::vector<std::pair<std::size_t, std::size_t>>
      forgotten;  ///< [from, to): no sync will write these any more
  std::map<std::string, std::shared_ptr<Node>> entries;
  std::map<std::string, std::shared_ptr<Node>> durable_entries;
};
using NodePtr = std::shared_ptr<Node>;

NodePtr make_node(bool is_directory) {
  auto node = std::make_shared<Node>();
  node->is_directory = is_directory;
  return node;
}

std::vector<std::string> parts_of(std::string_view path) {
  std::vector<std::string> parts;
  while (!path.empty()) {
    const std::size_t slash = std::min(path.find('/'), path.size());
    const std::string_view part = path.substr(0, slash);
    if (!part.empty() && part != ".") parts.emplace_back(part);
    path.remove_prefix(std::min(slash + 1, path.size()));
  }
  return parts;
}

constexpr std::size_t kSector = 512;

/// Makes the content durable, but for what an earlier sync has forgotten: it reads as zeros after the power cut.
void make_durable(Node& file) {
  file.durable_content = file.content;
  for (const auto& [from, to] : file.forgotten) {
    for (std::size_t at = from; at < std::min(to, file.durable_content.size()); ++at)
      file.durable_content[at] = std::byte{0};
  }
}

/// What a power failure leaves.
struct Aftermath {
  PowerCut how;
  std::mt19937_64 chance;
  bool survives() { return (chance() >> 63) != 0; }

  /// The synced prefix, and what `how` says of what was appended since.
  Bytes content_of(const Node& file) {
    const std::size_t synced = file.durable_content.size();
    if (how == PowerCut::lose_unsynced || file.content.size() <= synced || !file.forgotten.empty() ||
        !equal(BytesView(file.content).first(synced), file.durable_content))
      return file.durable_content;
    if (how == PowerCut::tear_unsynced)
      return copy_of(BytesView(file.content).first(synced + (file.content.size() - synced + 1) / 2));
    Bytes out = file.durable_content;
    for (std::size_t at = synced; at < file.content.size();) {
      const std::size_t end = std::min((at / kSector + 1) * kSector, file.content.size());
      if (survives()) {
        out.resize(at);  // zeros for what is lost before it
        append(out, BytesView(file.content).subspan(at, end - at));
      }
      at = end;
    }
    return out;
  }

  void apply(Node& node) {
    node.forgotten.clear();
    if (!node.is_directory) {
      node.content = content_of(node);
      node.durable_content = node.content;
      return;
    }
    if (how == PowerCut::any_subset) choose_entries(node);
    node.entries = node.durable_entries;
    for (const auto& [name, child] : node.entries) apply(*child);
  }

 private:
  /// Each entry made, replaced or removed since the last sync of the directory: as it was, or as it is now.
  void choose_entries(Node& directory) {
    std::set<std::string> names;
    for (const auto& [name, child] : directory.entries) names.insert(name);
    for (const auto& [name, child] : directory.durable_entries) names.insert(name);
    for (const std::string& name : names) {
      const auto now = directory.entries.find(name);
      const auto before = directory.durable_entries.find(name);
      const bool is = now != directory.entries.end(), was = before != directory.durable_entries.end();
      if (is && was && now->second == before->second) continue;
      if (!survives()) continue;
      if (is) {
        directory.durable_entries[name] = now->second;
      } else {
        directory.durable_entries.erase(name);
      }
    }
  }
};

std::unexpected<Error> spoiled(const std::string& path) {
  return fail(ErrorCode::io, "the file cannot be made durable: Input/output error", path);
}

std::unexpected<Error> not_there(const std::string& path) {
  return fail(ErrorCode::not_found, "there is no such file or directory", path);
}

}  // namespace

struct MemoryFileSystem::State {
  std::mutex mutex;
  NodePtr root = make_node(true);
  std::uint64_t power_cuts = 0;
  std::uint64_t syncs = 0, spoiled_sync = 0;
  BadSync spoiled_how = BadSync::forgets;

  /// Counts a sync; how it is bad, if it is.
  std::optional<BadSync> next_sync() {
    return ++syncs == spoiled_sync ? std::optional(spoiled_how) : std::nullopt;
  }

  NodePtr find(std::string_view path) const {
    NodePtr node = root;
    for (const std::string& part : parts_of(path)) {
      if (!node->is_directory) return nullptr;
      const auto it = node->entries.find(part);
      if (it == node->entries.end()) return nullptr;
      node = it->second;
    }
    return node;
  }

  struct Place {
    NodePtr directory;
    std::string name;
  };
  Result<Place> place_of(const std::string& path) const {
    const std::vector<std::string> parts = parts_of(path);
    if (parts.empty()) return fail(ErrorCode::io, "this is a directory", path);
    NodePtr node = root;
    for (std::size_t i = 0; i + 1 < parts.size(); ++i) {
      const auto it = node->entries.find(parts[i]);
      if (it == node->entries.end() || !it->second->is_directory) return not_there(path);
      node = it->second;
    }
    return Place{node, parts.back()};
  }

  /// The file at `path`, made if it is not there.
  Result<NodePtr> file_at(const std::string& path) {
    Place place = TRY(place_of(path));
    NodePtr& node = place.directory->entries[place.name];
    if (node == nullptr) node = make_node(false);
    if (node->is_directory) return fail(ErrorCode::io, "this is a directory", path);
    return node;
  }

  class OpenFile;
};

class MemoryFileSystem::State::OpenFile final : public File {
 public:
  OpenFile(std::shared_ptr<State> state, NodePtr node, std::string path)
      : state_(std::move(state)), node_(std::move(node)), path_(std::move(path)), born_(state_->power_cuts) {}

  Result<void> append(BytesView bytes) override {
    const std::lock_guard lock(state_->mutex);
    TRY(powered());
    strongroom::append(node_->content, bytes);
    return {};
  }
  Result<void> read_at(std::uint64_t offset, MutableBytes out) override {
    const std::lock_guard lock(state_->mutex);
    TRY(powered());
    const Bytes& content = node_->content;
    if (offset > content.size() || out.size() > content.size() - offset) {
      return fail(ErrorCode::corrupt, "the file is shorter than it should be", path_);
    }
    if (!out.empty()) std::memcpy(out.data(), content.data() + offset, out.size());
    return {};
  }
  Result<std::uint64_t> size() override {
    const std::lock_guard lock(state_->mutex);
    TRY(powered());
    return std::uint64_t{node_->content.size()};
  }
  Result<void> sync() override {
    const std::lock_guard lock(state_->mutex);
    TRY(powered());
    if (const auto bad = state_->next_sync()) {
      if (*bad == BadSync::lies) return {};
      node_->forgotten.emplace_back(node_->durable_content.size(), node_->content.size());
      return spoiled(path_);
    }
    make_durable(*node_);
    return {};
  }
  Result<void> truncate(std::uint64_t size) override {
    const std::lock_guard lock(state_->mutex);
    TRY(powered());
    node_->content.resize(static_cast<std::size_t>(size));
    return {};
  }

 private:
  Result<void> powered() const {
    if (born_ == state_->power_cuts) return {};
    return fail(ErrorCode::io, "the file was open when the power failed", path_);
  }
  std::shared_ptr<State> state_;
  NodePtr node_;
  std::string path_;
  std::uint64_t born_;
};

MemoryFileSystem::MemoryFileSystem() : state_(std::make_shared<State>()) {}
MemoryFileSystem::~MemoryFileSystem() = default;

void MemoryFileSystem::power_cut(PowerCut how, std::uint64_t seed) {
  const std::lock_guard lock(state_->mutex);
  ++state_->power_cuts;
  Aftermath{how, std::mt19937_64(seed)}.apply(*state_->root);
}

void MemoryFileSystem::spoil_sync(std::uint64_t nth, BadSync how) {
  const std::lock_guard lock(state_->mutex);
  state_->spoiled_sync = state_->syncs + nth;
  state_->spoiled_how = how;
}

std::uint64_t MemoryFileSystem::syncs() const {
  const std::lock_guard lock(state_->mutex);
  return state_->syncs;
}

Result<void> MemoryFileSystem::flip_byte(const std::string& path, std::uint64_t offset) {
  const std::lock_guard lock(state_->mutex);
  const NodePtr node = state_->find(path);
  if (node == nullptr || offset >= node->content.size()) return not_there(path);
  node->content[static_cast<std::size_t>(offset)] ^= std::byte{1};
  if (offset < node->durable_content.size())
    node->durable_content[static_cast<std::size_t>(offset)] ^= std::byte{1};
  return {};
}

Result<std::unique_ptr<File>> MemoryFileSystem::open_append(const std::string& path) {
  const std::lock_guard lock(state_->mutex);
  return std::make_unique<State::OpenFile>(state_, TRY(state_->file_at(path)), path);
}

Result<std::unique_ptr<File>> MemoryFileSystem::open_read(const std::string& path) {
  const std::lock_guard lock(state_->mutex);
  NodePtr node = state_->find(path);
  if (node == nullptr) return not_there(path);
  if (node->is_directory) return fail(ErrorCode::io, "this is not a regular file", path);
  return std::make_unique<State::OpenFile>(state_, std::move(node), path);
}

Result<Bytes> MemoryFileSystem::read(const std::string& path, std::uint64_t bytes_max) {
  const std::lock_guard lock(state_->mutex);
  const NodePtr node = state_->find(path);
  if (node == nullptr) return not_there(path);
  if (node->is_directory) return fail(ErrorCode::io, "this is not a regular file", path);
  if (node->content.size() > bytes_max) {
    return fail(ErrorCode::limit_exceeded, "the file is larger than it may be", path);
  }
  return node->content;
}

Result<void> MemoryFileSystem::write_durable(const std::string& path, BytesView content) {
  const std::lock_guard lock(state_->mutex);
  const State::Place place = TRY(state_->place_of(path));
  const NodePtr file = make_node(false);
  const auto bad = state_->next_sync();
  if (bad == BadSync::forgets) return spoiled(path);  // of the temporary file: nothing was renamed
  file->content = copy_of(content);
  if (!bad) file->durable_content = file->content;
  place.directory->entries[place.name] = file;
  if (!bad)
    place.directory->durable_entries = place.directory->entries;  // the fsync of a directory takes all of it
  return {};
}

Result<void> MemoryFileSystem::write_loose(const std::string& path, BytesView content) {
  const std::lock_guard lock(state_->mutex);
  TRY(state_->file_at(path))->content = copy_of(content);
  return {};
}

Result<void> MemoryFileSystem::rename(const std::string& from, const std::string& to) {
  const std::lock_guard lock(state_->mutex);
  const State::Place source = TRY(state_->place_of(from));
  const State::Place target = TRY(state_->place_of(to));
  const auto it = source.directory->entries.find(source.name);
  if (it == source.directory->entries.end()) return not_there(from);
  const NodePtr node = it->second;
  source.directory->entries.erase(it);
  target.directory->entries[target.name] = node;
  return {};
}

Result<void> MemoryFileSystem::remove(const std::string& path) {
  const std::lock_guard lock(state_->mutex);
  const State::Place place = TRY(state_->place_of(path));
  const auto it = place.directory->entries.find(place.name);
  if (it == place.directory->entries.end()) return not_there(path);
  if (it->second->is_directory) return fail(ErrorCode::io, "this is a directory", path);
  place.directory->entries.erase(it);
  return {};
}

Result<void> MemoryFileSystem::sync_directory(const std::string& path) {
  const std::lock_guard lock(state_->mutex);
  const NodePtr node = state_->find(path);
  if (node == nullptr || !node->is_directory) return not_there(path);
  if (const auto bad = state_->next_sync()) {
    if (*bad == BadSync::lies) return {};
    return spoiled(path);
  }
  node->durable_entries = node->entries;
  return {};
}

Result<void> MemoryFileSystem::make_directories(const std::string& path) {
  const std::lock_guard lock(state_->mutex);
  NodePtr node = state_->root;
  for (const std::string& part : parts_of(path)) {
    NodePtr& child = node->entries[part];
    if (child == nullptr) {
      child = make_node(true);
      node->durable_entries = node->entries;
    }
    if (!child->is_directory) return fail(ErrorCode::io, "this is a file, not a directory", path);
    node = NodePtr(child);
  }
  return {};
}

Result<std::vector<std::string>> MemoryFileSystem::list(const std::string& path) {
  const std::lock_guard lock(state_->mutex);
  const NodePtr node = state_->find(path);
  if (node == nullptr || !node->is_directory) return not_there(path);
  std::vector<std::string> names;
  for (const auto& [name, child] : node->entries) names.push_back(name);
  return names;
}

Result<bool> MemoryFileSystem::exists(const std::string& path) {
  const std::lock_guard lock(state_->mutex);
  return state_->find(path) != nullptr;
}

}  // namespace strongroom::platform
