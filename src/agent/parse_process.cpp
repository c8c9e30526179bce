#include "agent/parse_process.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>

#include "capture/part.h"
#include "capture/tally.h"
#include "capture/worker/pipe.h"

namespace strongroom::agent {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t kReadBytes = 256u << 10;
constexpr std::uint64_t kPageBytesMax = 64u << 10;

/// Parts that may kill a reader in one job; more, and the material is kept whole.
constexpr std::size_t kKillersMax = 50;

/// Counts what the sink was given, so that a dead worker's work is still counted, and passes over what it was given
/// before: parsing is deterministic, a worker that begins again says the same again.
class Witness final : public capture::Sink {
 public:
  explicit Witness(capture::Sink& sink) : sink_(sink) {}
  Result<void> record(record::Record&& record) override {
    if (seen_before()) return {};
    see(record);
    return sink_.record(std::move(record));
  }
  Result<void> content(record::Record&& described, BytesView bytes) override {
    if (seen_before()) return {};
    see(described);
    return sink_.content(std::move(described), bytes);
  }
  void begin_again() { to_pass_over_ = taken_; }
  /// As a worker would say it that had counted nothing but this.
  std::vector<capture::Outcome> outcomes() const {
    std::vector<capture::Outcome> out;
    for (const auto& [source, counts] : by_source_) {
      out.push_back(counts);
      out.back().found = counts.parsed + counts.refused;
    }
    return out;
  }

 private:
  bool seen_before() {
    if (to_pass_over_ == 0) {
      ++taken_;
      return false;
    }
    --to_pass_over_;
    return true;
  }
  void see(const record::Record& record) {
    capture::Outcome& counts = by_source_[record.source];
    counts.source = record.source;
    if (!capture::is_part(record))
      ++(record.kind == record::Kind::unparsed_original ? counts.refused : counts.parsed);
    counts.doubts += record.doubts.size();
  }
  capture::Sink& sink_;
  std::map<std::string, capture::Outcome, std::less<>> by_source_;
  std::uint64_t taken_ = 0, to_pass_over_ = 0;  ///< records and contents, parts as well
};

/// Numbers on what every source of every job numbers from 0: `order` is unique in one import.
class NumberingOn final : public capture::Sink {
 public:
  explicit NumberingOn(capture::Sink& sink) : sink_(sink) {}
  Result<void> record(record::Record&& record) override {
    record.order = next_++;
    return sink_.record(std::move(record));
  }
  Result<void> content(record::Record&& described, BytesView bytes) override {
    described.order = next_++;
    return sink_.content(std::move(described), bytes);
  }

