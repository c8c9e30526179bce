#include "wire/http.h"

#include <algorithm>

namespace strongroom::wire {
namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

std::string_view find(const std::vector<Header>& headers, std::string_view name) {
  for (const Header& header : headers) {
    if (std::ranges::equal(header.name, name, {}, lower, lower)) return header.value;
  }
  return {};
}

}  // namespace

std::string_view RequestHead::header(std::string_view name) const { return find(headers, name); }
std::string_view Response::header(std::string_view name) const { return find(headers, name); }

Response Response::text(unsigned status, std::string_view text) {
  return {.status = status,
          .content_type = "text/plain; charset=utf-8",
          .body = copy_of(bytes_of(text)),
          .headers = {}};
}

Response Response::binary(Bytes body, std::string content_type) {
  return {.status = 200, .content_type = std::move(content_type), .body = std::move(body), .headers = {}};
}

}  // namespace strongroom::wire
