#include "reading/search.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "base/counted.h"
#include "base/utf8.h"
#include "reading/folding.h"

namespace strongroom::reading {
namespace {

constexpr std::size_t kBefore = 30, kSnippet = 84;

/// Everything of a record that a person could look for: its text, its author, its conversation, then the rest.
std::vector<std::string> searchable(const record::Record& r) {
  std::vector<std::string> parts{r.text, r.author ? shown(*r.author) : "", r.conversation.title};
  for (const record::Person& person : concerned(r)) parts.push_back(shown(person));
  if (r.reply_to) parts.push_back(r.reply_to->text);
  for (const record::Attachment& file : r.attachments) {
    parts.push_back(file.name);
    parts.push_back(file.caption);
  }
  if (r.poll) {
    parts.push_back(r.poll->question);
    for (const record::PollOption& option : r.poll->options) parts.push_back(option.text);
  }
  return parts;
}
constexpr std::size_t kSaidAbove = 2;  ///< author and conversation stand above the snippet

std::string snippet_of(std::string_view text, std::size_t at) {
  std::string out;
  const std::size_t from = at > kBefore ? at - kBefore : 0;
  std::size_t number = 0;
  for (std::size_t offset = 0; offset < text.size() && number < from + kSnippet; ++number) {
    const auto c = utf8::next(text, offset);
    if (!c) ++offset;
    if (number >= from) utf8::append(out, !c ? char32_t{0xFFFD} : *c == '\n' ? U' ' : *c);
  }
  return (from > 0 ? "..." : "") + printable(out);
}

std::optional<std::string> match(const record::Record& r, const std::vector<std::u32string>& words) {
  const std::vector<std::string> parts = searchable(r);
  const std::u32string in = folded(fmt::format("{}", fmt::join(parts, "\n")));
  std::size_t first = std::u32string::npos;
  for (const std::u32string& word : words) {
    const auto at = in.find(word);
    if (at == in.npos) return std::nullopt;
    first = std::min(first, at);
  }
  std::size_t part = 0;  // the one in which the first word stands; folding keeps the number of code points
  for (; part + 1 < parts.size() && first > length_of(parts[part]); ++part)
    first -= length_of(parts[part]) + 1;
  if (part > 0 && part <= kSaidAbove && !r.text.empty()) return snippet_of(r.text, 0);
  return snippet_of(parts[part], first);
}

}  // namespace

Result<Found> search(const Reading& reading, const std::vector<std::string>& words) {
  std::vector<std::u32string> wanted;
  for (const std::string& word : words)
    if (!word.empty()) wanted.push_back(folded(word));
  if (wanted.empty()) return fail(ErrorCode::malformed, "there is no word to look for");
  Found found;
  found.not_searched = reading.unparsed.size();
  for (std::size_t c = 0; c < reading.conversations.size(); ++c) {
    const auto look = [&](const Place& place) {
      ++found.searched;
      if (auto snippet = match(*place.record, wanted)) found.hits.push_back({c, place, std::move(*snippet)});
    };
    for (const Item& item : reading.conversations[c].items) {
      look(item.first);
      for (const auto* list :
           {&item.edits, &item.deletions, &item.reactions, &item.votes, &item.ends, &item.pins})
        std::ranges::for_each(*list, look);
    }
  }
  for (const Place& place : reading.context) {
    ++found.searched;
    if (auto snippet = match(*place.record, wanted))
      found.hits.push_back({reading.conversations.size(), place, std::move(*snippet)});
  }
  return found;
}

std::string found_text(const Reading& reading, const Found& found, Numbers numbers) {
  std::string out;
  std::size_t last = SIZE_MAX;
  for (const Hit& hit : found.hits) {
    if (hit.conversation != last) {
      last = hit.conversation;
      const bool context = last == reading.conversations.size();
      const std::string title = context ? std::string("Accounts, contacts and settings")
                                : reading.conversations[last].title.empty()
                                    ? reading.conversations[last].id
                                    : reading.conversations[last].title;
      out +=
          context ? fmt::format("\n{}\n", title) : fmt::format("\n{}. {}\n", last + 1, printable_line(title));
    }
    const record::Record& r = *hit.place.record;
    const std::string number = numbers == Numbers::shown ? fmt::format("  [{}]", number_of(hit.place)) : "";
    out += fmt::format("  {} {}  {}{}\n      {}\n", day_text(r.sent_at), time_text(r.sent_at),
                       printable_line(r.author ? shown(*r.author) : "somebody"), number, hit.snippet);
  }
  out += fmt::format("\n{} found in {} searched", counted(found.hits.size(), "line"),
                     counted(found.searched, "record"));
  if (found.not_searched > 0)
    out += fmt::format("; not searched: {} without readable text", counted(found.not_searched, "original"));
  return out + ".\n";
}

}  // namespace strongroom::reading
