/// One gzip member (RFC 1952), unpacked in pieces with bounded memory, over zlib.
#pragma once

#include <memory>

#include "base/bytes.h"
#include "base/error.h"

namespace strongroom::capture::signal {

class Gunzip {
 public:
  Gunzip();
  ~Gunzip();
  Gunzip(Gunzip&&) noexcept;
  Gunzip& operator=(Gunzip&&) noexcept;

  /// Unpacks from the front of `in`, which it shortens, until that is used up, the member has ended or `out` has grown
  /// by `kPieceBytes`. `corrupt` if it is no gzip, or its checksum is wrong.
  Result<void> add(BytesView& in, Bytes& out);
  /// The member is whole; what follows in `in` is not part of it.
  bool ended() const;

  static constexpr std::size_t kPieceBytes = 256u << 10;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace strongroom::capture::signal
