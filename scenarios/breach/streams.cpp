#include "streams.h"

#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <optional>

#include "base/check.h"

namespace strongroom::breach {

struct Streams::State {
  z_stream zlib{};
  ZSTD_DCtx* zstd = ZSTD_createDCtx();
  Bytes output = Bytes(64 * 1024);

  BytesView inflated(BytesView from, int window_bits);
  BytesView unpacked_zstd(BytesView from);
  /// Room for more output; false when the limit is reached.
  bool grow(std::size_t used) {
    if (used < output.size()) return true;
    if (output.size() >= kStreamBytesMax) return false;
    output.resize(output.size() * 4);
    return true;
  }
};

namespace {

enum class Kind { zlib, gzip, zstd, zip };

unsigned at(BytesView bytes, std::size_t i) { return std::to_integer<unsigned>(bytes[i]); }

/// What could begin at `i`; at least 8 bytes are there.
std::optional<Kind> kind_at(BytesView bytes, std::size_t i) {
  const unsigned first = at(bytes, i), second = at(bytes, i + 1);
  if ((first & 0x8f) == 0x08 && (second & 0x20) == 0 && (first * 256 + second) % 31 == 0) return Kind::zlib;
  if (first == 0x1f && second == 0x8b && at(bytes, i + 2) == 8) return Kind::gzip;
  if (first == 0x28 && second == 0xb5 && at(bytes, i + 2) == 0x2f && at(bytes, i + 3) == 0xfd)
    return Kind::zstd;
  if (first == 'P' && second == 'K' && at(bytes, i + 2) == 3 && at(bytes, i + 3) == 4) return Kind::zip;
  return std::nullopt;
}

/// The deflated data behind a ZIP local header; empty if it is stored, or not a header.
BytesView zip_data(BytesView header) {
  if (header.size() < 30 || at(header, 8) != 8 || at(header, 9) != 0) return {};
  const std::size_t skip = 30 + at(header, 26) + 256 * at(header, 27) + at(header, 28) + 256 * at(header, 29);
  return skip < header.size() ? header.subspan(skip) : BytesView();
}

}  // namespace

BytesView Streams::State::inflated(BytesView from, int window_bits) {
  if (inflateReset2(&zlib, window_bits) != Z_OK) return {};
  // zlib's interface predates const; it does not write to its input.
  zlib.next_in = reinterpret_cast<Bytef*>(const_cast<std::byte*>(from.data()));
  zlib.avail_in = static_cast<uInt>(std::min<std::size_t>(from.size(), 1u << 30));
  std::size_t used = 0;
  for (int status = Z_OK; status == Z_OK && grow(used);) {
    zlib.next_out = reinterpret_cast<Bytef*>(output.data() + used);
    zlib.avail_out = static_cast<uInt>(output.size() - used);
    status = inflate(&zlib, Z_NO_FLUSH);
    used = output.size() - zlib.avail_out;
  }
  return BytesView(output).first(used);
}

BytesView Streams::State::unpacked_zstd(BytesView from) {
  ZSTD_DCtx_reset(zstd, ZSTD_reset_session_only);
  ZSTD_inBuffer in{from.data(), from.size(), 0};
  std::size_t used = 0;
  while (grow(used)) {
    ZSTD_outBuffer out{output.data(), output.size(), used};
    const std::size_t in_before = in.pos;
    const std::size_t left = ZSTD_decompressStream(zstd, &out, &in);
    const bool stands_still = out.pos == used && in.pos == in_before;
    used = out.pos;
    if (ZSTD_isError(left) != 0 || left == 0 || stands_still) break;
  }
  return BytesView(output).first(used);
}

Streams::Streams() : state_(std::make_unique<State>()) {
  CHECK(inflateInit(&state_->zlib) == Z_OK);
  CHECK(state_->zstd != nullptr);
}

Streams::~Streams() {
  inflateEnd(&state_->zlib);
  ZSTD_freeDCtx(state_->zstd);
}

void Streams::find(BytesView bytes, const std::function<void(const Stream&)>& visit) {
  for (std::size_t i = 0; i + 8 <= bytes.size(); ++i) {
    const std::optional<Kind> kind = kind_at(bytes, i);
    if (!kind) continue;
    const BytesView from = bytes.subspan(i);
    BytesView content;
    std::string_view packing;
    switch (*kind) {
      case Kind::zlib: packing = "zlib", content = state_->inflated(from, MAX_WBITS); break;
      case Kind::gzip: packing = "gzip", content = state_->inflated(from, MAX_WBITS + 16); break;
      case Kind::zstd: packing = "zstd", content = state_->unpacked_zstd(from); break;
      case Kind::zip: packing = "zip", content = state_->inflated(zip_data(from), -MAX_WBITS); break;
    }
    if (content.size() >= 8) visit({packing, i, content});
  }
}

}  // namespace strongroom::breach
