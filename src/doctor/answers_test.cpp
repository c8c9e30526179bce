#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "doctor/greeting.h"
#include "doctor/http_answers.h"
#include "doctor/mail_answers.h"
#include "doctor/remote_answers.h"
#include "doctor/store_answers.h"
#include "doctor/tls_answers.h"

namespace strongroom::doctor {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

const Place kPlain{"host:1", Over::plain};
const Place kTls{"host:1", Over::tls};

std::vector<std::string> codes(const Findings& findings) {
  std::vector<std::string> out;
  for (const Finding& finding : findings) out.push_back(finding.code);
  return out;
}
std::vector<std::string> codes(const std::optional<Findings>& findings) {
  return findings ? codes(*findings) : std::vector<std::string>{"nothing"};
}
Findings web(std::string_view target, std::string_view answer, const Place& place = kPlain) {
  const auto parsed = parse_http(answer);
  if (!parsed) return {{Severity::ok, "no-http", "", "", ""}};
  for (const HttpQuestion& question : http_questions())
    if (question.target == target) return judge_http(place, question, *parsed);
  return {{Severity::ok, "not-asked", "", "", ""}};
}

TEST(Finding, WorstComesFirstAndDecidesTheStatus) {
  Findings findings{{Severity::ok, "a", "x", "fine", ""},
                    {Severity::critical, "b", "x", "open", "close it"},
                    {Severity::warning, "c", "x", "weak", ""},
                    {Severity::critical, "b", "x", "open", "close it"}};
  put_in_order(findings);
  EXPECT_THAT(codes(findings), ElementsAre("b", "c", "a"));
  EXPECT_EQ(exit_status(findings), 2);
  EXPECT_EQ(exit_status({{Severity::unknown, "", "", "", ""}, {Severity::warning, "", "", "", ""}}), 3);
  EXPECT_EQ(exit_status({{Severity::warning, "", "", "", ""}}), 1);
  EXPECT_EQ(exit_status({{Severity::advice, "", "", "", ""}}), 0);
  EXPECT_TRUE(to_text(findings).starts_with("CRITICAL  x  b: open -> close it\n")) << to_text(findings);
  EXPECT_TRUE(
      to_json(findings).starts_with(R"({"exit": 2, "findings": [{"severity": "critical", "code": "b")"));
}

TEST(Finding, IsOneLineWhateverAFileIsCalled) {
  const std::string text = to_text({{Severity::ok, "c", "/srv/\x1b[2J\nCRITICAL", "fine", ""}});
  EXPECT_EQ(std::ranges::count(text, '\n'), 1);
  EXPECT_EQ(text.find('\x1b'), std::string::npos);
}

TEST(Finding, ShowsForeignTextWithoutWhatWritesOnATerminal) {
  EXPECT_EQ(shown("nginx\x1b[31m 1\xff\r\nmore"), "nginx?[31m 1?");
  EXPECT_EQ(shown(std::string(100, 'x')).size(), 60u);
}

TEST(Imap, TellsOpenFromClosed) {
  EXPECT_THAT(codes(judge_imap(
                  kPlain, {"* OK ready\r\n", "* CAPABILITY IMAP4rev1 STARTTLS LOGINDISABLED\r\na1 OK\r\n",
                           "a2 BAD log in first\r\n", "a3 NO\r\n"})),
              ElementsAre("reachable"));
  EXPECT_THAT(codes(judge_imap(
                  kPlain, {"* OK ready\r\n", "* CAPABILITY IMAP4rev1\r\na1 OK done\r\n", "a2 BAD\r\n", ""})),
              ElementsAre("imap-login-without-tls"));
  EXPECT_THAT(codes(judge_imap(
                  kTls, {"* OK ready\r\n", "* CAPABILITY IMAP4rev1\r\na1 OK done\r\n", "a2 BAD\r\n", ""})),
              ElementsAre("reachable"));
  EXPECT_THAT(codes(judge_imap(kTls, {"* PREAUTH hello\r\n", "a1 OK\r\n",
                                      "* LIST () \"/\" INBOX\r\na2 OK\r\n", "a3 OK\r\n"})),
              ElementsAre("imap-preauth", "imap-open"));
  EXPECT_THAT(codes(judge_imap(kTls, {"* OK [CAPABILITY IMAP4rev1 AUTH=ANONYMOUS] x\r\n", "", "", ""})),
              ElementsAre("imap-anonymous"));
  // A mailbox called "a2 OK" is no agreement.
  EXPECT_THAT(codes(judge_imap(kTls, {"* OK\r\n", "", "* LIST () \"/\" \"a2 OK\"\r\na2 NO\r\n", ""})),
              ElementsAre("reachable"));
}

TEST(Pop3, TellsOpenFromClosed) {
  EXPECT_THAT(codes(judge_pop3(kPlain, {"+OK\r\n", "+OK\r\nSTLS\r\nTOP\r\n.\r\n", "-ERR\r\n", ""})),
              ElementsAre("reachable"));
  EXPECT_THAT(codes(judge_pop3(kPlain, {"+OK\r\n", "+OK\r\nUSER\r\nSTLS\r\n.\r\n", "-ERR\r\n", ""})),
              ElementsAre("pop3-login-without-tls"));
  EXPECT_THAT(codes(judge_pop3(kPlain, {"+OK\r\n", "-ERR\r\n", "-ERR\r\n", "+OK send PASS\r\n"})),
              ElementsAre("pop3-login-without-tls"));
  EXPECT_THAT(codes(judge_pop3(kTls, {"+OK\r\n", "-ERR\r\n", "+OK 2 320\r\n", ""})),
              ElementsAre("pop3-open"));
}

TEST(Smtp, TellsARelayFromAServerOfItsOwn) {
  const std::string ehlo = "250-mx\r\n250-STARTTLS\r\n250 SIZE 100\r\n";
  EXPECT_THAT(
      codes(judge_smtp(kPlain, {"220 mx ESMTP\r\n", ehlo, "250 ok\r\n", "554 5.7.1 relay denied\r\n"})),
      ElementsAre("reachable"));
  EXPECT_THAT(codes(judge_smtp(kPlain, {"220 mx ESMTP\r\n", ehlo, "250 ok\r\n", "250 ok\r\n"})),
              ElementsAre("smtp-open-relay"));
  EXPECT_THAT(codes(judge_smtp(kPlain, {"220 mx\r\n", "250-mx\r\n250 AUTH PLAIN\r\n", "530 log in\r\n", ""})),
              ElementsAre("smtp-login-without-tls"));
  EXPECT_THAT(codes(judge_smtp(kPlain, {"220 mx\r\n", "250 mx\r\n", "530 log in\r\n", ""})),
              ElementsAre("smtp-without-tls"));
  EXPECT_FALSE(reply_is_whole("250-mx\r\n"));
  EXPECT_TRUE(reply_is_whole("250-mx\r\n250 ok\r\n"));
}

TEST(Ftp, TellsWhoLetsEverybodyIn) {
  EXPECT_THAT(codes(judge_ftp(kPlain, {"220 ftp\r\n", "211-x\r\n AUTH TLS\r\n211 end\r\n", "331 password\r\n",
                                       "230 in\r\n"})),
              ElementsAre("ftp-anonymous"));
  EXPECT_THAT(
      codes(judge_ftp(kPlain, {"220 ftp\r\n", "211-x\r\n AUTH TLS\r\n211 end\r\n", "530 no\r\n", ""})),
      ElementsAre("reachable"));
  EXPECT_THAT(codes(judge_ftp(kPlain, {"220 ftp\r\n", "500 what\r\n", "530 no\r\n", ""})),
              ElementsAre("ftp-without-tls"));
}

TEST(Http, ReadsAHeadAndWhatCameOfTheBody) {
  const auto answer = parse_http("HTTP/1.1 200 OK\r\nServer: nginx\r\nX:y\r\n\r\nbody");
  ASSERT_TRUE(answer.has_value());
  EXPECT_EQ(answer->status, 200u);
  EXPECT_EQ(answer->header("SERVER"), "nginx");
  EXPECT_EQ(answer->header("x"), "y");
  EXPECT_EQ(answer->body, "body");
  EXPECT_EQ(parse_http("HTTP/1.1 200 OK\r\nServer: ng")->header("server"), "ng");
  for (const std::string_view text : {"", "HTTP/2 200", "HTTP/1.1 2x0 OK", "220 smtp", "HTTP/1.1"})
    EXPECT_FALSE(parse_http(text).has_value()) << text;
}

TEST(Http, FindsWhatIsGivenToEverybody) {
  const std::string ok = "HTTP/1.1 200 OK\r\n\r\n";
  EXPECT_THAT(codes(web("/", ok + "<html><title>Index of /</title>")), ElementsAre("http-directory-listing"));
  EXPECT_THAT(
      codes(web(
          "/",
          ok + R"({"cluster_name":"x","version":{"lucene_version":"9"},"tagline":"You Know, for Search"})")),
      ElementsAre("elasticsearch-open"));
  EXPECT_THAT(codes(web("/_cat/indices", ok + "yellow open mail 1 1 300 0\n")),
              ElementsAre("elasticsearch-open"));
  EXPECT_THAT(
      codes(web("/actuator", ok + R"({"_links":{"heapdump":{"href":"http://x/actuator/heapdump"}}})")),
      ElementsAre("actuator-heapdump", "actuator-open"));
  EXPECT_THAT(codes(web("/actuator", ok + R"({"_links":{"health":{}}})")), ElementsAre("actuator-open"));
  EXPECT_THAT(
      codes(web("/actuator/heapdump", "HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\n\r\n")),
      ElementsAre("actuator-heapdump"));
  EXPECT_THAT(codes(web("/env", ok + R"({"systemProperties":{}})")), ElementsAre("actuator-env"));
  EXPECT_THAT(codes(web("/version", ok + R"({"ApiVersion":"1.4","Os":"linux"})")),
              ElementsAre("docker-open"));
  EXPECT_THAT(codes(web("/.git/HEAD", ok + "ref: refs/heads/main\n")), ElementsAre("git-open"));
  EXPECT_THAT(codes(web("/metrics", ok + "# HELP a b\n# TYPE a counter\n")), ElementsAre("metrics-open"));
  EXPECT_THAT(codes(web("/phpinfo.php", ok + "<title>PHP 8 - phpinfo()</title>")), ElementsAre("phpinfo"));
}

TEST(Http, IsNotFooledByOnePageForEveryQuestion) {
  for (const HttpQuestion& question : http_questions()) {
    EXPECT_THAT(
        web(question.target, "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<html>Welcome</html>"),
        IsEmpty());
    const auto missing =
        web(question.target,
            "HTTP/1.1 404 Not Found\r\nContent-Type: application/octet-stream\r\n\r\n{\"_links\"");
    EXPECT_THAT(missing, IsEmpty());
  }
  const std::string wants = "HTTP/1.1 401 no\r\nWWW-Authenticate: Basic realm=x\r\n\r\n";
  EXPECT_THAT(codes(web("/", wants)), ElementsAre("http-login-without-tls"));
  EXPECT_THAT(web("/", wants, kTls), IsEmpty());
}

TEST(Stores, TellOpenFromClosed) {
  EXPECT_THAT(codes(judge_redis(kPlain, "+PONG\r\n")), ElementsAre("redis-open"));
  EXPECT_THAT(codes(judge_redis(kPlain, "-NOAUTH Authentication required.\r\n")), ElementsAre("reachable"));
  EXPECT_THAT(codes(judge_redis(kPlain, "ERROR\r\n")), ElementsAre("nothing"));
  EXPECT_THAT(codes(judge_memcached(kPlain, "VERSION 1.6\r\n")), ElementsAre("memcached-open"));
  const Bytes lets = [] {
    Bytes out;
    append(out, bytes_of(std::string_view("R\0\0\0\x08\0\0\0\0", 9)));
    return out;
  }();
  EXPECT_THAT(codes(judge_postgres(kPlain, lets)), ElementsAre("postgresql-open"));
  EXPECT_THAT(codes(judge_postgres(kPlain, bytes_of(std::string_view("R\0\0\0\x17\0\0\0\x0a", 9)))),
              ElementsAre("reachable"));
  EXPECT_THAT(codes(judge_postgres(kPlain, bytes_of(std::string_view("E\0\0\0\x20SFATAL", 11)))),
              ElementsAre("reachable"));
  EXPECT_THAT(codes(judge_postgres(kPlain, bytes_of("HTTP/1.1 400"))), ElementsAre("nothing"));
}

TEST(Stores, MongoDbSaysOkOrNot) {
  const auto answer = [](std::string_view ok) {
    std::string body{"\0\0\0\0\0\x1e\0\0\0\x01ok\0", 13};
    body += ok;
    body += '\0';
    std::string out{"\0\0\0\0\x07\0\0\0\x01\0\0\0\xdd\x07\0\0", 16};
    return out + body;
  };
  EXPECT_THAT(codes(judge_mongo(kPlain, bytes_of(answer({"\0\0\0\0\0\0\xf0\x3f", 8})))),
              ElementsAre("mongodb-open"));
  EXPECT_THAT(codes(judge_mongo(kPlain, bytes_of(answer({"\0\0\0\0\0\0\0\0", 8})))),
              ElementsAre("reachable"));
  EXPECT_THAT(codes(judge_mongo(kPlain, bytes_of("HTTP/1.1 400 Bad Request and so on"))),
              ElementsAre("nothing"));
  EXPECT_EQ(mongo_list_databases().size(), std::to_integer<std::size_t>(mongo_list_databases()[0]));
}

TEST(Stores, MySqlSaysWhetherItHasTls) {
  std::string greeting{"\x4a\0\0\0\x0a", 5};
  greeting += std::string("8.0.1\0", 6) + std::string(12, 'c') + std::string("\0\xff", 2);
  EXPECT_THAT(codes(judge_mysql(kPlain, bytes_of(greeting + "\xff"))), ElementsAre("reachable"));
  EXPECT_THAT(codes(judge_mysql(kPlain, bytes_of(greeting + "\xf7"))), ElementsAre("mysql-without-tls"));
}

TEST(Remote, KnowsWhatLetsOneWorkFromAfar) {
  EXPECT_THAT(codes(judge_ssh(kPlain, "SSH-2.0-OpenSSH_9\r\n")), ElementsAre("reachable"));
  EXPECT_THAT(codes(judge_ssh(kPlain, "SSH-1.5-old\r\n")), ElementsAre("ssh-1"));
  EXPECT_THAT(codes(judge_telnet(kPlain, bytes_of("\xff\xfd\x18"))), ElementsAre("telnet"));
  EXPECT_THAT(codes(judge_vnc(kPlain, "RFB 003.008\n")), ElementsAre("vnc-reachable"));
  EXPECT_THAT(codes(judge_smb(kPlain, bytes_of(std::string_view("\0\0\0\x55\xffSMBr", 9)))),
              ElementsAre("smb1"));
  EXPECT_THAT(codes(judge_smb(kPlain, bytes_of(std::string_view("\0\0\0\x55\xfeSMB@", 9)))),
              ElementsAre("smb-reachable"));
  const std::string rdp{"\x03\0\0\x13\x0e\xd0\0\0\x12\x34\0\x02\0\x08\0", 15};
  EXPECT_THAT(codes(judge_rdp(kPlain, bytes_of(rdp + std::string("\x02\0\0\0", 4)))),
              ElementsAre("rdp-reachable"));
  EXPECT_THAT(codes(judge_rdp(kPlain, bytes_of(rdp + std::string("\0\0\0\0", 4)))), ElementsAre("rdp-weak"));
}

TEST(Greeting, SaysWhoSpeaks) {
  EXPECT_EQ(recognise_greeting({}), Speaker::nobody);
  EXPECT_EQ(recognise_greeting(bytes_of("* OK IMAP4\r\n")), Speaker::imap);
  EXPECT_EQ(recognise_greeting(bytes_of("+OK POP3\r\n")), Speaker::pop3);
  EXPECT_EQ(recognise_greeting(bytes_of("220 mx ESMTP Postfix\r\n")), Speaker::smtp);
  EXPECT_EQ(recognise_greeting(bytes_of("220 (vsFTPd 3)\r\n")), Speaker::ftp);
  EXPECT_EQ(recognise_greeting(bytes_of("220 hello\r\n")), Speaker::smtp_or_ftp);
  EXPECT_EQ(recognise_greeting(bytes_of("SSH-2.0-x\r\n")), Speaker::ssh);
  EXPECT_EQ(recognise_greeting(bytes_of("what")), Speaker::other);
}

TEST(Tls, OldVersionsAndOldCertificatesAreNamed) {
  const wire::ForeignTlsSeen best{"TLSv1.3", "x25519", "TLS_AES_256_GCM_SHA384", {}, 1'000'000};
  EXPECT_THAT(codes(judge_tls(kTls, {best, {}, {}}, 0)), ElementsAre("tls", "tls-certificate-expires"));
  EXPECT_THAT(codes(judge_tls(kTls, {best, {}, {}}, 2'000'000)),
              ElementsAre("tls", "tls-certificate-expired"));
  const wire::ForeignTlsSeen later{"TLSv1.3", "x25519", "x", {}, 4'000'000'000};
  EXPECT_THAT(codes(judge_tls(kTls, {later, "TLSv1.2", {}}, 0)), ElementsAre("tls", "tls-1.2"));
  EXPECT_THAT(codes(judge_tls(kTls, {later, "TLSv1.2", "TLSv1.1"}, 0)), ElementsAre("tls", "tls-old"));
}

TEST(Tls, OurOwnKeyMustNotAnswerWithLess) {
  const wire::ForeignTlsSeen best{"TLSv1.3", "X25519MLKEM768", "TLS_AES_256_GCM_SHA384", {}, {}};
  EXPECT_THAT(codes(judge_own_tls(kTls, {best, {}, {}})), ElementsAre("ours"));
  EXPECT_THAT(codes(judge_own_tls(kTls, {best, "TLSv1.2", {}})), ElementsAre("own-tls-weak"));
}

}  // namespace
}  // namespace strongroom::doctor
