// Limits: -max_len=8192 -timeout=5 -rss_limit_mb=512
// Seeds: vectors/sigsum vectors/sumdb vectors/tesseract
#include <cstdlib>

#include "ledger/note.h"

using namespace strongroom;

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto note = ledger::parse_note_unverified(text)) {
    if (ledger::format_note(*note) != text) std::abort();
  }
  if (const auto key = ledger::parse_vkey(text)) {
    if (ledger::format_vkey(*key) != text) std::abort();
  }
  return 0;
}
