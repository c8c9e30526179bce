// The independent count. It knows what the format page says and nothing of the parser: its own line reader, its own
// date arithmetic, its own words. What it must agree on with the parser is how many records there are.
#include <algorithm>
#include <array>
#include <chrono>
#include <limits>
#include <map>
#include <set>

#include "base/utf8.h"
#include "capture/whatsapp/parser.h"

namespace strongroom::capture::whatsapp {
namespace {

// Words of the halves of the day and joiners, without dots and spaces, each between bars.
constexpr std::string_view kMorning =
    "|am|vorm|vm|上午|凌晨|清晨|早上|午前|오전|صباحًا|صباحا|ص|قظ|قبلازظهر|पूर्वाह्न|मपू|পূর্বাহ্ণ|முற்பகல்|ਪੂਦੁ|ก่อนเที่ยง|"
    "sa|ÖÖ|öö|πμ|de|pg|fm|ap|dop|priekšp|"
    "priešpiet|проб|дп|преподне|לפנה״צ|damanhã|eparadites|";
constexpr std::string_view kEvening =
    "|pm|nachm|nm|下午|傍晚|晚上|午後|오후|مساءً|مساء|م|بظ|بعدازظهر|अपराह्न|मउ|অপরাহ্ণ|பிற்பகல்|ਬਾਦੁ|หลังเที่ยง|ch|Ös|"
    "ös|μμ|du|ptg|em|ip|odp|pēcp|"
    "popiet|слоб|пп|поподне|אחה״צ|datarde|epasdites|";
constexpr std::array<std::string_view, 7> kBetween = {"klo", "kl", "um", "às", "à", "г", "р"};
constexpr std::string_view kBehind = "|uhr|ч|";

bool one_of(std::string_view bars, std::string_view word) {
  return bars.find("|" + std::string(word) + "|") != std::string_view::npos;
}

bool digit(char c) { return c >= '0' && c <= '9'; }

/// The start of a line in plain letters: digits of any script as ASCII, every space as ' ', no marks; `offsets`
/// says where each byte came from.
struct Plain {
  std::string text;
  std::vector<std::size_t> offsets;
};

Plain plain_of(std::string_view line) {
  constexpr std::array<char32_t, 15> kScripts = {0x0660, 0x06F0, 0x0966, 0x09E6, 0x0A66,
                                                 0x0AE6, 0x0B66, 0x0BE6, 0x0C66, 0x0CE6,
                                                 0x0D66, 0x0E50, 0x1040, 0x17E0, 0xFF10};
  Plain out;
  out.text.reserve(128);
  out.offsets.reserve(128);
  for (std::size_t at = 0; at < line.size() && out.text.size() < 100;) {
    const std::size_t start = at;
    if (const char plain = line[at]; static_cast<unsigned char>(plain) < 0x80) {
      out.text.push_back(plain >= 'A' && plain <= 'Z' ? static_cast<char>(plain + 32)
                         : plain == '\t'              ? ' '
                                                      : plain);
      out.offsets.push_back(at++);
      continue;
    }
    auto c = utf8::next(line, at);
    if (!c) {
      ++at;
      c = 0xFFFD;
    }
    char32_t v = *c;
    if (v == 0x061C || v == 0xFEFF || (v >= 0x200B && v <= 0x200F) || (v >= 0x202A && v <= 0x202E) ||
        (v >= 0x2060 && v <= 0x2069)) {
      continue;
    }
    for (const char32_t script : kScripts) {
      if (v - script < 10) v = U'0' + (v - script);
    }
    if (v == 0xA0 || v == 0x202F || v == 0x3000 || (v >= 0x2000 && v <= 0x200A)) v = ' ';
    if (v == 0x60C || v == 0x3001 || v == 0xFF0C) v = ',';
    if ((v >= 0x2010 && v <= 0x2014) || v == 0x2212) v = '-';
    if (v == 0xFF1A) v = ':';
    if (v == 0xFF0F) v = '/';
    utf8::append(out.text, v);
    out.offsets.resize(out.text.size(), start);
  }
  return out;
}

/// A line that has the form of a header.
struct Line {
  std::array<int, 3> field{};
  std::array<std::size_t, 3> width{};
  int seconds = 0;
  bool bracket = false, east = false, american = false, halved = false, other_script = false;
  std::size_t begin = 0;
  std::string prefix;  ///< before ": "; empty if none
  std::int64_t when = -1;
};

int take_number(std::string_view& s, std::size_t& width) {
  int n = 0;
  for (width = 0; width < s.size() && digit(s[width]) && width < 5; ++width) n = n * 10 + (s[width] - '0');
  s.remove_prefix(width);
  return n;
}

void skip_spaces(std::string_view& s) { s.remove_prefix(std::min(s.find_first_not_of(' '), s.size())); }

std::string squeezed(std::string_view s) {
  std::string out;
  for (const char c : s) {
    if (c != ' ' && c != '.' && c != ',') out.push_back(c);
  }
  return out;
}

bool take_date(std::string_view& s, Line& line) {
  std::string separator;
  for (std::size_t i = 0; i < 3; ++i) {
    line.field[i] = take_number(s, line.width[i]);
    if (line.width[i] == 0 || line.width[i] == 3 || line.width[i] > 4) return false;
    if (i == 2) break;
    skip_spaces(s);
    std::string found;
    for (const std::string_view one : {"/", ".", "-", "年", "月", "년", "월"}) {
      if (s.starts_with(one)) found = one;
    }
    if (found.empty()) return false;
    s.remove_prefix(found.size());
    if (found.size() > 1) found = "unit";
    if (i == 1 && found != separator) return false;
    separator = found;
    skip_spaces(s);
  }
  if (separator == "unit") {
    if (!s.starts_with("日") && !s.starts_with("일")) return false;
    s.remove_prefix(3);
  }
  return line.width[1] != 4 && !(line.width[0] == 4 && line.width[2] == 4);
}

/// A half-of-day word or nothing; false if the letters are something else.
bool take_half(std::string_view letters, char& half) {
  if (letters.empty()) return true;
  if (one_of(kMorning, letters))
    half = 'a';
  else if (one_of(kEvening, letters))
    half = 'p';
  else if (letters == "中午")
    half = 'n';
  else
    return false;
  return true;
}

bool take_between(std::string_view& s, char& half) {
  const std::size_t end = std::min(s.find_first_of("0123456789"), s.size());
  std::string letters = squeezed(s.substr(0, end));
  s.remove_prefix(end);
  for (const std::string_view word : kBetween) {
    if (letters.starts_with(word) && (letters.size() == word.size() || !take_half(letters, half))) {
      letters.erase(0, word.size());
      break;
    }
  }
  return take_half(letters, half);
}

bool take_time(std::string_view& s, Line& line, char half) {
  std::array<int, 3> part{};
  std::size_t parts = 0;
  for (; parts < 3; ++parts) {
    std::size_t width = 0;
    std::string_view ahead = s;
    if (parts > 0) {
      std::size_t skip = 0;
      for (const std::string_view one : {":", ".", "時", "时", "시", "分", "분"}) {
        if (ahead.starts_with(one)) skip = one.size();
      }
      if (skip == 0) break;
      ahead.remove_prefix(skip);
      if (skip > 1) skip_spaces(ahead);
      if (parts == 2 && skip > 1 && (ahead.empty() || !digit(ahead[0]))) {
        s = ahead;
        break;
      }
    }
    part[parts] = take_number(ahead, width);
    if (parts == 2 && width == 0) break;
    if (width == 0 || width > 2 || part[parts] > (parts == 0 ? 23 : 59)) return false;
    s = ahead;
  }
  if (parts < 2) return false;
  if (half == 'a' && part[0] == 12) part[0] = 0;
  if (half == 'p' && part[0] < 12) part[0] += 12;
  if (half == 'n' && part[0] < 10) part[0] += 12;
  line.seconds = part[0] * 3600 + part[1] * 60 + part[2];
  return true;
}

/// Reads a header; `rest` is set to what follows it, in plain letters.
bool take_header(const Plain& plain, Line& line, std::size_t& rest) {
  std::string_view s = plain.text;
  if (s.starts_with('[')) {
    line.bracket = true;
    s.remove_prefix(1);
  }
  if (s.empty() || !digit(s[0]) || !take_date(s, line)) return false;
  char half = 0;
  const std::string_view before_time = s;
  if (!take_between(s, half)) return false;
  const bool half_first = half != 0;
  if (half_first && (one_of("|上午|下午|凌晨|清晨|早上|中午|傍晚|晚上|午前|午後|오전|오후|",
                            squeezed(before_time.substr(0, before_time.size() - s.size()))))) {
    line.east = true;
  }
  const std::string_view time = s;
  if (!take_time(s, line, half)) return false;
  const std::size_t close = line.bracket ? s.find(']') : std::min(s.find(" - "), s.find(": "));
  std::size_t end = close;
  if (end == std::string_view::npos && !line.bracket) {
    for (const std::string_view last : {" -", ":"}) {
      if (s.ends_with(last) && s.size() - last.size() < end) end = s.size() - last.size();
    }
  }
  if (end == std::string_view::npos) return false;
  std::string letters = squeezed(s.substr(0, end));
  for (const std::string_view last : {"uhr", "ч"}) {
    if (letters.ends_with(last) && one_of(kBehind, last)) letters.erase(letters.size() - last.size());
  }
  if (!letters.empty()) {
    if (half_first || !take_half(letters, half)) return false;
    std::string_view again = time;
    if (!take_time(again, line, half)) return false;
  }
  line.halved = half != 0;
  s.remove_prefix(end);
  s.remove_prefix(s.starts_with(" -") ? std::min<std::size_t>(3, s.size())
                  : line.bracket      ? 1
                                      : std::min<std::size_t>(2, s.size()));
  if (line.bracket && s.starts_with(' ')) s.remove_prefix(1);
  rest = plain.text.size() - s.size();
  return true;
}

std::optional<std::int64_t> day_number(const Line& line, int order) {
  constexpr std::array<std::array<std::size_t, 3>, 4> kWhere = {{{2, 1, 0}, {2, 0, 1}, {0, 1, 2}, {0, 2, 1}}};
  const auto& where = kWhere[static_cast<std::size_t>(order)];
  int year = line.field[where[0]];
  if (line.width[where[0]] <= 2) year += year <= 69 ? 2000 : 1900;
  if (year >= 2400 && year <= 2699) year -= 543;
  const bool other_calendar = line.other_script && year >= 1300 && year <= 1499;
  if (other_calendar) year += 600;
  if (year < 1970 || year > 2200) return std::nullopt;
  const int month = line.field[where[1]], day = line.field[where[2]];
  const std::chrono::year_month_day date{
      std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
      std::chrono::day(static_cast<unsigned>(other_calendar ? std::min(day, 28) : day))};
  if (!date.ok()) return std::nullopt;
  return std::chrono::sys_days(date).time_since_epoch().count();
}

std::optional<std::int64_t> moment(const Line& line, int order) {
  const auto day = day_number(line, order);
  return day ? std::optional(*day * 86400 + line.seconds) : std::nullopt;
}

enum Orders { kDmy = 0, kMdy = 1, kYmd = 2, kYdm = 3 };
int shape(const Line& line) { return line.width[0] == 4 ? 0 : line.width[2] == 4 ? 1 : 2; }

std::array<std::size_t, 3> cost(const std::vector<Line>& lines, int of_shape, int order) {
  std::array<std::size_t, 3> out{};
  std::int64_t last = std::numeric_limits<std::int64_t>::min();
  for (const Line& line : lines) {
    if (shape(line) != of_shape) continue;
    const auto when = moment(line, order);
    if (!when) {
      ++out[0];
      continue;
    }
    if (of_shape == 2 && *when < 14245 * 86400LL) ++out[1];  // 2009-01-01
    if (*when < last) ++out[2];
    last = *when;
  }
  return out;
}

int order_of(const std::vector<Line>& lines, int of_shape, std::string_view stated) {
  constexpr std::array<std::string_view, 3> kNames = {"dmy", "mdy", "ymd"};
  for (int order = 0; order < 3; ++order) {
    const bool fits = of_shape == 0 ? order == kYmd : of_shape == 1 ? order != kYmd : true;
    if (fits && stated == kNames[static_cast<std::size_t>(order)]) return order;
  }
  if (of_shape == 0) return cost(lines, 0, kYdm)[0] < cost(lines, 0, kYmd)[0] ? kYdm : kYmd;
  const auto dmy = cost(lines, of_shape, kDmy), mdy = cost(lines, of_shape, kMdy);
  const auto halved = std::ranges::find(lines, true, &Line::halved);
  const bool american = halved != lines.end() && halved->american;
  const int best = dmy < mdy ? kDmy : mdy < dmy ? kMdy : american ? kMdy : kDmy;
  if (of_shape == 1) return best;
  const auto ymd = cost(lines, 2, kYmd);
  const bool east = std::ranges::any_of(lines, &Line::east);
  return ymd < cost(lines, 2, best) || (east && ymd[0] == 0) ? kYmd : best;
}

/// Every line of the text with the form of a header; stops after the first when told how many lines to look at.
std::vector<Line> lines_of(std::string_view text, std::size_t lines_max) {
  std::vector<Line> out;
  std::size_t seen = 0;
  for (std::size_t at = 0; at < text.size() && seen < lines_max;) {
    std::size_t end = std::min(text.find('\n', at), text.size());
    const std::size_t next = end + 1, begin = at;
    if (end > at && text[end - 1] == '\r') --end;
    const std::string_view raw = text.substr(at, end - at);
    at = next;
    if (!raw.empty()) ++seen;
    const auto first = raw.empty() ? 0u : static_cast<unsigned char>(raw[0]);
    if (raw.size() < 10 || (first < 0x80 && first != '[' && !digit(raw[0]))) continue;
    const Plain plain = plain_of(raw);
    Line line;
    std::size_t rest = 0;
    if (!take_header(plain, line, rest)) continue;
    line.begin = begin;
    const std::string_view stamp =
        raw.substr(0, rest < plain.offsets.size() ? plain.offsets[rest] : raw.size());
    line.other_script = std::ranges::count_if(stamp, digit) == 0;
    line.american =
        line.width[2] == 2 && stamp.find('/') != std::string_view::npos &&
        (stamp.find("AM") != std::string_view::npos || stamp.find("PM") != std::string_view::npos);
    const std::string_view body = raw.substr(stamp.size());
    const std::size_t colon = body.substr(0, 256).find(": ");
    if (colon != std::string_view::npos)
      line.prefix = plain_of(body.substr(0, colon)).text;
    else if (body.ends_with(':') && body.size() <= 256)
      line.prefix = plain_of(body.substr(0, body.size() - 1)).text;
    out.push_back(std::move(line));
  }
  return out;
}

bool is_chat(std::string_view text) {
  const auto lines = lines_of(text.substr(0, 64 * 1024), 5);
  return std::ranges::any_of(lines, [](const Line& line) {
    return day_number(line, kDmy) || day_number(line, kMdy) || day_number(line, kYmd) ||
           day_number(line, kYdm);
  });
}

std::uint64_t count_chat(std::string_view text, std::string_view stated) {
  auto lines = lines_of(text, std::numeric_limits<std::size_t>::max());
  const std::array<int, 3> orders = {order_of(lines, 0, stated), order_of(lines, 1, stated),
                                     order_of(lines, 2, stated)};
  std::set<std::string, std::less<>> settled;
  std::int64_t latest = std::numeric_limits<std::int64_t>::min();
  for (Line& line : lines) {
    const int in = shape(line);
    auto when = moment(line, orders[static_cast<std::size_t>(in)]);
    for (int order = 0; order < 4 && !when; ++order) {
      const bool fits = in == 0 ? order >= kYmd : in == 1 ? order < kYmd : order != kYdm;
      if (fits) when = moment(line, order);
    }
    if (!when) continue;
    line.when = *when;
    if (line.when < latest) continue;
    latest = line.when;
    if (!line.prefix.empty()) settled.insert(line.prefix);
  }
  std::uint64_t count = 0;
  const Line* last = nullptr;
  std::size_t first = text.size();
  bool bracket = false;
  for (const Line& line : lines) {
    if (line.when < 0) continue;
    const bool early = last != nullptr && line.when < last->when - 86400;
    if (early && (line.bracket != bracket || (!line.prefix.empty() && !settled.contains(line.prefix))))
      continue;
    if (last == nullptr) {
      bracket = line.bracket;
      first = line.begin;
    }
    last = &line;
    ++count;
  }
  std::string_view before = text.substr(0, first);
  while (!before.empty() && count > 0) {  // only marks and blanks?
    const Plain plain = plain_of(before.substr(0, 300));
    if (plain.text.find_first_not_of(" \r\n") != std::string::npos) return count + 1;
    before.remove_prefix(std::min<std::size_t>(before.size(), 300));
  }
  return count > 0 ? count : 1;
}

bool text_name(std::string_view name) {
  return name.size() >= 4 &&
         (name.substr(name.size() - 4) == ".txt" || name.substr(name.size() - 4) == ".TXT");
}
std::string base(std::string_view path) { return std::string(path.substr(path.find_last_of("/\\") + 1)); }
struct Source {
  std::string path;
  std::string_view text;
  bool attached = false;
};

/// Chat texts that another chat text names are its attachments.
void mark_attached(std::vector<Source>& sources) {
  if (sources.size() < 2 || sources.size() > 64) return;
  std::ranges::sort(sources, {}, &Source::path);
  for (Source& one : sources) {
    if (base(one.path) == "_chat.txt") continue;
    for (const Source& other : sources) {
      if (&other != &one && !other.attached && other.text.find(base(one.path)) != std::string_view::npos)
        one.attached = true;
    }
  }
}

}  // namespace

Result<std::uint64_t> count_records(const std::vector<InputFile>& files, const Statement& statement,
                                    const Limits&) {
  std::vector<Source> sources;
  std::uint64_t count = 0;
  for (const InputFile& file : files) {
    if ((text_name(file.path) || files.size() == 1) && is_chat(text_of(file.bytes)))
      sources.push_back({file.path, text_of(file.bytes), false});
    else
      ++count;
  }
  mark_attached(sources);
  for (const Source& source : sources)
    count += source.attached ? 1 : count_chat(source.text, statement.date_order);
  return count;
}

}  // namespace strongroom::capture::whatsapp
