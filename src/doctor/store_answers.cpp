#include "doctor/store_answers.h"

#include <algorithm>

namespace strongroom::doctor {
namespace {

constexpr std::string_view kTodoOpen =
    "demand a login and let only the machines that need it reach this port; what it held counts as known";
constexpr std::string_view kTodoClosed = "let only the machines that need it reach this port";

std::uint32_t read_le32(BytesView bytes) {
  std::uint32_t v = 0;
  for (std::size_t i = 4; i-- > 0;) v = (v << 8) | std::to_integer<std::uint32_t>(bytes[i]);
  return v;
}
void append_le32(Bytes& to, std::uint32_t v) {
  for (int shift = 0; shift < 32; shift += 8) to.push_back(static_cast<std::byte>(v >> shift));
}
void append_text(Bytes& to, std::string_view text) {
  append(to, bytes_of(text));
  to.push_back(std::byte{0});
}

/// Whether the outermost document has the double "ok" with the value 1, or none.
/// Only its name is looked for: 0x01 "ok" 0x00 and eight bytes; 1.0 ends in f0 3f.
std::optional<double> mongo_ok(BytesView document) {
  static constexpr std::string_view kName{"\x01ok\0", 4};
  const std::string_view text = text_of(document);
  const std::size_t at = text.rfind(kName);
  if (at == std::string_view::npos || document.size() - at < kName.size() + 8) return std::nullopt;
  return std::to_integer<int>(document[at + kName.size() + 7]) == 0x3f ? 1.0 : 0.0;
}

}  // namespace

std::optional<Findings> judge_redis(const Place& place, std::string_view pong) {
  About about(place);
  if (pong.starts_with("+PONG"))
    about.say(Severity::critical, "redis-open", "Redis answers without a login", std::string(kTodoOpen));
  else if (pong.starts_with("-NOAUTH") || pong.starts_with("-DENIED"))
    about.say(Severity::advice, "reachable", "Redis answers here, and wants a login",
              std::string(kTodoClosed));
  else
    return std::nullopt;
  return about.take();
}

std::optional<Findings> judge_memcached(const Place& place, std::string_view answer) {
  if (!answer.starts_with("VERSION ")) return std::nullopt;
  About about(place);
  about.say(Severity::critical, "memcached-open", "memcached answers without a login",
            std::string(kTodoOpen));
  return about.take();
}

Bytes mongo_list_databases() {
  Bytes document;
  document.push_back(std::byte{0x10});  // int32
  append_text(document, "listDatabases");
  append_le32(document, 1);
  document.push_back(std::byte{0x08});  // boolean
  append_text(document, "nameOnly");
  document.push_back(std::byte{1});
  document.push_back(std::byte{0x02});  // string
  append_text(document, "$db");
  append_le32(document, 6);
  append_text(document, "admin");
  document.push_back(std::byte{0});
  Bytes out;
  append_le32(out, static_cast<std::uint32_t>(16 + 4 + 1 + 4 + document.size()));
  append_le32(out, 1);     // request
  append_le32(out, 0);     // answers none
  append_le32(out, 2013);  // OP_MSG
  append_le32(out, 0);     // flags
  out.push_back(std::byte{0});  // one document
  append_le32(out, static_cast<std::uint32_t>(4 + document.size()));
  append(out, document);
  return out;
}

std::optional<Findings> judge_mongo(const Place& place, BytesView answer) {
  if (answer.size() < 26 || read_le32(answer.subspan(12)) != 2013 || read_le32(answer.subspan(8)) != 1)
    return std::nullopt;
  const auto ok = mongo_ok(answer.subspan(21));
  About about(place);
  if (ok == 1.0)
    about.say(Severity::critical, "mongodb-open", "MongoDB lists its databases without a login",
              std::string(kTodoOpen));
  else
    about.say(Severity::advice, "reachable", "MongoDB answers here, and does not list its databases",
              std::string(kTodoClosed));
  return about.take();
}

Bytes postgres_startup() {
  Bytes body;
  append_u32(body, 196608);  // 3.0
  append_text(body, "user");
  append_text(body, "postgres");
  append_text(body, "database");
  append_text(body, "postgres");
  body.push_back(std::byte{0});
  Bytes out;
  append_u32(out, static_cast<std::uint32_t>(4 + body.size()));
  append(out, body);
  return out;
}

std::optional<Findings> judge_postgres(const Place& place, BytesView answer) {
  if (answer.size() < 9) return std::nullopt;
  const char kind = static_cast<char>(answer[0]);
  const auto length = read_be<std::uint32_t>(answer.subspan(1));
  if ((kind != 'R' && kind != 'E') || length < 8 || length > 4096) return std::nullopt;
  if (kind == 'E' && static_cast<char>(answer[5]) != 'S') return std::nullopt;  // severity comes first
  About about(place);
  const auto wanted = kind == 'R' ? read_be<std::uint32_t>(answer.subspan(5)) : 0xffffffffu;
  if (wanted == 0)
    about.say(Severity::critical, "postgresql-open", "PostgreSQL lets in user postgres without a password",
              "take 'trust' out of pg_hba.conf; what it held counts as known");
  else if (wanted == 3)
    about.say(Severity::warning, "postgresql-login-without-tls",
              "PostgreSQL takes passwords on a line that is not encrypted",
              "use scram-sha-256 and hostssl lines in pg_hba.conf");
  else
    about.say(Severity::advice, "reachable", "PostgreSQL answers here, and wants a login",
              std::string(kTodoClosed));
  return about.take();
}

std::optional<Findings> judge_mysql(const Place& place, BytesView greeting) {
  if (greeting.size() < 10 || greeting[3] != std::byte{0} || greeting[4] != std::byte{10})
    return std::nullopt;
  const std::string_view version = text_of(greeting.subspan(5));
  const std::size_t end = version.find('\0');
  if (end == 0 || end > 64) return std::nullopt;  // also where there is none
  About about(place);
  // After the version: connection (4), challenge (8), 0, lower half of the capabilities (2); 0x0800 is TLS.
  const BytesView rest = greeting.subspan(5 + end + 1);
  const bool tls = rest.size() >= 15 && (std::to_integer<unsigned>(rest[14]) & 0x08) != 0;
  about.say(tls ? Severity::advice : Severity::warning, tls ? "reachable" : "mysql-without-tls",
            "MySQL answers here" + std::string(tls ? "" : ", and does not offer TLS") + ": \"" +
                shown(version.substr(0, end)) + "\"",
            std::string(kTodoClosed));
  return about.take();
}

}  // namespace strongroom::doctor