 private:
  capture::Sink& sink_;
  std::uint64_t next_ = 0;
};

/// Adds the counts.
void add(capture::Outcome& to, const capture::Outcome& more) {
  to.found += more.found;
  to.parsed += more.parsed;
  to.refused += more.refused;
  to.doubts += more.doubts;
}

/// What a job of that many bytes may cost.
ParseBounds bounds_for(const ParseBounds& base, std::uint64_t bytes) {
  ParseBounds out = base;
  const std::uint64_t mib = bytes >> 20;
  out.time_max += std::chrono::seconds(mib / base.mib_per_second_min);
  out.cpu_seconds_max += mib / base.mib_per_second_min;
  out.silence_max += std::chrono::seconds(mib / base.silent_mib_per_second_min);
  out.answer_bytes_max += bytes * base.answer_bytes_per_byte;
  return out;
}

/// Opens every file and sends it; then keys, killers and start. A file that cannot be opened fails the job before
/// anything is parsed.
Result<void> send_job(const ParseJob& job, const capture::StartMessage& start,
                      platform::WorkerProcess& worker) {
  for (const MaterialFile& file : job.files)
    TRY(worker.send_file(capture::encode_file_message(file.shown), file.on_disk));
  for (const capture::GivenKey& key : start.statement.keys)
    TRY(worker.send(capture::encode_key_message(key).reveal()));
  for (const capture::Part& killer : start.killers) TRY(worker.send(capture::encode_killer_message(killer)));
  TRY(worker.send(capture::encode_start_message(start)));
  worker.finish();
  return {};
}

using Outcomes = std::vector<capture::Outcome>;

/// Reads until the worker has said what came of it. An error with `sink_failed` false is the worker's fault.
Result<Outcomes> read_answers(const ParseBounds& bounds, Clock::time_point deadline,
                              platform::WorkerProcess& worker, capture::AnswerReader& reader) {
  Bytes buffer(kReadBytes);
  for (std::uint64_t total = 0;;) {
    const std::size_t size = TRY(worker.read(buffer, std::min(deadline, Clock::now() + bounds.silence_max)));
    if (size == 0) break;
    if (size > bounds.answer_bytes_max - total)
      return fail(ErrorCode::limit_exceeded, "the worker wrote more than it may");
    total += size;
    TRY(reader.take(BytesView(buffer).first(size)));
  }
  if (!reader.outcomes()) return fail(ErrorCode::unavailable, "the worker ended before its answer did");
  return *reader.outcomes();
}

/// Keeps every file whole, with the reason.
Result<Outcomes> keep_whole(const ParseJob& job, const std::string& reason, Witness& witness) {
  capture::Tally tally(witness, "unknown", 1);
  for (const MaterialFile& file : job.files) {
    const platform::MappedFile mapped = TRY(platform::MappedFile::open(file.on_disk));
    TRY(tally.refuse({file.shown, 0, mapped.bytes(), "worker-failed", reason}));
  }
  return witness.outcomes();
}

/// Whether the worker said of each source what it sent of it.
bool agree(const Outcomes& said, const Outcomes& sent) {
  const capture::Outcome a = total_of(said), b = total_of(sent);
  return a.parsed == b.parsed && a.refused == b.refused &&
         std::ranges::all_of(sent, [&](const capture::Outcome& one) {
           return std::ranges::count(said, one.source, &capture::Outcome::source) > 0;
         });
}

/// One worker's run.
struct Run {
  Result<Outcomes> outcomes;
  bool sink_failed = false;
  std::optional<capture::Part> begun;  ///< last
  std::string ending;
};

Result<Run> run_worker(const ParseJob& job, const capture::StartMessage& start, const ParseBounds& bounds,
                       const platform::WorkerBounds& worker_bounds, Clock::time_point deadline,
                       Witness& witness) {
  const auto worker =
      TRY(platform::WorkerProcess::start(job.worker_program, worker_bounds, job.cage.cage, job.cage.library));
  if (job.cage.missing && start.care == capture::Care::none)
    for (const std::string& phrase : worker->missing()) job.cage.missing(phrase);
  capture::AnswerReader reader(witness, bounds.content_bytes_max);
  const Result<void> sent = send_job(job, start, *worker);
  Run run{sent ? read_answers(bounds, deadline, *worker, reader)
               : Result<Outcomes>(std::unexpected(sent.error())),
          reader.sink_failed(),
          reader.begun(),
          {}};
  if (run.sink_failed) return run;
  if (run.outcomes && !agree(*run.outcomes, witness.outcomes()))
    run.outcomes = fail(ErrorCode::malformed, "the worker's counts are not what it sent");
  run.ending = worker->end();
  return run;
}

}  // namespace

capture::Outcome total_of(const std::vector<capture::Outcome>& outcomes) {
  capture::Outcome total;
  for (const capture::Outcome& one : outcomes) {
    total.source += (total.source.empty() ? "" : "+") + one.source;
    add(total, one);
  }
  return total;
}

Result<std::vector<capture::Outcome>> parse_in_worker(const ParseJob& job, capture::Sink& sink) {
  // Every file must be there before anything is parsed: a missing one is the operator's to mend, not a refusal.
  std::uint64_t bytes = 0;
  for (const MaterialFile& file : job.files)
    bytes += TRY(platform::MappedFile::open(file.on_disk)).bytes().size();
  const ParseBounds bounds = bounds_for(job.bounds, bytes);
  const platform::WorkerBounds worker_bounds{bounds.memory_bytes_max,
                                             bytes + job.files.size() * kPageBytesMax, bounds.cpu_seconds_max,
                                             bounds.patience};
  const auto deadline = Clock::now() + bounds.time_max;
  Witness witness(sink);
  capture::StartMessage start{job.statement, job.limits, capture::Care::none, {}};
  for (;;) {
    witness.begin_again();
    const Run run = TRY(run_worker(job, start, bounds, worker_bounds, deadline, witness));
    if (run.outcomes || run.sink_failed) return run.outcomes;
    const bool careful = start.care == capture::Care::announce;
    const bool named = run.begun && std::ranges::count(start.killers, *run.begun) == 0;
    if (Clock::now() >= deadline || (careful && (!named || start.killers.size() == kKillersMax)))
      return keep_whole(job, fmt::format("{}; the worker was {}", run.outcomes.error().what, run.ending),
                        witness);
    start.care = capture::Care::announce;
    if (careful) start.killers.push_back(*run.begun);
  }
}

Result<std::vector<capture::Outcome>> parse_paths(const std::vector<std::string>& paths, ParseJob& job,
                                                  capture::Sink& sink) {
  NumberingOn numbered(sink);
  std::vector<capture::Outcome> out;
  for (const std::string& path : paths) {
    Material material = TRY_IN(path, Material::survey(path));
    while (auto files = TRY_IN(path, material.next())) {
      job.files = std::move(*files);
      for (const capture::Outcome& outcome : TRY_IN(path, parse_in_worker(job, numbered))) {
        const auto known = std::ranges::find(out, outcome.source, &capture::Outcome::source);
        if (known == out.end())
          out.push_back(outcome);
        else
          add(*known, outcome);
      }
    }
  }
  return out;
}

}  // namespace strongroom::agent
