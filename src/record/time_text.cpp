#include "record/time_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <optional>

namespace strongroom::record {
namespace {

/// Takes characters off the front of the text.
class Cursor {
 public:
  explicit Cursor(std::string_view text) : text_(text) {}
  bool empty() const { return text_.empty(); }
  bool take(std::string_view any_of) {
    if (text_.empty() || any_of.find(text_.front()) == std::string_view::npos) return false;
    text_.remove_prefix(1);
    return true;
  }
  std::optional<int> digits(std::size_t count) {
    if (text_.size() < count) return std::nullopt;
    int value = 0;
    for (const char c : text_.substr(0, count)) {
      if (c < '0' || c > '9') return std::nullopt;
      value = value * 10 + (c - '0');
    }
    text_.remove_prefix(count);
    return value;
  }
  /// The digits of a fraction as milliseconds; nullopt if there is none.
  std::optional<int> fraction_ms() {
    int value = 0;
    std::size_t seen = 0;
    for (; !text_.empty() && text_.front() >= '0' && text_.front() <= '9'; text_.remove_prefix(1), ++seen) {
      if (seen < 3) value = value * 10 + (text_.front() - '0');
    }
    if (seen == 0) return std::nullopt;
    for (; seen < 3; ++seen) value *= 10;
    return value;
  }

 private:
  std::string_view text_;
};

std::unexpected<Error> bad() {
  return fail(ErrorCode::malformed, "a time is not RFC 3339", {}, "write it as 2024-03-10T14:05:00Z");
}

Result<int> offset_minutes(Cursor& in) {
  if (in.take("Zz")) return 0;
  const bool west = in.take("-");
  if (!west && !in.take("+")) return bad();
  const auto hours = in.digits(2);
  if (!hours || !in.take(":")) return bad();
  const auto minutes = in.digits(2);
  if (!minutes || *hours > 23 || *minutes > 59) return bad();
  const int total = *hours * 60 + *minutes;
  return west ? -total : total;
}

}  // namespace

std::string rfc3339(std::int64_t unix_ms) {
  using namespace std::chrono;
  const sys_time<milliseconds> instant{milliseconds{std::clamp(unix_ms, kUnixMsMin, kUnixMsMax)}};
  const auto day = floor<days>(instant);
  const year_month_day date{day};
  const hh_mm_ss time{instant - day};
  std::string out = fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}", static_cast<int>(date.year()),
                                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                                time.hours().count(), time.minutes().count(), time.seconds().count());
  if (time.subseconds().count() != 0) out += fmt::format(".{:03}", time.subseconds().count());
  return out + "Z";
}

Result<std::int64_t> from_rfc3339(std::string_view text) {
  using namespace std::chrono;
  Cursor in(text);
  const auto y = in.digits(4);
  if (!y || !in.take("-")) return bad();
  const auto m = in.digits(2);
  if (!m || !in.take("-")) return bad();
  const auto d = in.digits(2);
  if (!d || !in.take("Tt ")) return bad();
  const auto hour = in.digits(2);
  if (!hour || !in.take(":")) return bad();
  const auto minute = in.digits(2);
  if (!minute || !in.take(":")) return bad();
  const auto second = in.digits(2);
  if (!second || *hour > 23 || *minute > 59 || *second > 60) return bad();
  int ms = 0;
  if (in.take(".")) {
    const auto fraction = in.fraction_ms();
    if (!fraction) return bad();
    ms = *fraction;
  }
  const int offset = TRY(offset_minutes(in));
  const year_month_day date{year{*y}, month{static_cast<unsigned>(*m)}, day{static_cast<unsigned>(*d)}};
  if (!in.empty() || !date.ok()) return bad();
  const auto instant =
      sys_days{date} + hours{*hour} + minutes{*minute - offset} + seconds{*second} + milliseconds{ms};
  return std::int64_t{duration_cast<milliseconds>(instant.time_since_epoch()).count()};
}

}  // namespace strongroom::record
