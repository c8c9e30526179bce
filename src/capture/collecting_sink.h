/// A sink that keeps everything in memory, for tests and fuzzers.
#pragma once

#include <utility>
#include <vector>

#include "capture/parser.h"

namespace strongroom::capture {

class CollectingSink final : public Sink {
 public:
  Result<void> record(record::Record&& record) override {
    records.push_back(std::move(record));
    return {};
  }
  Result<void> content(record::Record&& described, BytesView bytes) override {
    contents.emplace_back(std::move(described), copy_of(bytes));
    return {};
  }
  std::vector<record::Record> records;
  std::vector<std::pair<record::Record, Bytes>> contents;
};

}  // namespace strongroom::capture
