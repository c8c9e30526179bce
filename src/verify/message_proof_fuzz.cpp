// A proof that somebody brings to a court: what parses must encode to the same bytes, and verifying never crashes.
// Limits: -max_len=65536 -timeout=10 -rss_limit_mb=512
#include "base/check.h"
#include "verify/message_proof.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace strongroom;
  const BytesView bytes{reinterpret_cast<const std::byte*>(data), size};
  if (const auto proof = verify::decode_message_proof(bytes)) {
    CHECK(equal(encode(*proof), bytes));
    (void)verify::verify_message(*proof, proof->archive);
  }
  if (const auto record = verify::decode_record_proof(bytes))
    CHECK(equal(verify::encode_record_proof(record->proof, record->batch_header), bytes));
  return 0;
}
