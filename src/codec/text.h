/// Strict base64 (RFC 4648 §4, padded, standard alphabet) and lower-case hex. Decoders refuse white space,
/// other alphabets and non-zero trailing bits, so decode followed by encode gives the same text.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/error.h"

namespace strongroom::codec {

std::string base64(BytesView bytes);
Result<Bytes> from_base64(std::string_view text);

std::string hex(BytesView bytes);
/// Lower-case digits only, an even number of them.
Result<Bytes> from_hex(std::string_view text);

template <std::size_t N>
Result<ByteArray<N>> array_from_hex(std::string_view text) {
  const Bytes bytes = TRY(from_hex(text));
  if (bytes.size() != N) return fail(ErrorCode::malformed, "the hex string has the wrong length");
  return array_of<N>(bytes);
}

/// A decimal number as ledgers write it: digits only, no leading zero unless exactly "0", at most `max`.
Result<std::uint64_t> from_decimal(std::string_view text, std::uint64_t max);

}  // namespace strongroom::codec
