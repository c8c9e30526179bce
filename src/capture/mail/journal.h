/// Exchange journal reports: a mail that says who really received the mail it carries (MS-OXJRNL; FORMAT.md).
#pragma once

#include "capture/mail/letter.h"
#include "capture/mail/mime.h"

namespace strongroom::capture::mail {

/// The report's own words, as people with roles.
struct JournalEnvelope {
  std::string sender, on_behalf_of, subject, message_id, label;
  std::vector<record::Person>
      people;  ///< "to", "cc", "bcc", "recipient" (role unknown); lists as "expanded_list"
  std::vector<std::string> not_understood;
  bool too_many = false;  ///< the report names more people than are read
};
JournalEnvelope read_journal_envelope(std::string_view text);

/// Reads `mail` as a journal report if it is one: the letter is then the mail within, its people those of the report.
std::optional<Letter> read_journal_report(BytesView mail, const Header& header, const MimeTree& tree,
                                          Charsets& charsets);

}  // namespace strongroom::capture::mail
