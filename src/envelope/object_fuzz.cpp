// Signed objects, leaves, and the parts of headers: what parses encodes to the same bytes. No signature holds.
// Limits: -max_len=32768 -timeout=5 -rss_limit_mb=512
#include "base/check.h"
#include "envelope/canary.h"
#include "envelope/header.h"
#include "envelope/leaf.h"
#include "envelope/object.h"

using namespace strongroom;
using namespace strongroom::envelope;

static void read_parts(BytesView bytes) {
  if (const auto part = decode_open(bytes)) CHECK(equal(encode(*part), bytes));
  if (const auto part = decode_heartbeat(bytes)) CHECK(equal(encode(*part), bytes));
  if (const auto part = decode_close(bytes)) CHECK(equal(encode(*part), bytes));
  if (const auto part = decode_retire(bytes)) CHECK(equal(encode(*part), bytes));
  if (const auto part = decode_lost(bytes)) CHECK(equal(encode(*part), bytes));
  if (const auto core = decode_core0(bytes)) CHECK(equal(encode(*core), bytes));
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const BytesView bytes = std::as_bytes(std::span(data, size));
  if (const auto object = decode_object(bytes, "header", 65536)) {
    CHECK(equal(encode(*object), bytes));
    for (const Signer& signer : object->signers)
      CHECK(!verify_signer(*object, signer.id, crypto::SigningPublic{}, crypto::SignaturePolicy::both));
  }
  if (const auto header = decode_signed_header(bytes))
    static_cast<void>(canary_commitment(header->header, Core0{}));
  const auto encoded = [](const auto& leaf) { return encode(leaf); };
  if (const auto leaf = decode_capture_leaf(bytes)) CHECK(equal(std::visit(encoded, *leaf), bytes));
  if (const auto leaf = decode_register_leaf(bytes)) CHECK(equal(std::visit(encoded, *leaf), bytes));
  if (const auto day = day_from_name(text_of(bytes))) CHECK(day_name(*day) == text_of(bytes));
  read_parts(bytes);
  return 0;
}
