#include "capture/signal/gunzip.h"

#include <zlib.h>

#include <algorithm>

#include "base/check.h"

namespace strongroom::capture::signal {

struct Gunzip::State {
  z_stream zlib{};
  bool ended = false;
  State() { CHECK(inflateInit2(&zlib, MAX_WBITS + 16) == Z_OK); }
  ~State() { inflateEnd(&zlib); }
  State(const State&) = delete;
  State& operator=(const State&) = delete;
};

Gunzip::Gunzip() : state_(std::make_unique<State>()) {}
Gunzip::~Gunzip() = default;
Gunzip::Gunzip(Gunzip&&) noexcept = default;
Gunzip& Gunzip::operator=(Gunzip&&) noexcept = default;

bool Gunzip::ended() const { return state_->ended; }

Result<void> Gunzip::add(BytesView& in, Bytes& out) {
  if (state_->ended) return {};
  z_stream& zlib = state_->zlib;
  const std::size_t given = std::min<std::size_t>(in.size(), 1u << 30);
  const std::size_t before = out.size();
  out.resize(before + kPieceBytes);
  // zlib's interface predates const; it does not write to its input.
  zlib.next_in = reinterpret_cast<Bytef*>(const_cast<std::byte*>(in.data()));
  zlib.avail_in = static_cast<uInt>(given);
  zlib.next_out = reinterpret_cast<Bytef*>(out.data() + before);
  zlib.avail_out = static_cast<uInt>(kPieceBytes);
  const int status = inflate(&zlib, Z_NO_FLUSH);
  out.resize(out.size() - zlib.avail_out);
  in = in.subspan(given - zlib.avail_in);
  state_->ended = status == Z_STREAM_END;
  if (status == Z_OK || status == Z_STREAM_END || status == Z_BUF_ERROR) return {};
  return fail(ErrorCode::corrupt, "the compressed stream inside is damaged");
}

}  // namespace strongroom::capture::signal
