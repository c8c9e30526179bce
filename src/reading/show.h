/// A conversation as text for people, at most `kColumns` wide: names of that day, edits with their history, deletions
/// with who and when, quotes, reactions, attachments; assumed zones and doubts are marked where they stand.
#pragma once

#include <string>

#include "grant/opened_case.h"
#include "reading/conversation.h"

namespace strongroom::reading {

inline constexpr std::size_t kColumns = 96;

/// What is missing or wrong, for the top of everything that is shown (protocol §5.5). Never empty: it says so when
/// nothing is.
std::string missing_text(const grant::OpenedCase& opened, const Reading& reading);
/// Files that messages name as kept and whose content is not in the folders opened: another day's folder, as a rule.
std::uint64_t contents_not_here(const Reading& reading);

/// One line a conversation: number (from 1), title, custodian, days, messages.
std::string list_text(const grant::OpenedCase& opened, const Reading& reading);

/// Whether each line bears the number of its record, by which it can be exported alone.
enum class Numbers { hidden, shown };
std::string conversation_text(const grant::OpenedCase& opened, const Reading& reading,
                              const Conversation& conversation, Numbers numbers = Numbers::hidden);

/// "14:05 UTC", or the wall clock with its zone and how sure it is.
std::string time_text(const record::SourceTime& time);
/// The day under whose heading it stands: of the wall clock where there is one, else UTC.
std::string day_text(const record::SourceTime& time);

}  // namespace strongroom::reading
