#include "capture/signal_v1/sealed_frames.h"

#include <algorithm>

#include "capture/ciphers/ciphers.h"
#include "capture/jsonl/lines.h"
#include "crypto/hash.h"
#include "legacy.pb.h"

namespace strongroom::capture::signal_v1 {
namespace {

constexpr std::size_t kHeaderBytesMax = 256;
constexpr std::size_t kMacBytes = 10;
constexpr std::size_t kDigits = 30;
constexpr std::size_t kPassphrasesMax = 8;  ///< each costs a quarter of a second
constexpr int kRounds = 250'000;

std::uint32_t u32_at(BytesView bytes) {
  std::uint32_t out = 0;
  for (std::size_t i = 0; i < 4; ++i) out = (out << 8) | std::to_integer<std::uint32_t>(bytes[i]);
  return out;
}

bool mac_fits(const Keys& keys, BytesView first, BytesView second, BytesView mac) {
  ciphers::HmacReader reader(ciphers::HmacReader::Hash::sha256, keys.mac.reveal());
  const Bytes whole = reader.add(first).add(second).finish();
  return equal_constant_time(BytesView(whole).first(kMacBytes), mac);
}

std::unexpected<Error> damaged() {
  return fail(ErrorCode::corrupt, "the bytes are not what the backup's own checksum says, or are cut off");
}

/// The thirty digits; empty if the text is anything else.
SecretBytes digits_in(std::string_view text) {
  SecretBytes out(kDigits);
  std::size_t digits = 0;
  for (const char c : text) {
    if (c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '-') continue;
    if (c < '0' || c > '9' || digits == kDigits) return {};
    out.reveal_mutable()[digits++] = static_cast<std::byte>(c);
  }
  return digits == kDigits ? std::move(out) : SecretBytes{};
}

}  // namespace

std::optional<Header> header_of(BytesView file) {
  if (file.size() < 4) return std::nullopt;
  const std::uint32_t length = u32_at(file);
  if (length < 18 || length > kHeaderBytesMax || length > file.size() - 4) return std::nullopt;
  strongroom::signal_legacy::BackupFrame frame;
  if (!frame.ParseFromArray(file.data() + 4, static_cast<int>(length)) || !frame.has_header())
    return std::nullopt;
  if (frame.header().iv().size() != 16 || frame.header().salt().size() > 128) return std::nullopt;
  return Header{array_of<16>(bytes_of(frame.header().iv())), copy_of(bytes_of(frame.header().salt())),
                frame.header().version(), 4 + std::size_t{length}};
}

Keys keys_of(std::string_view digits, BytesView salt) {
  crypto::Hasher hasher(crypto::Hasher::Kind::sha512);
  hasher.add(salt);
  Bytes hash = copy_of(bytes_of(digits));
  for (int i = 0; i < kRounds; ++i) {
    Bytes next = hasher.add(hash).add(bytes_of(digits)).finish();
    wipe(hash);
    hash = std::move(next);
  }
  SecretBytes both = crypto::Hkdf(BytesView(hash).first(32)).bytes(bytes_of("Backup Export"), 64);
  wipe(hash);
  return {SecretBytes::copy_of(both.reveal().first(32)), SecretBytes::copy_of(both.reveal().last(32))};
}

std::vector<SecretBytes> passphrases_in(const std::vector<GivenKey>& key_files) {
  std::vector<SecretBytes> out;
  const auto take = [&out](std::string_view text) {
    constexpr std::string_view kName = "passphrase:";
    if (text.starts_with(kName)) text.remove_prefix(kName.size());
    SecretBytes digits = digits_in(text);
    const auto is_known = [&](const SecretBytes& one) { return equal(one.reveal(), digits.reveal()); };
    if (!digits.empty() && out.size() < kPassphrasesMax && std::ranges::none_of(out, is_known))
      out.push_back(std::move(digits));
  };
  for (const GivenKey& file : key_files) {
    const std::string_view all = text_of(file.reveal());
    if (all.size() < 4096) take(all);
    Lines lines(all);
    while (const auto line = lines.next()) take(line->text);
  }
  return out;
}

std::optional<Keys> keys_that_fit(BytesView file, const Header& header,
                                  const std::vector<SecretBytes>& passphrases) {
  for (const SecretBytes& digits : passphrases) {
    Keys keys = keys_of(text_of(digits.reveal()), header.salt);
    const auto first = SealedFrames(file, header, keys).next();
    if (first && *first) return keys;
  }
  return std::nullopt;
}

SealedFrames::SealedFrames(BytesView file, const Header& header, const Keys& keys)
    : file_(file), header_(header), keys_(keys), at_(header.bytes), counter_(u32_at(header.iv)) {}

ByteArray<16> SealedFrames::iv_of(std::uint32_t counter) const {
  ByteArray<16> iv = header_.iv;
  for (std::size_t i = 0; i < 4; ++i) iv[i] = static_cast<std::byte>(counter >> (24 - 8 * i));
  return iv;
}

/// Length of ciphertext and MAC, as the four bytes at `offset` say; nullopt if the file is shorter.
std::optional<std::uint64_t> SealedFrames::length_at(std::uint64_t offset, std::uint32_t counter) const {
  if (offset > file_.size() || file_.size() - offset < 4) return std::nullopt;
  const BytesView four = file_.subspan(static_cast<std::size_t>(offset), 4);
  std::uint64_t length = u32_at(four);
  if (header_.version > 0) {
    const auto plain =
        ciphers::decrypt(ciphers::Mode::aes_256_ctr, keys_.cipher.reveal(), iv_of(counter), four);
    if (!plain) return std::nullopt;
    length = u32_at(*plain);
  }
  if (length < kMacBytes || length > file_.size() - offset - 4) return std::nullopt;
  return length;
}

Result<std::optional<SealedFrames::Frame>> SealedFrames::next() {
  if (at_ == file_.size()) return std::optional<Frame>{};
  const auto length = length_at(at_, counter_);
  if (!length) return damaged();
  const Place place{at_, 4 + *length, counter_};
  Frame out{TRY(frame_at(place)), place};
  at_ += place.length;
  ++counter_;
  return std::optional<Frame>(std::move(out));
}

std::optional<Place> SealedFrames::pass(std::uint64_t length) {
  if (length > file_.size() - at_ || kMacBytes > file_.size() - at_ - length) return std::nullopt;
  const Place place{at_, length + kMacBytes, counter_};
  at_ += place.length;
  ++counter_;
  return place;
}

Result<Bytes> SealedFrames::frame_at(const Place& place) const {
  const BytesView all =
      file_.subspan(static_cast<std::size_t>(place.offset), static_cast<std::size_t>(place.length));
  const BytesView sealed = all.subspan(4, all.size() - 4 - kMacBytes);
  const bool with_length = header_.version > 0;
  if (!mac_fits(keys_, with_length ? all.first(4) : BytesView(), sealed, all.last(kMacBytes)))
    return damaged();
  auto decryptor =
      TRY(ciphers::Decryptor::start(ciphers::Mode::aes_256_ctr, keys_.cipher.reveal(), iv_of(place.counter)));
  Bytes out;
  if (with_length) decryptor.add(all.first(4), out);
  out.clear();
  decryptor.add(sealed, out);
  TRY(decryptor.finish(out));
  return out;
}

Result<Bytes> SealedFrames::payload_at(const Place& place) const {
  const BytesView all =
      file_.subspan(static_cast<std::size_t>(place.offset), static_cast<std::size_t>(place.length));
  const BytesView sealed = all.first(all.size() - kMacBytes);
  const ByteArray<16> iv = iv_of(place.counter);
  if (!mac_fits(keys_, iv, sealed, all.last(kMacBytes))) return damaged();
  return ciphers::decrypt(ciphers::Mode::aes_256_ctr, keys_.cipher.reveal(), iv, sealed);
}

}  // namespace strongroom::capture::signal_v1
