/// How the double of the vendor's library seals: a keystream and a checksum, both of the key. It protects nothing; with
/// another key it does not open.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace vendor_double {

inline std::uint64_t mixed(std::uint64_t state, std::string_view text) {
  for (const char c : text) state = (state ^ static_cast<unsigned char>(c)) * 0x100000001b3u;
  return state;
}

/// The text, or what was made of it, again: it is its own inverse.
inline std::string crossed(std::string_view key, std::string_view text) {
  std::uint64_t state = mixed(0xcbf29ce484222325u, key) | 1;
  std::string out;
  for (const char c : text) {
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    out += static_cast<char>(static_cast<unsigned char>(c) ^ static_cast<unsigned char>(state >> 32));
  }
  return out;
}

inline std::string checksum(std::string_view key, std::string_view text) {
  std::uint64_t sum = mixed(mixed(0x9e3779b97f4a7c15u, key), text);
  std::string out;
  for (int i = 0; i < 8; ++i, sum >>= 8) out += static_cast<char>(sum & 0xff);
  return out;
}

inline std::string seal(std::string_view key, std::string_view text) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string out;
  for (const char c : crossed(key, checksum(key, text) + std::string(text))) {
    out += kDigits[static_cast<unsigned char>(c) >> 4];
    out += kDigits[static_cast<unsigned char>(c) & 15];
  }
  return out;
}

inline std::optional<std::string> open(std::string_view key, std::string_view sealed) {
  std::string bytes;
  for (std::size_t i = 0; i + 1 < sealed.size(); i += 2)
    bytes += static_cast<char>(std::stoi(std::string(sealed.substr(i, 2)), nullptr, 16));
  const std::string both = crossed(key, bytes);
  if (both.size() < 8 || both.substr(0, 8) != checksum(key, std::string_view(both).substr(8)))
    return std::nullopt;
  return both.substr(8);
}

}  // namespace vendor_double
