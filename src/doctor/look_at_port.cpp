#include "doctor/look_at_port.h"

#include <algorithm>
#include <array>

#include "doctor/greeting.h"
#include "doctor/http_answers.h"
#include "doctor/mail_answers.h"
#include "doctor/remote_answers.h"
#include "doctor/store_answers.h"

namespace strongroom::doctor {
namespace {

/// How a new connection is made: plain, or over TLS as it was agreed before.
using Open = std::function<Result<Talk>()>;

/// A service that waits to be spoken to, and the ports it is known for.
struct Silent {
  std::array<std::uint16_t, 2> ports;
  std::optional<Findings> (*look)(Talk&, const Place&);
};

std::optional<Findings> look_redis(Talk& talk, const Place& place) {
  return judge_redis(place, talk.ask(kRedisPing, a_line));
}
std::optional<Findings> look_memcached(Talk& talk, const Place& place) {
  return judge_memcached(place, talk.ask(kMemcachedVersion, a_line));
}
/// As long as its first four bytes, little-endian, say.
std::optional<Findings> look_mongo(Talk& talk, const Place& place) {
  const auto whole = [](std::string_view heard) {
    if (heard.size() < 4) return false;
    std::size_t length = 0;
    for (std::size_t i = 4; i-- > 0;) length = (length << 8) | static_cast<unsigned char>(heard[i]);
    return heard.size() >= length;
  };
  return judge_mongo(place, bytes_of(talk.ask(mongo_list_databases(), whole)));
}
std::optional<Findings> look_postgres(Talk& talk, const Place& place) {
  return judge_postgres(place,
                        bytes_of(talk.ask(postgres_startup(), [](auto heard) { return heard.size() >= 9; })));
}
std::optional<Findings> look_smb(Talk& talk, const Place& place) {
  return judge_smb(place, bytes_of(talk.ask(smb_negotiate(), [](auto heard) { return heard.size() >= 8; })));
}
std::optional<Findings> look_rdp(Talk& talk, const Place& place) {
  return judge_rdp(place, bytes_of(talk.ask(rdp_request(), [](auto heard) { return heard.size() >= 19; })));
}

constexpr std::array<Silent, 6> kSilent{{{{6379, 6380}, look_redis},
                                         {{11211, 11211}, look_memcached},
                                         {{27017, 27018}, look_mongo},
                                         {{5432, 5433}, look_postgres},
                                         {{445, 139}, look_smb},
                                         {{3389, 3389}, look_rdp}}};

bool known_for(const Silent& silent, std::uint16_t port) {
  return std::ranges::find(silent.ports, port) != silent.ports.end();
}

/// IMAP: the line that begins with the tag ends an answer.
Whole tagged(std::string_view tag) {
  return [tag](std::string_view heard) {
    return heard.ends_with('\n') &&
           std::ranges::any_of(lines_of(heard), [&](auto line) { return begins_with_word(line, tag); });
  };
}
/// POP3: "." on a line of its own, or a refusal.
bool pop3_list(std::string_view heard) {
  return heard.ends_with("\n.\r\n") || (heard.starts_with("-") && a_line(heard));
}

Findings talk_imap(Talk& talk, const Place& place, std::string greeting) {
  ImapHeard heard{std::move(greeting), {}, {}, {}};
  heard.capability = talk.ask("a1 CAPABILITY\r\n", tagged("a1 "));
  heard.list = talk.ask("a2 LIST \"\" *\r\n", tagged("a2 "));
  heard.examine = talk.ask("a3 EXAMINE INBOX\r\n", tagged("a3 "));
  talk.ask("a4 LOGOUT\r\n", a_line);
  return judge_imap(place, heard);
}

Findings talk_pop3(Talk& talk, const Place& place, std::string greeting) {
  Pop3Heard heard{std::move(greeting), {}, {}, {}};
  heard.capa = talk.ask("CAPA\r\n", pop3_list);
  heard.stat = talk.ask("STAT\r\n", a_line);
  if (!begins_with_word(heard.capa, "+OK")) heard.user = talk.ask("USER strongroom-doctor\r\n", a_line);
  talk.ask("QUIT\r\n", a_line);
  return judge_pop3(place, heard);
}

Findings talk_smtp(Talk& talk, const Place& place, std::string greeting, std::string ehlo) {
  SmtpHeard heard{std::move(greeting), std::move(ehlo), {}, {}};
  heard.mail = talk.ask("MAIL FROM:<>\r\n", reply_is_whole);
  if (heard.mail.starts_with("250"))
    heard.rcpt = talk.ask("RCPT TO:<relay-check@example.com>\r\n", reply_is_whole);
  talk.ask("RSET\r\n", reply_is_whole);
  talk.ask("QUIT\r\n", reply_is_whole);
  return judge_smtp(place, heard);
}

Findings talk_ftp(Talk& talk, const Place& place, std::string greeting) {
  FtpHeard heard{std::move(greeting), {}, {}, {}};
  heard.feat = talk.ask("FEAT\r\n", [](std::string_view said) {
    const auto lines = lines_of(said);
    return said.ends_with('\n') && lines.back().size() > 3 && lines.back()[3] == ' ' &&
           lines.back()[0] != ' ';
  });
  heard.user = talk.ask("USER anonymous\r\n", reply_is_whole);
  if (heard.user.starts_with("331"))
    heard.pass = talk.ask("PASS doctor@strongroom.invalid\r\n", reply_is_whole);
  talk.ask("QUIT\r\n", reply_is_whole);
  return judge_ftp(place, heard);
}

constexpr std::string_view kEhlo = "EHLO doctor.strongroom.invalid\r\n";

/// "220" may be SMTP or FTP: who understands EHLO is SMTP.
Findings talk_220(Talk& talk, const Place& place, std::string greeting, const Open& open) {
  std::string ehlo = talk.ask(kEhlo, reply_is_whole);
  if (ehlo.starts_with("250")) return talk_smtp(talk, place, std::move(greeting), std::move(ehlo));
  auto again = open();
  if (!again) return talk_smtp(talk, place, std::move(greeting), std::move(ehlo));
  greeting = again->hear(std::chrono::milliseconds(3000), reply_is_whole);
  return talk_ftp(*again, place, std::move(greeting));
}

Findings unknown_service(const Place& place, std::string_view greeting) {
  std::string what = greeting.empty() ? "something listens here that does not say what it is"
                                      : "something listens here that this program does not know";
  return {{Severity::warning, "unknown-service", place.text, std::move(what),
           "find out what it is; close it, or note that it is meant to be here"}};
}

/// Who greeted; nothing if nobody did.
std::optional<Findings> look_greeting(const Open& open, const Place& place, const Patience& patience) {
  auto talk = open();
  if (!talk) return std::nullopt;
  std::string greeting = talk->hear(patience.greeting, anything);
  const Speaker speaker = recognise_greeting(bytes_of(greeting));
  switch (speaker) {
    case Speaker::nobody: return std::nullopt;
    case Speaker::imap: return talk_imap(*talk, place, std::move(greeting));
    case Speaker::pop3: return talk_pop3(*talk, place, std::move(greeting));
    case Speaker::smtp: {
      if (!reply_is_whole(greeting)) greeting += talk->hear(patience.answer, reply_is_whole);
      std::string ehlo = talk->ask(kEhlo, reply_is_whole);
      return talk_smtp(*talk, place, std::move(greeting), std::move(ehlo));
    }
    case Speaker::ftp: return talk_ftp(*talk, place, std::move(greeting));
    case Speaker::smtp_or_ftp: return talk_220(*talk, place, std::move(greeting), open);
    case Speaker::ssh: return judge_ssh(place, greeting);
    case Speaker::telnet:
      return judge_telnet(place, bytes_of(greeting)).value_or(unknown_service(place, greeting));
    case Speaker::vnc: return judge_vnc(place, greeting);
    case Speaker::mysql:
      return judge_mysql(place, bytes_of(greeting)).value_or(unknown_service(place, greeting));
    case Speaker::other: return unknown_service(place, greeting);
  }
  return std::nullopt;
}

/// The answer to one question, as text; empty if there was none.
std::string ask_http(const Open& open, const Target& target, const HttpQuestion& question) {
  auto talk = open();
  if (!talk) return {};
  const std::string host = target.host.find(':') == std::string::npos ? target.host : "[" + target.host + "]";
  const Whole head_only = [](std::string_view heard) {
    return heard.find("\r\n\r\n") != std::string_view::npos;
  };
  return talk->ask(http_request(question, host),
                   question.method == HttpMethod::head ? head_only : Whole(never));
}

/// A web server of ours; nothing if it is somebody else's.
std::optional<Finding> look_own_http(const Open& open, const Target& target, const Place& place,
                                     const Ours& ours) {
  for (const OwnPath& path : own_paths(ours)) {
    const std::string answer = ask_http(open, target, {HttpMethod::get, path.target});
    const auto parsed = parse_http(answer);
    if (!parsed || parsed->status != 200) continue;
    if (auto found = judge_own_path(place, ours, path, parsed->body)) return found;
  }
  return std::nullopt;
}

/// A web server; nothing if there is none.
std::optional<Findings> look_http(const Open& open, const Target& target, const Place& place,
                                  const Looking& looking) {
  Findings out;
  std::optional<Finding> present;
  for (const HttpQuestion& question : http_questions()) {
    const bool dump = question.method == HttpMethod::head;
    // Asked for a dump, the server may make one on its own disk: not where it is known already.
    if (dump && std::ranges::find(out, "actuator-heapdump", &Finding::code) != out.end()) continue;
    const std::string answer = ask_http(open, target, question);
    const auto parsed = parse_http(answer);
    if (!parsed && !present) return std::nullopt;
    if (!parsed) continue;
    if (!present) {
      if (auto own = look_own_http(open, target, place, looking.ours)) return Findings{std::move(*own)};
      present = web_server_at(place, *parsed);
    }
    std::ranges::move(judge_http(place, question, *parsed), std::back_inserter(out));
  }
  if (out.empty() && present) out.push_back(std::move(*present));
  return out;
}

std::optional<std::string> version_up_to(const Target& target, wire::NewestTls newest,
                                         const Patience& patience) {
  const auto talk = Talk::open_tls(target, newest, patience);
  if (!talk) return std::nullopt;
  return talk->tls()->version;
}

/// What is spoken inside TLS; nothing if there is no TLS.
std::optional<Findings> look_tls(const Target& target, Place place, const Looking& looking) {
  TlsHeard heard;
  {
    const auto best = Talk::open_tls(target, wire::NewestTls::tls13, looking.patience);
    if (!best) return std::nullopt;
    heard.best = *best->tls();
  }
  heard.up_to_12 = version_up_to(target, wire::NewestTls::tls12, looking.patience);
  heard.up_to_11 = version_up_to(target, wire::NewestTls::tls11, looking.patience);
  place.over = Over::tls;
  if (heard.best.pin && looking.ours.is_pinned(*heard.best.pin)) return judge_own_tls(place, heard);
  Findings out = judge_tls(place, heard, looking.now_s);
  const Open open = [&] { return Talk::open_tls(target, wire::NewestTls::tls13, looking.patience); };
  auto inside = look_greeting(open, place, looking.patience);
  if (!inside) inside = look_http(open, target, place, looking);
  if (inside) std::ranges::move(*inside, std::back_inserter(out));
  return out;
}

std::optional<Findings> look_silent(const Open& open, const Place& place, const Silent& silent) {
  auto talk = open();
  return talk ? silent.look(*talk, place) : std::nullopt;
}

}  // namespace

Result<Findings> look_at_port(const Target& target, const Place& place, const Looking& looking) {
  TRY(Talk::open(target, looking.patience));
  const Open open = [&] { return Talk::open(target, looking.patience); };
  for (const Silent& silent : kSilent)
    if (known_for(silent, target.port))
      if (auto found = look_silent(open, place, silent)) return std::move(*found);
  if (auto found = look_greeting(open, place, looking.patience)) return std::move(*found);
  if (auto found = look_tls(target, place, looking)) return std::move(*found);
  if (auto found = look_http(open, target, place, looking)) return std::move(*found);
  for (const Silent& silent : kSilent)
    if (!known_for(silent, target.port))
      if (auto found = look_silent(open, place, silent)) return std::move(*found);
  return unknown_service(place, {});
}

}  // namespace strongroom::doctor
