/// The figures as a table for people; `--json` gives Google Benchmark's JSON instead, with the same counters.
#pragma once

#include <benchmark/benchmark.h>

namespace strongroom::bench {

class FigureTable final : public benchmark::BenchmarkReporter {
 public:
  bool ReportContext(const Context& context) override;
  void ReportRuns(const std::vector<Run>& runs) override;
  void Finalize() override;

 private:
  unsigned missed_ = 0;
};

}  // namespace strongroom::bench
