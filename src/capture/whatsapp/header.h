/// One header line of an exported chat: the date, the time, and where the author or text begins.
///
///   android  DATE[,] TIME[ AMPM] - [AUTHOR: ]TEXT
///   ios      [DATE[,] TIME[ AMPM]] [AUTHOR: ]TEXT
///   old ios  DATE TIME: AUTHOR: TEXT
///
/// The digits may be those of any script WhatsApp writes; direction marks and odd spaces are passed over here, and
/// nowhere else: the text of a message keeps every byte. Which field is the day is decided per file (dates.h).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace strongroom::capture::whatsapp {

/// Which half of the day was named; `noon` is the Chinese word for the hours around twelve.
enum class Half : std::uint8_t { none, am, pm, noon };

/// What stands around the timestamp.
enum class Frame : std::uint8_t { dash, bracket, colon };

/// A calendar the digits or the year point to.
enum class DigitScript : std::uint8_t { latin, arabic, persian, other };

/// A timestamp as written: three date fields whose order is not known yet, and a time of day.
struct Stamp {
  std::array<std::uint16_t, 3> fields{};
  std::array<std::uint8_t, 3> digits{};  ///< how many digits each field had
  std::uint32_t second_of_day = 0;  ///< 24-hour clock
  char separator = '/';  ///< '/', '.', '-', or 'c' for the CJK unit characters
  Half half = Half::none;
  Frame frame = Frame::dash;
  DigitScript script = DigitScript::latin;
  bool has_seconds = false;
  bool east_asian = false;  ///< the half of the day was named in Chinese, Japanese or Korean
  bool english_upper = false;  ///< "AM" or "PM" in capitals, as en-US writes it
};

struct HeaderLine {
  Stamp stamp;
  std::size_t rest = 0;  ///< offset in the line of the first byte after the header (author or system text)
};

/// The header at the start of `line` (one line, without its terminator), or nullopt. Linear; looks at no more
/// than the first few dozen characters.
std::optional<HeaderLine> recognise_header(std::string_view line);

/// What precedes the first ": " of `rest` (or a ':' that ends it), as a length; nullopt if there is none within
/// the first 256 bytes. Says nothing on whether it is an author (chat_text.h decides).
std::optional<std::size_t> author_length(std::string_view rest);

/// True for the characters that steer direction and joining and are never seen: U+200E, U+202A, U+FEFF, ...
bool is_invisible_mark(char32_t c);
/// True for U+00A0, U+202F and the other spaces that stand where a plain space is meant.
bool is_odd_space(char32_t c);

/// `text` for comparing: without invisible marks, odd spaces as ' ', typographic quotes as '"' and '\''; ends
/// trimmed of spaces. Bytes that are not UTF-8 become U+FFFD.
std::string cleaned(std::string_view text);

}  // namespace strongroom::capture::whatsapp
