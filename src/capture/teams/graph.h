/// Members of Graph's objects, "createdDateTime" in one source and "CreatedDateTime" in another.
#pragma once

#include <optional>

#include "capture/json/members.h"

namespace strongroom::capture::teams {

/// The name in the spelling that `object` has.
std::string spelling(const json::Object& object, std::string_view name);
std::string text(const json::Object& object, std::string_view name);
const json::Object* object(const json::Object& object, std::string_view name);
const json::Array* array(const json::Object& object, std::string_view name);
/// RFC 3339 with any fraction, as milliseconds.
std::optional<std::int64_t> instant(const json::Object& object, std::string_view name);

/// identitySet: {user|application|device|conversation: {id, displayName}}. nullopt if it names nobody.
std::optional<record::Person> person_of(const json::Object* identity_set);
/// One identity of a kind: "teams:ID" for users, "teams:application:ID" for others.
record::Person identity(const json::Object& identity, std::string_view kind);

}  // namespace strongroom::capture::teams
