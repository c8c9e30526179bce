/// A library of somebody else's that a worker loads on its user's word, before it closes its cage: a vendor's only
/// means of opening what it sealed. See docs/decisions/cage.md, "A vendor's library".
#pragma once

#include <span>
#include <string>
#include <vector>

#include "base/error.h"

namespace strongroom::platform {

/// Stays loaded until the process ends.
class ForeignLibrary {
 public:
  /// Loads exactly the file at `path` (absolute), and what it needs of the system's libraries; its constructors run
  /// here. What it prints goes nowhere from now on. `refused` where no system call filter is in force, `unsupported` if
  /// it cannot be loaded or lacks one of `symbols`; the error says which.
  static Result<ForeignLibrary> load(const std::string& path, std::span<const char* const> symbols);
  /// In the order of the names.
  const std::vector<void*>& symbols() const { return symbols_; }

 private:
  explicit ForeignLibrary(std::vector<void*> symbols) : symbols_(std::move(symbols)) {}
  std::vector<void*> symbols_;
};

}  // namespace strongroom::platform
