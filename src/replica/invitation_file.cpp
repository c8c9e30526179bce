#include "replica/invitation_file.h"

#include <fmt/format.h>

#include "codec/cbor.h"
#include "codec/text.h"
#include "crypto/hash.h"
#include "roster/roster.h"

namespace strongroom::replica {
namespace {

constexpr std::string_view kFirstLine = "strongroom invitation 1\n";

Result<Secret<32>> seed_of(std::string_view hex) {
  Bytes raw = TRY(codec::from_hex(hex));
  if (raw.size() != 32) return fail(ErrorCode::malformed, "a key of the invitation has the wrong length");
  Secret<32> seed = Secret<32>::copy_of(BytesView(raw).first<32>());
  wipe(raw);
  return seed;
}

}  // namespace

SecretBytes format_invitation_file(const InvitationFile& f) {
  std::string text =
      fmt::format("{}id {}\nkey {}\ntls {}\n{}", kFirstLine, codec::hex(f.id),
                  codec::hex(f.key_seed.reveal()), codec::hex(f.tls_seed.reveal()), format_card(f.card));
  SecretBytes out = SecretBytes::copy_of(bytes_of(text));
  wipe(std::as_writable_bytes(std::span(text)));
  return out;
}

Result<InvitationFile> parse_invitation_file(BytesView bytes) {
  std::string_view text = text_of(bytes);
  if (!text.starts_with(kFirstLine))
    return fail(ErrorCode::malformed, "this is not an invitation", "line 1",
                "ask the officer for the invitation file");
  text.remove_prefix(kFirstLine.size());
  InvitationFile file;
  for (const std::string_view name : {"id ", "key ", "tls "}) {
    const auto end = text.find('\n');
    if (!text.starts_with(name) || end == text.npos)
      return fail(ErrorCode::malformed, fmt::format("the invitation has no '{}' line", name));
    const std::string_view value = text.substr(name.size(), end - name.size());
    if (name == "id ") file.id = TRY(codec::array_from_hex<16>(value));
    if (name == "key ") file.key_seed = TRY(seed_of(value));
    if (name == "tls ") file.tls_seed = TRY(seed_of(value));
    text.remove_prefix(end + 1);
  }
  file.card = TRY(parse_card(text));
  return file;
}

std::string fingerprint_words(const crypto::SigningPublic& key, const Hash256& tls_pin) {
  return roster::words_of(crypto::sha256(cbor::labelled("device-fingerprint", BytesView(key.ed25519),
                                                        BytesView(key.ml_dsa_65), BytesView(tls_pin))));
}

}  // namespace strongroom::replica
