#include "capture/wecom/sealed.h"

#include <algorithm>

#include "capture/ciphers/ciphers.h"
#include "codec/text.h"

namespace strongroom::capture::wecom {

bool is_sealed(const json::Object& object) {
  return !json::text(object, "encrypt_random_key").empty() && object.contains("encrypt_chat_msg");
}

Verdict judge(const json::Object& sealed, const std::vector<Bytes>& keys) {
  const std::string version = json::text_or_number(sealed, "publickey_ver");
  const std::string next = "decrypt it with the vendor's library and import the JSON it gives";
  if (keys.empty())
    return {"vendor-library-needed",
            "encrypted for public key version " + version + "; " + next +
                ". --key-file with the private key (PEM) says whether that key fits"};
  const auto wrapped = codec::from_base64(json::text(sealed, "encrypt_random_key"));
  if (!wrapped) return {"key-does-not-fit", "the wrapped key is not base64"};
  const bool fits = std::ranges::any_of(keys, [&](const Bytes& key) {
    const auto random_key = ciphers::rsa_unwrap(text_of(key), *wrapped);
    return random_key && !random_key->empty();
  });
  if (fits)
    return {"vendor-library-needed", "the private key fits (public key version " + version + "); " + next};
  return {"key-does-not-fit",
          "no key given opens the wrapped key; it was wrapped for public key version " + version};
}

}  // namespace strongroom::capture::wecom
