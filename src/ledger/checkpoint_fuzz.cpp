// Limits: -max_len=8192 -timeout=5 -rss_limit_mb=512
// Dictionary: src/ledger/note_fuzz.dict
// Seeds: vectors/sigsum vectors/sumdb vectors/tesseract
#include <cstdlib>

#include "ledger/checkpoint.h"

using namespace strongroom;

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto checkpoint = ledger::parse_checkpoint_text(text)) {
    if (ledger::format_checkpoint_text(*checkpoint) != text) std::abort();
  }
  if (const auto cosigned = ledger::parse_cosigned_checkpoint_unverified(text)) {
    if (ledger::format_cosigned_checkpoint(*cosigned) != text) std::abort();
  }
  return 0;
}
