#include "doctor/http_answers.h"

#include <algorithm>

namespace strongroom::doctor {
namespace {

constexpr std::string_view kClose =
    "close it to the outside and demand a login; then find out from its log who has asked";

bool is_listing(std::string_view body) {
  return mentions(body, "<title>Index of /") || mentions(body, "<h1>Index of /") ||
         mentions(body, "<title>Directory listing for") || mentions(body, "[To Parent Directory]");
}

bool is_elasticsearch(std::string_view body) {
  return mentions(body, "\"cluster_name\"") &&
         (mentions(body, "lucene_version") || mentions(body, "for Search"));
}

/// "green open name ..." as /_cat/indices writes it, or its empty answer in plain text.
bool is_list_of_indices(const HttpAnswer& answer) {
  const auto lines = lines_of(answer.body);
  return std::ranges::any_of(lines, [](std::string_view line) {
    return line.starts_with("green ") || line.starts_with("yellow ") || line.starts_with("red ");
  });
}

bool carries_file(const HttpAnswer& answer) {
  return mentions(answer.header("content-type"), "octet-stream") ||
         mentions(answer.header("content-type"), "hprof") ||
         mentions(answer.header("content-disposition"), "heapdump") ||
         mentions(answer.header("content-disposition"), "hprof");
}

void judge_root(About& about, const HttpAnswer& answer) {
  if (answer.status == 200 && is_listing(answer.body))
    about.say(Severity::critical, "http-directory-listing", "the web server lists files to everybody",
              "turn listings off and take away what is not for everybody; then find out from its log what "
              "was fetched");
  if (answer.status == 200 && is_elasticsearch(answer.body))
    about.say(Severity::critical, "elasticsearch-open", "Elasticsearch answers without a login",
              std::string(kClose));
  if (answer.status == 401 && mentions(answer.header("www-authenticate"), "Basic") &&
      about.over() == Over::plain)
    about.say(Severity::warning, "http-login-without-tls",
              "the web server takes passwords on a line that is not encrypted", "serve it over TLS only");
}

void judge_actuator(About& about, std::string_view target, const HttpAnswer& answer) {
  const std::string_view body = answer.body;
  const bool list = target == "/actuator" && mentions(body, "\"_links\"");
  if (list && mentions(body, "heapdump"))
    about.say(Severity::critical, "actuator-heapdump",
              "Spring Boot hands out its memory (heapdump) to everybody",
              "take heapdump out of management.endpoints.web.exposure; everything that was in its memory "
              "counts as known: "
              "change its passwords and keys");
  if (list)
    about.say(Severity::warning, "actuator-open", "Spring Boot's actuator answers without a login",
              "expose health only, and the rest on a port of its own behind a login");
  const bool dump = target == "/actuator/heapdump" || target == "/heapdump";
  if (dump && carries_file(answer))
    about.say(Severity::critical, "actuator-heapdump",
              "Spring Boot hands out its memory (heapdump) to everybody",
              "take heapdump out of management.endpoints.web.exposure; everything that was in its memory "
              "counts as known: "
              "change its passwords and keys");
  const bool environment = target == "/actuator/env" || target == "/env";
  if (environment && (mentions(body, "\"propertySources\"") || mentions(body, "\"systemProperties\"")))
    about.say(Severity::critical, "actuator-env",
              "Spring Boot tells its settings, and perhaps passwords, to everybody", std::string(kClose));
}

void judge_others(About& about, std::string_view target, const HttpAnswer& answer) {
  const std::string_view body = answer.body;
  if (target == "/_cat/indices" && is_list_of_indices(answer))
    about.say(Severity::critical, "elasticsearch-open", "Elasticsearch answers without a login",
              std::string(kClose));
  if (target == "/phpinfo.php" && mentions(body, "phpinfo()"))
    about.say(Severity::warning, "phpinfo", "phpinfo() tells everybody how this machine is set up",
              "remove that file");
  if (target == "/metrics" && body.find("# HELP ") != std::string_view::npos &&
      body.find("# TYPE ") != std::string_view::npos)
    about.say(Severity::warning, "metrics-open", "measurements are told to everybody (/metrics)",
              "let only the monitoring machine reach it");
  if (target == "/version" && mentions(body, "\"ApiVersion\"") && mentions(body, "\"Os\""))
    about.say(Severity::critical, "docker-open",
              "the Docker API answers without a login: who reaches it is root here",
              "close this port now; serve it on its Unix socket only");
  if (target == "/.git/HEAD" && answer.body.find("ref: refs/") != std::string_view::npos)
    about.say(Severity::critical, "git-open", "the web server hands out a source repository with its history",
              "deny /.git; passwords that were ever in it count as known");
  if (target == "/server-status" && mentions(body, "Apache Server Status"))
    about.say(Severity::warning, "server-status", "the web server tells everybody who is asking it for what",
              "let only this machine see /server-status");
}

}  // namespace

const std::vector<HttpQuestion>& http_questions() {
  static const std::vector<HttpQuestion> questions{{HttpMethod::get, "/"},
                                                   {HttpMethod::get, "/_cat/indices"},
                                                   {HttpMethod::get, "/actuator"},
                                                   {HttpMethod::get, "/actuator/env"},
                                                   {HttpMethod::head, "/actuator/heapdump"},
                                                   {HttpMethod::head, "/heapdump"},
                                                   {HttpMethod::get, "/env"},
                                                   {HttpMethod::get, "/phpinfo.php"},
                                                   {HttpMethod::get, "/metrics"},
                                                   {HttpMethod::get, "/version"},
                                                   {HttpMethod::get, "/.git/HEAD"},
                                                   {HttpMethod::get, "/server-status"}};
  return questions;
}

std::string http_request(const HttpQuestion& question, std::string_view host) {
  return std::string(question.method == HttpMethod::head ? "HEAD " : "GET ") + std::string(question.target) +
         " HTTP/1.1\r\nHost: " + std::string(host) +
         "\r\nUser-Agent: strongroom-doctor\r\nAccept: */*\r\nConnection: close\r\n\r\n";
}

std::string_view HttpAnswer::header(std::string_view name) const {
  for (const auto& [known, value] : headers)
    if (known.size() == name.size() && begins_with_word(known, name)) return value;
  return {};
}

std::optional<HttpAnswer> parse_http(std::string_view bytes) {
  if (!bytes.starts_with("HTTP/1.") || bytes.size() < 12 || bytes[8] != ' ') return std::nullopt;
  HttpAnswer answer;
  for (const char digit : bytes.substr(9, 3)) {
    if (digit < '0' || digit > '9') return std::nullopt;
    answer.status = answer.status * 10 + static_cast<unsigned>(digit - '0');
  }
  std::size_t at = bytes.find('\n');
  while (at != std::string_view::npos) {
    const std::size_t end = bytes.find('\n', at + 1);
    std::string_view line = bytes.substr(at + 1, end == std::string_view::npos ? end : end - at - 1);
    if (line.ends_with('\r')) line.remove_suffix(1);
    at = end;
    if (line.empty()) break;
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos || answer.headers.size() == kHttpHeadersMax) continue;
    std::string_view value = line.substr(colon + 1);
    while (value.starts_with(' ')) value.remove_prefix(1);
    answer.headers.emplace_back(line.substr(0, colon), value);
  }
  if (at != std::string_view::npos) answer.body = bytes.substr(at + 1);
  return answer;
}

Findings judge_http(const Place& place, const HttpQuestion& question, const HttpAnswer& answer) {
  About about(place);
  if (question.target == "/")
    judge_root(about, answer);
  else if (answer.status == 200) {
    judge_actuator(about, question.target, answer);
    judge_others(about, question.target, answer);
  }
  return about.take();
}

Finding web_server_at(const Place& place, const HttpAnswer& root) {
  Finding out{Severity::advice, "reachable", place.text, "a web server answers here",
              "leave it reachable only for those who need it"};
  if (!root.header("server").empty()) out.what += ": \"" + shown(root.header("server")) + "\"";
  if (place.over == Over::plain && root.status == 200) {
    out.code = "http-without-tls";
    out.what += ", without TLS: who is on the way can read and change what is fetched";
    out.todo = "serve it over TLS, or leave it reachable only for those who need it";
  }
  return out;
}

}  // namespace strongroom::doctor
