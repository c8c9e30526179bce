#include "capture/whatsapp_cloud/bodies.h"

#include <algorithm>
#include <boost/json.hpp>

#include "base/secret.h"
#include "capture/json/documents.h"
#include "capture/json/members.h"
#include "capture/jsonl/lines.h"
#include "codec/text.h"
#include "crypto/hash.h"
#include "record/time_text.h"

namespace strongroom::capture::whatsapp_cloud {
namespace {

constexpr std::size_t kGatheredDepthMax = 4;
constexpr std::size_t kDetectBytes = 64u << 10;

struct Shape {
  bool has_entry = false, has_body = false, has_signature = false;
  std::vector<json::Value> objects;  ///< members that are objects
};

Result<Shape> shape_of(const json::Value& value) {
  Shape shape;
  json::Cursor cursor(value.text);
  if (!cursor.enter_object()) return shape;
  while (const auto name = TRY(cursor.next_member())) {
    const char first = cursor.peek();
    json::Value member = TRY(cursor.take());
    if (*name == "entry" && first == '[') shape.has_entry = true;
    if ((*name == "body" || *name == "body_base64") && first == '"') shape.has_body = true;
    if (*name == "signature") shape.has_signature = true;
    member.offset += value.offset;
    if (first == '{' && *name != "entry") shape.objects.push_back(member);
  }
  return shape;
}

Result<void> gather(const json::Value& value, std::size_t depth, std::vector<Body>& out) {
  const Shape shape = TRY(shape_of(value));
  if (shape.has_entry) out.push_back({.value = value, .raw = {}, .signature = {}, .received_at = {}});
  if (depth == kGatheredDepthMax) return {};
  for (const json::Value& object : shape.objects) TRY(gather(object, depth + 1, out));
  return {};
}

/// {"signature":"sha256=..","body":"<text>"} or "body_base64", perhaps with "received_at".
Result<Body> open_envelope(const json::Value& value) {
  const json::Any any = TRY(json::parse(value.text));
  const json::Object& object = any.as_object();
  Body out{.value = value, .raw = {}, .signature = json::text(object, "signature"), .received_at = {}};
  out.in_envelope = true;
  if (const json::Any* body = object.if_contains("body"); body != nullptr && body->is_string()) {
    out.raw.assign(body->get_string().data(), body->get_string().size());
  } else {
    const Bytes bytes = TRY(codec::from_base64(json::text(object, "body_base64")));
    out.raw = text_of(bytes);
  }
  const auto received = record::from_rfc3339(json::text(object, "received_at"));
  if (received) out.received_at = record::SourceTime{.unix_ms = *received, .zone = {}, .wall_clock = {}};
  return out;
}

/// "object" : "whatsapp_business_account" in `text`, the quotes written with `escape` before them.
bool names_the_product(std::string_view text, std::string_view quote) {
  const std::string key = std::string(quote) + "object" + std::string(quote);
  for (std::size_t at = text.find(key); at != std::string_view::npos; at = text.find(key, at + 1)) {
    std::string_view rest = text.substr(at + key.size());
    rest.remove_prefix(std::min(rest.find_first_not_of(" \t\r\n:"), rest.size()));
    if (rest.starts_with(std::string(quote) + "whatsapp_business_account" + std::string(quote))) return true;
  }
  return false;
}

std::string_view trimmed(std::string_view text) {
  const auto is_space = [](char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; };
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}

/// The name of the object's first member.
std::string_view first_member(std::string_view text) {
  json::Cursor cursor(text);
  if (cursor.peek() == '[') cursor.enter_array();
  if (!cursor.enter_object()) return {};
  const auto name = cursor.next_member();
  return name && *name ? **name : std::string_view();
}

}  // namespace

Result<std::vector<Body>> bodies_of(const json::Value& value) {
  std::vector<Body> out;
  const Shape shape = TRY(shape_of(value));
  if (shape.has_body && !shape.has_entry) {
    out.push_back(TRY(open_envelope(value)));
    return out;
  }
  TRY(gather(value, 0, out));
  return out;
}

bool begins_with_a_body(std::string_view text) {
  text = text.substr(0, kDetectBytes);
  const std::string_view first = first_member(text);
  if (first.empty()) return false;
  const bool envelope =
      first == "signature" || first == "body" || first == "body_base64" || first == "received_at";
  if (!envelope) return names_the_product(text, "\"");
  if (names_the_product(text, "\\\"")) return true;
  // Base64 hides the body: the first envelope is opened.
  json::Documents documents(text, text.size());
  const auto document = documents.next();
  if (!document || !document->code.empty()) return false;
  const auto bodies = bodies_of(document->value);
  return bodies && bodies->size() == 1 && bodies->front().in_envelope &&
         names_the_product(bodies->front().raw, "\"");
}

bool is_signed(std::string_view body, std::string_view signature, BytesView secret) {
  constexpr std::string_view kPrefix = "sha256=";
  signature = trimmed(signature);
  if (!signature.starts_with(kPrefix)) return false;
  const auto stated = codec::array_from_hex<32>(signature.substr(kPrefix.size()));
  if (!stated) return false;
  const Hash256 right = crypto::Hmac(secret).of({bytes_of(body)});
  return equal_constant_time(*stated, right);
}

std::vector<std::string_view> secrets_of(const std::vector<GivenKey>& keys) {
  std::vector<std::string_view> out;
  const auto add = [&](std::string_view secret) {
    secret = trimmed(secret);
    if (!secret.empty() && std::ranges::find(out, secret) == out.end()) out.push_back(secret);
  };
  for (const GivenKey& key : keys) {
    add(text_of(key.reveal()));
    Lines lines(text_of(key.reveal()));
    while (const auto line = lines.next()) add(line->text);
  }
  return out;
}

}  // namespace strongroom::capture::whatsapp_cloud
