// Limits: -max_len=8192 -timeout=5 -rss_limit_mb=512
#include <cstdlib>

#include "ledger/witness_protocol.h"

using namespace strongroom;

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto request = ledger::parse_add_checkpoint(text)) {
    if (ledger::format_add_checkpoint(*request) != text) std::abort();
  }
  const auto examined = ledger::examine(text, {});
  if (examined) std::abort();  // no log is known, so nothing gets this far
  for (const int status : {200, 409, 500})
    if (const auto reply = ledger::parse_witness_answer(
            {status, std::string(ledger::kTreeSizeMediaType), std::string(text)}))
      if (reply->last_size && std::to_string(reply->last_size->value) + "\n" != text) std::abort();
  return 0;
}
