/// How strongroom-verify ends and answers.
#pragma once

#include <string_view>

#include "base/error.h"
#include "verify/report.h"

namespace strongroom::verify {

enum class Exit : int { holds = 0, does_not_hold = 1, cannot_tell = 2 };
enum class AnswerForm { text, json };

/// The report on standard output; or on standard error why there is none.
Exit answer(std::string_view subject, const Result<Report>& report, AnswerForm form);

}  // namespace strongroom::verify
