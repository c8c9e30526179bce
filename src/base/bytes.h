/// Bytes, and the few things done with them everywhere.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace strongroom {

using Bytes = std::vector<std::byte>;
using BytesView = std::span<const std::byte>;  ///< borrowed until the callee returns
using MutableBytes = std::span<std::byte>;
template <std::size_t N>
using ByteArray = std::array<std::byte, N>;

/// A SHA-256 digest.
using Hash256 = ByteArray<32>;
/// A SHA-512 digest.
using Hash512 = ByteArray<64>;

inline BytesView bytes_of(std::string_view text) { return std::as_bytes(std::span(text)); }
inline std::string_view text_of(BytesView bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}
// By pointers: through a span's iterators g++ 12 copies byte by byte.
inline Bytes copy_of(BytesView bytes) { return {bytes.data(), bytes.data() + bytes.size()}; }
inline void append(Bytes& to, BytesView bytes) {
  to.insert(to.end(), bytes.data(), bytes.data() + bytes.size());
}
inline bool equal(BytesView a, BytesView b) {
  return a.size() == b.size() && (a.empty() || std::memcmp(a.data(), b.data(), a.size()) == 0);
}

/// The first N bytes of `bytes` as an array; the caller has checked the length.
template <std::size_t N>
ByteArray<N> array_of(BytesView bytes) {
  ByteArray<N> out{};
  if (bytes.size() >= N) std::memcpy(out.data(), bytes.data(), N);
  return out;
}

/// Big-endian integers, as every format of ours and of the ledgers writes them.
inline void append_u16(Bytes& to, std::uint16_t v) {
  for (int shift = 8; shift >= 0; shift -= 8) to.push_back(static_cast<std::byte>(v >> shift));
}
inline void append_u32(Bytes& to, std::uint32_t v) {
  for (int shift = 24; shift >= 0; shift -= 8) to.push_back(static_cast<std::byte>(v >> shift));
}
inline void append_u64(Bytes& to, std::uint64_t v) {
  for (int shift = 56; shift >= 0; shift -= 8) to.push_back(static_cast<std::byte>(v >> shift));
}
/// Reads sizeof(T) bytes, big-endian; the caller has checked the length.
template <class T>
T read_be(BytesView bytes) {
  T v = 0;
  for (std::size_t i = 0; i < sizeof(T); ++i) v = static_cast<T>((v << 8) | std::to_integer<T>(bytes[i]));
  return v;
}

/// Hash for arrays of digests used as map keys: the first eight bytes, which are uniform already.
struct DigestHash {
  template <std::size_t N>
  std::size_t operator()(const ByteArray<N>& a) const {
    static_assert(N >= sizeof(std::size_t));
    std::size_t h = 0;
    std::memcpy(&h, a.data(), sizeof h);
    return h;
  }
};

}  // namespace strongroom
