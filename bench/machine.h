/// What the figures were measured on, and where benchmarks may write.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace strongroom::bench {

/// (name, value): processor, cores, memory, kernel, disk, OpenSSL, load at the start, date.
std::vector<std::pair<std::string, std::string>> machine_facts();

/// The directory this program lies in; strongroomd and strongroom-witness lie beside it.
std::string program_directory();

/// A directory beside the programs, so on the disk that the build is on; empty when made, removed at the end. What a
/// run that gave up left behind goes with the next one.
class ScratchDirectory {
 public:
  explicit ScratchDirectory(const std::string& name);
  ~ScratchDirectory();
  ScratchDirectory(const ScratchDirectory&) = delete;
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

}  // namespace strongroom::bench
