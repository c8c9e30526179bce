#include "agent/inspect.h"

#include <algorithm>

#include "agent/inspect_report.h"
#include "agent/worker_library.h"

namespace strongroom::agent {
namespace {

/// Prints each record as it comes, and keeps the counts.
class Inspector final : public capture::Sink {
 public:
  Inspector(InspectForm form, const Print& print) : form_(form), print_(print) {}
  Result<void> record(record::Record&& record) override {
    report_.add(record);
    if (form_ == InspectForm::json_lines) print_(record::to_json_line(record) + "\n");
    return {};
  }
  Result<void> content(record::Record&& described, BytesView) override {
    return record(std::move(described));
  }
  const InspectReport& report() const { return report_; }

 private:
  InspectForm form_;
  const Print& print_;
  InspectReport report_;
};

}  // namespace

Result<Inspected> inspect(const InspectRequest& request, const Print& print) {
  ParseJob job;
  job.worker_program = request.worker_program;
  job.cage = request.cage;
  TRY(try_library(request.worker_program, request.cage));
  job.statement = request.statement;
  Inspector inspector(request.form, print);
  const capture::Outcome outcome = total_of(TRY(parse_paths({request.path}, job, inspector)));
  print(request.form == InspectForm::json_lines ? inspector.report().summary_line(outcome)
                                                : inspector.report().table(outcome, request.path));
  return outcome.parsed > 0 ? Inspected::understood : Inspected::nothing_understood;
}

}  // namespace strongroom::agent
