// The first byte chooses the kind of object; the rest is its content. What is accepted is written back to the same
// bytes.
// Limits: -max_len=32768 -timeout=5 -rss_limit_mb=512
#include "base/check.h"
#include "roster/device_replaced.h"
#include "roster/drill.h"
#include "roster/invitation.h"
#include "roster/register_objects.h"
#include "roster/restraints.h"

using namespace strongroom;

template <class T>
static void same(const Result<T>& read, BytesView content) {
  if (read) CHECK(equal(encode(*read), content));
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace strongroom::roster;
  if (size == 0) return 0;
  const BytesView content{reinterpret_cast<const std::byte*>(data + 1), size - 1};
  switch (data[0] % 21) {
    case 0: same(decode_ledger_opened(content), content); break;
    case 1: same(decode_lot_key(content), content); break;
    case 2: same(decode_enrolment(content), content); break;
    case 3: same(decode_reading_request(content), content); break;
    case 4: same(decode_request_copy(content), content); break;
    case 5: same(decode_request_entry(content), content); break;
    case 6: same(decode_approval(content), content); break;
    case 7: same(decode_nonce(content), content); break;
    case 8: same(decode_grant(content), content); break;
    case 9: same(decode_receipt(content), content); break;
    case 10: same(decode_refusal(content), content); break;
    case 11: same(decode_directory(content), content); break;
    case 12: same(decode_sealed_directory(content), content); break;
    case 13: same(decode_invitation(content), content); break;
    case 14: same(decode_revocation(content), content); break;
    case 15: same(decode_stop_order(content), content); break;
    case 16: same(decode_case_closed(content), content); break;
    case 17: same(decode_share_check(content), content); break;
    case 18: same(decode_device_replaced(content), content); break;
    case 19: same(decode_drill(content), content); break;
    default: same(decode_lot_key_set(content), content); break;
  }
  return 0;
}
