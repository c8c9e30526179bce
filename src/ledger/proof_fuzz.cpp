// Limits: -max_len=8192 -timeout=5 -rss_limit_mb=512
#include <cstdlib>

#include "ledger/proof.h"

using namespace strongroom;

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto proof = ledger::parse_tlog_proof(text)) {
    if (ledger::format_tlog_proof(*proof) != text) std::abort();
  }
  return 0;
}
