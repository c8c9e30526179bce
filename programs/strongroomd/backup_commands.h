/// `strongroomd backup`, `restore` and `catch-up` (docs/operating/backup.md).
#pragma once

#include <string>

#include "backup/backup.h"
#include "backup/catch_up.h"
#include "backup/restore.h"

namespace CLI {  // NOLINT(readability-identifier-naming): CLI11 calls itself so
class App;
}

namespace strongroom::server {

/// Outlives the App that it adds its commands to.
class BackupCommands {
 public:
  void add_to(CLI::App& app);
  /// Runs the one that was typed; returns the exit status: 0, 1 if it failed or something is lost.
  int run();

 private:
  Result<int> back_up();
  Result<int> put_back();
  Result<int> follow();

  CLI::App *backup_ = nullptr, *restore_ = nullptr, *catch_up_ = nullptr;
  backup::BackupOrder backup_order_;
  backup::RestoreOrder restore_order_;
  backup::CatchUpOrder catch_up_order_;
  bool everything_ = false, without_bodies_ = false, json_ = false;
};

}  // namespace strongroom::server
