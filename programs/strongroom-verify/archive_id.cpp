#include "archive_id.h"

#include <algorithm>
#include <cstdio>

#include "codec/text.h"
#include "roster/roster.h"

namespace strongroom::verify {
namespace {

constexpr std::uint64_t kCardBytesMax = 64 * 1024;

/// The rest of the line that begins with `name` and a space; empty if there is none.
std::string_view line_of(std::string_view text, std::string_view name) {
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    const std::string_view line = text.substr(0, end);
    if (line.starts_with(name) && line.size() > name.size() && line[name.size()] == ' ')
      return line.substr(name.size() + 1);
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 1);
  }
  return {};
}

}  // namespace

Result<Hash256> read_archive_id(platform::FileSystem& files, const std::string& text,
                                const std::optional<Hash256>& claimed) {
  if (text.size() == 64) return codec::array_from_hex<32>(text);
  if (std::ranges::count(text, ' ') == 5 && claimed) {
    if (roster::words_of(*claimed) != text)
      return fail(ErrorCode::unauthenticated, "the six words are not those of the archive that this is of",
                  "--archive");
    std::fputs("strongroom-verify: compared by six words only; where it matters, give the whole archive id\n",
               stderr);
    return *claimed;
  }
  if (!TRY(files.exists(text)))
    return fail(ErrorCode::malformed, "this is neither an archive id nor a file", "--archive",
                "give the id as 64 hex digits, or the archive card");
  const Bytes card = TRY(files.read(text, kCardBytesMax));
  const Hash256 id = TRY_IN(text, codec::array_from_hex<32>(line_of(text_of(card), "archive")));
  const std::string_view words = line_of(text_of(card), "words");
  if (!words.empty() && words != roster::words_of(id))
    return fail(ErrorCode::malformed, "the words on the card are not those of its archive id", text);
  return id;
}

}  // namespace strongroom::verify
