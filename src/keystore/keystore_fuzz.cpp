// Whatever is accepted as a keystore file is written back to the same bytes. No passphrase is tried: that is slow.
// Limits: -max_len=16384 -timeout=5 -rss_limit_mb=512
#include "base/check.h"
#include "keystore/keystore_file.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace strongroom::keystore;
  const strongroom::BytesView bytes{reinterpret_cast<const std::byte*>(data), size};
  if (const auto frame = file::decode(bytes)) {
    CHECK(strongroom::equal(file::encode(*frame), bytes));
    for (const Slot& slot : frame->slots) (void)file::decode_parameters(slot.parameters);
  }
  return 0;
}
