// strongroom-bench: what we reach of what the machine allows (docs/performance.md).
#include <benchmark/benchmark.h>

#include <string_view>
#include <vector>

#include "figure_table.h"
#include "figures.h"
#include "machine.h"

int main(int argc, char** argv) {
  using namespace strongroom::bench;
  std::string json = "--benchmark_format=json";
  std::vector<char*> arguments(argv, argv + argc);
  bool table = true;
  for (char*& argument : arguments) {
    if (std::string_view(argument) == "--json") argument = json.data();
    const std::string_view text = argument;
    if (text.starts_with("--benchmark_format=")) table = text.ends_with("=console");
  }
  int count = static_cast<int>(arguments.size());
  benchmark::Initialize(&count, arguments.data());
  if (benchmark::ReportUnrecognizedArguments(count, arguments.data())) return 2;
  for (const auto& [name, value] : machine_facts()) benchmark::AddCustomContext(name, value);

  register_sealing();
  register_tree();
  register_archive_verification();
  register_intake();
  register_serving();
  register_parsing();

  FigureTable people;
  const std::size_t measured =
      table ? benchmark::RunSpecifiedBenchmarks(&people) : benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
  return measured == 0 ? 1 : 0;
}
