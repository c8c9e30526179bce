#include "capture/whatsapp_cloud/count.h"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "base/char_set.h"

namespace strongroom::capture::whatsapp_cloud {
namespace {

constexpr CharSet kBehindScalar(",[]{}\" \n\r\t");
constexpr std::size_t kDepthMax = 256;

/// What a bracket is for.
enum class Role {
  gathered,
  entries,
  entry,
  changes,
  change,
  value,
  items,
  history,
  part,
  threads,
  thread,
  other
};

struct Open {
  Role role = Role::other;
  char closes = '}';
  bool is_body = false;
  std::uint64_t items = 0;  ///< within a change or a body
  std::size_t name_at = 0, name_length = 0;
};

constexpr std::array<std::string_view, 8> kLists{
    "messages", "message_echoes", "statuses", "calls", "errors", "groups", "state_sync", "user_preferences"};

Role role_of(Role parent, std::string_view name, char bracket) {
  const bool array = bracket == '[';
  switch (parent) {
    case Role::gathered: return array ? (name == "entry" ? Role::entries : Role::other) : Role::gathered;
    case Role::entries: return array ? Role::other : Role::entry;
    case Role::entry: return array && name == "changes" ? Role::changes : Role::other;
    case Role::changes: return Role::change;
    case Role::change: return !array && name == "value" ? Role::value : Role::other;
    case Role::value:
      if (array && name == "history") return Role::history;
      return array && std::ranges::find(kLists, name) != kLists.end() ? Role::items : Role::other;
    case Role::history: return array ? Role::other : Role::part;
    case Role::part: return array && name == "threads" ? Role::threads : Role::other;
    case Role::threads: return array ? Role::other : Role::thread;
    case Role::thread: return array && name == "messages" ? Role::items : Role::other;
    default: return Role::other;
  }
}

/// Walks one value that begins with '{'.
class Walk {
 public:
  explicit Walk(std::string_view text) : text_(text) {}

  /// One past the value, or npos if it has no end.
  std::size_t run(std::size_t at) {
    for (; at < text_.size(); ++at) {
      const char c = text_[at];
      if (c == '"') {
        at = string(at);
        if (at == std::string_view::npos) return at;
      } else if (c == '{' || c == '[') {
        if (open_.size() == kDepthMax) return std::string_view::npos;
        open(c);
      } else if (c == '}' || c == ']') {
        if (open_.back().closes != c) return std::string_view::npos;
        close();
        if (open_.empty()) return at + 1;
      } else if (c != ' ' && c != '\n' && c != '\r' && c != '\t' && c != ',' && c != ':') {
        element();
        at = kBehindScalar.first_in(text_, at + 1) - 1;
      }
    }
    return std::string_view::npos;
  }

  std::uint64_t items() const { return items_; }
  /// The object has a string member "body" or "body_base64" and no "entry".
  bool is_envelope() const { return is_envelope_ && items_ == 0; }
  std::string_view body() const { return body_; }

 private:
  std::size_t string(std::size_t at) {
    std::size_t end = at + 1;
    while (end < text_.size() && text_[end] != '"') end += text_[end] == '\\' ? 2u : 1u;
    if (end >= text_.size()) return std::string_view::npos;
    const std::size_t next = std::min(text_.find_first_not_of(" \n\r\t", end + 1), text_.size());
    if (open_.back().closes == '}' && next < text_.size() && text_[next] == ':') {
      open_.back().name_at = at + 1;
      open_.back().name_length = end - at - 1;
    } else {
      if (open_.size() == 1 && name().starts_with("body")) {
        is_envelope_ = true;
        if (name() == "body") body_ = text_.substr(at + 1, end - at - 1);
      }
      element();
    }
    return end;
  }

  std::string_view name() const { return text_.substr(open_.back().name_at, open_.back().name_length); }

  void element() {
    if (open_.back().role == Role::items) add_item();
    if (open_.back().role == Role::changes) {
      open(' ');
      close();
    }
  }

  void open(char bracket) {
    if (!open_.empty() && open_.back().role == Role::items) add_item();
    const Role role = open_.empty() ? Role::gathered : role_of(open_.back().role, name(), bracket);
    if (role == Role::entries) open_.back().is_body = true;
    open_.push_back({role, bracket == '[' ? ']' : '}'});
  }

