#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>

#include "agent/import.h"
#include "base/counted.h"
#include "cage_option.h"
#include "commands.h"
#include "device_tools.h"
#include "platform/worker_process.h"

namespace strongroom::agent {
namespace {

struct Options {
  ImportRequest request;
  std::string directory;
  bool dry = false;
  std::uint32_t retention_class = 0;
  std::uint64_t patience_s = 60;
};

void print_sources(const ImportReport& report) {
  fmt::print("{:<18} {:>9} {:>9} {:>8}  {}\n", "source", "found", "refused", "doubts", "path");
  for (const SourceReport& s : report.sources)
    fmt::print("{:<18} {:>9} {:>9} {:>8}  {}\n", s.source, s.found, s.refused, s.doubts, s.path);
}

void print_counts(const ImportReport& report, std::string_view stored) {
  const PackCounts& p = report.packed;
  fmt::print("\n  found      {:>9}\n  {:<10} {:>9}\n  duplicate  {:>9}\n  refused    {:>9}{}\n", report.found,
             stored, p.stored, p.duplicate, p.refused,
             p.refused > 0 ? "   (kept sealed as original bytes, each with its reason)" : "");
  if (report.reconciles()) fmt::print("  The counts reconcile: found = {} + duplicate + refused.\n", stored);
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
    const auto report = dry_run(options.request, nullptr, tools.shared());
    if (!report) return tools.failed(report.error());
    print_sources(*report);
    print_counts(*report, "would store");
    fmt::print("\nNothing was sealed or sent (--dry-run).\n");
    return report->reconciles() ? 0 : 1;
  }
  auto device = Device::open(*tools.files, options.directory);
  if (!device) return tools.failed(device.error());
  const auto report = import_paths(*device, options.request, tools.shared());
  if (!report) return tools.failed(report.error());
  print_sources(*report);
  print_counts(*report, "stored");
  print_receipt(*report);
  return 0;
}

}  // namespace

void add_import_command(CLI::App& app, Run& run) {
  const auto o = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("import", "seal an export or backup and hand it to the archive");
  command->add_option("PATH", o->request.paths, "files or directories")->required();
  command->add_option("--state", o->directory, "the device's directory");
  command->add_option("--class", o->retention_class, "retention class, if the device has several");
  command->add_option("--zone", o->request.statement.zone,
                      "the zone of wall-clock times: Europe/Lisbon, +02:00");
  command->add_option("--date-order", o->request.statement.date_order, "how dates are written in the source")
      ->check(CLI::IsMember({"dmy", "mdy", "ymd"}));
  command->add_option("--custodian", o->request.statement.custodian_name,
                      "how the custodian is named in the source");
  command->add_option("--patience", o->patience_s, "seconds to wait for the witnesses' signatures")
      ->capture_default_str();
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
