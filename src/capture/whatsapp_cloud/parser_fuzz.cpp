// Any bytes may be webhook bodies: parsing holds its promises.
// Limits: -max_len=16384 -timeout=10 -rss_limit_mb=1024
// Seeds: samples/whatsapp-cloud-api
#include "capture/parser_fuzz.h"

#include "capture/whatsapp_cloud/parser.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace strongroom;
  const std::vector<capture::InputFile> files{{"a.json", {reinterpret_cast<const std::byte*>(data), size}}};
  capture::Statement statement;
  if (size % 2 == 1) statement.keys.push_back(copy_of(bytes_of("secret")));
  capture::fuzz_parser(capture::whatsapp_cloud::parser(), files, statement);
  return 0;
}
