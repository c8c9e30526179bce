/// Secrets: memory that is locked, left out of core dumps, wiped, and never printed.
///
/// `Secret<N>` and `SecretBytes` are move-only; the source of a move is empty afterwards. Looking inside is
/// `reveal()`, which one can grep for. Comparison is constant-time. The memory comes from pages that are
/// mlock()ed (where the limit allows) and marked MADV_DONTDUMP and MADV_WIPEONFORK.
/// Thread-safe to allocate and free; one object is used by one thread at a time.
#pragma once

#include <cstddef>
#include <utility>

#include "base/bytes.h"

namespace strongroom {

namespace detail {
/// Locked, undumpable, zeroed memory; freed by `release_locked`, which wipes it.
std::byte* allocate_locked(std::size_t size);
void release_locked(std::byte* memory, std::size_t size) noexcept;
}  // namespace detail

/// Overwrites in a way the compiler may not remove.
void wipe(MutableBytes bytes) noexcept;
/// True if equal, in time that depends on the lengths only.
bool equal_constant_time(BytesView a, BytesView b) noexcept;

/// A secret whose length is known when it is made.
class SecretBytes {
 public:
  SecretBytes() = default;
  explicit SecretBytes(std::size_t size)
      : data_(size ? detail::allocate_locked(size) : nullptr), size_(size) {}
  /// Copies `bytes` in; the caller wipes the original.
  static SecretBytes copy_of(BytesView bytes) {
    SecretBytes out(bytes.size());
    if (out.data_ != nullptr) std::memcpy(out.data_, bytes.data(), bytes.size());
    return out;
  }
  SecretBytes(SecretBytes&& other) noexcept
      : data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)) {}
  SecretBytes& operator=(SecretBytes&& other) noexcept {
    if (this != &other) {
      clear();
      data_ = std::exchange(other.data_, nullptr);
      size_ = std::exchange(other.size_, 0);
    }
    return *this;
  }
  SecretBytes(const SecretBytes&) = delete;
  SecretBytes& operator=(const SecretBytes&) = delete;
  ~SecretBytes() { clear(); }

  std::size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  BytesView reveal() const { return {data_, size_}; }
  MutableBytes reveal_mutable() { return {data_, size_}; }
  void clear() noexcept {
    if (data_ != nullptr) detail::release_locked(std::exchange(data_, nullptr), size_);
    size_ = 0;
  }

 private:
  std::byte* data_ = nullptr;
  std::size_t size_ = 0;
};

/// A secret of exactly N bytes, zero until written.
template <std::size_t N>
class Secret {
 public:
  Secret() : bytes_(N) {}
  /// Copies `bytes` (exactly N) in; the caller wipes the original.
  static Secret copy_of(std::span<const std::byte, N> bytes) {
    Secret out;
    std::memcpy(out.bytes_.reveal_mutable().data(), bytes.data(), N);
    return out;
  }
  Secret(Secret&&) noexcept = default;
  Secret& operator=(Secret&&) noexcept = default;

  std::span<const std::byte, N> reveal() const {
    return std::span<const std::byte, N>(bytes_.reveal().data(), N);
  }
  std::span<std::byte, N> reveal_mutable() {
    return std::span<std::byte, N>(bytes_.reveal_mutable().data(), N);
  }
  Secret duplicate() const { return copy_of(reveal()); }

 private:
  SecretBytes bytes_;
};

}  // namespace strongroom
