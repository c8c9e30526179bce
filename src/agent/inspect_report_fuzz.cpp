// Records of any source on somebody's terminal: no control character comes through, and the answer for programs is
// one line. Input: the name of a source, then lines of JSON as docs/formats/record-jsonl.md has them.
// Limits: -max_len=8192 -timeout=5 -rss_limit_mb=512
// Dictionary: src/record/json_line_fuzz.dict
#include "agent/inspect_report.h"
#include "base/check.h"
#include "base/utf8.h"

using namespace strongroom;

static void check_shown(std::string_view text) {
  std::size_t at = 0;
  while (at < text.size()) {
    const auto c = utf8::next(text, at);
    CHECK(c && (*c >= 0x20 || *c == '\n') && !(*c >= 0x7F && *c <= 0x9F));
  }
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view rest{reinterpret_cast<const char*>(data), size};
  agent::InspectReport report;
  const std::size_t first = std::min(rest.find('\n'), rest.size());
  capture::Outcome outcome{utf8::repaired(rest.substr(0, first)), 0, 0, 0, 0};
  rest.remove_prefix(std::min(first + 1, rest.size()));
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    if (const auto record = record::from_json_line(rest.substr(0, end))) {
      report.add(*record);
      ++outcome.found;
    }
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  check_shown(report.table(outcome, "material"));
  const std::string line = report.summary_line(outcome);
  check_shown(line);
  CHECK(line.find('\n') == line.size() - 1);
  return 0;
}
