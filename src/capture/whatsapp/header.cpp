#include "capture/whatsapp/header.h"

#include <span>

#include "base/utf8.h"

namespace strongroom::capture::whatsapp {
namespace {

/// First digits of the decimal runs of other scripts (Unicode general category Nd).
constexpr char32_t kZeros[] = {0x0660, 0x06F0, 0x0966, 0x09E6, 0x0A66, 0x0AE6, 0x0B66, 0x0BE6,
                               0x0C66, 0x0CE6, 0x0D66, 0x0E50, 0x1040, 0x17E0, 0xFF10};

struct HalfWord {
  std::u32string_view word;  ///< lower case where ASCII
  Half half;
};

/// The halves of the day as the locales write them (CLDR dayPeriods), longer words before their beginnings. The
/// a.m./p.m. family is read by `accept_latin_half`.
constexpr HalfWord kHalfWords[] = {
    {U"vorm.", Half::am},
    {U"nachm.", Half::pm},
    {U"vm.", Half::am},
    {U"nm.", Half::pm},  // de, af
    {U"上午", Half::am},
    {U"下午", Half::pm},
    {U"凌晨", Half::am},
    {U"清晨", Half::am},  // zh
    {U"早上", Half::am},
    {U"中午", Half::noon},
    {U"傍晚", Half::pm},
    {U"晚上", Half::pm},
    {U"午前", Half::am},
    {U"午後", Half::pm},
    {U"오전", Half::am},
    {U"오후", Half::pm},  // ja, ko
    {U"صباحًا", Half::am},
    {U"مساءً", Half::pm},
    {U"صباحا", Half::am},
    {U"مساء", Half::pm},  // ar
    {U"ص", Half::am},
    {U"م", Half::pm},
    {U"ق.ظ.", Half::am},
    {U"ب.ظ.", Half::pm},
    {U"قبل‌ازظهر", Half::am},
    {U"بعدازظهر", Half::pm},  // fa
    {U"पूर्वाह्न", Half::am},
    {U"अपराह्न", Half::pm},
    {U"म.पू.", Half::am},
    {U"म.उ.", Half::pm},  // hi, mr
    {U"পূর্বাহ্ণ", Half::am},
    {U"অপরাহ্ণ", Half::pm},  // bn
    {U"முற்பகல்", Half::am},
    {U"பிற்பகல்", Half::pm},  // ta
    {U"ਪੂ.ਦੁ.", Half::am},
    {U"ਬਾ.ਦੁ.", Half::pm},  // pa
    {U"ก่อนเที่ยง", Half::am},
    {U"หลังเที่ยง", Half::pm},  // th
    {U"sa", Half::am},
    {U"ch", Half::pm},
    {U"ÖÖ", Half::am},
    {U"Ös", Half::pm},  // vi, tr
    {U"öö", Half::am},
    {U"ös", Half::pm},
    {U"π.μ.", Half::am},
    {U"μ.μ.", Half::pm},  // tr, el
    {U"π.μ", Half::am},
    {U"μ.μ", Half::pm},
    {U"de.", Half::am},
    {U"du.", Half::pm},  // el, hu
    {U"ptg", Half::pm},
    {U"pg", Half::am},
    {U"fm", Half::am},
    {U"em", Half::pm},  // ms, sv
    {U"ap.", Half::am},
    {U"ip.", Half::pm},
    {U"dop.", Half::am},
    {U"odp.", Half::pm},  // fi, cs
    {U"priekšp.", Half::am},
    {U"pēcp.", Half::pm},
    {U"priešpiet", Half::am},
    {U"popiet", Half::pm},  // lv, lt
    {U"пр.об.", Half::am},
    {U"сл.об.", Half::pm},
    {U"дп", Half::am},
    {U"пп", Half::pm},  // bg, uk
    {U"пре подне", Half::am},
    {U"по подне", Half::pm},  // sr
    {U"לפנה״צ", Half::am},
    {U"אחה״צ", Half::pm},
    {U"da manhã", Half::am},
    {U"da tarde", Half::pm},  // he, pt
    {U"e paradites", Half::am},
    {U"e pasdites", Half::pm},  // sq
};

/// Words between date and time ("klo" in Finnish) and after the time ("Uhr").
constexpr std::u32string_view kJoiners[] = {U"klo", U"kl.", U"um", U"às", U"à", U"г.", U"р."};
constexpr std::u32string_view kTrailers[] = {U"uhr", U"ч.", U"ч"};

bool is_digit(char32_t c) { return c >= '0' && c <= '9'; }

/// Reads a line one visible character at a time, folded for comparing: ASCII lower case, any decimal digit as
/// '0'-'9', odd spaces as ' ', dashes as '-'. Copying it is how one looks ahead.
class Scanner {
 public:
  explicit Scanner(std::string_view line) : line_(line) { load(); }

