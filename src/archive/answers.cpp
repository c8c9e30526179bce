#include "archive/answers.h"

#include <fmt/format.h>

#include <algorithm>

#include "codec/text.h"

namespace strongroom::archive {
namespace {

unsigned status_of(ErrorCode code) {
  switch (code) {
    case ErrorCode::malformed:
    case ErrorCode::unsupported: return 400;
    case ErrorCode::limit_exceeded: return 413;
    case ErrorCode::not_found: return 404;
    case ErrorCode::refused:
    case ErrorCode::unauthenticated: return 403;
    case ErrorCode::conflict: return 409;
    case ErrorCode::unavailable: return 503;
    default: return 500;
  }
}

std::string json_text(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (static_cast<unsigned char>(c) < 0x20) {
      out += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
    } else {
      out += c;
    }
  }
  return out + '"';
}

}  // namespace

wire::Response answer_of(const Error& error) {
  const std::string body = fmt::format("{{\"code\": {}, \"what\": {}, \"where\": {}, \"hint\": {}}}\n",
                                       json_text(name_of(error.code)), json_text(error.what),
                                       json_text(error.where), json_text(error.hint));
  wire::Response response;
  response.status = status_of(error.code);
  response.content_type = "application/json";
  response.body = copy_of(bytes_of(body));
  return response;
}

wire::Response answer_of(Result<wire::Response> result) {
  return result ? *std::move(result) : answer_of(result.error());
}

wire::Response cbor_answer(Bytes bytes) {
  return wire::Response::binary(std::move(bytes), "application/cbor");
}

Target parse_target(std::string_view target) {
  Target out;
  const std::size_t question = std::min(target.find('?'), target.size());
  if (question < target.size()) out.query = target.substr(question + 1);
  std::string_view path = target.substr(0, question);
  while (!path.empty()) {
    path.remove_prefix(1);  // the slash
    const std::size_t end = std::min(path.find('/'), path.size());
    out.parts.push_back(path.substr(0, end));
    path.remove_prefix(end);
  }
  return out;
}

Result<std::uint64_t> Target::number(std::string_view name, std::uint64_t otherwise,
                                     std::uint64_t max) const {
  std::string_view rest = query;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find('&'), rest.size());
    const std::string_view item = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    const std::size_t equals = item.find('=');
    if (equals != std::string_view::npos && item.substr(0, equals) == name) {
      return codec::from_decimal(item.substr(equals + 1), max);
    }
  }
  return otherwise;
}

}  // namespace strongroom::archive
