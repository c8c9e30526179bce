// Whatever the reader accepts, it has read in the one permitted encoding: nothing crashes on the rest.
#include "codec/cbor.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const strongroom::BytesView bytes{reinterpret_cast<const std::byte*>(data), size};
  strongroom::cbor::Reader reader(bytes);
  (void)reader.item();
  return 0;
}
