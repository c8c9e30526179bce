// Three things at once: any bytes as an encrypted file and its key file, any bytes sealed as the compressed stream, and
// any bytes as the stream in it.
// Limits: -max_len=32768 -timeout=10 -rss_limit_mb=1024
// Dictionary: src/capture/signal/parser_fuzz.dict
#include <string>

#include "base/check.h"
#include "capture/collecting_sink.h"
#include "capture/signal/parser.h"
#include "capture/signal/sealed_material.h"

namespace {
using namespace strongroom;

void check(const std::string& bytes, std::string_view metadata, const capture::Statement& statement) {
  const std::vector<capture::InputFile> files{{"main", bytes_of(bytes)}, {"metadata", bytes_of(metadata)}};
  (void)capture::signal::encrypted_parser().detect(files);
  capture::CollectingSink sink;
  const auto outcome = capture::signal::encrypted_parser().parse(files, statement, {}, sink);
  const auto found = capture::signal::encrypted_parser().count(files, statement, {});
  CHECK(outcome && found);
  CHECK(outcome->parsed + outcome->refused == *found);
}
}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  namespace material = capture::signal::material;
  const std::string input(reinterpret_cast<const char*>(data), size);
  capture::Statement statement;
  for (const std::string_view key :
       {std::string(material::kPool), codec::hex(material::kAci), std::string(input)})
    statement.keys.push_back(capture::GivenKey::copy_of(bytes_of(key)));
  check(input, input, statement);
  check("SBACKUP\x01" + input, input, statement);
  check(material::sealed(bytes_of(input), material::keys_of()), {}, statement);
  check(material::sealed_stream(std::string("\x04\x08\x01\x10\x01", 5) + input), {}, statement);
  return 0;
}
