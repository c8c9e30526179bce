/// SHAKE (FIPS 202) for the parts of this room that need it: the X-Wing seed expansion, and test vectors.
/// Private to src/crypto.
#pragma once

#include "base/bytes.h"

namespace strongroom::crypto {

/// out.size() bytes of SHAKE256 (SHAKE128) of `input`.
void shake256(BytesView input, MutableBytes out);
void shake128(BytesView input, MutableBytes out);

}  // namespace strongroom::crypto
