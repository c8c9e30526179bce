/// Where the bytes of the files are that frames speak of: never in the stream, perhaps beside it.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "capture/tally.h"
#include "frames.pb.h"

namespace strongroom::capture::signal {

namespace frames = ::strongroom::signal_frames;

/// Used by one parse.
class Media {
 public:
  virtual ~Media() = default;
  /// The size of the file's content, if it is there and is what its digest says; its SHA-256 is `plaintexthash`.
  virtual std::optional<std::uint64_t> size_of(const frames::FilePointer& pointer) = 0;
  /// The content itself; nullopt where `size_of` gives none.
  virtual std::optional<Bytes> content_of(const frames::FilePointer& pointer) = 0;
};

/// A stream that came alone.
class NoMedia final : public Media {
 public:
  std::optional<std::uint64_t> size_of(const frames::FilePointer&) override { return std::nullopt; }
  std::optional<Bytes> content_of(const frames::FilePointer&) override { return std::nullopt; }
};

/// Plain files, known by the SHA-256 of their content. Borrows the files.
class PlainMedia final : public Media {
 public:
  void add(const InputFile& file);
  std::optional<std::uint64_t> size_of(const frames::FilePointer& pointer) override;
  std::optional<Bytes> content_of(const frames::FilePointer& pointer) override;

 private:
  struct Known {
    const InputFile* file;
    std::uint64_t size;
  };
  const Known* find(const frames::FilePointer& pointer) const;
  std::map<Hash256, Known> by_digest_;
};

/// Files as a local snapshot keeps them: each under a key of its own, which its frame gives, and under the name
/// hex(SHA-256(plaintext hash || key)). IV(16) | AES-256-CBC(content | zeros) | HMAC-SHA-256(32). Borrows the files.
class LockedMedia final : public Media {
 public:
  void add(const InputFile& file);
  std::optional<std::uint64_t> size_of(const frames::FilePointer& pointer) override;
  std::optional<Bytes> content_of(const frames::FilePointer& pointer) override;
  /// All files added: opened where a frame gave the key, as they are where none did. After the records.
  Result<void> hand_over(Tally& tally) const;

 private:
  struct Locked {
    const InputFile* file = nullptr;
    Bytes key;  ///< of 64 bytes, once a frame gave it
    Hash256 plain{};
    std::uint64_t size = 0;
    bool failed = false;
  };
  Locked* find(const frames::FilePointer& pointer);
  std::vector<std::string> order_;
  std::map<std::string, Locked, std::less<>> by_path_;
  std::map<std::string, std::string, std::less<>> path_of_name_;
};

/// Decrypts IV(16) | AES-256-CBC(content | padding) | HMAC-SHA-256(32) with a key of 64 bytes, and cuts it to `size`.
/// nullopt if the MAC does not fit or there is less.
std::optional<Bytes> unlocked(BytesView file, BytesView key, std::uint64_t size);

}  // namespace strongroom::capture::signal
