// The manifest of a backup that somebody brings: what parses is what would be written.
// Limits: -max_len=16384 -timeout=5 -rss_limit_mb=512
#include "backup/manifest.h"
#include "base/check.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace strongroom;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto manifest = backup::parse_manifest(text)) CHECK(backup::format_manifest(*manifest) == text);
  return 0;
}
