/// The vault: what was received, kept under its SHA-256 in append-only segments (protocol §4.2, §4.6).
/// Format page: docs/formats/vault.md.
///
///   segment = "strongroom vault segment 1\n" ‖ frames
///   frame   = kind (1) ‖ flags (1) ‖ u32 length ‖ SHA-256 of the bytes ‖ check (4) ‖ bytes
///
/// `check` covers the 38 bytes before it, so frames can be walked without reading what they hold. The name of an
/// object is the hash of its bytes, and every read is checked against it. A segment is written to by one process only,
/// and never cut.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "platform/file_system.h"

namespace strongroom::archive {

enum class ObjectKind : std::uint8_t { header = 1, body = 2, register_object = 3 };

struct Location {
  std::uint32_t segment = 0;
  std::uint64_t offset = 0;  ///< of the bytes, not of the frame
  std::uint32_t length = 0;
  bool operator==(const Location&) const = default;
};
/// How far the vault has been written (or an index of it has come): everything before this place.
struct VaultPosition {
  std::uint32_t segment = 0;
  std::uint64_t offset = 0;
  auto operator<=>(const VaultPosition&) const = default;
};
/// An object as the frame's head tells of it.
struct Stored {
  ObjectKind kind = ObjectKind::header;
  std::uint8_t flags = 0;  ///< of a header: its marks (marks.h)
  Hash256 name{};
  Location at;
};

/// Bytes of a frame before the object's own.
inline constexpr std::size_t kVaultFrameHeadBytes = 42;
/// Reads a segment's frames from byte `from` (0, or the end of a frame) on, objects compared with their names.
/// `frame` is head and object together. Returns the end of the last frame that holds: the file's own length, unless
/// its end is torn, damaged or being written. 0 if not even the beginning is there.
Result<std::uint64_t> read_segment(
    platform::File& segment, std::uint64_t from,
    const std::function<Result<void>(const Stored& stored, BytesView frame)>& visit);

/// One writer thread; `read` and `position` may be called from others.
class Vault {
 public:
  static constexpr std::uint64_t kSegmentBytesMax = 256ull << 20;

  /// Opens or makes the directory. Writing begins in a new segment: of the last one nobody knows what is durable.
  static Result<std::unique_ptr<Vault>> open(platform::FileSystem& files, std::string directory,
                                             std::uint64_t segment_bytes_max = kSegmentBytesMax);

  /// Adds one object; it counts for nothing before `sync`.
  Result<Location> append(ObjectKind kind, std::uint8_t flags, const Hash256& name, BytesView bytes);
  /// Makes everything appended durable. After an error the program must stop (protocol §4.2).
  Result<void> sync();

  /// The object, checked: `corrupt` if the bytes are no longer the ones that were stored.
  Result<Bytes> read(const Location& at, const Hash256& name) const;

  VaultPosition position() const { return {segment_, offset_}; }
  /// Calls `visit` for every object stored at or after `from`, in order, without reading contents, except in the
  /// last segments found torn at `open`, where an object that does not hold is left out.
  Result<void> walk(VaultPosition from, const std::function<Result<void>(const Stored&)>& visit) const;

 private:
  Vault(platform::FileSystem& files, std::string directory, std::uint64_t segment_bytes_max)
      : files_(files), directory_(std::move(directory)), segment_bytes_max_(segment_bytes_max) {}
  Result<void> begin_segment(std::uint32_t number);
  Result<void> flush();
  Result<std::uint64_t> walk_segment(std::uint32_t number, std::uint64_t from,
                                     const std::function<Result<void>(const Stored&)>& visit) const;
  std::string path_of(std::uint32_t segment) const;
  friend class VaultReader;

  platform::FileSystem& files_;
  std::string directory_;
  std::uint64_t segment_bytes_max_;
  std::unique_ptr<platform::File> file_;
  std::uint32_t segment_ = 0;
  std::uint64_t offset_ = 0;  ///< end of the segment, unwritten buffer included
  Bytes buffer_;  ///< frames not handed to the file yet
};

/// Reads one object after another and keeps the last segment open. One thread; others may have readers of their own.
class VaultReader {
 public:
  explicit VaultReader(const Vault& vault) : vault_(vault) {}
  /// As Vault::read.
  Result<Bytes> read(const Location& at, const Hash256& name);

 private:
  const Vault& vault_;
  std::uint32_t segment_ = 0;
  std::unique_ptr<platform::File> file_;
};

}  // namespace strongroom::archive
