// Everything the server takes from a device. What parses must encode to the same bytes.
// Limits: -max_len=32768 -timeout=5 -rss_limit_mb=512
// Dictionary: src/envelope/object_fuzz.dict
#include "base/check.h"
#include "codec/cbor.h"
#include "envelope/body.h"
#include "envelope/header.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace strongroom;
  using namespace strongroom::envelope;
  const BytesView bytes{reinterpret_cast<const std::byte*>(data), size};
  if (const auto header = decode_signed_header(bytes)) CHECK(equal(encode(header->object), bytes));
  if (const auto header = decode_header(bytes)) CHECK(equal(encode(*header), bytes));
  if (const auto core = decode_core(bytes)) CHECK(equal(encode(*core), bytes));
  if (const auto part = decode_batch_part(bytes)) CHECK(equal(encode(*part), bytes));
  if (const auto shares = decode_share_set(bytes)) CHECK(equal(encode(*shares), bytes));
  if (const auto body = decode_batch_body(bytes)) CHECK(equal(encode(*body), bytes));
  return 0;
}
