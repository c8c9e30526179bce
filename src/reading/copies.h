/// The same message, captured from several participants, is kept as often and shown once.
///
/// Two lines are one message if all of this holds:
///   - they come from devices of different custodians' archives and from one source family ("signal", "wecom");
///   - kind, text, time and author are the same: the time an instant of the source's, equal to the millisecond, the
///     author joined by the directory, or of the same id;
///   - the attachments are the same, one by one: by SHA-256 where both have one, else by name, size and media type;
///   - in a direct conversation the same people are concerned, elsewhere the conversation has the same id.
/// Conversations that share a message are one: what only one side kept says so. The search is bounded (copies.cpp): of
/// many hundred messages of one author, millisecond and text that differ otherwise, some are shown twice.
#pragma once

#include "reading/conversation.h"

namespace strongroom::reading {

/// Puts conversations of different devices together that share a message.
void show_once(Reading& reading);

}  // namespace strongroom::reading
