/// The files of a package, compared with its manifest. Private to src/verify.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "platform/file_system.h"
#include "verify/package_format.h"
#include "verify/report.h"

namespace strongroom::verify {

class PackageFiles {
 public:
  PackageFiles(platform::FileSystem& files, std::string directory, Report& report)
      : files_(files), directory_(std::move(directory)), report_(report) {}

  /// Reads the manifest and every file it lists, once: what is missing, altered or not listed is reported. False if
  /// there is no manifest that can be read.
  bool load();
  const Manifest& manifest() const { return manifest_; }
  /// The bytes of a file that is listed and was as listed; nothing otherwise, which has been reported.
  std::optional<Bytes> read(const std::string& path) const;
  /// Paths of good files that begin with `prefix`, ascending.
  std::vector<std::string> under(const std::string& prefix) const;
  bool has(const std::string& path) const;

 private:
  void check_file(const PackageFile& file);
  void look_for_others();
  void check_directory(const std::string& name);

  platform::FileSystem& files_;
  std::string directory_;
  Report& report_;
  Manifest manifest_;
  std::vector<std::string> good_;  ///< ascending
};

}  // namespace strongroom::verify
