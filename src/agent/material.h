/// The material of an import: the files under what the user named, in the jobs they are parsed in.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"

namespace strongroom::agent {

/// One file of the material.
struct MaterialFile {
  std::string shown;  ///< path relative to what the user named; what records say
  std::string on_disk;  ///< where it can be opened
};

struct MaterialBounds {
  std::size_t together_max = 10'000;  ///< files; above it, mails that are a file each are jobs of their own
  std::uint64_t job_bytes_max = 4ull << 30;  ///< of such a job, give or take its last file
  std::size_t files_max =
      60'000;  ///< that only make sense together: a process can map 65,530 (vm.max_map_count)
};

/// A whole mailbox in one job would stand and fall together, and its list alone would take gigabytes. A mail that is a
/// file of its own (Maildir's, or *.eml) needs no other file to be understood: where there are many, each job takes
/// some thousand of them. Everything else stays together, for a chat needs its pictures. Memory: the files of one job,
/// and the names in the largest directory of mails.
class Material {
 public:
  /// The files under `path`: itself ("-" is standard input, read to its end), or everything below a directory. Symbolic
  /// links and special files are not followed and not taken. `not_found`, `io`, `unsupported`, or `limit_exceeded`.
  static Result<Material> survey(const std::string& path, const MaterialBounds& bounds = {});

  /// The files of the next job, sorted by path; nullopt after the last. The first may be empty, if there are none.
  Result<std::optional<std::vector<MaterialFile>>> next();

 private:
  Material(std::string root, const MaterialBounds& bounds) : root_(std::move(root)), bounds_(bounds) {}
  Result<void> walk();
  Result<void> list_mails(const std::string& directory);

  std::string root_;
  MaterialBounds bounds_;
  bool together_given_ = false;
  std::vector<MaterialFile> together_;
  std::deque<std::string> mail_directories_;  ///< not yet listed, relative to the root, sorted
  std::deque<MaterialFile> mails_;  ///< listed and not yet given
};

}  // namespace strongroom::agent
