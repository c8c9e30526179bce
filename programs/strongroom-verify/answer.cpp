#include "answer.h"

#include <cstdio>

namespace strongroom::verify {

Exit answer(std::string_view subject, const Result<Report>& report, AnswerForm form) {
  if (!report) {
    std::fprintf(stderr, "strongroom-verify: %s\n", report.error().to_string().c_str());
    return Exit::cannot_tell;
  }
  std::fputs((form == AnswerForm::json ? report_json(*report) : report_text(subject, *report)).c_str(),
             stdout);
  return report->holds() ? Exit::holds : Exit::does_not_hold;
}

}  // namespace strongroom::verify
