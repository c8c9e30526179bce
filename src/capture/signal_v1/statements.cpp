#include "capture/signal_v1/statements.h"

#include <algorithm>

namespace strongroom::capture::signal_v1 {
namespace {

constexpr std::size_t kColumnsMax = 512;

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }
bool is_name(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '$' ||
         static_cast<unsigned char>(c) >= 0x80;
}

/// Walks SQL by tokens: names (quoted or not, in lower case) and single characters.
class Tokens {
 public:
  explicit Tokens(std::string_view sql) : sql_(sql) {}

  /// The next token; "" at the end or where a quote does not end.
  std::string next() {
    skip();
    quoted_ = false;
    if (sql_.empty()) return {};
    const char c = sql_.front();
    if (c == '"' || c == '`' || c == '\'') return quoted(c);
    if (c == '[') return quoted(']');
    std::string out;
    while (!sql_.empty() && is_name(sql_.front())) {
      out += lower(sql_.front());
      sql_.remove_prefix(1);
    }
    if (!out.empty()) return out;
    sql_.remove_prefix(1);
    return std::string(1, c);
  }
  bool was_quoted() const { return quoted_; }

 private:
  void skip() {
    for (;;) {
      const std::size_t space = sql_.find_first_not_of(" \t\r\n\f");
      sql_.remove_prefix(std::min(space, sql_.size()));
      const bool line = sql_.starts_with("--");
      if (!line && !sql_.starts_with("/*")) return;
      const std::size_t end = line ? sql_.find('\n') : sql_.find("*/", 2);
      sql_.remove_prefix(end == std::string_view::npos ? sql_.size() : end + (line ? 1 : 2));
    }
  }
  std::string quoted(char end) {
    std::string out;
    quoted_ = true;
    for (std::size_t i = 1; i < sql_.size(); ++i) {
      if (sql_[i] != end) {
        out += lower(sql_[i]);
      } else if (end != ']' && i + 1 < sql_.size() && sql_[i + 1] == end) {
        out += sql_[i++];
      } else {
        sql_.remove_prefix(i + 1);
        return out;
      }
    }
    sql_ = {};
    return {};
  }
  std::string_view sql_;
  bool quoted_ = false;
};

/// Steps over "if not exists"; gives the token after it.
std::string name_after(Tokens& tokens) {
  std::string name = tokens.next();
  if (name != "if" || tokens.was_quoted()) return name;
  tokens.next();
  tokens.next();
  return tokens.next();
}

bool begins_constraint(std::string_view word) {
  return word == "primary" || word == "unique" || word == "check" || word == "foreign" ||
         word == "constraint";
}

}  // namespace

Said what_is_said(std::string_view sql) {
  Tokens tokens(sql);
  const std::string first = tokens.next();
  if (first == "insert") {
    if (tokens.next() != "into") return {};
    return {Act::insert, tokens.next()};
  }
  if (first != "create") return {};
  std::string second = tokens.next();
  while (second == "unique" || second == "temp" || second == "temporary") second = tokens.next();
  if (second == "table") return {Act::create_table, name_after(tokens)};
  if (second == "index" || second == "trigger" || second == "view" || second == "virtual")
    return {Act::schema, {}};
  return {};
}

std::optional<std::vector<std::string>> columns_in(std::string_view create_table) {
  Tokens tokens(create_table);
  tokens.next();
  for (std::string word = tokens.next(); word != "table"; word = tokens.next()) {
    if (word.empty()) return std::nullopt;
  }
  name_after(tokens);
  if (tokens.next() != "(") return std::nullopt;
  std::vector<std::string> out;
  int depth = 0;
  bool at_start = true;
  for (;;) {
    const std::string token = tokens.next();
    const bool plain = !tokens.was_quoted();
    if (token.empty() && plain) return std::nullopt;
    if (plain && depth == 0 && token == ")") return out;
    if (at_start && !(plain && begins_constraint(token))) {
      if (out.size() == kColumnsMax) return std::nullopt;
      out.push_back(token);
    }
    at_start = plain && depth == 0 && token == ",";
    if (plain && token == "(") ++depth;
    if (plain && token == ")") --depth;
  }
}

}  // namespace strongroom::capture::signal_v1
