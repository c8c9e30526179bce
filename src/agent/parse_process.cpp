#include "agent/parse_process.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <optional>

#include "capture/tally.h"
#include "capture/worker/pipe.h"

namespace strongroom::agent {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

constexpr std::size_t kReadBytes = 256u << 10;
constexpr std::uint64_t kPageBytesMax = 64u << 10;

/// Counts what the sink was given, so that a dead worker's work is still counted.
class Witness final : public capture::Sink {
 public:
  explicit Witness(capture::Sink& sink) : sink_(sink) {}
  Result<void> record(record::Record record) override {
    see(record);
    return sink_.record(std::move(record));
  }
  Result<void> content(record::Record described, BytesView bytes) override {
    see(described);
    return sink_.content(std::move(described), bytes);
  }
  std::uint64_t parsed = 0, refused = 0, doubts = 0;

 private:
  void see(const record::Record& record) {
    ++(record.kind == record::Kind::unparsed_original ? refused : parsed);
    doubts += record.doubts.size();
  }
  capture::Sink& sink_;
};

/// Opens every file and sends it; then the start. A file that cannot be opened fails the job before anything is parsed.
Result<void> send_job(const ParseJob& job, platform::WorkerProcess& worker) {
  for (const MaterialFile& file : job.files)
    TRY(worker.send_file(capture::encode_file_message(file.shown), file.on_disk));
  TRY(worker.send(capture::encode_start_message(job.statement, job.limits)));
  worker.finish();
  return {};
}

/// Reads until the worker has said what came of it. An error with `sink_failed` false is the worker's fault.
Result<capture::Outcome> read_answers(const ParseBounds& bounds, platform::WorkerProcess& worker,
                                      capture::AnswerReader& reader) {
  const auto deadline = Clock::now() + bounds.time_max;
  Bytes buffer(kReadBytes);
  for (std::uint64_t total = 0;;) {
    const std::size_t size = TRY(worker.read(buffer, deadline));
    if (size == 0) break;
    if (size > bounds.answer_bytes_max - total)
      return fail(ErrorCode::limit_exceeded, "the worker wrote more than it may");
    total += size;
    TRY(reader.take(BytesView(buffer).first(size)));
  }
  if (!reader.outcome()) return fail(ErrorCode::unavailable, "the worker ended before its answer did");
  return *reader.outcome();
}

/// Keeps every file whole, with the reason.
Result<capture::Outcome> keep_whole(const ParseJob& job, const std::string& reason, Witness& witness) {
  capture::Tally tally(witness, "unknown", 1);
  for (const MaterialFile& file : job.files) {
    const platform::MappedFile mapped = TRY(platform::MappedFile::open(file.on_disk));
    TRY(tally.refuse({file.shown, 0, mapped.bytes(), "worker-failed", reason}));
  }
  return capture::Outcome{"unknown", witness.parsed + witness.refused, witness.parsed, witness.refused,
                          witness.doubts};
}

}  // namespace

Result<std::vector<MaterialFile>> list_material(const std::string& path, std::uint64_t files_max) {
  std::error_code failed;
  const fs::path root(path);
  const fs::file_status status = fs::status(root, failed);
  if (!fs::exists(status)) return fail(ErrorCode::not_found, "there is nothing here", path, "check the path");
  if (fs::is_regular_file(status)) {
    // The user named it; a symbolic link in the name itself is their own.
    const fs::path real = fs::canonical(root, failed);
    return std::vector{MaterialFile{root.filename().string(), failed ? path : real.string()}};
  }
  if (!fs::is_directory(status))
    return fail(ErrorCode::unsupported, "this is neither a file nor a directory", path);
  std::vector<MaterialFile> out;
  fs::recursive_directory_iterator at(root, failed);
  for (const fs::recursive_directory_iterator end; !failed && at != end; at.increment(failed)) {
    std::error_code odd;
    if (at->symlink_status(odd).type() != fs::file_type::regular) continue;
    if (out.size() == files_max)
      return fail(ErrorCode::limit_exceeded, fmt::format("there are more than {} files", files_max), path,
                  "name a smaller directory");
    out.push_back({at->path().lexically_relative(root).string(), at->path().string()});
  }
  if (failed) return fail(ErrorCode::io, "a directory cannot be read: " + failed.message(), path);
  std::ranges::sort(out, {}, &MaterialFile::shown);
  return out;
}

Result<capture::Outcome> parse_in_worker(const ParseJob& job, capture::Sink& sink) {
  // Every file must be there before anything is parsed: a missing one is the operator's to mend, not a refusal.
  platform::WorkerBounds bounds{job.bounds.memory_bytes_max, 0, job.bounds.cpu_seconds_max,
                                job.bounds.patience};
  for (const MaterialFile& file : job.files)
    bounds.mapped_bytes += TRY(platform::MappedFile::open(file.on_disk)).bytes().size() + kPageBytesMax;
  const auto worker = TRY(platform::WorkerProcess::start(job.worker_program, bounds, job.cage.cage));
  if (job.cage.missing)
    for (const std::string& phrase : worker->missing()) job.cage.missing(phrase);
  Witness witness(sink);
  capture::AnswerReader reader(witness, job.bounds.content_bytes_max);
  const Result<void> sent = send_job(job, *worker);
  Result<capture::Outcome> outcome = sent ? read_answers(job.bounds, *worker, reader)
                                          : Result<capture::Outcome>(std::unexpected(sent.error()));
  if (reader.sink_failed()) return outcome;
  if (outcome && (outcome->parsed != witness.parsed || outcome->refused != witness.refused))
    outcome = fail(ErrorCode::malformed, "the worker's counts are not what it sent");
  const std::string ending = worker->end();
  if (outcome) return outcome;
  return keep_whole(job, fmt::format("{}; the worker was {}", outcome.error().what, ending), witness);
}

}  // namespace strongroom::agent
