#include "capture/mail/header_text.h"

#include <algorithm>
#include <map>

namespace strongroom::capture::mail {
namespace {

constexpr std::size_t kParametersMax = 200;
constexpr unsigned kSectionsMax = 1000;

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::string from_percent(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool marked =
        text[i] == '%' && text.size() - i > 2 && hex_value(text[i + 1]) >= 0 && hex_value(text[i + 2]) >= 0;
    if (!marked) {
      out.push_back(text[i]);
      continue;
    }
    out.push_back(static_cast<char>(hex_value(text[i + 1]) * 16 + hex_value(text[i + 2])));
    i += 2;
  }
  return out;
}

/// One "name=value" as written; comments are white space.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) {}

  bool done() {
    skip();
    return at_ >= text_.size();
  }
  /// Up to one of `stops`, without white space at the end.
  std::string_view token(std::string_view stops) {
    skip();
    const std::size_t from = at_;
    while (at_ < text_.size() && stops.find(text_[at_]) == std::string_view::npos && text_[at_] != '(') ++at_;
    return trimmed(text_.substr(from, at_ - from));
  }
  bool take(char c) {
    skip();
    if (at_ >= text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }
  std::string value() {
    skip();
    if (at_ >= text_.size() || text_[at_] != '"') return std::string(token(";"));
    std::string out;
    for (++at_; at_ < text_.size() && text_[at_] != '"'; ++at_) {
      if (text_[at_] == '\\' && at_ + 1 < text_.size()) ++at_;
      out.push_back(text_[at_]);
    }
    at_ = std::min(at_ + 1, text_.size());
    (void)token(";");
    return out;
  }

 private:
  void skip() {
    int depth = 0;
    for (; at_ < text_.size(); ++at_) {
      const char c = text_[at_];
      if (c == '(') {
        ++depth;
      } else if (c == ')' && depth > 0) {
        --depth;
      } else if (depth == 0 && c != ' ' && c != '\t' && c != '\r' && c != '\n') {
        return;
      }
    }
  }
  std::string_view text_;
  std::size_t at_ = 0;
};

/// The sections of one parameter (RFC 2231 §3): number to value, whether each is percent-encoded.
struct Section {
  std::string value;
  bool percent = false;
};
using Sections = std::map<unsigned, Section>;

std::string joined(const Sections& sections, Charsets& charsets, std::string_view fallback) {
  std::string bytes, charset(fallback);
  bool extended = false;
  unsigned next = 0;
  for (const auto& [number, section] : sections) {
    if (number != next++) break;  // a gap ends it
    std::string_view value = section.value;
    if (section.percent && number == 0) {
      const std::size_t language = value.find('\'');
      const std::size_t start =
          language == std::string_view::npos ? language : value.find('\'', language + 1);
      if (start != std::string_view::npos) {
        charset = std::string(value.substr(0, language));
        value.remove_prefix(start + 1);
      }
    }
    extended = extended || section.percent;
    bytes += section.percent ? from_percent(value) : std::string(value);
  }
  if (extended) return charsets.to_utf8(bytes, charset).text;
  return decoded_text(bytes, charsets, fallback);
}

}  // namespace

std::string_view ParameterValue::parameter(std::string_view name) const {
  const auto found = std::ranges::find(parameters, name, &std::pair<std::string, std::string>::first);
  return found == parameters.end() ? std::string_view() : std::string_view(found->second);
}

ParameterValue read_parameters(std::string_view raw, Charsets& charsets, std::string_view fallback) {
  const std::string text = unfolded(raw);
  Scanner scanner(text);
  ParameterValue out;
  out.value = lower(scanner.token(";"));
  std::erase_if(out.value, [](char c) { return c == ' ' || c == '\t' || c == '"'; });
  std::vector<std::pair<std::string, Sections>> all;
  for (std::size_t n = 0; n < kParametersMax && !scanner.done(); ++n) {
    if (scanner.take(';')) continue;
    std::string name = lower(scanner.token("=;"));
    if (!scanner.take('=')) {
      (void)scanner.token(";");
      if (!scanner.done() && !scanner.take(';')) break;
      continue;
    }
    Section section{scanner.value(), false};
    if (name.ends_with('*')) {
      section.percent = true;
      name.pop_back();
    }
    unsigned number = 0;
    const std::size_t star = name.rfind('*');
    if (star != std::string::npos && name.size() - star <= 4 &&
        std::ranges::all_of(name.substr(star + 1), [](char c) { return c >= '0' && c <= '9'; })) {
      for (const char c : name.substr(star + 1)) number = number * 10 + static_cast<unsigned>(c - '0');
      name.resize(star);
    }
    if (name.empty() || number >= kSectionsMax) continue;
    auto known = std::ranges::find(all, name, &std::pair<std::string, Sections>::first);
    if (known == all.end()) known = all.insert(all.end(), {name, {}});
    // "filename*" is meant for those who understand it, "filename" for the others.
    auto [place, first] = known->second.try_emplace(number, section);
    if (!first && section.percent && !place->second.percent) place->second = section;
  }
  for (const auto& [name, sections] : all)
    out.parameters.emplace_back(name, joined(sections, charsets, fallback));
  return out;
}

}  // namespace strongroom::capture::mail
