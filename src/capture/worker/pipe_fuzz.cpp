// Whatever a worker writes, its parent refuses it or takes records from it.
#include "capture/collecting_sink.h"
#include "capture/worker/pipe.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace strongroom;
  const BytesView bytes{reinterpret_cast<const std::byte*>(data), size};
  (void)capture::decode_request(bytes);
  capture::CollectingSink sink;
  capture::AnswerReader reader(sink, 1u << 20);
  if (reader.take(bytes.first(size / 2))) (void)reader.take(bytes.subspan(size / 2));
  return 0;
}
