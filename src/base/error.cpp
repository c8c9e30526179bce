#include "base/error.h"

#include <fmt/format.h>

namespace strongroom {

std::string_view name_of(ErrorCode code) {
  switch (code) {
    case ErrorCode::malformed: return "malformed";
    case ErrorCode::unsupported: return "unsupported";
    case ErrorCode::limit_exceeded: return "limit-exceeded";
    case ErrorCode::not_found: return "not-found";
    case ErrorCode::refused: return "refused";
    case ErrorCode::unauthenticated: return "unauthenticated";
    case ErrorCode::conflict: return "conflict";
    case ErrorCode::io: return "io";
    case ErrorCode::corrupt: return "corrupt";
    case ErrorCode::unavailable: return "unavailable";
    case ErrorCode::internal: return "internal";
  }
  return "internal";
}

std::string Error::to_string() const {
  std::string text = what;
  if (!where.empty()) text += fmt::format(" ({})", where);
  if (!hint.empty()) text += fmt::format("\n  hint: {}", hint);
  return text;
}

Error Error::in(std::string_view place) && {
  where = where.empty() ? std::string(place) : fmt::format("{}: {}", place, where);
  return std::move(*this);
}

}  // namespace strongroom