  void add_item() {
    for (auto outer = open_.rbegin(); outer != open_.rend(); ++outer) {
      if (outer->role != Role::change) continue;
      ++outer->items;
      return;
    }
  }

  void close() {
    const Open closed = open_.back();
    open_.pop_back();
    if (closed.role == Role::change) add_to_body(std::max<std::uint64_t>(closed.items, 1));
    if (closed.role == Role::gathered && closed.is_body) items_ += std::max<std::uint64_t>(closed.items, 1);
  }

  void add_to_body(std::uint64_t items) {
    for (auto outer = open_.rbegin(); outer != open_.rend(); ++outer) {
      if (outer->role != Role::gathered) continue;
      outer->items += items;
      return;
    }
  }

  std::string_view text_;
  std::vector<Open> open_;
  std::uint64_t items_ = 0;
  bool is_envelope_ = false;
  std::string_view body_;
};

/// A JSON string without its escapes; characters beyond ASCII do not matter here.
std::string plain(std::string_view escaped) {
  std::string out;
  for (std::size_t i = 0; i < escaped.size(); ++i) {
    if (escaped[i] != '\\' || i + 1 == escaped.size()) {
      out += escaped[i];
      continue;
    }
    const char c = escaped[++i];
    if (c == 'n' || c == 't' || c == 'r')
      out += ' ';
    else if (c == 'u') {
      const std::string_view digits = escaped.substr(i + 1, 4);
      out += digits == "0022" ? '"' : digits == "005c" || digits == "005C" ? '\\' : '?';
      i += 4;
    } else
      out += c;
  }
  return out;
}

/// The four-character groups of a base64 text as bytes; padding ends it.
std::string from_base64(std::string_view text) {
  constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  std::uint32_t bits = 0;
  int held = 0;
  for (const char c : text) {
    const std::size_t value = kAlphabet.find(c);
    if (value == std::string_view::npos) break;
    bits = (bits << 6) | static_cast<std::uint32_t>(value);
    held += 6;
    if (held < 8) continue;
    held -= 8;
    out += static_cast<char>((bits >> held) & 0xFF);
  }
  return out;
}

/// The value of the member "body_base64" of an envelope.
std::string_view base64_body(std::string_view envelope) {
  std::size_t at = envelope.find("\"body_base64\"");
  if (at == std::string_view::npos) return {};
  at = envelope.find('"', at + 13);
  return at == std::string_view::npos ? std::string_view()
                                      : envelope.substr(at + 1, envelope.find('"', at + 1) - at - 1);
}

std::uint64_t items_of_body(std::string_view body) {
  const std::size_t at = body.find_first_not_of(" \n\r\t");
  if (at == std::string_view::npos || body[at] != '{') return 1;
  Walk walk(body);
  return walk.run(at) == std::string_view::npos ? 1 : std::max<std::uint64_t>(walk.items(), 1);
}

std::uint64_t items_of_envelope(std::string_view envelope, std::string_view body,
                                const std::function<bool(std::string_view)>& refused_whole) {
  if (refused_whole(envelope)) return 1;
  return items_of_body(body.data() != nullptr ? plain(body) : from_base64(base64_body(envelope)));
}

}  // namespace

std::uint64_t count_items(std::string_view text, const std::function<bool(std::string_view)>& refused_whole) {
  std::uint64_t found = 0;
  bool in_array = false;
  std::size_t at = text.starts_with("\xEF\xBB\xBF") ? 3 : 0;
  while (at < text.size()) {
    const char c = text[at];
    if (c == ' ' || c == '\n' || c == '\r' || c == '\t' || (in_array && c == ',')) {
      ++at;
    } else if ((c == '[' && !in_array) || (c == ']' && in_array)) {
      in_array = c == '[';
      ++at;
    } else {
      Walk walk(text);
      const std::size_t end = c == '{' ? walk.run(at) : std::string_view::npos;
      std::uint64_t items = std::max<std::uint64_t>(walk.items(), 1);
      if (end == std::string_view::npos) {
        items = 1;
        const std::size_t line = text.find("\n{", at);
        at = line == std::string_view::npos ? text.size() : line + 1;
      } else {
        if (walk.is_envelope())
          items = items_of_envelope(text.substr(at, end - at), walk.body(), refused_whole);
        at = end;
      }
      found += items;
    }
  }
  return found;
}

}  // namespace strongroom::capture::whatsapp_cloud
