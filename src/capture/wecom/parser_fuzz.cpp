// Any bytes may be a session archive: parsing holds its promises.
// Limits: -max_len=16384 -timeout=10 -rss_limit_mb=1024
// Seeds: samples/wecom
#include "capture/parser_fuzz.h"

#include "capture/wecom/parser.h"
#include "capture/wecom/test_keys.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace strongroom;
  const std::vector<capture::InputFile> files{{"a.json", {reinterpret_cast<const std::byte*>(data), size}}};
  capture::Statement statement;
  if (size % 16 == 1) statement.keys.push_back(copy_of(bytes_of(capture::wecom::testing::kRightKey)));
  capture::fuzz_parser(capture::wecom::archive_parser(), files, statement);
  return 0;
}
