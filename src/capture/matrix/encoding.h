/// Base64 as Matrix writes it: without padding, in either alphabet.
#pragma once

#include <string_view>

#include "base/bytes.h"
#include "base/error.h"

namespace strongroom::capture::matrix {

Result<Bytes> from_unpadded(std::string_view text);
std::string to_unpadded(BytesView bytes);

}  // namespace strongroom::capture::matrix
