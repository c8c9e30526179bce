/// The little JSON that commands answer with: strings are quoted here, numbers and structure are written in place.
#pragma once

#include <fmt/format.h>

#include <string>
#include <string_view>

#include "base/utf8.h"

namespace strongroom::person {

inline std::string json_string(std::string_view text) {
  std::string out = "\"";
  for (const char c : utf8::is_valid(text) ? std::string(text) : utf8::repaired(text)) {
    if (c == '"' || c == '\\') out += '\\';
    if (static_cast<unsigned char>(c) < 0x20) {
      out += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
    } else {
      out += c;
    }
  }
  return out + '"';
}

}  // namespace strongroom::person
