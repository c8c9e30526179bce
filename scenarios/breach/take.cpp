// What a thief with root takes from a machine: the memory, environment and command line of processes, and directories.
// Prints one JSON line. The processes are stopped while it is done, so that all of it is of one moment. Test code only.
#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <thread>
#include <vector>

#include "codec/json_text.h"

namespace {

namespace fs = std::filesystem;
using strongroom::codec::json_string;

constexpr std::size_t kPage = 4096;
constexpr std::size_t kStep = 256 * kPage;

struct Named {
  std::string name, value;
};
struct Asked {
  std::string out, label, places;
  std::vector<Named> processes, trees, logs;
};

/// A process that stands still as long as this lives.
class Stopped {
 public:
  explicit Stopped(pid_t pid) : pid_(pid) {
    if (::kill(pid, SIGSTOP) != 0) throw std::runtime_error(fmt::format("process {} is not there", pid));
    for (int tries = 0; tries < 5000 && !all_threads_stopped(); ++tries)
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    if (!all_threads_stopped()) throw std::runtime_error(fmt::format("process {} does not stop", pid));
  }
  ~Stopped() { ::kill(pid_, SIGCONT); }
  Stopped(const Stopped&) = delete;
  Stopped& operator=(const Stopped&) = delete;

 private:
  bool all_threads_stopped() const {
    std::error_code gone;
    for (const auto& task : fs::directory_iterator(fmt::format("/proc/{}/task", pid_), gone)) {
      std::ifstream file(task.path() / "stat");
      std::string line;
      std::getline(file, line);
      const std::size_t name_end = line.rfind(')');
      if (name_end == std::string::npos || line[name_end + 2] != 'T') return false;
    }
    return !gone;
  }
  pid_t pid_;
};

struct Taken {
  std::uint64_t mappings = 0, bytes = 0, kept = 0;
  std::vector<std::string> kernel_pages;  ///< of the kernel, not of the process: they cannot be read
};

bool is_kernel_page(const std::string& name) {
  return name == "[vvar]" || name == "[vvar_vclock]" || name == "[vsyscall]";
}

/// One mapping. Pages of zeros are read and left out: nothing can lie across one.
bool take_mapping(int memory, std::uint64_t start, std::uint64_t end, std::ofstream& image, Taken& taken) {
  static const std::vector<char> zeros(kPage);
  std::vector<char> buffer(kStep);
  for (std::uint64_t at = start; at < end;) {
    const std::size_t wanted = std::min<std::uint64_t>(kStep, end - at);
    const ssize_t got = ::pread(memory, buffer.data(), wanted, static_cast<off_t>(at));
    if (got <= 0) return false;
    const auto size = static_cast<std::size_t>(got);
    for (std::size_t page = 0; page < size; page += kPage) {
      const std::size_t length = std::min(kPage, size - page);
      if (std::memcmp(buffer.data() + page, zeros.data(), length) == 0) continue;
      image.write(buffer.data() + page, static_cast<std::streamsize>(length));
      taken.kept += length;
    }
    taken.bytes += size;
    at += size;
  }
  return true;
}

/// PATH holds the bytes, PATH.maps which of them belong to which mapping.
Taken take_memory(const std::string& pid, const std::string& path) {
  const int memory = ::open(("/proc/" + pid + "/mem").c_str(), O_RDONLY | O_CLOEXEC);
  if (memory < 0) {
    throw std::runtime_error("the memory of process " + pid + " cannot be opened: " + std::strerror(errno) +
                             ". The programs forbid it to everybody but root: run this as root (sudo)");
  }
  std::ifstream maps("/proc/" + pid + "/maps");
  std::ofstream image(path, std::ios::binary), list(path + ".maps");
  Taken taken;
  for (std::string line; std::getline(maps, line);) {
    std::istringstream words(line);
    std::string range, rights, offset, device, inode, name;
    words >> range >> rights >> offset >> device >> inode >> std::ws;
    std::getline(words, name);
    const std::size_t dash = range.find('-');
    list << taken.kept << ' ' << range << ' ' << rights << ' ' << (name.empty() ? "(anonymous)" : name)
         << '\n';
    if (!take_mapping(memory, std::stoull(range.substr(0, dash), nullptr, 16),
                      std::stoull(range.substr(dash + 1), nullptr, 16), image, taken)) {
      if (!is_kernel_page(name))
        throw std::runtime_error(
            fmt::format("a mapping of process {} cannot be read: {} ({})", pid, line, std::strerror(errno)));
      taken.kernel_pages.push_back(name);
    }
    ++taken.mappings;
  }
  ::close(memory);
  if (taken.mappings == 0) throw std::runtime_error("process " + pid + " has no memory: it has ended");
  if (!image.flush()) throw std::runtime_error("cannot write " + path);
  return taken;
}

void take_file(const std::string& from, const std::string& to) {
  std::ifstream in(from, std::ios::binary);
  if (!in) throw std::runtime_error("cannot read " + from);
  std::ofstream out(to, std::ios::binary);
  if (in.peek() != std::ifstream::traits_type::eof()) out << in.rdbuf();
  if (!out) throw std::runtime_error("cannot write " + to);
}

Asked parse(int argc, char** argv) {
  Asked asked;
  for (int i = 1; i + 1 < argc; i += 2) {
    const std::string option = argv[i], value = argv[i + 1];
    const std::size_t equals = value.find('=');
    const Named named{value.substr(0, equals), equals == std::string::npos ? "" : value.substr(equals + 1)};
    if (option == "--out")
      asked.out = value;
    else if (option == "--label")
      asked.label = value;
    else if (option == "--places")
      asked.places = value;
    else if (option == "--process")
      asked.processes.push_back(named);
    else if (option == "--tree")
      asked.trees.push_back(named);
    else if (option == "--log")
      asked.logs.push_back(named);
    else
      throw std::runtime_error("there is no option " + option);
  }
  if (asked.out.empty() || asked.places.empty())
    throw std::runtime_error(
        "usage: breach_take --out DIR --places FILE --label TEXT [--process NAME=PID] [--tree NAME=DIR] "
        "[--log NAME=FILE]");
  return asked;
}

void run(const Asked& asked) {
  fs::create_directories(asked.out);
  std::vector<std::unique_ptr<Stopped>> stopped;
  for (const Named& process : asked.processes)
    stopped.push_back(std::make_unique<Stopped>(std::stoi(process.value)));
  std::string places, lines;
  const auto place = [&](std::string_view kind, const std::string& name, const std::string& path) {
    places += fmt::format("{}\t{}: {}\t{}\n", kind, asked.label, name, path);
  };
  for (const auto& [name, pid] : asked.processes) {
    const std::string base = asked.out + "/" + name;
    const Taken taken = take_memory(pid, base + ".memory");
    take_file("/proc/" + pid + "/environ", base + ".environment");
    take_file("/proc/" + pid + "/cmdline", base + ".command-line");
    place("memory", name, base + ".memory");
    place("environment", name, base + ".environment");
    place("command line", name, base + ".command-line");
    std::string kernel;
    for (const std::string& page : taken.kernel_pages)
      kernel += (kernel.empty() ? "" : ",") + json_string(page);
    lines += fmt::format(
        "{{\"moment\":{},\"process\":{},\"mappings\":{},\"bytes\":{},\"not_zero\":{},\"kernel_pages\":[{}]}}"
        "\n",
        json_string(asked.label), json_string(name), taken.mappings, taken.bytes, taken.kept, kernel);
  }
  for (const auto& [name, directory] : asked.trees) {
    fs::copy(directory, asked.out + "/" + name + ".tree",
             fs::copy_options::recursive | fs::copy_options::copy_symlinks);
    place("files", name, asked.out + "/" + name + ".tree");
  }
  for (const auto& [name, file] : asked.logs) {
    take_file(file, asked.out + "/" + name + ".log");
    place("logs", name, asked.out + "/" + name + ".log");
  }
  std::ofstream list(asked.places, std::ios::app);
  list << places;
  if (!list.flush()) throw std::runtime_error("cannot write " + asked.places);
  fmt::print("{}", lines);
}

}  // namespace

int main(int argc, char** argv) {
  try {
    run(parse(argc, argv));
    return 0;
  } catch (const std::exception& error) {
    fmt::print(stderr, "breach_take: {}\n", error.what());
    return 3;
  }
}
