#include "codec/text.h"

#include <fmt/format.h>

namespace strongroom::codec {
namespace {

constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view kHexDigits = "0123456789abcdef";

int sextet(char c) {
  if (c >= 'A' && c <= 'Z') return c - 'A';
  if (c >= 'a' && c <= 'z') return c - 'a' + 26;
  if (c >= '0' && c <= '9') return c - '0' + 52;
  return c == '+' ? 62 : c == '/' ? 63 : -1;
}

}  // namespace

std::string base64(BytesView bytes) {
  std::string out;
  out.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const std::size_t n = std::min<std::size_t>(3, bytes.size() - i);
    std::uint32_t v = 0;
    for (std::size_t j = 0; j < 3; ++j)
      v = (v << 8) | (j < n ? std::to_integer<std::uint32_t>(bytes[i + j]) : 0);
    for (std::size_t j = 0; j < 4; ++j) out += j <= n ? kAlphabet[(v >> (18 - 6 * j)) & 63] : '=';
  }
  return out;
}

Result<Bytes> from_base64(std::string_view text) {
  if (text.size() % 4 != 0)
    return fail(ErrorCode::malformed, "base64 text is not a multiple of four characters");
  Bytes out;
  out.reserve(text.size() / 4 * 3);
  for (std::size_t i = 0; i < text.size(); i += 4) {
    const bool last = i + 4 == text.size();
    const std::size_t padding = last ? (text[i + 3] != '=' ? 0u : text[i + 2] != '=' ? 1u : 2u) : 0u;
    std::uint32_t v = 0;
    for (std::size_t j = 0; j < 4; ++j) {
      const int s = j < 4 - padding ? sextet(text[i + j]) : 0;
      if (s < 0)
        return fail(ErrorCode::malformed, "not a base64 character", fmt::format("character {}", i + j));
      v = (v << 6) | static_cast<std::uint32_t>(s);
    }
    if ((padding == 1 && (v & 0xFF) != 0) || (padding == 2 && (v & 0xFFFF) != 0))
      return fail(ErrorCode::malformed, "base64 text has bits after its end");
    for (std::size_t j = 0; j < 3 - padding; ++j) out.push_back(static_cast<std::byte>(v >> (16 - 8 * j)));
  }
  return out;
}

std::string hex(BytesView bytes) {
  std::string out;
  out.reserve(bytes.size() * 2);
  for (std::byte b : bytes) {
    out += kHexDigits[std::to_integer<unsigned>(b) >> 4];
    out += kHexDigits[std::to_integer<unsigned>(b) & 15];
  }
  return out;
}

Result<Bytes> from_hex(std::string_view text) {
  if (text.size() % 2 != 0) return fail(ErrorCode::malformed, "hex text has an odd number of digits");
  Bytes out;
  out.reserve(text.size() / 2);
  for (std::size_t i = 0; i < text.size(); i += 2) {
    const auto high = kHexDigits.find(text[i]);
    const auto low = kHexDigits.find(text[i + 1]);
    if (high == kHexDigits.npos || low == kHexDigits.npos)
      return fail(ErrorCode::malformed, "not a lower-case hex digit", fmt::format("character {}", i));
    out.push_back(static_cast<std::byte>(high << 4 | low));
  }
  return out;
}

Result<std::uint64_t> from_decimal(std::string_view text, std::uint64_t max) {
  if (text.empty()) return fail(ErrorCode::malformed, "a number is missing");
  if (text.size() > 1 && text[0] == '0') return fail(ErrorCode::malformed, "a number has a leading zero");
  std::uint64_t v = 0;
  for (char c : text) {
    if (c < '0' || c > '9') return fail(ErrorCode::malformed, "a number holds something other than digits");
    const auto digit = static_cast<std::uint64_t>(c - '0');
    if (v > (max - digit) / 10 || digit > max)
      return fail(ErrorCode::limit_exceeded, fmt::format("a number is larger than {}", max));
    v = v * 10 + digit;
  }
  return v;
}

}  // namespace strongroom::codec
