/// Signature lists and public halves from anywhere: what is accepted encodes to the same bytes.
// Limits: -max_len=8192 -timeout=5 -rss_limit_mb=512
#include "base/check.h"
#include "crypto/signature.h"

using namespace strongroom;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const BytesView bytes = std::as_bytes(std::span(data, size));
  cbor::Reader lists(bytes);
  if (const auto list = crypto::get_signatures(lists); list && lists.end()) {
    cbor::Writer w;
    crypto::put_signatures(w, *list);
    CHECK(equal(w.view(), bytes));
  }
  cbor::Reader keys(bytes);
  if (const auto key = crypto::get_public(keys); key && keys.end()) {
    cbor::Writer w;
    crypto::put_public(w, *key);
    CHECK(equal(w.view(), bytes));
  }
  return 0;
}
