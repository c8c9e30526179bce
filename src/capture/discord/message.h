/// One element of `messages`, as records.
#pragma once

#include <vector>

#include "capture/beside.h"
#include "capture/json/members.h"

namespace strongroom::capture::discord {

/// The channel of an export.
struct Channel {
  record::Conversation conversation;
  std::string name;
  bool direct = false;  ///< of two people
};

/// `guild` and `channel` of the export's head.
Channel channel_of(const json::Object& head);
record::Record context_of(const json::Object& head, const Channel& channel);

struct Surroundings {
  const std::string& file;
  FilesBeside& beside;
  const std::string& custodian_name;  ///< as stated, or empty
};

/// The message, then one record for each user listed under a reaction.
std::vector<record::Record> read_message(const json::Object& message, const Channel& channel,
                                         const Surroundings& around);

}  // namespace strongroom::capture::discord
