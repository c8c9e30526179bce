/// Text made comparable for searching: Unicode simple case folding for the scripts that have cases, without tables of
/// a library. Code points stay one to one, so an offset in the folded text counts code points of the original.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace strongroom::reading {

/// Folds one code point; those without case, and those this room does not know, are themselves.
char32_t fold(char32_t code_point);
/// `text` as folded code points; invalid bytes become U+FFFD.
std::u32string folded(std::string_view text);

/// `text` safe to print on a terminal: control characters but line feed become U+FFFD, invalid UTF-8 too. The order of
/// characters is left to the terminal, right-to-left text included.
std::string printable(std::string_view text);
/// The same on one line: a line feed becomes a space. For names, titles and times, which must not make up lines.
std::string printable_line(std::string_view text);

/// Lines of at most `columns` code points, broken at spaces where there is one; line feeds break too.
std::vector<std::string> wrapped(std::string_view text, std::size_t columns);

/// The number of code points.
std::size_t length_of(std::string_view text);

}  // namespace strongroom::reading
