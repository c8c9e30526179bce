/// A request and its answer, as structs; what they may weigh and how long they may take.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "wire/tls.h"

namespace strongroom::wire {

/// HEAD is answered as GET without the body; every other method is 405.
enum class Method { get, post, put };

struct Header {
  std::string name;  ///< compared without regard to case
  std::string value;
};

/// What is known of a request before its body is read.
struct RequestHead {
  Method method = Method::get;
  std::string target;           ///< "/v1/entries?from=7", as sent: not decoded; starts with "/"
  std::vector<Header> headers;  ///< without Host, Connection, Content-Length
  std::optional<Pin> peer;  ///< server side, TLS: the key the peer proved to hold. Client side: ignored

  /// The value of the first header of that name, or "".
  std::string_view header(std::string_view name) const;
};

struct Request : RequestHead {
  Bytes body;  ///< empty for GET
};

struct Response {
  unsigned status = 200;
  std::string content_type;  ///< "" if there is no body
  Bytes body;
  std::vector<Header> headers;  ///< extra ones only, e.g. {"Retry-After", "1"}

  std::string_view header(std::string_view name) const;
  static Response text(unsigned status, std::string_view text);
  static Response binary(Bytes body, std::string content_type = "application/octet-stream");
};

/// May be called once, from any thread, during the handler or later; a handler that drops every copy of it
/// uncalled is answered for with 500. Later calls do nothing.
using Respond = std::function<void(Response)>;
/// Runs on a thread of the server: it must not wait for anything (hand the work on and respond from there).
/// It is called from several threads at once. It must not throw.
using Handler = std::function<void(Request, Respond)>;

struct HttpLimits {
  std::uint32_t header_bytes_max = 8 * 1024;  ///< start line and headers; above it 431
  std::uint64_t body_bytes_max = 2 * 1024 * 1024;  ///< above it 413 (server) or `limit_exceeded` (client)
};

}  // namespace strongroom::wire
