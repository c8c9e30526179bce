/// Finds which phrase of WhatsApp's a line is, and what it says of whom.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "capture/whatsapp/phrases.h"

namespace strongroom::capture::whatsapp {

/// A phrase found, with what stood in its gaps.
struct Found {
  const Phrase* phrase = nullptr;
  std::string actor;     ///< {a}
  std::string affected;  ///< {b}: one name or a list
  std::string title;     ///< {t}
  std::string amount;    ///< {n}
};

/// The table made ready for lookups. Lines longer than `kLineMax` are nobody's phrase.
class PhraseBook {
 public:
  static constexpr std::size_t kLineMax = 600;

  PhraseBook();
  ~PhraseBook();
  PhraseBook(PhraseBook&&) noexcept;
  PhraseBook& operator=(PhraseBook&&) noexcept;

  /// `line` must be `cleaned`; the final stop is ignored.
  std::optional<Found> find(Place place, std::string_view line) const;
  /// As `find`, without the wordings that begin with a name: for lines that are nearly always someone's own text.
  std::optional<Found> find_by_beginning(Place place, std::string_view line) const;
  /// The suffix phrase that ends `cleaned_text`, if any.
  const Phrase* suffix_of(std::string_view cleaned_text) const;
  /// The keyword `cleaned_text` begins with, if any.
  const Phrase* word_at(Says says, std::string_view cleaned_text) const;
  /// True if `prefix`, what stands before a ": ", can only be the beginning of a system line that itself holds
  /// a ": ", such as: Anna changed the subject to "a: b". `line` is the whole cleaned line.
  std::optional<Found> system_line_across_colon(std::string_view prefix, std::string_view line) const;

 private:
  struct Table;
  std::unique_ptr<Table> table_;
};

/// "5 min", "1 hr 3 min", "45 sec", "2 minutes 10 seconds" in seconds; nullopt if not understood.
std::optional<std::uint64_t> duration_seconds(std::string_view amount);
/// "24 hours", "7 days", "90 days" in milliseconds; nullopt if not understood.
std::optional<std::uint64_t> timer_ms(std::string_view amount);

}  // namespace strongroom::capture::whatsapp
