/// The outer form of Signal Android's backup, version 1: encrypted frames, some followed by an encrypted payload
/// (FORMAT.md). Nothing here knows what a frame says.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "capture/parser.h"

namespace strongroom::capture::signal_v1 {

/// The plain first frame.
struct Header {
  ByteArray<16> iv{};
  Bytes salt;
  std::uint32_t version = 0;
  std::size_t bytes = 0;  ///< of the file, up to the first encrypted frame
};
/// nullopt if the file does not begin with one.
std::optional<Header> header_of(BytesView file);

struct Keys {
  SecretBytes cipher, mac;  ///< of 32 bytes each
};
/// 250,000 rounds of SHA-512: a quarter of a second.
Keys keys_of(std::string_view digits, BytesView salt);
/// Passphrases in the key files: 30 digits, white space between them or not, with or without "passphrase:".
std::vector<SecretBytes> passphrases_in(const std::vector<GivenKey>& key_files);

/// The keys of the passphrase that the first frame's MAC fits; nullopt if none does.
std::optional<Keys> keys_that_fit(BytesView file, const Header& header,
                                  const std::vector<SecretBytes>& passphrases);

/// Where something encrypted lies: enough to read it again.
struct Place {
  std::uint64_t offset = 0;  ///< of its first byte in the file
  std::uint64_t length = 0;  ///< of all its bytes in the file, with its MAC
  std::uint32_t counter = 0;
};

/// Reads one file from front to back, or any place again. Borrows everything.
class SealedFrames {
 public:
  SealedFrames(BytesView file, const Header& header, const Keys& keys);

  /// The plain bytes of the next frame, checked, and where they lie; nullopt at the end of the file. `corrupt` where
  /// they are cut off or their MAC does not fit: nothing after `at()` can be read then.
  struct Frame {
    Bytes plain;
    Place place;
  };
  Result<std::optional<Frame>> next();
  /// Steps over the payload that follows a frame; nullopt if the file ends inside it.
  std::optional<Place> pass(std::uint64_t length);
  std::uint64_t at() const { return at_; }

  /// Again. `corrupt` as above.
  Result<Bytes> frame_at(const Place& place) const;
  Result<Bytes> payload_at(const Place& place) const;

 private:
  ByteArray<16> iv_of(std::uint32_t counter) const;
  std::optional<std::uint64_t> length_at(std::uint64_t offset, std::uint32_t counter) const;

  BytesView file_;
  const Header& header_;
  const Keys& keys_;
  std::uint64_t at_;
  std::uint32_t counter_;
};

}  // namespace strongroom::capture::signal_v1
