#include "keystore/keystore_file.h"

#include "base/check.h"
#include "base/utf8.h"
#include "codec/cbor.h"
#include "crypto/aead.h"
#include "crypto/hash.h"

namespace strongroom::keystore::file {
namespace {

constexpr std::byte kVersion{0x01};
constexpr std::size_t kParametersBytesMax = 4096;
constexpr std::size_t kWrappedBytesMax = 4096;
constexpr std::size_t kMasterBytes = 32;

void put_slot(cbor::Writer& w, const Slot& slot) {
  w.array(4).uint(slot.number).uint(slot.kind).bytes(slot.parameters).bytes(slot.wrapped);
}
Result<Slot> get_slot(cbor::Reader& r) {
  TRY(r.array(4));
  Slot slot;
  slot.number = TRY(r.uint_max(UINT32_MAX));
  slot.kind = TRY(r.uint());
  slot.parameters = copy_of(TRY(r.bytes()));
  slot.wrapped = copy_of(TRY(r.bytes()));
  if (slot.parameters.size() > kParametersBytesMax || slot.wrapped.size() > kWrappedBytesMax)
    return r.error(ErrorCode::limit_exceeded, "a slot is too large");
  return slot;
}

/// All that is before the ciphertext, as it is authenticated: ["keystore", 1, slots, salt].
Bytes head_of(const Frame& frame) {
  cbor::Writer w;
  w.array(4).text("keystore").uint(1).array(frame.slots.size());
  for (const Slot& slot : frame.slots) put_slot(w, slot);
  w.bytes(frame.salt);
  return w.take();
}

/// What a wrapped master key is bound to: its slot.
Bytes slot_head(const Slot& slot) {
  return cbor::labelled("keystore-slot", slot.number, slot.kind, BytesView(slot.parameters));
}
Secret<32> slot_key(const Secret<32>& from_passphrase, const Slot& slot) {
  return crypto::Hkdf(from_passphrase.reveal()).key(slot_head(slot));
}
Secret<32> content_key(const Secret<32>& master, const ByteArray<32>& salt) {
  return crypto::Hkdf(master.reveal()).key(cbor::labelled("keystore-content", BytesView(salt)));
}

/// The head of a CBOR byte string of this length: that of the integer, with another major type.
Bytes byte_string_head(std::size_t length) {
  Bytes head = cbor::Writer().uint(length).take();
  head[0] |= std::byte{0x40};
  return head;
}

/// ["secrets", 1, [[name, secret], ...]], written straight into locked memory: no secret passes through an ordinary
/// buffer that would be left behind.
SecretBytes content_of(const Secrets& secrets) {
  std::vector<Bytes> heads;
  cbor::Writer front;
  front.array(3).text("secrets").uint(1).array(secrets.size());
  std::size_t size = front.view().size();
  for (const auto& [name, secret] : secrets) {
    Bytes head = cbor::Writer().array(2).text(name).take();
    append(head, byte_string_head(secret.size()));
    size += head.size() + secret.size();
    heads.push_back(std::move(head));
  }
  SecretBytes out(size);
  MutableBytes rest = out.reveal_mutable();
  const auto put = [&](BytesView bytes) {
    CHECK(bytes.size() <= rest.size());
    if (!bytes.empty()) std::memcpy(rest.data(), bytes.data(), bytes.size());
    rest = rest.subspan(bytes.size());
  };
  put(front.view());
  auto head = heads.begin();
  for (const auto& [name, secret] : secrets) {
    put(*head++);
    put(secret.reveal());
  }
  CHECK(rest.empty());
  return out;
}

Result<Secrets> read_content(BytesView content) {
  cbor::Reader r(content);
  TRY(r.array(3));
  TRY(r.label("secrets"));
  if (TRY(r.uint()) != 1)
    return r.error(ErrorCode::unsupported, "the keystore's content is of an unknown version");
  const std::size_t count = TRY(r.array());
  if (count > kSecretsMax) return r.error(ErrorCode::limit_exceeded, "the keystore has too many secrets");
  Secrets secrets;
  for (std::size_t i = 0; i < count; ++i) {
    TRY(r.array(2));
    const std::string_view name = TRY(r.text());
    TRY(check_name(name));
    if (!secrets.empty() && !(secrets.rbegin()->first < name))
      return r.error(ErrorCode::malformed, "secrets repeat or are out of order");
    const BytesView secret = TRY(r.bytes());
    if (secret.size() > kSecretBytesMax) return r.error(ErrorCode::limit_exceeded, "a secret is too long");
    secrets.emplace_hint(secrets.end(), name, SecretBytes::copy_of(secret));
  }
  TRY(r.end());
  return secrets;
}

}  // namespace

Bytes encode(const Frame& frame) {
  cbor::Writer w;
  w.array(5).text("keystore").uint(1).array(frame.slots.size());
  for (const Slot& slot : frame.slots) put_slot(w, slot);
  w.bytes(frame.salt).bytes(frame.ciphertext);
  Bytes out{kVersion};
  append(out, w.view());
  return out;
}

Result<Frame> decode(BytesView bytes) {
  if (bytes.size() > kFileBytesMax)
    return fail(ErrorCode::limit_exceeded, "the keystore is larger than 32 MiB");
  if (bytes.empty()) return fail(ErrorCode::malformed, "the keystore is empty");
  if (bytes[0] != kVersion)
    return fail(ErrorCode::unsupported, "the keystore is of a version this program does not know", {},
                "open it with the program that wrote it");
  cbor::Reader r(bytes.subspan(1));
  TRY(r.array(5));
  TRY(r.label("keystore"));
  if (TRY(r.uint()) != 1)
    return r.error(ErrorCode::unsupported, "the keystore is of a version this program does not know");
  const std::size_t count = TRY(r.array());
  if (count == 0 || count > kSlotsMax)
    return r.error(ErrorCode::limit_exceeded, "the keystore has no slot, or too many");
  Frame frame;
  for (std::size_t i = 0; i < count; ++i) {
    Slot slot = TRY(get_slot(r));
    if (!frame.slots.empty() && frame.slots.back().number >= slot.number)
      return r.error(ErrorCode::malformed, "slots repeat or are out of order");
    frame.slots.push_back(std::move(slot));
  }
  frame.salt = TRY(r.array_bytes<32>());
  frame.ciphertext = copy_of(TRY(r.bytes()));
  TRY(r.end());
  return frame;
}

Bytes encode(const PassphraseParameters& p) {
  cbor::Writer w;
  w.array(6).text("argon2id").uint(1).bytes(p.salt);
  w.uint(p.cost.memory_kib).uint(p.cost.iterations).uint(p.cost.lanes);
  return w.take();
}

Result<PassphraseParameters> decode_parameters(BytesView bytes) {
  cbor::Reader r(bytes);
  TRY(r.array(6));
  TRY(r.label("argon2id"));
  if (TRY(r.uint()) != 1) return r.error(ErrorCode::unsupported, "an unknown kind of passphrase slot");
  PassphraseParameters p;
  p.salt = TRY(r.array_bytes<16>());
  p.cost.memory_kib = static_cast<std::uint32_t>(TRY(r.uint_max(UINT32_MAX)));
  p.cost.iterations = static_cast<std::uint32_t>(TRY(r.uint_max(UINT32_MAX)));
  p.cost.lanes = static_cast<std::uint32_t>(TRY(r.uint_max(UINT32_MAX)));
  TRY(r.end());
  return p;
}

Result<Slot> wrap(std::uint64_t number, const PassphraseParameters& parameters, const SecretBytes& passphrase,
                  const Secret<32>& master) {
  if (passphrase.empty()) return fail(ErrorCode::refused, "the passphrase is empty");
  const Secret<32> key = TRY(crypto::key_from_passphrase(passphrase, parameters.salt, parameters.cost));
  Slot slot;
  slot.number = number;
  slot.kind = static_cast<std::uint64_t>(SlotKind::passphrase);
  slot.parameters = encode(parameters);
  slot.wrapped = crypto::aead_seal(slot_key(key, slot), crypto::kZeroNonce, {}, master.reveal());
  return slot;
}

Result<Secret<32>> unwrap(const Slot& slot, const SecretBytes& passphrase) {
  const PassphraseParameters parameters = TRY(decode_parameters(slot.parameters));
  const Secret<32> key = TRY(crypto::key_from_passphrase(passphrase, parameters.salt, parameters.cost));
  const SecretBytes master =
      TRY(crypto::aead_open(slot_key(key, slot), crypto::kZeroNonce, {}, slot.wrapped));
  if (master.size() != kMasterBytes) return fail(ErrorCode::corrupt, "the slot holds no master key");
  return Secret<32>::copy_of(master.reveal().first<kMasterBytes>());
}

Bytes seal(const Secret<32>& master, std::vector<Slot> slots, const ByteArray<32>& salt,
           const Secrets& secrets) {
  Frame frame{std::move(slots), salt, {}};
  frame.ciphertext = crypto::aead_seal(content_key(master, salt), crypto::kZeroNonce, head_of(frame),
                                       content_of(secrets).reveal());
  return encode(frame);
}

Result<Secrets> open(const Secret<32>& master, const Frame& frame) {
  const auto content = crypto::aead_open(content_key(master, frame.salt), crypto::kZeroNonce, head_of(frame),
                                         frame.ciphertext);
  if (!content)
    return fail(ErrorCode::corrupt, "the keystore is damaged: its content is not what was sealed", {},
                "restore the file from a backup");
  return read_content(content->reveal());
}

Result<void> check_name(std::string_view name) {
  if (name.empty() || name.size() > kNameBytesMax || !utf8::is_valid(name))
    return fail(ErrorCode::malformed, "a secret's name is 1 to 200 bytes of UTF-8");
  return {};
}

}  // namespace strongroom::keystore::file
