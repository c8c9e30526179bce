#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include <array>

#include "base/check.h"
#include "capture/ciphers/ciphers.h"
#include "codec/text.h"
#include "crypto/openssl_handles.h"

namespace strongroom::capture::ciphers {
namespace {

namespace openssl = crypto::openssl;
using Mac = std::unique_ptr<EVP_MAC, openssl::Freed<EVP_MAC_free>>;
using MacContext = std::unique_ptr<EVP_MAC_CTX, openssl::Freed<EVP_MAC_CTX_free>>;

constexpr std::uint64_t kIterationsMax = 10'000'000;
constexpr std::size_t kPieceBytes = 1u << 20;  // EVP counts in int
constexpr std::size_t kBlockBytes = 16;
constexpr std::size_t kGcmTagBytes = 16;

const EVP_CIPHER* cipher_of(Mode mode) {
  return mode == Mode::aes_256_ctr ? EVP_aes_256_ctr() : EVP_aes_256_cbc();
}

OSSL_PARAM text_parameter(const char* name, const char* value) {
  return OSSL_PARAM_construct_utf8_string(name, const_cast<char*>(value), 0);
}
OSSL_PARAM bytes_parameter(const char* name, BytesView value) {
  return OSSL_PARAM_construct_octet_string(name, const_cast<std::byte*>(value.data()), value.size());
}

/// What the first private key in the text says, in PEM form (RFC 7468); empty if there is none. OpenSSL's own reader
/// leaves lines of it in freed memory.
SecretBytes der_of(std::string_view text) {
  constexpr std::string_view kBegin = "PRIVATE KEY-----", kEnd = "-----END";
  constexpr std::size_t kTextMax = 1u << 16;
  const std::size_t name = text.find(kBegin);
  const std::size_t end = name == std::string_view::npos ? name : text.find(kEnd, name);
  if (end == std::string_view::npos) return {};
  const std::string_view lines = text.substr(name + kBegin.size(), end - name - kBegin.size());
  if (lines.size() > kTextMax) return {};
  SecretBytes base64(lines.size());
  std::size_t size = 0;
  for (const char c : lines) {
    if (c != ' ' && c != '\t' && c != '\r' && c != '\n')
      base64.reveal_mutable()[size++] = static_cast<std::byte>(c);
  }
  auto der = codec::from_base64(text_of(base64.reveal().first(size)));
  if (!der) return {};
  SecretBytes out = SecretBytes::copy_of(*der);
  wipe(*der);
  return out;
}

}  // namespace

struct Decryptor::State {
  openssl::CipherContext context{EVP_CIPHER_CTX_new()};
};

Decryptor::Decryptor(std::unique_ptr<State> state) : state_(std::move(state)) {}
Decryptor::~Decryptor() = default;
Decryptor::Decryptor(Decryptor&&) noexcept = default;
Decryptor& Decryptor::operator=(Decryptor&&) noexcept = default;

Result<Decryptor> Decryptor::start(Mode mode, BytesView key, BytesView iv) {
  if (key.size() != 32 || iv.size() != kBlockBytes)
    return fail(ErrorCode::malformed, "a key or an initial vector has the wrong length");
  auto state = std::make_unique<State>();
  CHECK(state->context != nullptr);
  CHECK(EVP_DecryptInit_ex2(state->context.get(), cipher_of(mode), openssl::in(key), openssl::in(iv),
                            nullptr) == 1);
  EVP_CIPHER_CTX_set_padding(state->context.get(), mode == Mode::aes_256_cbc ? 1 : 0);
  return Decryptor(std::move(state));
}

void Decryptor::add(BytesView ciphertext, Bytes& out) {
  while (!ciphertext.empty()) {
    const BytesView piece = ciphertext.first(std::min(ciphertext.size(), kPieceBytes));
    const std::size_t before = out.size();
    out.resize(before + piece.size() + kBlockBytes);
    int written = 0;
    CHECK(EVP_DecryptUpdate(state_->context.get(), openssl::out(MutableBytes(out).subspan(before)), &written,
                            openssl::in(piece), static_cast<int>(piece.size())) == 1);
    out.resize(before + static_cast<std::size_t>(written));
    ciphertext = ciphertext.subspan(piece.size());
  }
}

Result<void> Decryptor::finish(Bytes& out) {
  std::array<std::byte, kBlockBytes> block;
  int written = 0;
  if (EVP_DecryptFinal_ex(state_->context.get(), openssl::out(block), &written) != 1) {
    ERR_clear_error();
    return fail(ErrorCode::corrupt,
                "this cannot be decrypted: the key is another's, or the bytes are damaged");
  }
  append(out, BytesView(block).first(static_cast<std::size_t>(written)));
  return {};
}

Result<Bytes> decrypt(Mode mode, BytesView key, BytesView iv, BytesView ciphertext) {
  Decryptor decryptor = TRY(Decryptor::start(mode, key, iv));
  Bytes out;
  out.reserve(ciphertext.size() + kBlockBytes);
  decryptor.add(ciphertext, out);
  TRY(decryptor.finish(out));
  return out;
}  // NOLINT(clang-analyzer-cplusplus.NewDeleteLeaks): it loses sight of the unique_ptr in an expected

Result<Bytes> open_gcm(BytesView key, BytesView iv, BytesView ciphertext, BytesView tag, BytesView aad) {
  if (key.size() != 32 || iv.empty() || iv.size() > 128 || tag.size() != kGcmTagBytes)
    return fail(ErrorCode::malformed, "a key, an initial vector or a tag has the wrong length");
  const openssl::CipherContext context(EVP_CIPHER_CTX_new());
  CHECK(context != nullptr);
  int written = 0;
  CHECK(EVP_DecryptInit_ex2(context.get(), EVP_aes_256_gcm(), nullptr, nullptr, nullptr) == 1);
  CHECK(EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_SET_IVLEN, static_cast<int>(iv.size()), nullptr) ==
        1);
  CHECK(EVP_DecryptInit_ex2(context.get(), nullptr, openssl::in(key), openssl::in(iv), nullptr) == 1);
  if (!aad.empty())
    CHECK(EVP_DecryptUpdate(context.get(), nullptr, &written, openssl::in(aad),
                            static_cast<int>(aad.size())) == 1);
  Bytes out(ciphertext.size());
  for (std::size_t at = 0; at < ciphertext.size(); at += kPieceBytes) {
    const BytesView piece = ciphertext.subspan(at, std::min(kPieceBytes, ciphertext.size() - at));
    CHECK(EVP_DecryptUpdate(context.get(), openssl::out(MutableBytes(out).subspan(at)), &written,
                            openssl::in(piece), static_cast<int>(piece.size())) == 1);
  }
  CHECK(EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_SET_TAG, static_cast<int>(tag.size()),
                            const_cast<std::byte*>(tag.data())) == 1);
  std::array<std::byte, kBlockBytes> block;
  if (EVP_DecryptFinal_ex(context.get(), openssl::out(block), &written) != 1) {
    ERR_clear_error();
    return fail(ErrorCode::corrupt,
                "this cannot be decrypted: the key is another's, or the bytes are damaged");
  }
  return out;
}

