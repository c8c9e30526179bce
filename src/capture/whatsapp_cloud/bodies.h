/// Where webhook bodies lie in a JSON value: the value itself, in an envelope with the signature, or gathered in an
/// object under names.
#pragma once

#include <optional>
#include <vector>

#include "base/bytes.h"
#include "capture/json/cursor.h"
#include "capture/parser.h"

namespace strongroom::capture::whatsapp_cloud {

/// One body as Meta sent it.
struct Body {
  json::Value value;  ///< where it lies in the file: the body, or the envelope
  std::string raw;  ///< the bytes that were signed, if they came in an envelope
  std::string signature;  ///< of the envelope; empty = none
  bool in_envelope = false;
  std::optional<record::SourceTime> received_at;

  std::string_view signed_text() const { return in_envelope ? std::string_view(raw) : value.text; }
};

/// The bodies of one JSON value; none if it holds none. `malformed` for an envelope that cannot be opened.
Result<std::vector<Body>> bodies_of(const json::Value& value);
/// The beginning of a file is a webhook body, an envelope of one, or an object that gathers them.
bool begins_with_a_body(std::string_view text);

/// "sha256=<64 hex digits>" over `body` with the secret.
bool is_signed(std::string_view body, std::string_view signature, BytesView secret);
/// The keys as given, whole and line by line, without white space around them.
std::vector<std::string_view> secrets_of(const std::vector<GivenKey>& keys);

}  // namespace strongroom::capture::whatsapp_cloud
