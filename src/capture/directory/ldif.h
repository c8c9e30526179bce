/// LDIF content records (RFC 2849): lines of "name: value", folded lines, base64 values, comments.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace strongroom::capture::directory {

struct LdifAttribute {
  std::string name;   ///< in small letters, without options (";lang-de")
  std::string value;  ///< decoded
  bool is_reference = false;  ///< "name:< URL": the value is elsewhere, and nobody fetches it
};

struct LdifEntry {
  std::vector<LdifAttribute> attributes;  ///< "dn" first
  std::string_view text;                  ///< as written, from its first line to its last
  std::uint64_t offset = 0;
  std::string broken;  ///< why it cannot be read, for people; empty if it can
};

/// Borrows the text. Entries are separated by empty lines; "version: 1" and comments between them are passed over.
class LdifEntries {
 public:
  explicit LdifEntries(std::string_view text);
  std::optional<LdifEntry> next();

 private:
  std::optional<std::string_view> line();
  std::string_view text_;
  std::size_t at_;
};

/// The first entry begins with "dn:" and a name such as "uid=ana".
bool begins_as_ldif(std::string_view text);

}  // namespace strongroom::capture::directory
