/// What the place of a mail in a Maildir says: its folder, its flags, when it was delivered.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "record/record.h"

namespace strongroom::capture::mail {

struct MaildirPlace {
  std::map<std::string, record::Extra> extra;  ///< "folder", "flags", "seen", "container"
  std::optional<std::int64_t> delivered_ms;
};
/// nullopt if the file lies in no directory cur, new or tmp.
std::optional<MaildirPlace> maildir_place(std::string_view path);

}  // namespace strongroom::capture::mail
