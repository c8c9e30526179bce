#include "machine.h"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <sys/utsname.h>

#include <ctime>
#include <filesystem>
#include <fstream>
#include <thread>

#include "openssl_limits.h"

namespace strongroom::bench {
namespace {

/// The rest of the first line that begins with `key`, after its colon.
std::string line_of(const char* file, std::string_view key) {
  std::ifstream in(file);
  for (std::string line; std::getline(in, line);) {
    if (!std::string_view(line).starts_with(key)) continue;
    const std::size_t value = line.find_first_not_of(" \t", line.find(':') + 1);
    return value == std::string::npos ? "" : line.substr(value);
  }
  return "unknown";
}

std::string first_line(const char* file) {
  std::ifstream in(file);
  std::string line;
  std::getline(in, line);
  return line;
}

/// Device and type of the file system that a path lies on.
std::string disk_of(const std::string& path) {
  std::ifstream in("/proc/self/mounts");
  std::string best = "unknown", device, at, type, rest;
  std::size_t length = 0;
  while (in >> device >> at >> type && std::getline(in, rest)) {
    const bool above =
        path.starts_with(at) && (at == "/" || path.size() == at.size() || path[at.size()] == '/');
    if (!above || at.size() < length) continue;
    length = at.size();
    best = fmt::format("{} ({})", device, type);
  }
  return best;
}

}  // namespace

std::vector<std::pair<std::string, std::string>> machine_facts() {
  utsname system{};
  uname(&system);
  return {{"date", fmt::format("{:%Y-%m-%d %H:%M} UTC", fmt::gmtime(std::time(nullptr)))},
          {"processor", line_of("/proc/cpuinfo", "model name")},
          {"cores", std::to_string(std::thread::hardware_concurrency())},
          {"memory", line_of("/proc/meminfo", "MemTotal")},
          {"kernel", fmt::format("{} {}", system.sysname, system.release)},
          {"disk", disk_of(program_directory())},
          {"openssl", openssl_version()},
          {"load", first_line("/proc/loadavg")}};
}

std::string program_directory() {
  return std::filesystem::read_symlink("/proc/self/exe").parent_path().string();
}

ScratchDirectory::ScratchDirectory(const std::string& name)
    : path_(fmt::format("{}/bench-scratch/{}", program_directory(), name)) {
  std::filesystem::remove_all(path_);
  std::filesystem::create_directories(path_);
}

ScratchDirectory::~ScratchDirectory() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
  std::filesystem::remove(std::filesystem::path(path_).parent_path(), ignored);  // if it is empty by now
}

}  // namespace strongroom::bench
