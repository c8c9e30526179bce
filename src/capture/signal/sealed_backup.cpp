#include "capture/signal/sealed_backup.h"

#include <algorithm>
#include <array>
#include <bitset>

#include "capture/signal/wire_walk.h"

namespace strongroom::capture::signal {
namespace {

constexpr std::string_view kMagic{"SBACKUP\x01", 8};
constexpr std::size_t kIvBytes = 16, kMacBytes = 32, kBlockBytes = 16;
constexpr std::size_t kLookedAt = 64u << 10;
constexpr std::size_t kTriesMax = 256;  ///< each reads the whole file
constexpr std::uint64_t kRatioFree = 1u << 20;
constexpr std::size_t kPieceBytes = 256u << 10;

/// All byte values appear about as often as in noise.
bool looks_like_noise(BytesView bytes) {
  std::array<std::size_t, 256> counts{};
  for (const std::byte b : bytes) ++counts[std::to_integer<std::size_t>(b)];
  const double expected = static_cast<double>(bytes.size()) / 256;
  double distance = 0;
  for (const std::size_t n : counts) {
    const double d = static_cast<double>(n) - expected;
    distance += d * d / expected;
  }
  return distance < 400;  // chi square of 255 degrees: noise stays below with 1 - 1e-8
}

bool has_a_snapshots_name(std::string_view path) {
  const std::string_view name = path.substr(path.rfind('/') + 1);
  return name == "main" || name.ends_with(".binproto.encrypted") || name.starts_with("signal-backup");
}

bool fits(BytesView body) {
  return body.size() >= kIvBytes + kBlockBytes + kMacBytes && body.size() % kBlockBytes == 0;
}

std::optional<SealedBackup> parts_of(BytesView bytes) {
  SealedBackup out;
  if (text_of(bytes).starts_with(kMagic)) {
    out.with_token = true;
    bytes = bytes.subspan(kMagic.size());
    WireWalk header(bytes);
    const auto length = header.varint(5);
    if (!length || *length > bytes.size() - header.offset()) return std::nullopt;
    bytes = bytes.subspan(header.offset() + static_cast<std::size_t>(*length));
  }
  if (!fits(bytes)) return std::nullopt;
  out.authenticated = bytes.first(bytes.size() - kMacBytes);
  out.mac = bytes.last(kMacBytes);
  out.iv = bytes.first(kIvBytes);
  out.ciphertext = out.authenticated.subspan(kIvBytes);
  return out;
}

bool fits(const MessageKeys& keys, const SealedBackup& backup) {
  ciphers::HmacReader reader(ciphers::HmacReader::Hash::sha256, keys.mac.reveal());
  return equal_constant_time(reader.add(backup.authenticated).finish(), backup.mac);
}

Shut key_needed(const SealedBackup& backup) {
  std::string detail =
      "this backup is encrypted: give a file with its 64-character recovery key (\"aep: ...\") with "
      "--key-file, and the "
      "account's id (\"aci: ...\") where no file \"metadata\" lies beside the backup";
  if (backup.with_token)
    detail += "; this one also needs its forward secrecy token (\"token: ...\", 64 hex digits)";
  return {"key-needed", std::move(detail)};
}

}  // namespace

SealedForm sealed_form(const InputFile& file) {
  if (text_of(file.bytes).starts_with(kMagic)) return SealedForm::with_magic;
  const bool bare = has_a_snapshots_name(file.path) && fits(file.bytes) &&
                    looks_like_noise(file.bytes.first(std::min(file.bytes.size(), kLookedAt)));
  return bare ? SealedForm::bare : SealedForm::none;
}

std::expected<std::pair<SealedBackup, MessageKeys>, Shut> unlock(const InputFile& file, const KeyRing& ring,
                                                                 BytesView metadata) {
  const auto backup = parts_of(file.bytes);
  if (!backup)
    return std::unexpected(
        Shut{"malformed-backup", "the encrypted backup has no whole header, or its end is missing"});
  if (ring.empty() || (backup->with_token && ring.tokens.empty()))
    return std::unexpected(key_needed(*backup));
  std::size_t tries = 0;
  bool any_id = false;
  for (const SecretBytes& key : ring.backup_keys) {
    std::vector<ByteArray<16>> ids = ring.backup_ids;
    if (const auto id = backup_id_in(metadata, key)) ids.insert(ids.begin(), *id);
    for (const ByteArray<16>& aci : ring.acis) ids.push_back(backup_id_of(key, aci));
    for (const ByteArray<16>& id : ids) {
      any_id = true;
      const std::size_t tokens = backup->with_token ? ring.tokens.size() : 1;
      for (std::size_t i = 0; i < tokens && tries < kTriesMax; ++i, ++tries) {
        MessageKeys keys = message_keys(key, id, backup->with_token ? &ring.tokens[i] : nullptr);
        if (fits(keys, *backup)) return std::pair(*backup, std::move(keys));
      }
    }
  }
  if (!any_id) return std::unexpected(key_needed(*backup));
  return std::unexpected(
      Shut{"key-does-not-fit",
           "none of the keys given opens this backup: a key of another account or time, or the file "
           "is damaged"});
}

Result<PlainStream> PlainStream::start(const SealedBackup& backup, const MessageKeys& keys,
                                       const Limits& limits) {
  auto decryptor =
      TRY(ciphers::Decryptor::start(ciphers::Mode::aes_256_cbc, keys.cipher.reveal(), backup.iv));
  return PlainStream(backup, std::move(decryptor), limits);
}

Result<void> PlainStream::decrypt_piece() {
  packed_.clear();
  const BytesView piece = left_.first(std::min(left_.size(), kPieceBytes));
  left_ = left_.subspan(piece.size());
  decryptor_.add(piece, packed_);
  if (left_.empty()) {
    TRY(decryptor_.finish(packed_));
    decrypted_all_ = true;
  }
  packed_left_ = packed_;
  return {};
}

Result<void> PlainStream::check_size(std::size_t more) {
  unpacked_bytes_ += more;
  if (unpacked_bytes_ > limits_.unpacked_bytes_max)
    return fail(ErrorCode::limit_exceeded, "the unpacked backup is larger than the limit");
  if (unpacked_bytes_ > kRatioFree && unpacked_bytes_ / limits_.unpack_ratio_max > packed_bytes_)
    return fail(ErrorCode::limit_exceeded, "the backup unpacks to far more than a backup does");
  return {};
}

/// After the compressed stream there is nothing but padding: zeros.
Result<void> PlainStream::check_end() {
  for (;;) {
    if (std::ranges::any_of(packed_left_, [](std::byte b) { return b != std::byte{0}; }))
      return fail(ErrorCode::corrupt, "something other than padding follows the compressed stream");
    packed_left_ = {};
    if (decrypted_all_) return {};
    TRY(decrypt_piece());
  }
}

Result<BytesView> PlainStream::next() {
  plain_.clear();
  while (plain_.empty() && !gunzip_.ended()) {
    if (packed_left_.empty() && !decrypted_all_) TRY(decrypt_piece());
    const std::size_t before = packed_left_.size();
    TRY(gunzip_.add(packed_left_, plain_));
    const bool stuck = plain_.empty() && !gunzip_.ended() && packed_left_.size() == before;
    if (stuck && decrypted_all_) return fail(ErrorCode::corrupt, "the compressed stream inside is cut off");
  }
  TRY(check_size(plain_.size()));
  if (plain_.empty()) TRY(check_end());  // after the last piece was given
  return BytesView(plain_);
}

}  // namespace strongroom::capture::signal
