#include "capture/whatsapp/phrase_book.h"

#include <algorithm>
#include <unordered_map>

namespace strongroom::capture::whatsapp {
namespace {

/// A wording taken apart: literal, gap, literal, gap, ... literal.
struct Pattern {
  const Phrase* phrase = nullptr;
  std::vector<std::string_view> literals;
  std::string gaps;  ///< one letter each
};

Pattern pattern_of(const Phrase& phrase) {
  Pattern pattern{&phrase, {}, {}};
  std::string_view rest = phrase.text;
  for (std::size_t at = rest.find('{'); at != std::string_view::npos; at = rest.find('{')) {
    pattern.literals.push_back(rest.substr(0, at));
    pattern.gaps.push_back(rest[at + 1]);
    rest.remove_prefix(at + 3);
  }
  pattern.literals.push_back(rest);
  return pattern;
}

void keep(Found& found, char gap, std::string_view text) {
  switch (gap) {
    case 'a': found.actor = text; break;
    case 'b': found.affected = text; break;
    case 't': found.title = text; break;
    case 'n': found.amount = text; break;
    default: break;
  }
}

/// Literals are found from the left, the last one at the end: one pass, no second tries. Only {x} may be empty.
std::optional<Found> matched(const Pattern& pattern, std::string_view line) {
  const auto& literals = pattern.literals;
  if (!line.starts_with(literals.front()) || !line.ends_with(literals.back())) return std::nullopt;
  std::size_t at = literals.front().size();
  Found found{pattern.phrase, {}, {}, {}, {}};
  for (std::size_t i = 0; i < pattern.gaps.size(); ++i) {
    const std::string_view next = literals[i + 1];
    std::size_t end = 0;
    if (i + 1 == pattern.gaps.size()) {
      if (line.size() < at + next.size() || !line.ends_with(next)) return std::nullopt;
      end = line.size() - next.size();
    } else {
      end = line.find(next, at);
      if (end == std::string_view::npos) return std::nullopt;
    }
    if (end == at && pattern.gaps[i] != 'x') return std::nullopt;
    keep(found, pattern.gaps[i], line.substr(at, end - at));
    at = end + next.size();
  }
  return at == line.size() ? std::optional(std::move(found)) : std::nullopt;
}

std::string_view without_stop(std::string_view line) {
  for (const std::string_view stop : {".", "。"}) {
    if (line.ends_with(stop)) return line.substr(0, line.size() - stop.size());
  }
  return line;
}

}  // namespace

/// The wordings of one place, by how they can be found fast.
struct Shelf {
  std::unordered_map<std::string_view, const Phrase*> exact;
  std::size_t exact_max = 0;  ///< length of the longest of them
  std::array<std::vector<Pattern>, 256> by_first;  ///< patterns that begin with a literal, by its first byte
  std::vector<Pattern> floating;  ///< patterns that begin with a gap

  std::optional<Found> find_anchored(std::string_view line) const {
    if (line.size() <= exact_max) {
      const auto at = exact.find(line);
      if (at != exact.end()) return Found{at->second, {}, {}, {}, {}};
    }
    for (const Pattern& pattern : by_first[static_cast<unsigned char>(line[0])]) {
      if (auto found = matched(pattern, line)) return found;
    }
    return std::nullopt;
  }
};

struct PhraseBook::Table {
  std::array<Shelf, 2> shelves;  ///< system, text
  std::vector<const Phrase*> suffixes, words;

