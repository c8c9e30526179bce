#include "platform/faulty_file_system.h"

#include <array>
#include <mutex>

namespace strongroom::platform {
namespace {

bool changes_something(FileCall call) {
  switch (call) {
    case FileCall::open_read:
    case FileCall::read:
    case FileCall::size:
    case FileCall::list:
    case FileCall::exists: return false;
    default: return true;
  }
}

/// What a full disk refuses. An empty file it still makes, as a rule.
bool needs_room(FileCall call) {
  switch (call) {
    case FileCall::append:
    case FileCall::write_durable:
    case FileCall::write_loose:
    case FileCall::make_directories: return true;
    default: return false;
  }
}

std::unexpected<Error> full_disk(const std::string& path) {
  return fail(ErrorCode::io, "the file cannot be written: No space left on device", path,
              "make room on this disk");
}

std::unexpected<Error> injected(const std::string& path) {
  return fail(ErrorCode::io, "a fault was injected here by a test", path);
}

}  // namespace

struct FaultyFileSystem::State {
  struct Plan {
    std::uint64_t left = 0;  ///< calls until the fault, 0: none planned
    Fault fault = Fault::error_before;
  };
  mutable std::mutex mutex;
  std::array<std::uint64_t, kFileCallKinds> calls{};
  std::array<Plan, kFileCallKinds> plans{};
  std::uint64_t all = 0, changes = 0;
  Plan any, death;
  bool dead = false, full = false;
  bool happened = false;

  /// Counts one call and says whether, and how, it fails.
  std::optional<Fault> next(FileCall call) {
    const std::lock_guard lock(mutex);
    ++calls[static_cast<std::size_t>(call)];
    ++all;
    if (dead) return Fault::error_before;
    if (due(any)) {
      if (any.fault != Fault::no_space) return any.fault;
      full = true;
    }
    if (full && needs_room(call)) return Fault::no_space;
    if (changes_something(call)) {
      ++changes;
      if (due(death)) {
        dead = true;
        return death.fault;
      }
    }
    Plan& plan = plans[static_cast<std::size_t>(call)];
    if (due(plan)) return plan.fault;
    return std::nullopt;
  }
  bool due(Plan& plan) {
    if (plan.left == 0 || --plan.left != 0) return false;
    happened = true;
    return true;
  }

  template <class Act>
  auto carry_out(FileCall call, const std::string& path, Act act) -> decltype(act()) {
    const std::optional<Fault> fault = next(call);
    if (!fault) return act();
    if (*fault == Fault::torn && call == FileCall::read) {
      return fail(ErrorCode::corrupt, "the file is shorter than it should be", path);
    }
    if (*fault == Fault::error_after) static_cast<void>(act());
    if (*fault == Fault::no_space) return full_disk(path);
    return injected(path);
  }

  class FaultyFile;
};

class FaultyFileSystem::State::FaultyFile final : public File {
 public:
  FaultyFile(std::shared_ptr<State> state, std::unique_ptr<File> beneath, std::string path)
      : state_(std::move(state)), beneath_(std::move(beneath)), path_(std::move(path)) {}

  Result<void> append(BytesView bytes) override {
    const std::optional<Fault> fault = state_->next(FileCall::append);
    if (!fault) return beneath_->append(bytes);
    if (*fault != Fault::error_before && *fault != Fault::error_after) bytes = bytes.first(bytes.size() / 2);
    if (*fault != Fault::error_before) TRY(beneath_->append(bytes));
    if (*fault == Fault::no_space) return full_disk(path_);
    return injected(path_);
  }
  Result<void> read_at(std::uint64_t offset, MutableBytes out) override {
    return state_->carry_out(FileCall::read, path_, [&] { return beneath_->read_at(offset, out); });
  }
  Result<std::uint64_t> size() override {
    return state_->carry_out(FileCall::size, path_, [&] { return beneath_->size(); });
  }
  Result<void> sync() override {
    return state_->carry_out(FileCall::sync, path_, [&] { return beneath_->sync(); });
  }
  Result<void> truncate(std::uint64_t size) override {
    return state_->carry_out(FileCall::truncate, path_, [&] { return beneath_->truncate(size); });
  }

