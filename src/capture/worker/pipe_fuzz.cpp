// Whatever a worker writes, its parent refuses it or takes records from it, the same however the bytes arrive in
// pieces; and what it took can be written and taken again. A request is refused or is written back to the same bytes.
// Limits: -max_len=16384 -timeout=5 -rss_limit_mb=512
// Dictionary: src/record/record_fuzz.dict
#include "base/check.h"
#include "capture/collecting_sink.h"
#include "capture/worker/pipe.h"

using namespace strongroom;

static void check_request(BytesView bytes) {
  const auto request = capture::decode_request(bytes);
  if (!request) return;
  CHECK(request->file_path.has_value() + request->key.has_value() + request->killer.has_value() +
            request->start.has_value() ==
        1);
  if (request->file_path) CHECK(equal(capture::encode_file_message(*request->file_path), bytes));
  if (request->key) CHECK(equal(capture::encode_key_message(*request->key).reveal(), bytes));
  if (request->killer) CHECK(equal(capture::encode_killer_message(*request->killer), bytes));
  if (request->start) CHECK(equal(capture::encode_start_message(*request->start), bytes));
}

static bool take(capture::Sink& sink, BytesView bytes, std::size_t piece) {
  capture::AnswerReader reader(sink, 1u << 20);
  while (!bytes.empty()) {
    const BytesView first = bytes.first(std::min(piece, bytes.size()));
    if (!reader.take(first)) return false;
    bytes = bytes.subspan(first.size());
  }
  return true;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const BytesView bytes = std::as_bytes(std::span(data, size));
  check_request(bytes);
  capture::CollectingSink whole, pieces, again;
  const bool taken = take(whole, bytes, SIZE_MAX);
  CHECK(take(pieces, bytes, 1 + size / 7) == taken);
  CHECK(whole.records == pieces.records && whole.contents == pieces.contents);
  Bytes written;
  capture::AnswerWriter writer([&](BytesView out) -> Result<void> {
    append(written, out);
    return {};
  });
  for (const auto& record : whole.records) CHECK(writer.record(record::Record(record)));
  for (const auto& [described, content] : whole.contents)
    CHECK(writer.content(record::Record(described), content));
  CHECK(writer.finish(std::vector{capture::Outcome{"x", 0, 0, 0, 0}}));
  CHECK(take(again, written, SIZE_MAX) && again.records == whole.records && again.contents == whole.contents);
  return 0;
}
