#include "agent/worker_library.h"

#include <fmt/format.h>

#include "agent/refusal_list.h"
#include "capture/worker/pipe.h"

namespace strongroom::agent {
namespace {

constexpr std::chrono::seconds kPatience{60};
constexpr std::size_t kAnswerBytes = 4096;  ///< there is nothing to tell but that it went well, or an error
constexpr std::size_t kErrorColumns = 400;

class Nothing final : public capture::Sink {
 public:
  Result<void> record(record::Record&&) override { return unexpected(); }
  Result<void> content(record::Record&&, BytesView) override { return unexpected(); }

 private:
  static Result<void> unexpected() {
    return fail(ErrorCode::malformed, "a worker without material has records");
  }
};

/// What the worker has to say against the library; nullopt: nothing.
Result<std::optional<Error>> talk(platform::WorkerProcess& worker) {
  Nothing nothing;
  capture::AnswerReader reader(nothing, 0);
  TRY(worker.send(capture::encode_start_message({})));
  worker.finish();
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  Bytes buffer(kAnswerBytes);
  for (std::size_t total = 0;;) {
    const std::size_t size = TRY(worker.read(buffer, deadline));
    if (size == 0) break;
    total += size;
    if (total > kAnswerBytes) return fail(ErrorCode::limit_exceeded, "the worker wrote more than it may");
    TRY(reader.take(BytesView(buffer).first(size)));
  }
  if (!reader.outcomes()) return fail(ErrorCode::unavailable, "the worker ended before its answer did");
  if (*reader.outcomes()) return std::nullopt;
  Error error = reader.outcomes()->error();  // the worker's words
  error.what = for_terminal(error.what, kErrorColumns);
  error.where = for_terminal(error.where, kErrorColumns);
  error.hint = for_terminal(error.hint, kErrorColumns);
  return error;
}

}  // namespace

Result<void> try_library(const std::string& worker_program, const CageRules& cage) {
  if (cage.library.empty()) return {};
  const auto worker = TRY(platform::WorkerProcess::start(worker_program, {}, cage.cage, cage.library));
  const auto talked = talk(*worker);
  const std::string ending = worker->end();
  if (talked && *talked) return std::unexpected(**talked);
  if (talked) return {};
  return fail(ErrorCode::unavailable,
              fmt::format("the parser does not survive the vendor's library: {}; it was {}",
                          talked.error().what, ending),
              cage.library,
              "nothing was read; import without --wecom-library, or with another version of it");
}

}  // namespace strongroom::agent
