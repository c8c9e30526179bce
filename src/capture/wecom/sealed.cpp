#include "capture/wecom/sealed.h"

#include "capture/ciphers/ciphers.h"
#include "codec/text.h"

namespace strongroom::capture::wecom {
namespace {

std::unexpected<Verdict> refusal(std::string code, std::string detail) {
  return std::unexpected(Verdict{std::move(code), std::move(detail)});
}

}  // namespace

bool is_sealed(const json::Object& object) {
  return !json::text(object, "encrypt_random_key").empty() && object.contains("encrypt_chat_msg");
}

std::expected<Bytes, Verdict> open_sealed(const json::Object& sealed, const Statement& statement) {
  const std::string version = json::text_or_number(sealed, "publickey_ver");
  const std::string next =
      "name the vendor's library with --wecom-library, or decrypt it with that elsewhere and import the JSON";
  if (statement.keys.empty() && statement.wecom_open)
    return refusal("key-needed", "encrypted for public key version " + version);
  if (statement.keys.empty())
    return refusal("vendor-library-needed",
                   "encrypted for public key version " + version + "; " + next +
                       ". --key-file with the private key (PEM) says whether it fits");
  const auto wrapped = codec::from_base64(json::text(sealed, "encrypt_random_key"));
  if (!wrapped) return refusal("key-does-not-fit", "the wrapped key is not base64");
  const std::string message = json::text(sealed, "encrypt_chat_msg");
  std::string fits;
  for (const GivenKey& key : statement.keys) {
    const auto random_key = ciphers::rsa_unwrap(text_of(key.reveal()), *wrapped);
    if (!random_key || random_key->empty()) continue;
    fits = "the private key fits (public key version " + version + ")";
    if (!statement.wecom_open) return refusal("vendor-library-needed", fits + "; " + next);
    auto opened = statement.wecom_open(text_of(random_key->reveal()), message);
    if (opened) return std::move(*opened);
    fits += ", and the vendor's library does not open the message: " + opened.error().what;
  }
  if (!fits.empty()) return refusal("vendor-library-failed", std::move(fits));
  return refusal("key-does-not-fit",
                 "no key given opens the wrapped key; it was wrapped for public key version " + version);
}

}  // namespace strongroom::capture::wecom
