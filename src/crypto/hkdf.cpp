/// HKDF-SHA256 (RFC 5869) on top of Hmac.
#include <algorithm>

#include "base/check.h"
#include "crypto/hash.h"

namespace strongroom::crypto {
namespace {

constexpr std::size_t kHashBytes = 32;

/// RFC 5869 §2.3: T(n) = HMAC(prk, T(n-1) ‖ info ‖ n), cut to out.size() bytes.
void expand(Hmac& prk, BytesView info, MutableBytes out) {
  CHECK(out.size() <= 255 * kHashBytes);
  Secret<32> block;
  BytesView previous;
  std::byte counter{0};
  while (!out.empty()) {
    counter = static_cast<std::byte>(std::to_integer<unsigned>(counter) + 1);
    block = prk.secret_of({previous, info, BytesView(&counter, 1)});
    previous = block.reveal();
    const std::size_t taken = std::min(out.size(), kHashBytes);
    std::memcpy(out.data(), previous.data(), taken);
    out = out.subspan(taken);
  }
}

}  // namespace

Secret<32> hkdf_extract(BytesView salt, BytesView ikm) { return Hmac(salt).secret_of({ikm}); }

void hkdf_expand(BytesView prk, BytesView info, MutableBytes out) {
  Hmac keyed(prk);
  expand(keyed, info, out);
}

Secret<32> Hkdf::key(BytesView info) {
  const std::byte one{1};
  return expand_.secret_of({info, BytesView(&one, 1)});
}

Secret<64> Hkdf::key64(BytesView info) {
  Secret<64> out;
  expand(expand_, info, out.reveal_mutable());
  return out;
}

SecretBytes Hkdf::bytes(BytesView info, std::size_t length) {
  SecretBytes out(length);
  expand(expand_, info, out.reveal_mutable());
  return out;
}

}  // namespace strongroom::crypto