  char32_t now() const { return now_; }  ///< 0 at the end
  char32_t written() const { return written_; }
  std::size_t after() const { return after_; }  ///< offset behind the current character
  std::size_t at() const { return at_; }  ///< offset of the current character
  void step() {
    at_ = after_;
    load();
  }
  bool accept(char32_t c) {
    if (now_ != c) return false;
    step();
    return true;
  }
  bool accept(std::u32string_view word) {
    Scanner ahead = *this;
    for (const char32_t c : word) {
      if (is_invisible_mark(c)) continue;
      if (!ahead.accept(c)) return false;
    }
    *this = ahead;
    return true;
  }
  std::size_t spaces() {
    std::size_t n = 0;
    for (; now_ == ' '; ++n) step();
    return n;
  }

 private:
  void load() {
    for (;;) {
      if (at_ >= line_.size()) {
        now_ = written_ = 0;
        after_ = at_;
        return;
      }
      const auto byte = static_cast<unsigned char>(line_[at_]);
      if (byte < 0x80) {
        after_ = at_ + 1;
        written_ = byte;
        now_ = byte >= 'A' && byte <= 'Z' ? byte + 32u : byte == '\t' ? ' ' : byte;
        return;
      }
      std::size_t offset = at_;
      const auto decoded = utf8::next(line_, offset);
      if (!decoded) {
        now_ = written_ = 0xFFFD;
        after_ = at_ + 1;
        return;
      }
      if (is_invisible_mark(*decoded)) {
        at_ = offset;
        continue;
      }
      after_ = offset;
      written_ = *decoded;
      now_ = folded(*decoded);
      return;
    }
  }

  static char32_t folded(char32_t c) {
    if (is_odd_space(c)) return ' ';
    for (const char32_t zero : kZeros) {
      if (c >= zero && c <= zero + 9) return '0' + (c - zero);
    }
    switch (c) {
      case 0x060C:
      case 0x3001:
      case 0xFF0C: return ',';
      case 0x2010:
      case 0x2011:
      case 0x2012:
      case 0x2013:
      case 0x2014:
      case 0x2212: return '-';
      case 0xFF1A: return ':';
      case 0xFF0F: return '/';
      default: return c;
    }
  }

