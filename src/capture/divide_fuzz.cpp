// Material of several files, of whatever sources: each file goes into exactly one share, and the parser of a share
// keeps its count. Input: pieces, name and content in turn.
// Limits: -max_len=16384 -timeout=10 -rss_limit_mb=1024
// Dictionary: src/record/json_line_fuzz.dict
#include <map>

#include "base/fuzz_input.h"
#include "base/utf8.h"
#include "capture/parser_fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace strongroom;
  FuzzInput input(data, size);
  std::vector<capture::InputFile> files;
  while (!input.empty() && files.size() < 8) {
    const std::string name = utf8::repaired(text_of(input.piece()));
    files.push_back({name, input.piece()});
  }
  std::multimap<std::string, const std::byte*> left;
  for (const auto& file : files) left.emplace(file.path, file.bytes.data());
  capture::Limits limits;
  limits.unpacked_bytes_max = 1u << 20;
  for (const capture::Share& share : capture::divide(files, [](const capture::InputFile&) { return true; })) {
    for (const auto& file : share.files) {
      const auto [from, to] = left.equal_range(file.path);
      const auto found = std::find_if(from, to, [&](const auto& f) { return f.second == file.bytes.data(); });
      CHECK(found != to);
      left.erase(found);
    }
    if (share.parser == nullptr) continue;
    capture::CollectingSink sink;
    const auto outcome = share.parser->parse(share.files, {}, limits, sink);
    CHECK(outcome && outcome->parsed + outcome->refused == capture::items_in(sink));
  }
  CHECK(left.empty());
  return 0;
}
