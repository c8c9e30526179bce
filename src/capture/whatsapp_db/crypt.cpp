#include "capture/whatsapp_db/crypt.h"

#include <zlib.h>

#include <algorithm>
#include <limits>
#include <optional>

#include "base/secret.h"
#include "capture/ciphers/ciphers.h"
#include "capture/database/image.h"

namespace strongroom::capture::whatsapp_db {
namespace {

constexpr std::size_t kTag = 16, kSum = 16, kIv = 16;
constexpr std::size_t kCrypt12Iv = 51, kCrypt12Text = 67, kCrypt12Trailer = 4;
constexpr std::size_t kPlainMax = 2ull << 30;

/// Where the parts of an encrypted file are.
struct Layout {
  Crypt crypt = Crypt::none;
  BytesView iv;
  BytesView rest;  ///< ciphertext, tag, and in most files an MD5 of everything before it
};

/// A protobuf field at the front of `bytes`, which moves past it; lengths and small numbers only.
struct Field {
  std::uint64_t number = 0, value = 0;
  BytesView content;
};
std::optional<std::uint64_t> take_varint(BytesView& bytes) {
  std::uint64_t value = 0;
  for (unsigned shift = 0; shift < 64 && !bytes.empty(); shift += 7) {
    const auto b = std::to_integer<std::uint64_t>(bytes.front());
    bytes = bytes.subspan(1);
    value |= (b & 0x7F) << shift;
    if (b < 0x80) return value;
  }
  return std::nullopt;
}
std::optional<Field> take_field(BytesView& bytes) {
  const auto key = take_varint(bytes);
  if (!key || (*key & 7) == 1 || (*key & 7) > 2) return std::nullopt;
  const auto value = take_varint(bytes);
  if (!value) return std::nullopt;
  Field out{*key >> 3, *value, {}};
  if ((*key & 7) == 0) return out;
  if (*value > bytes.size()) return std::nullopt;
  out.content = bytes.first(*value);
  bytes = bytes.subspan(*value);
  return out;
}

/// The field of that number; empty if there is none or the message is none.
BytesView field_of(BytesView message, std::uint64_t number) {
  BytesView found;
  while (!message.empty()) {
    const auto field = take_field(message);
    if (!field) return {};
    if (field->number == number) found = field->content;
  }
  return found;
}

Layout prefixed(BytesView file) {
  if (file.size() < 64) return {};
  const auto length = std::to_integer<std::size_t>(file[0]);
  const std::size_t start = file[1] == std::byte{1} ? 2 : 1;
  if (length < 20 || file.size() < start + length + kTag) return {};
  const BytesView prefix = file.subspan(start, length);
  const BytesView rest = file.subspan(start + length);
  if (const BytesView iv = field_of(field_of(prefix, 3), 1); iv.size() == kIv)
    return {Crypt::crypt15, iv, rest};
  if (const BytesView iv = field_of(field_of(prefix, 2), 5); iv.size() == kIv)
    return {Crypt::crypt14, iv, rest};
  return {};
}

Layout fixed(BytesView file) {
  if (file.size() < kCrypt12Text + kTag + kSum + kCrypt12Trailer) return {};
  const std::string_view end = text_of(file.last(kCrypt12Trailer));
  const bool is_12 = file[0] == std::byte{0} && file[1] == std::byte{1} && end.starts_with("--");
  if (!is_12) return {};
  const std::size_t length = file.size() - kCrypt12Text - kCrypt12Trailer;
  return {Crypt::crypt12, file.subspan(kCrypt12Iv, kIv), file.subspan(kCrypt12Text, length)};
}

Layout layout_of(BytesView file) {
  const Layout layout = prefixed(file);
  return layout.crypt != Crypt::none ? layout : fixed(file);
}

/// 64 hexadecimal digits, however they are grouped.
std::optional<SecretBytes> from_digits(std::string_view line) {
  SecretBytes out(32);
  std::size_t digits = 0;
  for (const char c : line) {
    if (c == ' ' || c == '-' || c == '\r' || c == '\t') continue;
    const char low = c >= 'A' && c <= 'F' ? static_cast<char>(c + 32) : c;
    const bool is_digit = low >= '0' && low <= '9';
    if ((!is_digit && (low < 'a' || low > 'f')) || digits >= 64) return std::nullopt;
    const int value = is_digit ? low - '0' : low - 'a' + 10;
    std::byte& at = out.reveal_mutable()[digits / 2];
    at = static_cast<std::byte>((std::to_integer<int>(at) << 4) | value);
    ++digits;
  }
  if (digits != 64) return std::nullopt;
  return out;
}

/// The 32-byte secrets that what the custodian gave may hold: the end of a key file, or digits.
std::vector<SecretBytes> secrets_of(const std::vector<GivenKey>& keys) {
  std::vector<SecretBytes> out;
  for (const GivenKey& given : keys) {
    const BytesView key = given.reveal();
    const bool is_java = key.size() > 32 && key[0] == std::byte{0xac} && key[1] == std::byte{0xed};
    if (is_java || key.size() == 32 || key.size() == 131) out.push_back(SecretBytes::copy_of(key.last(32)));
    std::string_view text = text_of(key);
    while (!text.empty() && key.size() < (1u << 20)) {
      const std::size_t end = std::min(text.find('\n'), text.size());
      if (auto secret = from_digits(text.substr(0, end))) out.push_back(std::move(*secret));
      text.remove_prefix(std::min(end + 1, text.size()));
    }
  }
  return out;
}

/// crypt15: the AES key from the root key of "end-to-end encrypted backup".
SecretBytes backup_key(BytesView root) {
  using ciphers::HmacReader;
  const ByteArray<32> zero{};
  Bytes step = HmacReader(HmacReader::Hash::sha256, zero).add(root).finish();
  Bytes key = HmacReader(HmacReader::Hash::sha256, step)
                  .add(bytes_of("backup encryption"))
                  .add(bytes_of(std::string_view("\x01", 1)))
                  .finish();
  SecretBytes out = SecretBytes::copy_of(key);
  wipe(step);
  wipe(key);
  return out;
}

std::optional<Bytes> open(const Layout& layout, BytesView key) {
  for (const std::size_t after : {kSum, std::size_t{0}}) {
    if (layout.rest.size() < after + kTag) continue;
    const BytesView whole = layout.rest.first(layout.rest.size() - after);
    auto plain = ciphers::open_gcm(key, layout.iv, whole.first(whole.size() - kTag), whole.last(kTag));
    if (plain) return std::move(*plain);
  }
  return std::nullopt;
}

Result<Bytes> inflated(const Bytes& packed) {
  z_stream stream{};
  if (inflateInit(&stream) != Z_OK) return fail(ErrorCode::internal, "zlib does not start");
  Bytes out;
  std::size_t at = 0;
  int code = Z_OK;
  while (code == Z_OK && out.size() < kPlainMax) {
    if (stream.avail_in == 0) {
      const std::size_t piece = std::min<std::size_t>(packed.size() - at, 1u << 30);
      stream.next_in = const_cast<Bytef*>(reinterpret_cast<const Bytef*>(packed.data() + at));
      stream.avail_in = static_cast<uInt>(piece);
      at += piece;
    }
    const std::size_t before = out.size();
    const std::size_t grow = std::clamp<std::size_t>(before, 1u << 16, 64u << 20);
    out.resize(before + grow);
    stream.next_out = reinterpret_cast<Bytef*>(out.data() + before);
    stream.avail_out = static_cast<uInt>(grow);
    code = inflate(&stream, Z_NO_FLUSH);
    out.resize(before + grow - stream.avail_out);
    if (code == Z_BUF_ERROR && at < packed.size()) code = Z_OK;
  }
  inflateEnd(&stream);
  if (code == Z_STREAM_END) return out;
  if (code == Z_OK) return fail(ErrorCode::limit_exceeded, "the backup unpacks to more than 2 GiB");
  return fail(ErrorCode::corrupt, "the backup was decrypted and cannot be unpacked");
}

}  // namespace

Crypt crypt_of(BytesView file) { return layout_of(file).crypt; }

Result<Bytes> decrypt(BytesView file, const std::vector<GivenKey>& keys) {
  const Layout layout = layout_of(file);
  if (layout.crypt == Crypt::none) return fail(ErrorCode::malformed, "this is no encrypted backup");
  if (keys.empty()) return fail(ErrorCode::refused, "the backup is encrypted");
  for (const SecretBytes& secret : secrets_of(keys)) {
    auto plain = open(layout, secret.reveal());
    if (!plain) plain = open(layout, backup_key(secret.reveal()).reveal());
    if (!plain) continue;
    if (database::is_database(*plain)) return std::move(*plain);
    if (text_of(*plain).starts_with("PK"))
      return fail(ErrorCode::unsupported, "the backup holds a zip of several files, which is not read yet");
    Bytes out = TRY(inflated(*plain));
    if (!database::is_database(out)) return fail(ErrorCode::unsupported, "the backup holds no database");
    return out;
  }
  return fail(ErrorCode::unauthenticated, "no key that was given opens the backup");
}

}  // namespace strongroom::capture::whatsapp_db
