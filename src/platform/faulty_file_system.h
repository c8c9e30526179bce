/// A file system that passes every call to another one and fails the calls a test chooses. It counts calls,
/// so a test can run once to learn how many there are and then once for each of them.
#pragma once

#include <memory>
#include <optional>

#include "platform/file_system.h"

namespace strongroom::platform {

/// The calls that can be told to fail. `write_durable` counts as one call.
enum class FileCall {
  open_append,
  open_read,
  append,
  read,
  size,
  sync,
  truncate,
  write_durable,
  write_loose,
  rename,
  remove,
  sync_directory,
  make_directories,
  list,
  exists,
};
inline constexpr std::size_t kFileCallKinds = 15;

enum class Fault {
  error_before,  ///< nothing is done; the answer is `io`
  error_after,  ///< it is done, and the answer is `io` all the same
  torn,  ///< append: the first half is written, then `io`. read: `corrupt`, as of a file too short.
  ///< Anything else: as error_before.
  no_space,  ///< the disk is full from this call on: whatever needs room fails, an append after its first half
};

/// Thread-safe; `beneath` outlives it.
class FaultyFileSystem final : public FileSystem {
 public:
  explicit FaultyFileSystem(FileSystem& beneath);
  ~FaultyFileSystem() override;

  /// Fails the `nth` (from 1) call of this kind from now on; later calls work again.
  void fail_call(FileCall kind, std::uint64_t nth, Fault fault = Fault::error_before);
  /// Stops everything at the `nth` (from 1) call that changes something (append, sync, truncate, write_*,
  /// rename, remove, sync_directory, make_directories, and open_append): it fails with `fault`, and so does
  /// every call after it. With MemoryFileSystem::power_cut this is a machine that dies at that step.
  void die_at_change(std::uint64_t nth, Fault fault = Fault::error_before);
  /// Fails the `nth` (from 1) call of any kind from now on; later calls work again, except after no_space.
  void fail_any_call(std::uint64_t nth, Fault fault);
  /// There is room again on the disk.
  void make_room();
  /// No more faults, and counting starts over.
  void reset();

  std::uint64_t calls(FileCall kind) const;  ///< since the start or `reset`
  std::uint64_t all_calls() const;  ///< of every kind
  std::uint64_t changes() const;  ///< calls that `die_at_change` counts
  bool fault_happened() const;

  Result<std::unique_ptr<File>> open_append(const std::string& path) override;
  Result<std::unique_ptr<File>> open_read(const std::string& path) override;
  Result<Bytes> read(const std::string& path, std::uint64_t bytes_max) override;
  Result<void> write_durable(const std::string& path, BytesView content) override;
  Result<void> write_loose(const std::string& path, BytesView content) override;
  Result<void> rename(const std::string& from, const std::string& to) override;
  Result<void> remove(const std::string& path) override;
  Result<void> sync_directory(const std::string& path) override;
  Result<void> make_directories(const std::string& path) override;
  Result<std::vector<std::string>> list(const std::string& path) override;
  Result<bool> exists(const std::string& path) override;

 private:
  struct State;
  FileSystem& beneath_;
  std::shared_ptr<State> state_;  ///< shared with the files it opened
};

}  // namespace strongroom::platform
