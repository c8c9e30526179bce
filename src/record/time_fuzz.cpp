// An instant that is read is written in one form, which reads as the same instant.
// Limits: -max_len=64 -timeout=2 -rss_limit_mb=512
#include "base/check.h"
#include "record/time_text.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace strongroom::record;
  const auto instant = from_rfc3339({reinterpret_cast<const char*>(data), size});
  if (instant && *instant >= kUnixMsMin && *instant <= kUnixMsMax)
    CHECK(from_rfc3339(rfc3339(*instant)) == *instant);
  return 0;
}
