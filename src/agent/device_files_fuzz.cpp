// A device's own small files: its keys, and the canaries it has sealed. What is accepted is written back to the same
// bytes.
// Limits: -max_len=8192 -timeout=2 -rss_limit_mb=512
#include "agent/canary.h"
#include "agent/device.h"
#include "base/check.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace strongroom;
  const BytesView bytes = std::as_bytes(std::span(data, size));
  if (const auto keys = agent::decode_device_keys(bytes)) CHECK(equal(agent::encode(*keys).reveal(), bytes));
  if (const auto canaries = agent::decode_canaries(bytes)) CHECK(equal(agent::encode(*canaries), bytes));
  return 0;
}