  const Shelf& shelf(Place place) const { return shelves[place == Place::system ? 0 : 1]; }
};

PhraseBook::PhraseBook() : table_(std::make_unique<Table>()) {
  for (const Phrase& phrase : phrases()) {
    Shelf& shelf = table_->shelves[phrase.place == Place::system ? 0 : 1];
    if (phrase.place == Place::suffix) {
      table_->suffixes.push_back(&phrase);
    } else if (phrase.place == Place::word) {
      table_->words.push_back(&phrase);
    } else if (phrase.text.find('{') == std::string_view::npos) {
      shelf.exact.emplace(phrase.text, &phrase);
      shelf.exact_max = std::max(shelf.exact_max, phrase.text.size());
    } else if (phrase.text.starts_with('{')) {
      shelf.floating.push_back(pattern_of(phrase));
    } else {
      shelf.by_first[static_cast<unsigned char>(phrase.text[0])].push_back(pattern_of(phrase));
    }
  }
}
PhraseBook::~PhraseBook() = default;
PhraseBook::PhraseBook(PhraseBook&&) noexcept = default;
PhraseBook& PhraseBook::operator=(PhraseBook&&) noexcept = default;

std::optional<Found> PhraseBook::find(Place place, std::string_view line) const {
  line = without_stop(line);
  if (line.empty() || line.size() > kLineMax) return std::nullopt;
  const Shelf& shelf = table_->shelf(place);
  if (auto found = shelf.find_anchored(line)) return found;
  for (const Pattern& pattern : shelf.floating) {
    if (auto found = matched(pattern, line)) return found;
  }
  return std::nullopt;
}

std::optional<Found> PhraseBook::find_by_beginning(Place place, std::string_view line) const {
  line = without_stop(line);
  if (line.empty() || line.size() > kLineMax) return std::nullopt;
  return table_->shelf(place).find_anchored(line);
}

const Phrase* PhraseBook::suffix_of(std::string_view cleaned_text) const {
  if (!cleaned_text.ends_with('>')) return nullptr;
  for (const Phrase* phrase : table_->suffixes) {
    if (cleaned_text.ends_with(phrase->text)) return phrase;
  }
  return nullptr;
}

const Phrase* PhraseBook::word_at(Says says, std::string_view cleaned_text) const {
  for (const Phrase* phrase : table_->words) {
    if (phrase->says == says && cleaned_text.starts_with(phrase->text)) return phrase;
  }
  return nullptr;
}

std::optional<Found> PhraseBook::system_line_across_colon(std::string_view prefix,
                                                          std::string_view line) const {
  line = without_stop(line);
  if (line.size() > kLineMax) return std::nullopt;
  const Shelf& shelf = table_->shelf(Place::system);
  // The wording must have begun before the colon, or any message "X: Y added Z" would look like one.
  if (auto found = shelf.find_anchored(line)) {
    const std::string_view text = found->phrase->text;
    if (prefix.starts_with(text.substr(0, text.find('{')))) return found;
  }
  for (const Pattern& pattern : shelf.floating) {
    if (prefix.find(pattern.literals[1]) == std::string_view::npos) continue;
    if (auto found = matched(pattern, line)) return found;
  }
  return std::nullopt;
}

namespace {

struct Unit {
  std::string_view beginning;
  std::uint64_t seconds;
};
/// Longer beginnings first; a unit is known by how its word begins, in any of the languages listed.
constexpr Unit kUnits[] = {
    {"sec", 1},        {"sek", 1},     {"seg", 1},     {"sn", 1},        {"сек", 1},       {"秒", 1},
    {"s", 1},          {"min", 60},    {"dk", 60},     {"мин", 60},      {"分", 60},       {"دقيقة", 60},
    {"m", 60},         {"hr", 3600},   {"hour", 3600}, {"std", 3600},    {"stunde", 3600}, {"ora", 3600},
    {"ore", 3600},     {"uur", 3600},  {"час", 3600},  {"saat", 3600},   {"sa", 3600},     {"时间", 3600},
    {"時間", 3600},    {"小时", 3600}, {"ч", 3600},    {"h", 3600},      {"day", 86400},   {"tag", 86400},
    {"jour", 86400},   {"día", 86400}, {"dia", 86400}, {"giorn", 86400}, {"dag", 86400},   {"week", 604800},
    {"woche", 604800},
};

}  // namespace

std::optional<std::uint64_t> duration_seconds(std::string_view amount) {
  std::uint64_t total = 0;
  bool any = false;
  std::size_t at = 0;
  while (at < amount.size()) {
    if (amount[at] == ' ' || amount[at] == ',' || amount[at] == '.') {
      ++at;
      continue;
    }
    std::uint64_t n = 0;
    const std::size_t start = at;
    for (; at < amount.size() && amount[at] >= '0' && amount[at] <= '9'; ++at) {
      n = n * 10 + static_cast<std::uint64_t>(amount[at] - '0');
    }
    if (at == start || at - start > 6) return std::nullopt;
    while (at < amount.size() && amount[at] == ' ') ++at;
    const Unit* unit = nullptr;
    for (const Unit& known : kUnits) {
      if (unit == nullptr && amount.substr(at).starts_with(known.beginning)) unit = &known;
    }
    if (unit == nullptr) return std::nullopt;
    total += n * unit->seconds;
    any = true;
    while (at < amount.size() && amount[at] != ' ' && !(amount[at] >= '0' && amount[at] <= '9')) ++at;
  }
  return any ? std::optional(total) : std::nullopt;
}

std::optional<std::uint64_t> timer_ms(std::string_view amount) {
  const auto seconds = duration_seconds(amount);
  if (!seconds) return std::nullopt;
  return *seconds * 1000;
}

}  // namespace strongroom::capture::whatsapp
