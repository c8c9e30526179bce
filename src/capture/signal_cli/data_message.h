/// dataMessage, as it stands in an envelope, in editMessage and unwrapped in syncMessage.sentMessage.
#pragma once

#include "capture/beside.h"
#include "capture/signal_cli/people.h"

namespace strongroom::capture::signal_cli {

struct Surroundings {
  const std::string& file;
  FilesBeside& beside;
};

/// Sets kind, native id, time, conversation (of a group), text, target and attachments. `out` has its author, and the
/// conversation of two that counts unless the message is in a group.
void fill_data(const json::Object& data, const Account& account, const Surroundings& around,
               record::Record& out);

/// editMessage: the new version, pointing at the one before.
void fill_edit(const json::Object& edit, const Account& account, const Surroundings& around,
               record::Record& out);

/// One attachment; the program that listens keeps it in a file named by its id.
record::Attachment attachment_of(const json::Object& written, const Surroundings& around);

record::Conversation group_of(const std::string& id, std::string title);

}  // namespace strongroom::capture::signal_cli
