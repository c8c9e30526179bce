/// Elements of a GetChatData reply: the key wrapped for the organisation's RSA key, the message for that key.
#pragma once

#include <string>
#include <vector>

#include "base/bytes.h"
#include "capture/json/members.h"

namespace strongroom::capture::wecom {

/// Has "encrypt_random_key" and "encrypt_chat_msg".
bool is_sealed(const json::Object& object);

/// Why the element stays as it is.
struct Verdict {
  std::string code;  ///< "vendor-library-needed" or "key-does-not-fit"
  std::string detail;  ///< for people
};
/// Tries each private key (PEM) on the wrapped key; what it unwraps is wiped at once.
Verdict judge(const json::Object& sealed, const std::vector<Bytes>& keys);

}  // namespace strongroom::capture::wecom
