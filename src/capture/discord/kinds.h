/// Message types of Discord, named or numbered as the exporter writes them.
#pragma once

#include "capture/json/members.h"

namespace strongroom::capture::discord {

/// Sets kind, people and target; `out` has author, text and times. Types this program does not know become notices
/// with the doubt "unknown-kind".
void fill_kind(const json::Object& message, const std::string& type, record::Record& out);

/// A user object as a person; nullopt if it names nobody.
std::optional<record::Person> person_of(const json::Object& user);

}  // namespace strongroom::capture::discord
