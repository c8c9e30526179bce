/// Reads back the bodies that were stored and compares their SHA-512, off the hot path (protocol §4.8). A body that
/// differs stays where it is: its entry is in the ledger; the register says that it was not what its header names.
#pragma once

#include <atomic>
#include <functional>
#include <thread>

#include "archive/capture_writer.h"
#include "archive/inbox.h"

namespace strongroom::archive {

/// One thread of its own.
class BodyCheck {
 public:
  /// Above so many waiting, further ones are left to the auditors' random checks.
  static constexpr std::size_t kWaitingMax = 100'000;

  BodyCheck(const Vault& vault, Refusals& refusals, std::function<void(const Error&)> warn)
      : vault_(vault), refusals_(refusals), warn_(std::move(warn)) {}
  ~BodyCheck() { finish(); }
  void start();
  /// Ends the thread; what waits is left to the auditors.
  void finish();
  void put(std::vector<UncheckedBody> bodies);

 private:
  void run();
  void check(const UncheckedBody& body);

  VaultReader vault_;  ///< of the thread
  Refusals& refusals_;
  std::function<void(const Error&)> warn_;
  std::atomic<std::size_t> waiting_ = 0;
  std::atomic<bool> ended_ = false;
  Inbox<UncheckedBody> inbox_;
  std::thread thread_;
};

}  // namespace strongroom::archive
