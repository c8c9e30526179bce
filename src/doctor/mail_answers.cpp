#include "doctor/mail_answers.h"

#include <algorithm>

namespace strongroom::doctor {
namespace {

/// A tagged "OK" of IMAP.
bool agreed(std::string_view answer, std::string_view tag) {
  const std::string wanted = std::string(tag) + " OK";
  return std::ranges::any_of(lines_of(answer), [&](auto line) { return begins_with_word(line, wanted); });
}

/// The three digits of an SMTP or FTP reply; 0 if there are none.
int code_of(std::string_view reply) {
  const auto lines = lines_of(reply);
  if (lines.empty() || lines.back().size() < 3) return 0;
  int code = 0;
  for (const char digit : lines.back().substr(0, 3)) {
    if (digit < '0' || digit > '9') return 0;
    code = code * 10 + (digit - '0');
  }
  return code;
}

bool has_line(std::string_view text, std::string_view start) {
  return std::ranges::any_of(lines_of(text), [&](auto line) { return begins_with_word(line, start); });
}

void say_reachable(About& about, std::string_view service, std::string_view greeting) {
  about.say(Severity::advice, "reachable",
            std::string(service) + " answers here: \"" + shown(greeting) + "\"",
            "leave it reachable only for those who need it");
}

}  // namespace

bool reply_is_whole(std::string_view reply) {
  if (!reply.ends_with('\n')) return false;
  const auto lines = lines_of(reply);
  return !lines.empty() && (lines.back().size() < 4 || lines.back()[3] != '-');
}

Findings judge_imap(const Place& place, const ImapHeard& heard) {
  About about(place);
  const std::string said = heard.greeting + heard.capability;
  if (begins_with_word(heard.greeting, "* PREAUTH"))
    about.say(Severity::critical, "imap-preauth", "IMAP greets everybody as somebody who has logged in",
              "stop it, or close the port, now; then find out who has read this mail since when");
  if (agreed(heard.list, "a2") || agreed(heard.examine, "a3"))
    about.say(Severity::critical, "imap-open", "IMAP lists or opens mailboxes without a login",
              "stop it, or close the port, now; then find out who has read this mail since when");
  if (mentions(said, "AUTH=ANONYMOUS"))
    about.say(Severity::critical, "imap-anonymous", "IMAP offers a login without a name (ANONYMOUS)",
              "turn the ANONYMOUS mechanism off");
  const bool offers = agreed(heard.capability, "a1") && !mentions(said, "LOGINDISABLED");
  if (about.over() == Over::plain && offers)
    about.say(Severity::warning, "imap-login-without-tls",
              "IMAP takes passwords on a line that is not encrypted",
              "demand TLS before a login (LOGINDISABLED until STARTTLS), or serve port 993 only");
  if (about.empty()) say_reachable(about, "IMAP", heard.greeting);
  return about.take();
}

Findings judge_pop3(const Place& place, const Pop3Heard& heard) {
  About about(place);
  if (begins_with_word(heard.stat, "+OK"))
    about.say(Severity::critical, "pop3-open", "POP3 counts the messages of a mailbox without a login",
              "stop it, or close the port, now; then find out who has read this mail since when");
  const bool capable = begins_with_word(heard.capa, "+OK");
  const bool asks = capable ? has_line(heard.capa, "USER") || has_line(heard.capa, "SASL PLAIN") ||
                                  has_line(heard.capa, "SASL LOGIN")
                            : begins_with_word(heard.user, "+OK");
  if (capable && has_line(heard.capa, "SASL") && mentions(heard.capa, "ANONYMOUS"))
    about.say(Severity::critical, "pop3-anonymous", "POP3 offers a login without a name (ANONYMOUS)",
              "turn the ANONYMOUS mechanism off");
  if (about.over() == Over::plain && asks)
    about.say(Severity::warning, "pop3-login-without-tls",
              "POP3 takes passwords on a line that is not encrypted",
              "demand TLS before a login (STLS), or serve port 995 only");
  if (about.empty()) say_reachable(about, "POP3", heard.greeting);
  return about.take();
}

Findings judge_smtp(const Place& place, const SmtpHeard& heard) {
  About about(place);
  const int rcpt = code_of(heard.rcpt);
  if (code_of(heard.mail) == 250 && (rcpt == 250 || rcpt == 251))
    about.say(
        Severity::critical, "smtp-open-relay",
        "SMTP would carry a stranger's mail to somebody elsewhere, asked from this machine",
        "allow relaying only after a login; if this machine is meant to be trusted, ask again from outside");
  if (about.over() == Over::plain && mentions(heard.ehlo, "AUTH ") && !mentions(heard.ehlo, "STARTTLS"))
    about.say(Severity::warning, "smtp-login-without-tls",
              "SMTP takes passwords on a line that is not encrypted",
              "offer STARTTLS, and AUTH only after it");
  else if (about.over() == Over::plain && code_of(heard.ehlo) == 250 && mentions(heard.ehlo, "AUTH "))
    about.say(Severity::warning, "smtp-login-without-tls", "SMTP offers a login before STARTTLS",
              "offer AUTH only after STARTTLS");
  else if (about.over() == Over::plain && code_of(heard.ehlo) == 250 && !mentions(heard.ehlo, "STARTTLS"))
    about.say(Severity::advice, "smtp-without-tls",
              "SMTP does not offer STARTTLS: mail comes in readable on its way",
              "give it a certificate and offer STARTTLS");
  if (about.empty()) say_reachable(about, "SMTP", heard.greeting);
  return about.take();
}

Findings judge_ftp(const Place& place, const FtpHeard& heard) {
  About about(place);
  if (code_of(heard.user) == 230 || code_of(heard.pass) == 230)
    about.say(Severity::critical, "ftp-anonymous", "FTP lets everybody in (anonymous)",
              "turn anonymous logins off; then find out what lay there and who fetched it");
  if (about.over() == Over::plain && !mentions(heard.feat, "AUTH TLS"))
    about.say(Severity::warning, "ftp-without-tls",
              "FTP takes passwords and files on a line that is not encrypted",
              "use SFTP instead, or demand TLS");
  if (about.empty()) say_reachable(about, "FTP", heard.greeting);
  return about.take();
}

}  // namespace strongroom::doctor
