/// For fuzzers of connectors: what holds for any bytes.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "base/check.h"
#include "capture/collecting_sink.h"
#include "capture/part.h"

namespace strongroom::capture {

/// What came of one parse; `outcome.found` is set.
struct Fuzzed {
  Outcome outcome;
  CollectingSink sink;
  bool reconciles() const { return outcome.found == outcome.parsed + outcome.refused; }
};

/// What the sink was given, without the parts that are not counted.
inline std::uint64_t items_in(const CollectingSink& sink) {
  std::uint64_t items = sink.records.size();
  for (const auto& [described, bytes] : sink.contents) items += is_part(described) ? 0 : 1;
  return items;
}

/// Neither parse nor count fails, what the sink was given is what the outcome says, and every record survives its
/// encoding.
inline Fuzzed fuzz_parser(const Parser& parser, const std::vector<InputFile>& files,
                          const Statement& statement = {}) {
  (void)parser.detect(files);
  Fuzzed out;
  const auto outcome = parser.parse(files, statement, {}, out.sink);
  const auto found = parser.count(files, statement, {});
  CHECK(outcome && found);
  out.outcome = *outcome;
  out.outcome.found = *found;
  CHECK(items_in(out.sink) == outcome->parsed + outcome->refused);
  for (const record::Record& record : out.sink.records) {
    const auto again = record::decode(record::encode(record));
    CHECK(again && *again == record);
  }
  return out;
}

/// The same for a source whose items lie in JSON, if it knows the text for its own: sound items are all counted.
inline void fuzz_json_parser(const Parser& parser, std::string path, std::string_view text) {
  const std::vector<InputFile> files{{std::move(path), bytes_of(text)}};
  if (parser.detect(files) == 0) return;
  const Outcome outcome = fuzz_parser(parser, files).outcome;
  // A name written with escapes, or twice in one object, is another to the count than to the parser.
  if (outcome.refused == 0 && text.find('\\') == std::string_view::npos)
    CHECK(outcome.found >= outcome.parsed);
}

}  // namespace strongroom::capture