struct HmacReader::State {
  Mac mac{EVP_MAC_fetch(nullptr, "HMAC", nullptr)};
  MacContext context{EVP_MAC_CTX_new(mac.get())};
};

HmacReader::HmacReader(Hash hash, BytesView key) : state_(std::make_unique<State>()) {
  const std::array parameters{
      text_parameter(OSSL_MAC_PARAM_DIGEST, hash == Hash::sha256 ? "SHA256" : "SHA512"),
      OSSL_PARAM_construct_end()};
  CHECK(EVP_MAC_init(state_->context.get(), openssl::in(key), key.size(), parameters.data()) == 1);
}
HmacReader::~HmacReader() = default;
HmacReader::HmacReader(HmacReader&&) noexcept = default;

HmacReader& HmacReader::add(BytesView bytes) {
  CHECK(EVP_MAC_update(state_->context.get(), openssl::in(bytes), bytes.size()) == 1);
  return *this;
}

Bytes HmacReader::finish() {
  Bytes out(64);
  std::size_t size = 0;
  CHECK(EVP_MAC_final(state_->context.get(), openssl::out(out), &size, out.size()) == 1);
  out.resize(size);
  return out;
}

Result<SecretBytes> pbkdf2(Pbkdf2Hash hash, BytesView passphrase, BytesView salt, std::uint64_t iterations,
                           std::size_t length) {
  if (iterations == 0) return fail(ErrorCode::malformed, "a key derivation of no iterations");
  if (iterations > kIterationsMax)
    return fail(ErrorCode::limit_exceeded, "a key derivation of more than 10,000,000 iterations");
  static constexpr std::array kNames{"SHA1", "SHA256", "SHA512"};
  const openssl::Kdf kdf(EVP_KDF_fetch(nullptr, "PBKDF2", nullptr));
  const openssl::KdfContext context(EVP_KDF_CTX_new(kdf.get()));
  CHECK(context != nullptr);
  std::uint64_t rounds = iterations;
  int lenient = 1;  // the formats' own salts and counts, not what NIST would allow today
  const std::array parameters{text_parameter(OSSL_KDF_PARAM_DIGEST, kNames[static_cast<std::size_t>(hash)]),
                              bytes_parameter(OSSL_KDF_PARAM_PASSWORD, passphrase),
                              bytes_parameter(OSSL_KDF_PARAM_SALT, salt),
                              OSSL_PARAM_construct_uint64(OSSL_KDF_PARAM_ITER, &rounds),
                              OSSL_PARAM_construct_int(OSSL_KDF_PARAM_PKCS5, &lenient),
                              OSSL_PARAM_construct_end()};
  SecretBytes out(length);
  if (EVP_KDF_derive(context.get(), openssl::out(out.reveal_mutable()), length, parameters.data()) != 1) {
    ERR_clear_error();
    return fail(ErrorCode::malformed, "a key derivation with parameters that cannot be used");
  }
  return out;
}

