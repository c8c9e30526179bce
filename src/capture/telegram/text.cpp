#include "capture/telegram/text.h"

#include <boost/json/serialize.hpp>

#include "base/utf16.h"
#include "base/utf8.h"
#include "capture/telegram/people.h"

namespace strongroom::capture::telegram {
namespace {

/// The model's word for an entity; "" for what the text says by itself (hashtags, addresses, commands).
std::string style_of(std::string_view type) {
  if (type == "code" || type == "pre") return "monospace";
  if (type == "mention" || type == "mention_name" || type == "text_mention") return "mention";
  if (type == "text_link") return "link";
  if (type == "expandable_blockquote") return "blockquote";
  for (const std::string_view own :
       {"bold", "italic", "underline", "strikethrough", "spoiler", "blockquote", "custom_emoji"}) {
    if (type == own) return std::string(own);
  }
  return {};
}

/// "@ana" in a text, as an address.
std::string username_of(std::string_view text) {
  if (text.starts_with('@')) text.remove_prefix(1);
  return text.empty() ? std::string() : "username:" + std::string(text);
}

/// Builds text and ranges part by part.
class Builder {
 public:
  explicit Builder(record::Record& out) : out_(out) {}

  void add(const json::Any& part) {
    if (const auto* written = part.if_string()) {
      append({written->data(), written->size()});
    } else if (const json::Object* object = part.if_object()) {
      add(*object);
    }
  }
  /// A part said more than text and style.
  bool rich() const { return rich_; }

 private:
  void add(const json::Object& part) {
    const std::string type = json::text(part, "type");
    const std::string words = json::text(part, "text");
    const std::uint64_t length = append(words);
    rich_ = rich_ || part.size() > 2;
    const std::string style = style_of(type);
    if (style.empty() || length == 0) return;
    record::TextRange range{at_ - length, length, style, {}};
    if (type == "mention") range.mention_id = username_of(words);
    if (type == "mention_name") range.mention_id = peer_id(json::text_or_number(part, "user_id"));
    out_.ranges.push_back(std::move(range));
  }

  std::uint64_t append(std::string_view words) {
    if (utf8::is_valid(words)) {
      out_.text += words;
    } else {
      out_.text += utf8::repaired(words);
    }
    const std::uint64_t length = utf16::length_of(words);
    at_ += length;
    return length;
  }

  record::Record& out_;
  std::uint64_t at_ = 0;
  bool rich_ = false;
};

bool fill_from(const json::Array& parts, record::Record& out) {
  Builder builder(out);
  for (const json::Any& part : parts) builder.add(part);
  return builder.rich();
}

}  // namespace

void fill_text(const json::Object& message, record::Record& out) {
  const json::Array* parts = json::array(message, "text_entities");
  if (parts == nullptr || parts->empty()) parts = json::array(message, "text");
  if (parts == nullptr) {
    out.text = json::text(message, "text");
    return;
  }
  if (fill_from(*parts, out)) {
    const std::string written = boost::json::serialize(*parts);
    out.extra["text_entities"] = utf8::is_valid(written) ? written : utf8::repaired(written);
  }
}

std::string plain_text(const json::Object& object, std::string_view name) {
  const json::Array* parts = json::array(object, name);
  if (parts == nullptr) {
    const json::Object* inner = json::object(object, name);
    return inner == nullptr ? json::text(object, name) : plain_text(*inner, "text");
  }
  record::Record scratch;
  fill_from(*parts, scratch);
  return std::move(scratch.text);
}

void fill_ranges(const json::Array& entities, record::Record& out) {
  for (const json::Any& value : entities) {
    const json::Object* entity = value.if_object();
    if (entity == nullptr) continue;
    const std::string type = json::text(*entity, "type");
    const std::string style = style_of(type);
    const auto start = json::unsigned_integer(*entity, "offset");
    const auto length = json::unsigned_integer(*entity, "length");
    if (style.empty() || !start || !length || *length == 0) continue;
    record::TextRange range{*start, *length, style, {}};
    if (const json::Object* user = json::object(*entity, "user"))
      range.mention_id = peer_id(json::text_or_number(*user, "id"));
    out.ranges.push_back(std::move(range));
  }
}

}  // namespace strongroom::capture::telegram
