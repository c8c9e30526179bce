// Evidence that somebody brings: what parses must encode to the same bytes, and judging never crashes.
#include "base/check.h"
#include "conviction/conviction.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace strongroom;
  const BytesView bytes{reinterpret_cast<const std::byte*>(data), size};
  if (const auto conviction = conviction::decode_conviction(bytes)) {
    CHECK(equal(encode(*conviction), bytes));
    (void)conviction::judge(*conviction, conviction->archive);
  }
  return 0;
}
