// Any line is refused or gives a record that survives being written and read.
// Limits: -max_len=8192 -timeout=5 -rss_limit_mb=512
#include "base/check.h"
#include "record/record.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view line{reinterpret_cast<const char*>(data), size};
  if (const auto record = strongroom::record::from_json_line(line)) {
    CHECK(strongroom::record::from_json_line(strongroom::record::to_json_line(*record)).has_value());
    CHECK(strongroom::record::decode(strongroom::record::encode(*record)).has_value());
  }
  return 0;
}
