#include "capture/teams/graph.h"

#include "record/time_text.h"

namespace strongroom::capture::teams {

std::string spelling(const json::Object& object, std::string_view name) {
  std::string out(name);
  if (object.contains(out) || out.empty()) return out;
  std::string pascal = out;
  if (pascal[0] >= 'a' && pascal[0] <= 'z') pascal[0] = static_cast<char>(pascal[0] - 'a' + 'A');
  return object.contains(pascal) ? pascal : out;
}

std::string text(const json::Object& object, std::string_view name) {
  return json::text_or_number(object, spelling(object, name));
}
const json::Object* object(const json::Object& object, std::string_view name) {
  return json::object(object, spelling(object, name));
}
const json::Array* array(const json::Object& object, std::string_view name) {
  return json::array(object, spelling(object, name));
}

std::optional<std::int64_t> instant(const json::Object& object, std::string_view name) {
  const auto out = record::from_rfc3339(text(object, name));
  return out ? std::optional(*out) : std::nullopt;
}

record::Person identity(const json::Object& identity, std::string_view kind) {
  record::Person out;
  out.name = text(identity, "displayName");
  const std::string id = text(identity, "id");
  const std::string before = kind == "user" ? "teams:" : "teams:" + std::string(kind) + ":";
  out.id = id.empty() ? "name:" + out.name : before + id;
  for (const std::string_view name : {"userPrincipalName", "email"}) {
    if (const std::string mail = text(identity, name); mail.find('@') != std::string::npos)
      out.addresses.push_back("mailto:" + mail);
  }
  if (text(identity, "userIdentityType") == "phoneUser" && id.starts_with("+"))
    out.addresses.push_back("tel:" + id);
  return out;
}

std::optional<record::Person> person_of(const json::Object* identity_set) {
  if (identity_set == nullptr) return std::nullopt;
  for (const std::string_view kind : {"user", "application", "device", "conversation", "tag"}) {
    if (const json::Object* one = object(*identity_set, kind)) return identity(*one, kind);
  }
  return std::nullopt;
}

}  // namespace strongroom::capture::teams
