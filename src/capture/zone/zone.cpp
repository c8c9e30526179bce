#include "capture/zone/zone.h"

#include <unicode/basictz.h>
#include <unicode/calendar.h>
#include <unicode/locid.h>

#include <limits>

namespace strongroom::capture::zone {
namespace {

constexpr std::int64_t kOffsetBlock = 15 * 60;  // no zone changes its offset inside a quarter of an hour

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// "+02:00" or "-0330" in seconds.
std::optional<std::int64_t> fixed_offset(std::string_view name) {
  if (name.size() < 5 || (name[0] != '+' && name[0] != '-')) return std::nullopt;
  const std::string_view minutes = name.substr(name[3] == ':' ? 4 : 3);
  if (!is_digit(name[1]) || !is_digit(name[2]) || minutes.size() != 2) return std::nullopt;
  if (!is_digit(minutes[0]) || !is_digit(minutes[1])) return std::nullopt;
  const int h = (name[1] - '0') * 10 + (name[2] - '0');
  const int m = (minutes[0] - '0') * 10 + (minutes[1] - '0');
  if (h > 14 || m > 59) return std::nullopt;
  return (name[0] == '-' ? -1 : 1) * (h * 3600 + m * 60);
}

}  // namespace

struct Zone::State {
  std::string name;
  std::int64_t fixed = 0;
  std::unique_ptr<icu::BasicTimeZone> rules;  ///< none for a fixed offset
  std::int64_t block = std::numeric_limits<std::int64_t>::min();
  std::int64_t offset = 0;
  Instant::Fit fit = Instant::Fit::unique;
};

Zone::Zone(std::unique_ptr<State> state) : state_(std::move(state)) {}
Zone::Zone(Zone&&) noexcept = default;
Zone& Zone::operator=(Zone&&) noexcept = default;
Zone::~Zone() = default;
const std::string& Zone::name() const { return state_->name; }

Result<Zone> Zone::named(std::string_view name) {
  auto state = std::make_unique<State>();
  state->name = std::string(name);
  if (name == "UTC") return Zone(std::move(state));
  if (const auto offset = fixed_offset(name)) {
    state->fixed = *offset;
    return Zone(std::move(state));
  }
  const auto id =
      icu::UnicodeString::fromUTF8(icu::StringPiece(name.data(), static_cast<int32_t>(name.size())));
  std::unique_ptr<icu::TimeZone> zone(icu::TimeZone::createTimeZone(id));
  auto* rules = dynamic_cast<icu::BasicTimeZone*>(zone.get());
  if (zone == nullptr || rules == nullptr || *zone == icu::TimeZone::getUnknown()) {
    return fail(ErrorCode::malformed, "the stated time zone is not known", state->name,
                "use an IANA name such as Europe/Lisbon, or an offset such as +02:00");
  }
  zone.release();
  state->rules.reset(rules);
  return Zone(std::move(state));
}

Instant Zone::instant_of(std::chrono::sys_seconds wall) {
  const std::int64_t local = wall.time_since_epoch().count();
  if (state_->rules == nullptr) return {local - state_->fixed, Instant::Fit::unique};
  const std::int64_t block = local / kOffsetBlock;
  if (block != state_->block) {
    state_->block = block;
    const auto local_ms = static_cast<UDate>(block * kOffsetBlock) * 1000.0;
    int32_t raw = 0, saving = 0, raw_later = 0, saving_later = 0;
    UErrorCode status = U_ZERO_ERROR;
    state_->rules->getOffsetFromLocal(local_ms, UCAL_TZ_LOCAL_FORMER, UCAL_TZ_LOCAL_FORMER, raw, saving,
                                      status);
    state_->rules->getOffsetFromLocal(local_ms, UCAL_TZ_LOCAL_LATTER, UCAL_TZ_LOCAL_LATTER, raw_later,
                                      saving_later, status);
    const int32_t former = U_SUCCESS(status) ? raw + saving : 0;
    const int32_t latter = U_SUCCESS(status) ? raw_later + saving_later : 0;
    state_->offset = former / 1000;
    state_->fit = former == latter  ? Instant::Fit::unique
                  : former > latter ? Instant::Fit::repeated
                                    : Instant::Fit::skipped;
  }
  return {local - state_->offset, state_->fit};
}

std::optional<std::chrono::sys_days> gregorian_of(Calendar calendar, unsigned year, unsigned month,
                                                  unsigned day) {
  UErrorCode status = U_ZERO_ERROR;
  const icu::Locale locale(calendar == Calendar::persian ? "fa_IR@calendar=persian"
                                                         : "ar_SA@calendar=islamic-umalqura");
  const std::unique_ptr<icu::Calendar> days(
      icu::Calendar::createInstance(icu::TimeZone::getGMT()->clone(), locale, status));
  if (U_FAILURE(status) || days == nullptr) return std::nullopt;
  days->clear();
  days->setLenient(false);
  days->set(UCAL_EXTENDED_YEAR, static_cast<int32_t>(year));
  days->set(UCAL_MONTH, static_cast<int32_t>(month) - 1);
  days->set(UCAL_DATE, static_cast<int32_t>(day));
  const UDate ms = days->getTime(status);
  if (U_FAILURE(status)) return std::nullopt;
  const auto whole = static_cast<std::int64_t>(ms / 86'400'000.0);
  return std::chrono::sys_days(std::chrono::days(whole));
}

}  // namespace strongroom::capture::zone
