/// Lines of base64 hashes, as tlog-proof and add-checkpoint carry proofs. Not part of the room's public face.
#pragma once

#include <string>
#include <string_view>

#include "ledger/tree.h"

namespace strongroom::ledger {

/// Takes the next line (without its line feed) off `text`; `malformed` if no line feed is left.
Result<std::string_view> take_line(std::string_view& text);
/// Takes lines of one hash each, and the empty line that ends them. At most 63 hashes.
Result<Proof> take_hash_lines(std::string_view& text);
/// The lines and the empty line.
std::string format_hash_lines(const Proof& proof);

}  // namespace strongroom::ledger
