// Whatever the reader accepts was written in the one permitted encoding: read item by item and written again, it is
// the same bytes.
// Limits: -max_len=4096 -timeout=2 -rss_limit_mb=512
#include "codec/cbor.h"

#include "base/check.h"

using namespace strongroom;

/// False for the negative numbers that this program has no type for. The depth was limited before.
static bool transcribe(cbor::Reader& r, cbor::Writer& w) {
  switch (*r.peek()) {
    case cbor::Type::uint: w.uint(*r.uint()); return true;
    case cbor::Type::negative:
      if (const auto value = r.integer()) {
        w.integer(*value);
        return true;
      }
      return false;
    case cbor::Type::bytes: w.bytes(*r.bytes()); return true;
    case cbor::Type::text: w.text(*r.text()); return true;
    case cbor::Type::boolean: w.boolean(*r.boolean()); return true;
    case cbor::Type::null:
      CHECK(r.null());
      w.null();
      return true;
    case cbor::Type::array: {
      const std::size_t count = *r.array();
      w.array(count);
      for (std::size_t i = 0; i < count; ++i)
        if (!transcribe(r, w)) return false;
      return true;
    }
    case cbor::Type::map: break;
  }
  const auto items = *r.text_map();
  w.map(items.size());
  for (const auto& [key, value] : items) {
    cbor::Reader inside(value);
    w.text(key);
    if (!transcribe(inside, w)) return false;
    CHECK(inside.end());
  }
  return true;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const BytesView bytes = std::as_bytes(std::span(data, size));
  cbor::Reader reader(bytes);
  const auto item = reader.item();
  if (!item) return 0;
  cbor::Reader again(*item);
  cbor::Writer w;
  if (transcribe(again, w)) CHECK(again.end() && equal(w.view(), *item));
  return 0;
}
