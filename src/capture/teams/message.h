/// One chatMessage.
#pragma once

#include "capture/beside.h"
#include "capture/emission.h"
#include "capture/instants.h"
#include "capture/teams/graph.h"

namespace strongroom::capture::teams {

/// Bodies above this are not reduced; their HTML is the text, with a doubt.
inline constexpr std::size_t kMarkupMax = 1u << 20;

/// What messages are read against.
struct Surroundings {
  FilesBeside& beside;
  const std::string& custodian;  ///< as the operator stated it
};

bool is_custodian(const record::Person& person, const Surroundings& around);
/// "teams:chat:ID" or "teams:channel:TEAM/CHANNEL".
record::Conversation conversation_of(const json::Object& message);

/// The message, one reaction for each of its `reactions`, then the same for each of its `replies`.
Result<void> read_message(const json::Object& message, const Surroundings& around, Emission& out);

}  // namespace strongroom::capture::teams
