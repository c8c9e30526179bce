/// Files in memory, with the worst a power failure may do to them: content that was not synced is gone, and
/// so is every directory entry (made, renamed or removed) whose directory was not synced.
#pragma once

#include <memory>
#include <mutex>

#include "platform/file_system.h"

namespace strongroom::platform {

/// What a power failure leaves of bytes that were appended and not synced. Both happen on real disks, and a
/// recovery has to survive both.
enum class PowerCut {
  lose_unsynced,  ///< nothing of them
  tear_unsynced,  ///< the first half of them, provided the file itself is still there
  any_subset,  ///< any sectors of them, the others read as zeros; and any of the unsynced directory entries
};

/// How a sync can fail to be one. Both are what disks and kernels have done.
enum class BadSync {
  forgets,  ///< it fails, and no later sync writes what this one was to write, though it can be read until a power cut
  lies,  ///< it succeeds and does nothing; a later one may still make up for it
};

/// Thread-safe. "/a/b" and "a/b" name the same file.
class MemoryFileSystem final : public FileSystem {
 public:
  MemoryFileSystem();
  ~MemoryFileSystem() override;

  /// Back to what was durable, and what `how` adds; `seed` chooses the subset. Files that were open answer every later
  /// call with `io`.
  void power_cut(PowerCut how = PowerCut::lose_unsynced, std::uint64_t seed = 0);
  /// The `nth` (from 1) sync from now on is a bad one. Syncs are File::sync, sync_directory and write_durable.
  void spoil_sync(std::uint64_t nth, BadSync how);
  std::uint64_t syncs() const;  ///< so far
  /// Changes one byte of a file, as a bad disk does (the durable copy too); `not_found` if there is none.
  Result<void> flip_byte(const std::string& path, std::uint64_t offset);

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
  std::shared_ptr<State> state_;
};

}  // namespace strongroom::platform
