/// A caged worker: a program without keys and network that is handed open files and messages and answers with bytes.
/// Both sides are here: the parent's `WorkerProcess`, which sets everything that must hold whatever the program turns
/// out to be, and what the worker takes from itself before it reads a byte. See docs/decisions/cage.md.
///
/// The worker's standard input is one end of a SOCK_SEQPACKET socket pair (messages, each with at most one open file);
/// its standard output is a pipe; it has no other descriptor and an empty environment.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/error.h"

namespace strongroom::platform {

/// A message to the worker is at most this long.
inline constexpr std::size_t kWorkerMessageMax = 64u << 10;

/// A file's bytes, mapped for reading. If someone cuts the file short meanwhile, reading it ends the process: only
/// the worker parses mapped files.
class MappedFile {
 public:
  /// Opens (not through a symbolic link at the end of `path`) and maps a regular file.
  static Result<MappedFile> open(const std::string& path);
  /// Maps and closes `descriptor`.
  static Result<MappedFile> adopt(int descriptor);
  MappedFile(MappedFile&& other) noexcept;
  MappedFile& operator=(MappedFile&& other) noexcept;
  ~MappedFile();
  BytesView bytes() const { return bytes_; }

 private:
  explicit MappedFile(BytesView bytes) : bytes_(bytes) {}
  BytesView bytes_;
};

/// What a worker may cost.
struct WorkerBounds {
  std::uint64_t memory_bytes = 3ull << 30;  ///< of its own: everything but the files it maps
  std::uint64_t mapped_bytes = 0;  ///< of the files it is handed, together
  std::uint64_t cpu_seconds = 4 * 3600;
  std::chrono::seconds patience{
      60};  ///< for one message to be taken, and for the worker to end when it is done
};

/// Whether a worker may run where system calls cannot be filtered.
enum class Cage { required, weak_is_accepted };

/// The parent's side. Used by one thread.
class WorkerProcess {
 public:
  /// Starts `program` (an executable, no script) in the cage; `not_found` or `io` if it cannot be started, `refused` if
  /// the kernel has no seccomp filters and the cage is required. `library` (an absolute path, or empty) is one more
  /// file that the worker may read, and its argument: `refused` where there are no filters or no Landlock, whatever
  /// `cage` says.
  static Result<std::unique_ptr<WorkerProcess>> start(const std::string& program, const WorkerBounds& bounds,
                                                      Cage cage, const std::string& library = {});
  /// Kills the worker if it still runs, and waits for its end.
  ~WorkerProcess();
  WorkerProcess(const WorkerProcess&) = delete;
  WorkerProcess& operator=(const WorkerProcess&) = delete;

  /// What this system could not give, a phrase each: "no Landlock: ...". Empty when the cage is whole.
  const std::vector<std::string>& missing() const { return missing_; }

  /// Sends one message; `unavailable` if the worker has died or does not take it in time.
  Result<void> send(BytesView message);
  /// Sends one message with the regular file opened for reading only. Fails with the file's own error if it cannot be
  /// opened.
  Result<void> send_file(BytesView message, const std::string& path);
  /// No message will follow.
  void finish();
  /// Reads what the worker has written, at most `out.size()` bytes; 0 at the end; `unavailable` if nothing came until
  /// `deadline`.
  Result<std::size_t> read(MutableBytes out, std::chrono::steady_clock::time_point deadline);
  /// Ends the worker (at once unless it has closed its answers, then after `patience`) and says how it ended: "ended by
  /// itself with 0", "killed by signal 9".
  std::string end();

 private:
  WorkerProcess(int process, int watch, int input, int output, std::chrono::seconds patience)
      : process_(process), watch_(watch), input_(input), output_(output), patience_(patience) {}
  Result<void> send_with(BytesView message, int descriptor);

  int process_;
  int watch_;  // a descriptor of the process (pidfd)
  int input_;
  int output_;
  std::chrono::seconds patience_;
  std::vector<std::string> missing_;
  std::string ending_;
};

/// What a worker does first: no core dump, no debugger, and the second system call filter, which leaves it requests,
/// answers and memory. Files, processes and sockets are out of reach from here on.
Result<void> confine_worker();

/// One message as the worker receives it.
struct WorkerMessage {
  BytesView message;  ///< in the buffer
  std::optional<MappedFile> file;
};
/// The next message, into `buffer` (of kWorkerMessageMax: a message may be a secret, and is the caller's to wipe);
/// nullopt when the parent has finished.
Result<std::optional<WorkerMessage>> receive_message(MutableBytes buffer);
/// Writes all of `bytes` to the parent.
Result<void> write_answer(BytesView bytes);

/// The directory of the running program, without a slash at the end.
Result<std::string> program_directory();

}  // namespace strongroom::platform
