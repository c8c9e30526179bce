/// Digests and HMAC. HMAC (RFC 2104) is composed here from SHA-256: EVP_MAC needs a context of its own for every
/// key, which costs more than the whole MAC of a short message (docs/decisions/openssl.md has the figures).
#include <array>

#include "base/check.h"
#include "crypto/hash.h"
#include "crypto/openssl_handles.h"
#include "crypto/xof.h"

namespace strongroom::crypto {
namespace {

using openssl::DigestContext;

constexpr std::size_t kSha256BlockBytes = 64;

openssl::Digest fetch(const char* name) {
  openssl::Digest digest(EVP_MD_fetch(nullptr, name, nullptr));
  CHECK(digest != nullptr);
  return digest;
}

void start(const DigestContext& context, const EVP_MD* digest) {
  CHECK(EVP_DigestInit_ex2(context.get(), digest, nullptr) == 1);
}

void update(const DigestContext& context, BytesView bytes) {
  CHECK(EVP_DigestUpdate(context.get(), bytes.data(), bytes.size()) == 1);
}

/// Writes the digest and starts over: an idle context holds nothing of the last message.
void finish(const DigestContext& context, MutableBytes to) {
  CHECK(EVP_DigestFinal_ex(context.get(), openssl::out(to), nullptr) == 1);
  start(context, nullptr);
}

DigestContext started(const EVP_MD* digest) {
  DigestContext context(EVP_MD_CTX_new());
  CHECK(context != nullptr);
  start(context, digest);
  return context;
}

/// One digest of this thread: always in its initial state between calls.
struct ThreadDigest {
  explicit ThreadDigest(const char* name) : digest(fetch(name)), context(started(digest.get())) {}
  openssl::Digest digest;
  DigestContext context;
};

ThreadDigest& thread_sha256() {
  thread_local ThreadDigest kept("SHA256");
  return kept;
}
ThreadDigest& thread_sha512() {
  thread_local ThreadDigest kept("SHA512");
  return kept;
}
ThreadDigest& thread_sha3_256() {
  thread_local ThreadDigest kept("SHA3-256");
  return kept;
}

void digest_parts(const ThreadDigest& digest, std::initializer_list<BytesView> parts, MutableBytes to) {
  for (const BytesView part : parts) update(digest.context, part);
  finish(digest.context, to);
}

void extendable_output(const char* name, BytesView input, MutableBytes to) {
  const openssl::Digest digest = fetch(name);
  const DigestContext context = started(digest.get());
  update(context, input);
  CHECK(EVP_DigestFinalXOF(context.get(), openssl::out(to), to.size()) == 1);
}

}  // namespace

Hash256 sha256(BytesView bytes) { return sha256({bytes}); }

Hash256 sha256(std::initializer_list<BytesView> parts) {
  Hash256 out;
  digest_parts(thread_sha256(), parts, out);
  return out;
}

Hash512 sha512(BytesView bytes) {
  Hash512 out;
  digest_parts(thread_sha512(), {bytes}, out);
  return out;
}

Hash256 sha3_256(std::initializer_list<BytesView> parts) {
  Hash256 out;
  digest_parts(thread_sha3_256(), parts, out);
  return out;
}

void shake256(BytesView input, MutableBytes out) { extendable_output("SHAKE256", input, out); }
void shake128(BytesView input, MutableBytes out) { extendable_output("SHAKE128", input, out); }

// --- Hasher ---

struct Hasher::State {
  std::size_t digest_bytes;
  DigestContext context;
};

Hasher::Hasher(Kind kind) {
  const bool short_one = kind == Kind::sha256;
  const ThreadDigest& digest = short_one ? thread_sha256() : thread_sha512();
  state_ = std::make_unique<State>(
      State{short_one ? std::size_t{32} : std::size_t{64}, started(digest.digest.get())});
}
Hasher::~Hasher() = default;
Hasher::Hasher(Hasher&&) noexcept = default;
Hasher& Hasher::operator=(Hasher&&) noexcept = default;

Hasher& Hasher::add(BytesView bytes) {
  update(state_->context, bytes);
  return *this;
}

Bytes Hasher::finish() {
  Bytes out(state_->digest_bytes);
  crypto::finish(state_->context, out);
  return out;
}

// --- HMAC ---

/// The key as its two padded blocks. From the second message on, the digest states after those blocks are kept
/// too; a key that is used once never pays for them.
struct Hmac::State {
  Secret<2 * kSha256BlockBytes> blocks;
  DigestContext inner;
  DigestContext outer;
  bool used = false;

  BytesView inner_block() const { return blocks.reveal().first<kSha256BlockBytes>(); }
  BytesView outer_block() const { return blocks.reveal().last<kSha256BlockBytes>(); }
  void begin(const DigestContext& work, const DigestContext& kept, BytesView block) const {
    if (kept != nullptr) {
      CHECK(EVP_MD_CTX_copy_ex(work.get(), kept.get()) == 1);
    } else {
      update(work, block);
    }
  }
  void keep_states();
  void mac(std::initializer_list<BytesView> parts, MutableBytes to);
};

void Hmac::State::keep_states() {
  const EVP_MD* digest = thread_sha256().digest.get();
  inner = started(digest);
  outer = started(digest);
  update(inner, inner_block());
  update(outer, outer_block());
}

void Hmac::State::mac(std::initializer_list<BytesView> parts, MutableBytes to) {
  if (used && inner == nullptr) keep_states();
  used = true;
  const DigestContext& work = thread_sha256().context;
  begin(work, inner, inner_block());
  for (const BytesView part : parts) update(work, part);
  crypto::finish(work, to);
  begin(work, outer, outer_block());
  update(work, to);
  crypto::finish(work, to);
}

Hmac::Hmac(BytesView key) : state_(std::make_unique<State>()) {
  const auto blocks = state_->blocks.reveal_mutable();
  if (key.size() <= kSha256BlockBytes) {
    if (!key.empty()) std::memcpy(blocks.data(), key.data(), key.size());
  } else {
    digest_parts(thread_sha256(), {key}, blocks.first<32>());
  }
  for (std::size_t i = 0; i < kSha256BlockBytes; ++i) {
    blocks[kSha256BlockBytes + i] = blocks[i] ^ std::byte{0x5c};
    blocks[i] ^= std::byte{0x36};
  }
}
Hmac::~Hmac() = default;
Hmac::Hmac(Hmac&&) noexcept = default;
Hmac& Hmac::operator=(Hmac&&) noexcept = default;

Hash256 Hmac::of(std::initializer_list<BytesView> parts) {
  Hash256 out;
  state_->mac(parts, out);
  return out;
}

Secret<32> Hmac::secret_of(std::initializer_list<BytesView> parts) {
  Secret<32> out;
  state_->mac(parts, out.reveal_mutable());
  return out;
}

}  // namespace strongroom::crypto
