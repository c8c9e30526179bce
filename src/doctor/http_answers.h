/// What a web server says to somebody who has not logged in.
#pragma once

#include <optional>

#include "doctor/answers.h"

namespace strongroom::doctor {

/// HEAD where the answer's bytes are never wanted: a dump of memory.
enum class HttpMethod { get, head };
struct HttpQuestion {
  HttpMethod method = HttpMethod::get;
  std::string_view target;
};
/// In this order, "/" first. None changes anything; none is followed to another host.
const std::vector<HttpQuestion>& http_questions();
/// "GET / HTTP/1.1", with Connection: close.
std::string http_request(const HttpQuestion& question, std::string_view host);

/// The first bytes of an HTTP/1 response.
struct HttpAnswer {
  unsigned status = 0;
  std::vector<std::pair<std::string_view, std::string_view>>
      headers;  ///< of the bytes given, which must outlive this
  std::string_view body;  ///< what has come of it, chunk sizes included

  /// Empty if there is none; names are alike in both cases.
  std::string_view header(std::string_view name) const;
};
inline constexpr std::size_t kHttpHeadersMax = 100;
/// Nothing if this is no HTTP/1 response. A head that was cut off counts as far as it came.
std::optional<HttpAnswer> parse_http(std::string_view bytes);

/// What the answer to one question shows; nothing where it is as it should be.
Findings judge_http(const Place& place, const HttpQuestion& question, const HttpAnswer& answer);
/// Where nothing else was found: that a web server answers, and whether it hides what it is told.
Finding web_server_at(const Place& place, const HttpAnswer& root);

}  // namespace strongroom::doctor
