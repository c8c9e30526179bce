/// Elements of a GetChatData reply: the key wrapped for the organisation's RSA key, the message for that key.
#pragma once

#include <expected>
#include <string>

#include "base/bytes.h"
#include "capture/json/members.h"
#include "capture/parser.h"

namespace strongroom::capture::wecom {

/// Has "encrypt_random_key" and "encrypt_chat_msg".
bool is_sealed(const json::Object& object);

/// Why the element stays as it is.
struct Verdict {
  std::string code;  ///< "key-needed", "key-does-not-fit", "vendor-library-needed" or "vendor-library-failed"
  std::string detail;  ///< for people
};
/// The message: each private key (PEM) is tried on the wrapped key, and what it unwraps, which is wiped at once, goes
/// with the sealed message to the vendor's library, if there is one.
std::expected<Bytes, Verdict> open_sealed(const json::Object& sealed, const Statement& statement);

}  // namespace strongroom::capture::wecom
