/// What WhatsApp itself writes into an exported chat, in the languages known: data, read by phrase_book.h.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace strongroom::capture::whatsapp {

/// What a phrase says.
enum class Says : std::uint8_t {
  encryption,
  security_code,
  business,
  unsupported,
  blocked,
  waiting,
  other_notice,
  created,
  added,
  removed,
  left,
  joined,
  joined_link,
  promoted,
  demoted,
  subject,
  icon,
  description,
  number,
  left_community,
  timer_on,
  timer_off,
  deleted,
  deleted_by_admin,
  call,
  missed_call,
  media_omitted,
  view_once,
  attached_word,
  edited,
  poll,
  option,
  votes,
  live_location,
  location,
  pinned,
};

/// Where the phrase may stand.
enum class Place : std::uint8_t {
  system,  ///< a line without an author (or, on iOS, after a mark)
  text,    ///< the whole text of a message
  suffix,  ///< the end of a text
  word,    ///< a keyword the text begins with
};

/// How the wording is known.
enum class Known : std::uint8_t {
  seen,        ///< in an export of the corpus
  documented,  ///< in a published description of the format
  unverified,  ///< from memory or translation; a wrong one only leaves a line a notice
};

/// One wording. In `text`, {a} is who acted, {b} whom it concerns, {t} a title, {n} a number or duration and {x}
/// anything; everything else is literal. Without invisible marks, with plain quotes and without the final stop.
struct Phrase {
  Says says;
  Place place;
  Known known;
  std::string_view language;
  std::string_view text;
};

std::span<const Phrase> phrases();

/// Beginnings of the file names WhatsApp gives an exported chat ("WhatsApp Chat with ").
std::span<const std::string_view> title_prefixes();

}  // namespace strongroom::capture::whatsapp
