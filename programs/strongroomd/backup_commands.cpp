#include "backup_commands.h"

#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdio>

#include "codec/text.h"
#include "platform/directory_lock.h"

namespace strongroom::server {
namespace {

constexpr std::size_t kLeavesNamedMax = 20;

/// How far it is, on a terminal, and nothing elsewhere.
backup::Progress progress_line() {
  if (isatty(STDERR_FILENO) == 0) return [](std::string_view, std::uint64_t, std::uint64_t) {};
  return
      [last = -1, of = std::string()](std::string_view what, std::uint64_t done, std::uint64_t all) mutable {
        const int percent = all == 0 ? 100 : static_cast<int>(done * 100 / all);
        if (percent == last && what == of) return;
        last = percent;
        of = what;
        constexpr int kWidth = 30;
        fmt::print(stderr, "\r\x1b[K[{:<{}}] {:3} %  {}",
                   std::string(static_cast<std::size_t>(percent * kWidth / 100), '#'), kWidth, percent, what);
        if (done == all) fmt::print(stderr, "\r\x1b[K");
        std::fflush(stderr);
      };
}

void print_counted(std::string_view what, const backup::Counted& counted) {
  fmt::print("{:<16} {:>14} {:>14} {:>14}\n", what, counted.found, counted.copied, counted.there);
}

std::string listed(const std::vector<std::uint64_t>& leaves, std::uint64_t all) {
  std::string out;
  for (std::size_t i = 0; i < leaves.size() && i < kLeavesNamedMax; ++i)
    out += fmt::format("{}{}", i == 0 ? "" : ", ", leaves[i]);
  return all > kLeavesNamedMax ? out + ", ..." : out;
}

/// Protocol §4.5: said on standard error, so that a timer's mail has it. True if there is any.
bool tell_losses(std::uint64_t count, const std::vector<std::uint64_t>& leaves) {
  if (count == 0) return false;
  fmt::print(stderr, "strongroomd: LOSS: {} entries have no body any more: capture leaves {}\n", count,
             listed(leaves, count));
  return true;
}

void print_text(const backup::BackupOrder& order, const backup::BackupReport& r) {
  fmt::print("Backup of {} in {}\n\n", r.manifest.made, order.to);
  fmt::print("{:<16} {:>14} {:>14} {:>14}\n", "", "found", "copied", "already there");
  print_counted("bytes of vaults", r.segment_bytes);
  print_counted("tiles", r.tiles);
  print_counted("blobs", r.blobs);
  fmt::print(
      "\nIt holds {} leaves of the register and {} of the capture ledger, as the witnesses signed them.\n",
      r.manifest.registers.size.value, r.manifest.capture.size.value);
  if (r.checked)
    fmt::print("All of it was read again: {} objects and both ledgers hold.\n", r.checked->objects);
  if (r.forgotten_blobs != 0)
    fmt::print("{} blobs that the server has deleted were deleted here.\n", r.forgotten_blobs);
  fmt::print(
      "Not in it: the server's keys (keys/: keep them apart, docs/operating/backup.md), and what has no "
      "receipt yet\n"
      "(devices hold it).\n");
}

void print_json(const backup::BackupReport& r) {
  const auto counted = [](const backup::Counted& c) {
    return fmt::format("{{\"found\": {}, \"copied\": {}, \"already_there\": {}}}", c.found, c.copied,
                       c.there);
  };
  fmt::print(
      "{{\"made\": \"{}\", \"register\": {}, \"capture\": {}, \"vault_bytes\": {}, \"tiles\": {}, \"blobs\": "
      "{}, "
      "\"read_again\": {}, \"lost_bodies\": {}}}\n",
      r.manifest.made, r.manifest.registers.size.value, r.manifest.capture.size.value,
      counted(r.segment_bytes), counted(r.tiles), counted(r.blobs), r.checked.has_value(),
      r.checked ? r.checked->bodies_missing : 0);
}

}  // namespace

void BackupCommands::add_to(CLI::App& app) {
  backup_ = app.add_subcommand("backup", "copy what a server keeps, but its keys; works while it serves");
  backup_->add_option("--data", backup_order_.data, "data directory")->required();
  backup_->add_option("--to", backup_order_.to, "backup directory; a later run copies what is new")
      ->required();
  backup_->add_flag("--verify", everything_, "read the whole backup again (done by itself the first time)");
  backup_->add_flag("--json", json_, "answer with one JSON object");

  restore_ = app.add_subcommand("restore", "put a backup into an empty data directory");
  restore_->add_option("--from", restore_order_.from, "backup directory")->required();
  restore_->add_option("--data", restore_order_.data, "data directory: empty, or not there")->required();
  restore_->add_option("--keys", restore_order_.keys,
                       "directory with the server's key files register, capture, tls");

  catch_up_ =
      app.add_subcommand("catch-up", "take what a data directory lacks from a newer copy of the archive");
  catch_up_->add_option("--data", catch_up_order_.data, "data directory of a server that is stopped")
      ->required();
  catch_up_
      ->add_option("--from", catch_up_order_.from,
                   "newer backup, copy of a data directory, or an auditor's mirror")
      ->required();
  catch_up_->add_flag("--without-bodies", without_bodies_,
                      "take entries whose body is nowhere: it is lost for good");
}

Result<int> BackupCommands::back_up() {
  const auto files = platform::make_posix_file_system();
  platform::SystemClock clock;
  TRY(files->make_directories(backup_order_.to));
  const auto lock = TRY(platform::acquire_directory_lock(backup_order_.to));
  if (everything_) backup_order_.depth = backup::Depth::everything;
  const auto report = TRY(backup::make_backup(*files, clock, backup_order_, progress_line()));
  if (report.unfinished_before)
    fmt::print(stderr,
               "strongroomd: the run before this one had not come to its end; nothing was lost by that\n");
  for (const std::string& segment : report.cut_short)
    fmt::print(stderr, "strongroomd: the end of {} cannot be read: after a power failure that is no loss\n",
               segment);
  if (json_) {
    print_json(report);
  } else {
    print_text(backup_order_, report);
  }
  return report.checked && tell_losses(report.checked->bodies_missing, report.checked->without_body) ? 1 : 0;
}

Result<int> BackupCommands::put_back() {
  const auto files = platform::make_posix_file_system();
  platform::SystemClock clock;
  TRY(files->make_directories(restore_order_.data));
  const auto lock = TRY(platform::acquire_directory_lock(restore_order_.data));
  const auto report = TRY(backup::restore(*files, clock, restore_order_, progress_line()));
  if (report.unfinished_after)
    fmt::print(
        stderr,
        "strongroomd: a later backup had begun and did not come to its end; this is the one before it\n");
  fmt::print("Restored the backup of {} into {}: {} leaves of the register, {} of the capture ledger.\n",
             report.manifest.made, restore_order_.data, report.manifest.registers.size.value,
             report.manifest.capture.size.value);
  fmt::print("Archive {}\n  {}\n", codec::hex(report.manifest.archive),
             roster::words_of(report.manifest.archive));
  fmt::print("{}\n", report.keys
                         ? "The server's keys are in place, and are the ones the roster names."
                         : "Put the server's keys (register, capture, tls) into keys/ before you start it.");
  fmt::print(
      "The server will answer reading only, until every witness has said that it knows no larger ledger.\n");
  return tell_losses(report.checked.bodies_missing, report.checked.without_body) ? 1 : 0;
}

Result<int> BackupCommands::follow() {
  const auto files = platform::make_posix_file_system();
  const auto hook = platform::make_step_hook();
  const auto lock = TRY(platform::acquire_directory_lock(catch_up_order_.data));
  if (without_bodies_) catch_up_order_.missing_bodies = backup::MissingBodies::leave;
  const auto report = TRY(backup::catch_up(*files, *hook, catch_up_order_, progress_line()));
  for (const auto& [name, side] :
       {std::pair("register", report.registers), std::pair("capture ledger", report.capture)}) {
    if (side.now == side.before) {
      fmt::print("The {} has {} leaves; the other copy had no more.\n", name, side.now);
    } else {
      fmt::print("The {} took leaves {} to {}.\n", name, side.before, side.now - 1);
    }
  }
  fmt::print("Start the server: its witnesses say whether anything is still missing.\n");
  if (report.blobs_damaged != 0)
    fmt::print(
        stderr,
        "{} blobs of the other copy are not what their names say and were left there: a grant among them "
        "cannot be fetched; look for another copy.\n",
        report.blobs_damaged);
  return tell_losses(report.bodies_missing, report.without_body) ? 1 : 0;
}

int BackupCommands::run() {
  const Result<int> status = backup_->parsed() ? back_up() : restore_->parsed() ? put_back() : follow();
  if (status) return *status;
  fmt::print(stderr, "strongroomd: {}\n", status.error().to_string());
  return 1;
}

}  // namespace strongroom::server
