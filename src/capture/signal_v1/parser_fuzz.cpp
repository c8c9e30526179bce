// A header of any bytes; and frames of any bytes, sealed with keys that are known: pieces of the input, each after a
// byte that says how long it is and what it is (a frame, a statement, a row, a file inside).
// Limits: -max_len=16384 -timeout=10 -rss_limit_mb=1024
// Dictionary: src/capture/signal_v1/parser_fuzz.dict
#include <string>

#include "base/check.h"
#include "capture/collecting_sink.h"
#include "capture/signal_v1/count.h"
#include "capture/signal_v1/parser.h"
#include "capture/signal_v1/sealed_material.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace strongroom;
  namespace v1 = capture::signal_v1;
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  (void)v1::parser().detect({{"f", bytes_of(input)}});
  v1::material::Writer writer(size % 2);
  std::string_view rest = input;
  for (int i = 0; i < 64 && rest.size() > 2; ++i) {
    const auto how = static_cast<unsigned char>(rest[0]);
    const std::size_t length = std::min<std::size_t>(static_cast<unsigned char>(rest[1]), rest.size() - 2);
    const std::string piece(rest.substr(2, length));
    rest.remove_prefix(2 + length);
    switch (how % 5) {
      case 0: writer.frame_bytes(piece); break;
      case 1: writer.sql(piece); break;
      case 2: writer.row(piece.substr(0, piece.find('|')), {"1", "2", piece, "4"}); break;
      case 3: writer.attachment(1, piece); break;
      default: writer.payload(piece); break;
    }
  }
  capture::CollectingSink sink;
  capture::Tally tally(sink, "signal-android", 1);
  const capture::InputFile file{"f", bytes_of(writer.bytes())};
  CHECK(v1::read_opened(file, writer.header(), writer.keys(), tally));
  (void)v1::count_opened(file.bytes, writer.header(), writer.keys());
  return 0;
}
