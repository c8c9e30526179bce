// The manifest and the register of a package that somebody hands in: what parses is what would be written.
// Limits: -max_len=16384 -timeout=5 -rss_limit_mb=512
#include "base/check.h"
#include "verify/package_format.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace strongroom;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto manifest = verify::parse_manifest(text)) CHECK(verify::format_manifest(*manifest) == text);
  if (const auto items = verify::parse_register_log(bytes_of(text))) {
    std::size_t bytes = 0;
    for (const verify::RegisterItem& item : *items) bytes += 8 + item.leaf.size() + item.object.size();
    CHECK(bytes == size);
  }
  if (const auto leaf = verify::leaf_of_proof_file(text)) CHECK(verify::proof_file(*leaf) == text);
  if (const auto at = verify::place_of_franking_file(text)) CHECK(verify::franking_file(*at) == text);
  return 0;
}