Result<SecretBytes> rsa_unwrap(std::string_view key_pem, BytesView wrapped) {
  const SecretBytes der = der_of(key_pem);
  const unsigned char* at = openssl::in(der.reveal());
  const openssl::Key key(der.empty() ? nullptr
                                     : d2i_AutoPrivateKey(nullptr, &at, static_cast<long>(der.size())));
  ERR_clear_error();
  if (!key || EVP_PKEY_get_base_id(key.get()) != EVP_PKEY_RSA)
    return fail(ErrorCode::malformed, "this is not a private RSA key in PEM form without a passphrase");
  const openssl::KeyContext context(EVP_PKEY_CTX_new(key.get(), nullptr));
  CHECK(context && EVP_PKEY_decrypt_init(context.get()) == 1);
  CHECK(EVP_PKEY_CTX_set_rsa_padding(context.get(), RSA_PKCS1_PADDING) == 1);
  // Otherwise a wrong key "opens" everything, to random bytes: a defence of online services. Nobody can ask us twice.
  CHECK(EVP_PKEY_CTX_ctrl_str(context.get(), "rsa_pkcs1_implicit_rejection", "0") == 1);
  std::size_t size = 0;
  if (EVP_PKEY_decrypt(context.get(), nullptr, &size, openssl::in(wrapped), wrapped.size()) == 1) {
    SecretBytes padded(size);
    if (EVP_PKEY_decrypt(context.get(), openssl::out(padded.reveal_mutable()), &size, openssl::in(wrapped),
                         wrapped.size()) == 1)
      return SecretBytes::copy_of(padded.reveal().first(size));
  }
  ERR_clear_error();
  return fail(ErrorCode::corrupt, "the wrapped key cannot be opened with this private key");
}

}  // namespace strongroom::capture::ciphers
