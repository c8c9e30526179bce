#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>

#include "agent/import.h"
#include "base/counted.h"
#include "cage_option.h"
#include "commands.h"
#include "device_tools.h"
#include "platform/interrupt.h"
#include "platform/worker_process.h"
#include "source_options.h"

namespace strongroom::agent {
namespace {

constexpr int kUnderstoodNothing = 2;

struct Options {
  ImportRequest request;
  std::string directory;
  bool dry = false;
  std::uint32_t retention_class = 0;
  std::uint64_t patience_s = 60;
};

/// One line a source, the sum below, and what could not be read.
void print_table(const ImportReport& report, std::string_view stored, std::string_view kept) {
  const auto line = [](std::string_view name, std::uint64_t found, const SourceCounts& counts,
                       std::uint64_t doubts) {
    fmt::print("{:<22} {:>10} {:>11} {:>10} {:>10} {:>10}\n", for_terminal(name, 40), found, counts.stored,
               counts.duplicate, counts.refused, doubts);
  };
  fmt::print("{:<22} {:>10} {:>11} {:>10} {:>10} {:>10}\n", "source", "found", stored, "duplicate", "refused",
             "doubts");
  const PackCounts& packed = report.packed;
  std::uint64_t doubts = 0;
  for (const auto& [name, outcome] : report.sources) {
    const auto counts = packed.by_source.find(name);
    line(name, outcome.found, counts == packed.by_source.end() ? SourceCounts{} : counts->second,
         outcome.doubts);
    doubts += outcome.doubts;
  }
  line("together", report.found, {packed.stored, packed.duplicate, packed.refused}, doubts);
  if (report.reconciles()) fmt::print("The counts reconcile: found = {} + duplicate + refused.\n", stored);
  if (!report.refusals.empty()) fmt::print("\nNot read; the bytes are {}:\n{}", kept, report.refusals.text());
  if (doubts > 0) fmt::print("\nDoubts are explained by 'strongroom-agent inspect'.\n");
}

void print_receipt(const ImportReport& report) {
  const SendReport& s = report.sent;
  fmt::print("\nReceipt\n  In the capture ledger, leaves {} to {}: {} ({}, {}).\n", s.first_leaf, s.last_leaf,
             counted(s.entries, "entry"), counted(report.packed.folders, "folder"),
             counted(report.packed.batches, "batch"));
  std::string who;
  for (const std::string& name : s.witnesses) who += (who.empty() ? "" : ", ") + name;
  fmt::print("  Signed over {} leaves by {}, {:%Y-%m-%d %H:%M:%S} UTC.\n", s.ledger_size, who,
             fmt::gmtime(static_cast<std::time_t>(s.witness_time)));
  print_marks(s.marks);
  for (const std::string& alarm : report.packed.alarms) fmt::print("  ALARM: {}\n", alarm);
  print_canaries(report.canaries);
}

int run_import(Options options) {
  Tools tools;
  const auto program = platform::program_directory();
  if (!program) return tools.failed(program.error());
  options.request.worker_program = *program + "/strongroom-parse";
  options.request.patience = std::chrono::seconds(options.patience_s);
  if (options.retention_class != 0) options.request.retention_class = options.retention_class;
  if (options.dry) {
    auto device = options.directory.empty() ? Result<std::optional<Device>>(std::nullopt)
                                            : Device::open(*tools.files, options.directory);
    if (!device) return tools.failed(device.error());
    const auto report = dry_run(options.request, *device ? &**device : nullptr, tools.shared());
    if (!report) return tools.failed(report.error());
    print_table(*report, "would store", "what an import keeps, sealed, with the reason");
    fmt::print("\nNothing was sealed or sent (--dry-run).\n");
    return !report->reconciles() ? 1 : report->understood_nothing() ? kUnderstoodNothing : 0;
  }
  auto device = Device::open(*tools.files, options.directory);
  if (!device) return tools.failed(device.error());
  platform::on_interrupt_say(
      "\nstrongroom-agent: stopped. What was sealed by now stays. Run the same command again: it goes on, "
      "and "
      "stores nothing twice.\n");
  const auto report = import_paths(*device, options.request, tools.shared());
  if (!report) return tools.failed(report.error());
  print_table(*report, "stored", "kept, sealed, with the reason");
  if (report->unsent) return tools.failed(*report->unsent);
  print_receipt(*report);
  return report->understood_nothing() ? kUnderstoodNothing : 0;
}

}  // namespace

void add_import_command(CLI::App& app, Run& run) {
  const auto o = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("import", "seal an export or backup and hand it to the archive");
  command->add_option("PATH", o->request.paths, "files, directories, or - for standard input")->required();
  command->add_option("--state", o->directory, "the device's directory");
  command->add_option("--class", o->retention_class, "retention class, if the device has several");
  add_source_options(*command, o->request.statement);
  command->add_option("--patience", o->patience_s, "seconds to wait for the witnesses' signatures")
      ->capture_default_str();
  add_library_option(*command, o->request.cage);
  add_cage_option(*command, o->request.cage);
  command->add_flag("--dry-run", o->dry, "only count what would be stored");
  command->footer(
      "Run again after any interruption: what is stored is not stored twice.\n"
      "Example: strongroom-agent import --state /var/lib/strongroom-agent --zone Europe/Lisbon 'WhatsApp "
      "Chat.zip'");
  command->callback([o, &run] {
    if (!o->dry && o->directory.empty()) throw CLI::RequiredError("--state");
    run = [o] { return run_import(*o); };
  });
}

}  // namespace strongroom::agent
