#include "agent/refusal_list.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/counted.h"
#include "base/utf8.h"

namespace strongroom::agent {
namespace {

constexpr std::size_t kPlacesShown = 5;

/// What to do, by reason. Whatever it is, the bytes are kept.
std::string_view advice(std::string_view code) {
  if (code == "not-understood")
    return "if these are messages, 'strongroom-agent sources' says what is read and in which form to export "
           "them";
  if (code == "unreferenced-file")
    return "nothing if it is no message; if it is, 'strongroom-agent sources' says in which form it is read";
  if (code == "nothing-understood-within") return "unpack the archive and see what is in it";
  if (code == "archive-unreadable" || code == "archive-damaged" || code == "archive-member-unreadable")
    return "export again, or unpack it with another program into a directory and name that";
  if (code == "key-needed") return "give the key or passphrase in a file with --key-file and import again";
  if (code == "vendor-library-needed")
    return "name the vendor's library with --wecom-library and the private keys with --key-file, and import "
           "again";
  if (code == "vendor-library-failed")
    return "try another version of the vendor's library, or decrypt it where the archive is fetched and "
           "import the "
           "JSON";
  if (code == "key-does-not-fit")
    return "look for a mistyped key, or one of another backup, and import again";
  if (code == "killed-its-reader") return "report the source, without the file if it is private";
  if (code == "worker-failed") return "import its parts one by one to see which; report the source";
  return "if the file was written by hand or cut off, mend or export it again and import it; else a later "
         "version may read it";
}

}  // namespace

std::string for_terminal(std::string_view text, std::size_t columns) {
  const std::string whole = utf8::repaired(text);
  std::string out;
  std::size_t at = 0, shown = 0;
  while (at < whole.size()) {
    const auto c = utf8::next(whole, at);
    if (!c) break;
    if (shown++ == columns) return out + "...";
    const bool control = *c < 0x20 || (*c >= 0x7F && *c < 0xA0);
    const bool direction =
        (*c >= 0x200E && *c <= 0x200F) || (*c >= 0x202A && *c <= 0x202E) || (*c >= 0x2066 && *c <= 0x2069);
    if (control || direction) {
      out += ' ';
    } else {
      utf8::append(out, *c);
    }
  }
  return out;
}

void RefusalList::add(const record::Record& record) {
  const bool refused = record.kind == record::Kind::unparsed_original;
  const auto unnamed = std::ranges::find(record.doubts, "unreferenced-file", &record::Doubt::code);
  if (!refused && unnamed == record.doubts.end()) return;
  const record::Doubt why = !refused                ? *unnamed
                            : record.doubts.empty() ? record::Doubt{"unknown", ""}
                                                    : record.doubts.front();
  Reason& reason = by_code_[why.code];
  if (++reason.count > kPlacesShown) return;
  reason.places.push_back({record.original.file, why.detail, record.original.offset, record.original.length});
}

std::string RefusalList::text() const {
  std::string out;
  for (const auto& [code, reason] : by_code_) {
    out += fmt::format("  {}: {}\n", for_terminal(code, 40), counted(reason.count, "item"));
    for (const Place& place : reason.places)
      out += fmt::format("    {}, byte {}, {} long: {}\n", for_terminal(place.file, 70), place.offset,
                         place.length, for_terminal(place.detail, 400));
    if (reason.count > reason.places.size())
      out += fmt::format("    ... and {} more\n", reason.count - reason.places.size());
    out += fmt::format("    To do: {}.\n", advice(code));
  }
  return out;
}

}  // namespace strongroom::agent
