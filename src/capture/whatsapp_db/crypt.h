/// WhatsApp's encrypted backups: msgstore.db.crypt12, .crypt14, .crypt15. FORMAT.md, "Encrypted".
#pragma once

#include <vector>

#include "capture/parser.h"

namespace strongroom::capture::whatsapp_db {

enum class Crypt { none, crypt12, crypt14, crypt15 };
/// By the header and the trailer, not by a name.
Crypt crypt_of(BytesView file);
/// The database. `refused` without keys, `unauthenticated` if none fits, `unsupported` (it is no database inside),
/// `limit_exceeded`, `corrupt`.
Result<Bytes> decrypt(BytesView file, const std::vector<GivenKey>& keys);

}  // namespace strongroom::capture::whatsapp_db
