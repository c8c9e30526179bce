/// How results become HTTP answers (docs/formats/service.md).
#pragma once

#include <string_view>

#include "base/error.h"
#include "wire/http.h"

namespace strongroom::archive {

/// {"code", "what", "where", "hint"} with the status that fits the code.
wire::Response answer_of(const Error& error);
/// `bytes` as application/cbor.
wire::Response cbor_answer(Bytes bytes);
/// The value, or the error.
wire::Response answer_of(Result<wire::Response> result);

/// A target taken apart: "/v1/device/<id>/entries?from=7" → parts and query.
struct Target {
  std::vector<std::string_view> parts;
  std::string_view query;

  /// The decimal value of a query item, or `otherwise` if it is not there; at most `max`.
  Result<std::uint64_t> number(std::string_view name, std::uint64_t otherwise, std::uint64_t max) const;
};
Target parse_target(std::string_view target);

}  // namespace strongroom::archive
