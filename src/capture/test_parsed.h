/// What came of a parse, for tests of connectors.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>

#include "capture/collecting_sink.h"

namespace strongroom::capture {

struct Parsed {
  Outcome outcome;
  CollectingSink sink;
  std::uint64_t found = 0;
  /// The first record of that id.
  const record::Record& at(std::string_view native_id) const {
    const auto found_at = std::ranges::find(sink.records, native_id, &record::Record::native_id);
    EXPECT_NE(found_at, sink.records.end()) << native_id;
    return found_at == sink.records.end() ? sink.records.front() : *found_at;
  }
};

/// Parses and counts; every record survives its encoding.
inline Parsed parsed_by(const Parser& parser, const std::vector<InputFile>& files,
                        const Statement& statement = {}) {
  Parsed out;
  out.outcome = parser.parse(files, statement, {}, out.sink).value();
  out.found = parser.count(files, statement, {}).value();
  for (const record::Record& r : out.sink.records) EXPECT_EQ(record::decode(record::encode(r)).value(), r);
  return out;
}

inline std::string extra(const record::Record& record, const std::string& name) {
  return std::get<std::string>(record.extra.at(name));
}

}  // namespace strongroom::capture
