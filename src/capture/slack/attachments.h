/// Files of a message, and what applications and link previews hang under it.
#pragma once

#include "capture/beside.h"
#include "capture/slack/directory.h"

namespace strongroom::capture::slack {

/// What a message is read against; borrowed.
struct Surroundings {
  Directory& directory;
  FilesBeside& beside;
  const std::string& file;  ///< that the message lies in
};

/// "files", and "file" of older exports.
void read_files(record::Record& record, const json::Object& message, const Surroundings& around);
/// "attachments": link previews become attachments; the words of applications are added to the text.
void read_hangings(record::Record& record, const json::Object& message, const Surroundings& around);
/// The words of "blocks", for messages that have no others. True if the blocks say more than `record.text` shows.
bool read_blocks(record::Record& record, const json::Object& message, const Surroundings& around);

}  // namespace strongroom::capture::slack
