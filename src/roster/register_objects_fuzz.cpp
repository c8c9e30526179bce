// The first byte chooses the kind of object; the rest is its content.
#include "roster/device_replaced.h"
#include "roster/drill.h"
#include "roster/invitation.h"
#include "roster/register_objects.h"
#include "roster/restraints.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace strongroom::roster;
  if (size == 0) return 0;
  const strongroom::BytesView content{reinterpret_cast<const std::byte*>(data + 1), size - 1};
  switch (data[0] % 21) {
    case 0: (void)decode_ledger_opened(content); break;
    case 1: (void)decode_lot_key(content); break;
    case 2: (void)decode_enrolment(content); break;
    case 3: (void)decode_reading_request(content); break;
    case 4: (void)decode_request_copy(content); break;
    case 5: (void)decode_request_entry(content); break;
    case 6: (void)decode_approval(content); break;
    case 7: (void)decode_nonce(content); break;
    case 8: (void)decode_grant(content); break;
    case 9: (void)decode_receipt(content); break;
    case 10: (void)decode_refusal(content); break;
    case 11: (void)decode_directory(content); break;
    case 12: (void)decode_sealed_directory(content); break;
    case 13: (void)decode_invitation(content); break;
    case 14: (void)decode_revocation(content); break;
    case 15: (void)decode_stop_order(content); break;
    case 16: (void)decode_case_closed(content); break;
    case 17: (void)decode_share_check(content); break;
    case 18: (void)decode_device_replaced(content); break;
    case 19: (void)decode_drill(content); break;
    default: (void)decode_lot_key_set(content); break;
  }
  return 0;
}
