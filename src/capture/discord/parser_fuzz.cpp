// Any bytes at all are records or refused; of sound JSON nothing is counted that is not read.
// Limits: -max_len=16384 -timeout=10 -rss_limit_mb=1024
// Dictionary: src/capture/discord/parser_fuzz.dict
#include "capture/discord/parser.h"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "capture/parser_fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace strongroom;
  const std::string input(reinterpret_cast<const char*>(data), size);
  boost::system::error_code failed;
  const auto value = boost::json::parse(input, failed, {}, {.max_depth = 60});
  const std::string bytes = failed ? input : boost::json::serialize(value);
  const std::vector<capture::InputFile> files{{"f", bytes_of(bytes)}};
  const capture::Fuzzed fuzzed = capture::fuzz_parser(capture::discord::parser(), files);
  CHECK(failed || fuzzed.reconciles());
  return 0;
}
