// Limits: -max_len=16384 -timeout=5 -rss_limit_mb=512
#include <cstdlib>

#include "ledger/tile.h"

using namespace strongroom;

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (size == 0) return 0;
  const unsigned width = data[0] + 1u;
  const BytesView bundle = bytes_of(text.substr(1));
  if (const auto entries = ledger::parse_bundle(bundle, width)) {
    std::vector<Bytes> copies;
    for (const BytesView entry : *entries) copies.push_back(copy_of(entry));
    if (!equal(ledger::encode_bundle(copies).value(), bundle)) std::abort();
  }
  if (const auto tile = ledger::parse_tile_path(text)) {
    if (ledger::path_of(*tile) != text) std::abort();
  }
  if (const auto id = ledger::parse_bundle_path(text)) {
    if (ledger::path_of(*id) != text) std::abort();
  }
  return 0;
}
