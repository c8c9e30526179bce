/// A confined worker: a program without keys and network that is handed open files and messages and answers with
/// bytes. Both sides are here: the parent's `WorkerProcess` and what the worker does to itself.
///
/// The worker's standard input is one end of a SOCK_SEQPACKET socket pair (messages, each with at most one open file);
/// its standard output is a pipe; it has no other descriptor and an empty environment.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>

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

/// The parent's side. Used by one thread.
class WorkerProcess {
 public:
  /// Starts `program`; `not_found` or `io` if it cannot be started.
  static Result<std::unique_ptr<WorkerProcess>> start(const std::string& program);
  /// Kills the worker if it still runs, and waits for its end.
  ~WorkerProcess();
  WorkerProcess(const WorkerProcess&) = delete;
  WorkerProcess& operator=(const WorkerProcess&) = delete;

  /// Sends one message; `unavailable` if the worker has died.
  Result<void> send(BytesView message);
  /// Sends one message with the file opened for reading only. Fails with the file's own error if it cannot be opened.
  Result<void> send_file(BytesView message, const std::string& path);
  /// No message will follow.
  void finish();
  /// Reads what the worker has written, at most `out.size()` bytes; 0 at the end; `unavailable` if nothing came until
  /// `deadline`.
  Result<std::size_t> read(MutableBytes out, std::chrono::steady_clock::time_point deadline);
  /// Ends the worker (at once if it still runs) and says how it ended: "ended by itself with 0", "killed by signal 9".
  std::string end();

 private:
  WorkerProcess(int process, int input, int output) : process_(process), input_(input), output_(output) {}
  Result<void> send_with(BytesView message, int descriptor);

  int process_;
  int input_;
  int output_;
  std::string ending_;
};

/// What a worker does first: no new privileges, no core dump, no debugger, dies with its parent, no network where the
/// kernel lets it say so, no files written, no processes made, few descriptors, `cpu_seconds` of processor time.
Result<void> confine_worker(std::uint64_t cpu_seconds);
/// Bounds the address space to what is mapped now plus `bytes`. Not under AddressSanitizer, which maps terabytes.
Result<void> limit_memory(std::uint64_t bytes);

/// One message as the worker receives it.
struct WorkerMessage {
  Bytes message;
  std::optional<MappedFile> file;
};
/// The next message; nullopt when the parent has finished.
Result<std::optional<WorkerMessage>> receive_message();
/// Writes all of `bytes` to the parent.
Result<void> write_answer(BytesView bytes);

/// The directory of the running program, without a slash at the end.
Result<std::string> program_directory();

}  // namespace strongroom::platform
