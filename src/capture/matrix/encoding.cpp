#include "capture/matrix/encoding.h"

#include <string>

#include "base/secret.h"
#include "codec/text.h"

namespace strongroom::capture::matrix {

Result<Bytes> from_unpadded(std::string_view text) {
  std::string padded;
  padded.reserve(text.size() + 4);
  for (const char c : text) {
    if (c == '\n' || c == '\r' || c == ' ' || c == '=') continue;
    padded += c == '-' ? '+' : c == '_' ? '/' : c;
  }
  while (padded.size() % 4 != 0) padded += '=';
  auto out = codec::from_base64(padded);
  wipe(std::as_writable_bytes(std::span(padded)));  // it may be a key
  return out;
}

std::string to_unpadded(BytesView bytes) {
  std::string out = codec::base64(bytes);
  while (out.ends_with('=')) out.pop_back();
  return out;
}

}  // namespace strongroom::capture::matrix
