// Any bytes at all are records or refused; of sound JSON nothing is counted that is not read.
// Limits: -max_len=16384 -timeout=10 -rss_limit_mb=1024
// Dictionary: src/capture/telegram/parser_fuzz.dict
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "capture/parser_fuzz.h"
#include "capture/telegram/parser.h"

namespace {
using namespace strongroom;

void check(const capture::Parser& parser, const std::string& bytes, bool exact) {
  CHECK(capture::fuzz_parser(parser, {{"f", bytes_of(bytes)}}).reconciles() || !exact);
}
}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string input(reinterpret_cast<const char*>(data), size);
  boost::system::error_code failed;
  const auto value = boost::json::parse(input, failed, {}, {.max_depth = 60});
  const std::string bytes = failed ? input : boost::json::serialize(value);
  check(capture::telegram::desktop_parser(), bytes, !failed);
  check(capture::telegram::bot_parser(), bytes, !failed && value.is_structured());
  check(capture::telegram::html_parser(),
        "<!DOCTYPE html><title>Exported Data</title><div class=\"history\">" + input, true);
  return 0;
}
