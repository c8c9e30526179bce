#include "capture/worker/material.h"

#include "capture/tally.h"

namespace strongroom::capture {
namespace {

/// Each connector orders its records from 0; together they are numbered on.
class Renumber final : public Sink {
 public:
  explicit Renumber(Sink& sink) : sink_(sink) {}
  Result<void> record(record::Record record) override {
    record.order = next_++;
    return sink_.record(std::move(record));
  }
  Result<void> content(record::Record described, BytesView bytes) override {
    described.order = next_++;
    return sink_.content(std::move(described), bytes);
  }

 private:
  Sink& sink_;
  std::uint64_t next_ = 0;
};

Result<Outcome> refuse_all(const std::vector<InputFile>& files, Sink& sink) {
  Tally tally(sink, "unknown", 1);
  for (const InputFile& file : files)
    TRY(tally.refuse({file.path, 0, file.bytes, "not-understood", "no connector understands this file"}));
  Outcome outcome = tally.outcome();
  outcome.found = files.size();
  return outcome;
}

Result<Outcome> parse_share(const Share& share, const Statement& statement, const Limits& limits,
                            Sink& sink) {
  if (share.parser == nullptr) return refuse_all(share.files, sink);
  Outcome outcome = TRY(share.parser->parse(share.files, statement, limits, sink));
  outcome.found = TRY(share.parser->count(share.files, statement, limits));
  return outcome;
}

}  // namespace

Result<Outcome> parse_material(const std::vector<InputFile>& files, const Statement& statement,
                               const Limits& limits, Sink& sink) {
  Renumber renumber(sink);
  Outcome total;
  for (const Share& share : divide(files)) {
    const Outcome outcome = TRY(parse_share(share, statement, limits, renumber));
    if (!total.source.empty()) total.source += "+";
    total.source += outcome.source;
    total.found += outcome.found;
    total.parsed += outcome.parsed;
    total.refused += outcome.refused;
    total.doubts += outcome.doubts;
  }
  if (total.source.empty()) total.source = "unknown";
  return total;
}

}  // namespace strongroom::capture
