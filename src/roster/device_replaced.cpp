#include "roster/device_replaced.h"

#include "roster/encoding.h"

namespace strongroom::roster {

using namespace encoding;

Bytes encode(const DeviceReplaced& d) {
  cbor::Writer w = begin(kDeviceReplacedLabel, 6);
  w.bytes(d.archive).bytes(d.roster).bytes(d.device);
  crypto::put_public(w, d.device_key);
  return w.bytes(d.tls_pin).uint(d.asked_s).take();
}

Result<DeviceReplaced> decode_device_replaced(BytesView content) {
  cbor::Reader r(content);
  TRY(begin(r, kDeviceReplacedLabel, 6));
  DeviceReplaced d;
  d.archive = TRY(r.array_bytes<32>());
  d.roster = TRY(r.array_bytes<32>());
  d.device = TRY(r.array_bytes<16>());
  d.device_key = TRY(crypto::get_public(r));
  d.tls_pin = TRY(r.array_bytes<32>());
  d.asked_s = TRY(r.uint());
  return finish(r, d, content);
}

}  // namespace strongroom::roster
