#include <cstdio>
#include <memory>

#include "agent/inspect.h"
#include "cage_option.h"
#include "commands.h"
#include "platform/worker_process.h"
#include "source_options.h"

namespace strongroom::agent {
namespace {

constexpr int kFailed = 1;
constexpr int kNothingUnderstood = 2;

void print_out(std::string_view text) { (void)std::fwrite(text.data(), 1, text.size(), stdout); }

int run_inspect(InspectRequest request) {
  const auto directory = platform::program_directory();
  if (!directory) {
    (void)std::fprintf(stderr, "strongroom-agent: %s\n", directory.error().to_string().c_str());
    return kFailed;
  }
  request.worker_program = *directory + "/strongroom-parse";
  const auto inspected = inspect(request, print_out);
  if (!inspected) {
    (void)std::fprintf(stderr, "strongroom-agent: %s\n", inspected.error().to_string().c_str());
    return kFailed;
  }
  return *inspected == Inspected::understood ? 0 : kNothingUnderstood;
}

}  // namespace

void add_inspect_command(CLI::App& app, Run& run) {
  const auto request = std::make_shared<InspectRequest>();
  CLI::App* command =
      app.add_subcommand("inspect", "what is in an export or backup, without keys and without a server");
  command->add_option("PATH", request->path, "a file, a directory, or - for standard input")->required();
  command->add_flag_callback(
      "--json", [request] { request->form = InspectForm::json_lines; },
      "one JSON object a line, the summary last");
  add_source_options(*command, request->statement);
  add_library_option(*command, request->cage);
  add_cage_option(*command, request->cage);
  command->footer(
      "Ends with 0 (also when there are doubts), 1 if the path cannot be read, 2 if nothing was understood.");
  command->callback([request, &run] { run = [request] { return run_inspect(*request); }; });
}

}  // namespace strongroom::agent
