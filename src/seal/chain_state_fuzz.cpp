// The state of a device's chain, as its directory keeps it: what is accepted is written back to the same bytes.
// Limits: -max_len=512 -timeout=2 -rss_limit_mb=512
#include "base/check.h"
#include "seal/seal.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const strongroom::BytesView bytes = std::as_bytes(std::span(data, size));
  if (const auto state = strongroom::seal::decode_chain_state(bytes))
    CHECK(strongroom::equal(strongroom::seal::encode(*state), bytes));
  return 0;
}
