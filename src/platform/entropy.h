/// Randomness from the operating system, drawn in bulk. Injected wherever it is needed, so that tests and
/// known-answer vectors can choose it.
#pragma once

#include "base/bytes.h"
#include "base/secret.h"

namespace strongroom::platform {

/// Not thread-safe: one object per thread.
class Entropy {
 public:
  virtual ~Entropy() = default;
  /// Fills `out` with random bytes; cannot fail (a system without randomness stops the program).
  virtual void fill(MutableBytes out) = 0;

  template <std::size_t N>
  ByteArray<N> array() {
    ByteArray<N> out;
    fill(out);
    return out;
  }
  template <std::size_t N>
  Secret<N> secret() {
    Secret<N> out;
    fill(out.reveal_mutable());
    return out;
  }
};

/// getrandom(2), 512 bytes at a time, wiped as they are handed out.
class SystemEntropy final : public Entropy {
 public:
  void fill(MutableBytes out) override;

 private:
  SecretBytes pool_{512};
  std::size_t used_ = 512;
};

}  // namespace strongroom::platform
