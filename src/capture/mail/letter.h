/// A mail as understood, before it is a record: what EML, mbox, Maildir, .msg and journal reports have in common.
#pragma once

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "capture/mail/charset.h"
#include "capture/mail/fields.h"
#include "capture/tally.h"

namespace strongroom::capture::mail {

/// Something a mail holds that is handed over by itself.
struct Piece {
  record::Attachment attachment;
  BytesView view;  ///< of the mail's bytes, unless `owned` holds it
  Bytes owned;
  BytesView bytes() const { return owned.empty() ? view : BytesView(owned); }
};

struct Letter {
  std::string subject;
  std::optional<record::Person> author;
  std::vector<record::Person> people;
  std::optional<std::int64_t> sent_ms, received_ms;
  std::string message_id;
  std::vector<std::string> references;  ///< oldest first; In-Reply-To if there are none
  std::string text;
  std::vector<Piece> pieces;
  std::map<std::string, record::Extra> extra;
  std::vector<record::Doubt> doubts;

  /// Said once, however many parts are in doubt for the same reason.
  void doubt(std::string code, std::string detail) {
    record::Doubt one{std::move(code), std::move(detail)};
    const auto same = [&](const record::Doubt& d) { return d == one; };
    if (doubts.size() < kDoubtsMax && std::ranges::none_of(doubts, same)) doubts.push_back(std::move(one));
  }
  static constexpr std::size_t kDoubtsMax = 100;
};

/// What the fields of a mail's header say (envelope.cpp). `fallback`: charset of raw 8-bit text.
void read_fields(const Header& header, Charsets& charsets, std::string_view fallback, Letter& letter);
/// The date in a Received field, after its last ";".
std::optional<std::int64_t> received_date(std::string_view field);
/// "mailto:" person; by name if there is no address.
record::Person person_of(const std::string& name, const std::string& address, std::string role);

/// Leaves in `people` what a record has room for; beyond it all are named in an attachment (envelope.cpp).
void bound_people(Letter& letter);

enum class FromLines { as_they_are, unquoted };  ///< ">From " in a mailbox with quoting stands for "From "
/// Text and pieces (body.cpp). Gives the structure that was found, for journal reports.
struct MimeTree;
MimeTree read_body(BytesView mail, const Header& header, Charsets& charsets, FromLines from_lines,
                   Letter& letter);
/// The same for a structure read before, from the part `first` on.
void read_parts(const MimeTree& tree, Charsets& charsets, FromLines from_lines, Letter& letter);

/// Where a mail lies and what the store around it says.
struct Place {
  std::string file;
  std::uint64_t offset = 0;
  BytesView raw;
  std::map<std::string, record::Extra> extra;  ///< folder, flags, postmark
  std::optional<std::int64_t> delivered_ms;  ///< of the store; when the mail itself has no date
};
/// Makes the record and hands it over with its pieces (letter.cpp).
Result<void> hand_over(Letter letter, const Place& place, const Statement& statement, Tally& tally);

/// At most `limit` bytes of UTF-8, never half a character.
std::string cut_to(std::string_view text, std::size_t limit);

}  // namespace strongroom::capture::mail