 private:
  std::shared_ptr<State> state_;
  std::unique_ptr<File> beneath_;
  std::string path_;
};

FaultyFileSystem::FaultyFileSystem(FileSystem& beneath)
    : beneath_(beneath), state_(std::make_shared<State>()) {}
FaultyFileSystem::~FaultyFileSystem() = default;

void FaultyFileSystem::fail_call(FileCall kind, std::uint64_t nth, Fault fault) {
  const std::lock_guard lock(state_->mutex);
  state_->plans[static_cast<std::size_t>(kind)] = {nth, fault};
}
void FaultyFileSystem::die_at_change(std::uint64_t nth, Fault fault) {
  const std::lock_guard lock(state_->mutex);
  state_->death = {nth, fault};
}
void FaultyFileSystem::fail_any_call(std::uint64_t nth, Fault fault) {
  const std::lock_guard lock(state_->mutex);
  state_->any = {nth, fault};
}
void FaultyFileSystem::make_room() {
  const std::lock_guard lock(state_->mutex);
  state_->full = false;
}
void FaultyFileSystem::reset() {
  const std::lock_guard lock(state_->mutex);
  state_->calls = {};
  state_->plans = {};
  state_->all = 0;
  state_->changes = 0;
  state_->any = {};
  state_->full = false;
  state_->death = {};
  state_->dead = false;
  state_->happened = false;
}
std::uint64_t FaultyFileSystem::calls(FileCall kind) const {
  const std::lock_guard lock(state_->mutex);
  return state_->calls[static_cast<std::size_t>(kind)];
}
std::uint64_t FaultyFileSystem::all_calls() const {
  const std::lock_guard lock(state_->mutex);
  return state_->all;
}
std::uint64_t FaultyFileSystem::changes() const {
  const std::lock_guard lock(state_->mutex);
  return state_->changes;
}
bool FaultyFileSystem::fault_happened() const {
  const std::lock_guard lock(state_->mutex);
  return state_->happened;
}

Result<std::unique_ptr<File>> FaultyFileSystem::open_append(const std::string& path) {
  auto file = TRY(state_->carry_out(FileCall::open_append, path, [&] { return beneath_.open_append(path); }));
  return std::make_unique<State::FaultyFile>(state_, std::move(file), path);
}
Result<std::unique_ptr<File>> FaultyFileSystem::open_read(const std::string& path) {
  auto file = TRY(state_->carry_out(FileCall::open_read, path, [&] { return beneath_.open_read(path); }));
  return std::make_unique<State::FaultyFile>(state_, std::move(file), path);
}
Result<Bytes> FaultyFileSystem::read(const std::string& path, std::uint64_t bytes_max) {
  return state_->carry_out(FileCall::read, path, [&] { return beneath_.read(path, bytes_max); });
}
Result<void> FaultyFileSystem::write_durable(const std::string& path, BytesView content) {
  return state_->carry_out(FileCall::write_durable, path,
                           [&] { return beneath_.write_durable(path, content); });
}
Result<void> FaultyFileSystem::write_loose(const std::string& path, BytesView content) {
  return state_->carry_out(FileCall::write_loose, path, [&] { return beneath_.write_loose(path, content); });
}
Result<void> FaultyFileSystem::rename(const std::string& from, const std::string& to) {
  return state_->carry_out(FileCall::rename, from, [&] { return beneath_.rename(from, to); });
}
Result<void> FaultyFileSystem::remove(const std::string& path) {
  return state_->carry_out(FileCall::remove, path, [&] { return beneath_.remove(path); });
}
Result<void> FaultyFileSystem::sync_directory(const std::string& path) {
  return state_->carry_out(FileCall::sync_directory, path, [&] { return beneath_.sync_directory(path); });
}
Result<void> FaultyFileSystem::make_directories(const std::string& path) {
  return state_->carry_out(FileCall::make_directories, path, [&] { return beneath_.make_directories(path); });
}
Result<std::vector<std::string>> FaultyFileSystem::list(const std::string& path) {
  return state_->carry_out(FileCall::list, path, [&] { return beneath_.list(path); });
}
Result<bool> FaultyFileSystem::exists(const std::string& path) {
  return state_->carry_out(FileCall::exists, path, [&] { return beneath_.exists(path); });
}

}  // namespace strongroom::platform