  std::string_view line_;
  std::size_t at_ = 0, after_ = 0;
  char32_t now_ = 0, written_ = 0;
};

struct Number {
  std::uint16_t value = 0;
  std::uint8_t digits = 0;
};

/// One to four digits, and no fifth.
std::optional<Number> number(Scanner& s) {
  Number n;
  while (is_digit(s.now())) {
    if (++n.digits > 4) return std::nullopt;
    n.value = static_cast<std::uint16_t>(n.value * 10 + (s.now() - '0'));
    s.step();
  }
  if (n.digits == 0 || n.digits == 3) return std::nullopt;
  return n;
}

DigitScript script_of(char32_t written) {
  if (written >= 0x0660 && written <= 0x0669) return DigitScript::arabic;
  if (written >= 0x06F0 && written <= 0x06F9) return DigitScript::persian;
  return written < 0x80 ? DigitScript::latin : DigitScript::other;
}

/// The character between two date fields, spaces around it allowed; 0 if there is none.
char date_separator(Scanner& s) {
  Scanner ahead = s;
  ahead.spaces();
  char found = 0;
  switch (ahead.now()) {
    case '/':
    case '.':
    case '-': found = static_cast<char>(ahead.now()); break;
    case U'年':
    case U'月':
    case U'년':
    case U'월': found = 'c'; break;
    default: return 0;
  }
  ahead.step();
  ahead.spaces();
  s = ahead;
  return found;
}

bool read_date(Scanner& s, Stamp& stamp) {
  stamp.script = script_of(s.written());
  for (std::size_t i = 0; i < 3; ++i) {
    const auto n = number(s);
    if (!n) return false;
    stamp.fields[i] = n->value;
    stamp.digits[i] = n->digits;
    if (i == 2) break;
    const char separator = date_separator(s);
    if (separator == 0 || (i > 0 && separator != stamp.separator)) return false;
    stamp.separator = separator;
  }
  if (stamp.digits[1] == 4 || (stamp.digits[0] == 4 && stamp.digits[2] == 4)) return false;
  if (stamp.separator == 'c') return s.accept(U'日') || s.accept(U'일');
  if (stamp.separator == '.') s.accept(U'.');  // "2024. 3. 5." in Korean and Hungarian
  return true;
}

/// "AM", "am", "a.m.", "a. m." and the like.
bool accept_latin_half(Scanner& s, Stamp& stamp) {
  Scanner ahead = s;
  const char32_t first = ahead.now();
  if (first != 'a' && first != 'p') return false;
  const bool upper = ahead.written() == 'A' || ahead.written() == 'P';
  ahead.step();
  const bool dotted = ahead.accept(U'.');
  ahead.spaces();
  if (!ahead.accept(U'm')) return false;
  ahead.accept(U'.');
  if (ahead.now() >= 'a' && ahead.now() <= 'z') return false;
  stamp.half = first == 'a' ? Half::am : Half::pm;
  stamp.english_upper = upper && !dotted;
  s = ahead;
  return true;
}

bool accept_half(Scanner& s, Stamp& stamp) {
  if (stamp.half != Half::none || is_digit(s.now())) return false;
  if (accept_latin_half(s, stamp)) return true;
  for (const HalfWord& known : kHalfWords) {
    if (!s.accept(known.word)) continue;
    stamp.half = known.half;
    stamp.east_asian = known.word[0] >= 0x2E80 && known.word[0] <= 0xD7AF;
    return true;
  }
  return false;
}

bool time_separator(Scanner& s, bool first) {
  if (s.accept(U':') || s.accept(U'.')) return true;
  Scanner ahead = s;
  const bool unit = first ? ahead.accept(U'時') || ahead.accept(U'时') || ahead.accept(U'시')
                          : ahead.accept(U'分') || ahead.accept(U'분');
  if (!unit) return false;
  ahead.spaces();
  s = ahead;
  return true;
}

/// Twelve-hour clocks start at 12 (or, in some exports, at 0); a PM hour above 12 is a 24-hour one already.
std::uint32_t hour_24(std::uint32_t hour, Half half) {
  switch (half) {
    case Half::none: return hour;
    case Half::am: return hour == 12 ? 0 : hour;
    case Half::pm: return hour < 12 ? hour + 12 : hour;
    case Half::noon: return hour < 10 ? hour + 12 : hour;
  }
  return hour;
}

struct Clock {
  std::uint32_t hour = 0, minute = 0, second = 0;
};

bool read_two_digits(Scanner& s, std::uint32_t& value) {
  const auto n = number(s);
  if (!n || n->digits > 2 || n->value > 59) return false;
  value = n->value;
  return true;
}

bool read_time(Scanner& s, Stamp& stamp, Clock& clock) {
  if (!read_two_digits(s, clock.hour) || clock.hour > 23 || !time_separator(s, true)) return false;
  if (!read_two_digits(s, clock.minute)) return false;
  Scanner ahead = s;
  if (time_separator(ahead, false) && is_digit(ahead.now())) {
    if (!read_two_digits(ahead, clock.second)) return false;
    stamp.has_seconds = true;
    s = ahead;
  } else if (s.now() == U'分' || s.now() == U'분') {
    s.step();
  }
  return true;
}

/// What closes the timestamp; the offset of the first byte after it, or nullopt.
std::optional<std::size_t> read_frame_end(Scanner& s, Stamp& stamp) {
  const std::size_t spaces = s.spaces();
  if (stamp.frame == Frame::bracket) {
    if (s.now() != ']') return std::nullopt;
  } else if (s.now() == '-' && spaces > 0) {
    stamp.frame = Frame::dash;
  } else if (s.now() == ':' && spaces == 0) {
    stamp.frame = Frame::colon;
  } else {
    return std::nullopt;
  }
  const std::size_t closed = s.after();
  s.step();
  if (s.now() == ' ') return s.after();
  if (s.now() == 0) return closed;
  if (stamp.frame == Frame::bracket) return closed;
  return std::nullopt;
}

}  // namespace

bool is_invisible_mark(char32_t c) {
  return (c >= 0x200B && c <= 0x200F) || (c >= 0x202A && c <= 0x202E) || (c >= 0x2060 && c <= 0x2069) ||
         c == 0xFEFF || c == 0x061C;
}

bool is_odd_space(char32_t c) {
  return c == 0x00A0 || c == 0x202F || (c >= 0x2000 && c <= 0x200A) || c == 0x3000;
}

std::optional<HeaderLine> recognise_header(std::string_view line) {
  if (line.size() < 10) return std::nullopt;
  const auto first = static_cast<unsigned char>(line[0]);
  if (first < 0x80 && first != '[' && (first < '0' || first > '9')) return std::nullopt;
  Scanner s(line);
  HeaderLine header;
  Stamp& stamp = header.stamp;
  if (s.accept(U'[')) stamp.frame = Frame::bracket;
  if (!is_digit(s.now()) || !read_date(s, stamp)) return std::nullopt;
  s.accept(U',');
  s.spaces();
  for (const auto joiner : kJoiners) {
    if (!s.accept(joiner)) continue;
    s.accept(U',');
    s.spaces();
    break;
  }
  if (accept_half(s, stamp)) s.spaces();
  Clock clock;
  if (!read_time(s, stamp, clock)) return std::nullopt;
  Scanner behind = s;
  behind.spaces();
  if (accept_half(behind, stamp)) s = behind;
  behind = s;
  behind.spaces();
  for (const auto trailer : kTrailers) {
    if (!behind.accept(trailer)) continue;
    s = behind;
    break;
  }
  const auto rest = read_frame_end(s, stamp);
  if (!rest) return std::nullopt;
  stamp.second_of_day = hour_24(clock.hour, stamp.half) * 3600 + clock.minute * 60 + clock.second;
  header.rest = *rest;
  return header;
}

std::optional<std::size_t> author_length(std::string_view rest) {
  const std::string_view window = rest.substr(0, 256);
  for (std::size_t at = window.find(':'); at != std::string_view::npos; at = window.find(':', at + 1)) {
    if (at == 0) return std::nullopt;
    if (at + 1 == rest.size()) return at;
    if (at + 1 < rest.size() && rest[at + 1] == ' ') return at;
    if (rest.substr(at + 1).starts_with("\xE2\x80\x8E")) return at;  // U+200E straight after the colon
  }
  return std::nullopt;
}

std::string cleaned(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const char c = text[at];
    if (static_cast<unsigned char>(c) < 0x80) {
      out.push_back(c == '\r' || c == '\t' ? ' ' : c);
      ++at;
      continue;
    }
    const auto decoded = utf8::next(text, at);
    if (!decoded) {
      ++at;
      utf8::append(out, 0xFFFD);
    } else if (is_odd_space(*decoded)) {
      out.push_back(' ');
    } else if (*decoded == 0x2018 || *decoded == 0x2019) {
      out.push_back('\'');
    } else if ((*decoded >= 0x201C && *decoded <= 0x201F) || *decoded == 0xAB || *decoded == 0xBB) {
      out.push_back('"');
    } else if (!is_invisible_mark(*decoded) || *decoded == 0x200D || *decoded == 0x200C) {
      utf8::append(out, *decoded);  // joiners stay: they are part of emoji and of Persian words
    }
  }
  while (!out.empty() && out.back() == ' ') out.pop_back();
  out.erase(0, std::min(out.find_first_not_of(' '), out.size()));
  return out;
}

}  // namespace strongroom::capture::whatsapp
