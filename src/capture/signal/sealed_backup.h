/// An encrypted backup file: recognised, authenticated with a key that fits, then decrypted and unpacked in pieces.
#pragma once

#include "capture/ciphers/ciphers.h"
#include "capture/parser.h"
#include "capture/signal/gunzip.h"
#include "capture/signal/keys.h"

namespace strongroom::capture::signal {

/// The parts of the file; all borrowed.
struct SealedBackup {
  BytesView iv, ciphertext, mac;
  BytesView authenticated;  ///< what the MAC is over
  /// It states forward secrecy (magic "SBACKUP", version 1).
  bool with_token = false;
};

/// With its magic: certain. Without, it is noise of a fitting length in a file named as Signal names it.
enum class SealedForm { none, with_magic, bare };
SealedForm sealed_form(const InputFile& file);

/// Why a file stays shut, as a refusal says it.
struct Shut {
  std::string code, detail;
};
/// The file's parts and the keys that fit it: its MAC was checked. `metadata` is the file of that name beside it, or
/// empty.
std::expected<std::pair<SealedBackup, MessageKeys>, Shut> unlock(const InputFile& file, const KeyRing& ring,
                                                                 BytesView metadata);

/// The plain stream inside. Holds no more than a piece.
class PlainStream {
 public:
  static Result<PlainStream> start(const SealedBackup& backup, const MessageKeys& keys, const Limits& limits);
  /// The next piece, borrowed until the next call; empty at the end. `corrupt`, `limit_exceeded`.
  Result<BytesView> next();

 private:
  PlainStream(const SealedBackup& backup, ciphers::Decryptor decryptor, const Limits& limits)
      : left_(backup.ciphertext),
        packed_bytes_(backup.ciphertext.size()),
        decryptor_(std::move(decryptor)),
        limits_(limits) {}
  Result<void> decrypt_piece();
  Result<void> check_size(std::size_t more);
  Result<void> check_end();

  BytesView left_;
  std::uint64_t packed_bytes_, unpacked_bytes_ = 0;
  ciphers::Decryptor decryptor_;
  Limits limits_;
  Gunzip gunzip_;
  Bytes packed_, plain_;
  BytesView packed_left_;
  bool decrypted_all_ = false;
};

}  // namespace strongroom::capture::signal
