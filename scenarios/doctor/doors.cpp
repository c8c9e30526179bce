// Services that leave their doors open, and some that do not, on loopback: what `strongroom doctor hosts` is tried on.
// Prints "door NAME PORT" for each, then "ready"; afterwards a line for everything that a probe must never do. Ends
// when its standard input does.
#include <netinet/in.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace {

std::mutex printing;
void say(const std::string& line) {
  const std::lock_guard lock(printing);
  std::printf("%s\n", line.c_str());
  std::fflush(stdout);
}
[[noreturn]] void give_up(const char* what) {
  std::fprintf(stderr, "doors: %s\n", what);
  std::_Exit(1);
}

/// A connection as the doors see it: plain, or TLS.
struct Visitor {
  int socket = -1;
  SSL* tls = nullptr;

  bool send(std::string_view bytes) const {
    if (tls != nullptr) return SSL_write(tls, bytes.data(), static_cast<int>(bytes.size())) > 0;
    while (!bytes.empty()) {
      const ssize_t n = ::send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (n <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(n));
    }
    return true;
  }
  /// Empty at the end.
  std::string receive() const {
    std::array<char, 4096> piece{};
    const ssize_t n = tls != nullptr ? SSL_read(tls, piece.data(), piece.size())
                                     : ::recv(socket, piece.data(), piece.size(), 0);
    return n <= 0 ? std::string() : std::string(piece.data(), static_cast<std::size_t>(n));
  }
};
using Door = std::function<void(const Visitor&)>;

// ---- doors that speak in lines --------------------------------------------------------------------------------

/// What is answered to a line; the connection goes on until the visitor leaves.
using Answer = std::function<std::string(const std::string&)>;
Door lines(const std::string& greeting, const Answer& answer) {
  return [=](const Visitor& visitor) {
    if (!greeting.empty() && !visitor.send(greeting)) return;
    std::string heard;
    for (std::string more = visitor.receive(); !more.empty(); more = visitor.receive()) {
      heard += more;
      for (std::size_t end = heard.find('\n'); end != std::string::npos; end = heard.find('\n')) {
        std::string line = heard.substr(0, end);
        heard.erase(0, end + 1);
        if (line.ends_with('\r')) line.pop_back();
        if (!visitor.send(answer(line))) return;
      }
    }
  };
}

Door imap(bool open) {
  const std::string greeting =
      open ? "* PREAUTH [CAPABILITY IMAP4rev1] ready\r\n" : "* OK [CAPABILITY IMAP4rev1] ready\r\n";
  return lines(greeting, [open](const std::string& line) -> std::string {
    const std::string tag = line.substr(0, 2), words = line.size() > 3 ? line.substr(3) : "";
    if (words == "CAPABILITY")
      return "* CAPABILITY IMAP4rev1 " + std::string(open ? "" : "STARTTLS LOGINDISABLED") + "\r\n" + tag +
             " OK\r\n";
    if (words == "LOGOUT") return "* BYE\r\n" + tag + " OK\r\n";
    const bool reads_only = words.starts_with("LIST ") || words.starts_with("EXAMINE ");
    if (!reads_only) say("FORBIDDEN imap " + words);
    if (!open) return tag + " BAD log in first\r\n";
    if (words.starts_with("LIST ")) return "* LIST (\\HasNoChildren) \"/\" INBOX\r\n" + tag + " OK\r\n";
    return "* 3 EXISTS\r\n" + tag + " OK [READ-ONLY]\r\n";
  });
}

Door pop3() {
  return lines("+OK POP3 ready\r\n", [](const std::string& line) -> std::string {
    if (line == "CAPA") return "+OK\r\nUSER\r\nTOP\r\n.\r\n";
    if (line == "QUIT") return "+OK\r\n";
    if (line != "STAT") say("FORBIDDEN pop3 " + line);
    return "-ERR log in first\r\n";
  });
}

Door smtp(bool relay) {
  return lines("220 mx.example.org ESMTP\r\n", [relay](const std::string& line) -> std::string {
    if (line.starts_with("EHLO")) return "250-mx.example.org\r\n250-STARTTLS\r\n250 SIZE 1000000\r\n";
    if (line.starts_with("RCPT") && !relay) return "554 5.7.1 relay access denied\r\n";
    if (line == "DATA" || line.starts_with("AUTH")) say("FORBIDDEN smtp " + line);
    return "250 ok\r\n";
  });
}

Door ftp() {
  return lines("220 welcome\r\n", [](const std::string& line) -> std::string {
    if (line == "USER anonymous") return "331 your address, please\r\n";
    if (line.starts_with("PASS ")) return "230 welcome\r\n";
    if (line.starts_with("LIST") || line.starts_with("RETR") || line.starts_with("PASV"))
      say("FORBIDDEN ftp " + line);
    return line == "QUIT" ? "221 bye\r\n" : "500 what\r\n";
  });
}

Door redis() {
  return lines("", [](const std::string& line) -> std::string {
    if (line == "PING") return "+PONG\r\n";
    if (line.starts_with("KEYS") || (line.starts_with("GET") && !line.starts_with("GET /")))
      say("FORBIDDEN redis " + line);
    return "-ERR unknown command\r\n";
  });
}

// ---- doors that speak HTTP -------------------------------------------------------------------------------------

struct Asked {
  std::string method, path;
};
using Page = std::function<std::string(const Asked&)>;
std::string page(std::string_view status, std::string_view type, std::string_view body) {
  return "HTTP/1.1 " + std::string(status) + "\r\nContent-Type: " + std::string(type) +
         "\r\nConnection: close\r\n\r\n" + std::string(body);
}
const std::string kNotFound = page("404 Not Found", "text/html", "<html>no</html>");

Door http(const Page& answer) {
  return [=](const Visitor& visitor) {
    std::string heard;
    while (heard.find("\r\n\r\n") == std::string::npos) {
      const std::string more = visitor.receive();
      if (more.empty() || heard.size() > 16384) return;
      heard += more;
      if (heard.find('\n') != std::string::npos && heard.find("HTTP/1.") == std::string::npos) return;
    }
    const std::size_t space = heard.find(' '), next = heard.find(' ', space + 1);
    visitor.send(answer({heard.substr(0, space), heard.substr(space + 1, next - space - 1)}));
  };
}

Page listing() {
  return [](const Asked& asked) {
    if (asked.path != "/") return kNotFound;
    return page("200 OK", "text/html",
                "<html><head><title>Index of /</title></head><a href=\"mail.mbox\">mail.mbox</a>");
  };
}
Page elastic() {
  return [](const Asked& asked) {
    if (asked.path == "/")
      return page(
          "200 OK", "application/json",
          R"({"cluster_name":"mail","version":{"lucene_version":"9.7"},"tagline":"You Know, for Search"})");
    if (asked.path == "/_cat/indices")
      return page("200 OK", "text/plain", "yellow open mail 1 1 300000 0 9gb 9gb\n");
    return kNotFound;
  };
}
/// With `listed` the list names the dump; without, it must be asked for, by HEAD.
Page actuator(bool listed) {
  return [listed](const Asked& asked) {
    if (asked.path == "/actuator" && listed)
      return page("200 OK", "application/json",
                  R"({"_links":{"self":{},"heapdump":{"href":"/actuator/heapdump"}}})");
    if (asked.path != "/actuator/heapdump") return kNotFound;
    if (listed || asked.method != "HEAD") say("FORBIDDEN heapdump " + asked.method);
    return page("200 OK", "application/octet-stream", "");
  };
}
Page redirect(std::uint16_t to) {
  return [to](const Asked&) {
    return "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.2:" + std::to_string(to) +
           "/\r\nConnection: close\r\n\r\n";
  };
}

// ---- doors that waste one's time -------------------------------------------------------------------------------

void flood(const Visitor& visitor) {
  const std::string much(65536, 'A');
  for (std::size_t sent = 0; sent < (64u << 20); sent += much.size())
    if (!visitor.send(much)) return;
  say("FORBIDDEN flood taken whole");
}
void silent(const Visitor& visitor) {
  while (!visitor.receive().empty()) continue;
}

// ---- listening ------------------------------------------------------------------------------------------------

void serve(int listener, const Door& door, SSL_CTX* context) {
  for (;;) {
    const int socket = ::accept4(listener, nullptr, nullptr, SOCK_CLOEXEC);
    if (socket < 0) continue;
    std::thread([=] {
      Visitor visitor{socket, nullptr};
      if (context != nullptr) {
        visitor.tls = SSL_new(context);
        SSL_set_fd(visitor.tls, socket);
        if (SSL_accept(visitor.tls) == 1) {
          door(visitor);
          SSL_shutdown(visitor.tls);
        }
        SSL_free(visitor.tls);
      } else {
        door(visitor);
      }
      ::close(socket);
    }).detach();
  }
}

std::uint16_t open_door(const std::string& name, const Door& door, SSL_CTX* context = nullptr,
                        std::uint32_t address = INADDR_LOOPBACK) {
  const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in at{};
  at.sin_family = AF_INET;
  at.sin_addr.s_addr = htonl(address);
  socklen_t size = sizeof at;
  if (listener < 0 || ::bind(listener, reinterpret_cast<sockaddr*>(&at), size) != 0 ||
      ::listen(listener, 64) != 0 || ::getsockname(listener, reinterpret_cast<sockaddr*>(&at), &size) != 0)
    give_up("cannot listen");
  say("door " + name + " " + std::to_string(ntohs(at.sin_port)));
  std::thread([=] { serve(listener, door, context); }).detach();
  return ntohs(at.sin_port);
}

/// A self-signed certificate that ends so many seconds from now; TLS of these versions.
SSL_CTX* tls(int oldest, int newest, long ends_s) {
  EVP_PKEY* key = EVP_EC_gen("P-256");
  X509* certificate = X509_new();
  SSL_CTX* context = SSL_CTX_new(TLS_server_method());
  if (key == nullptr || certificate == nullptr || context == nullptr) give_up("no TLS");
  X509_gmtime_adj(X509_getm_notBefore(certificate), -1000000);
  X509_gmtime_adj(X509_getm_notAfter(certificate), ends_s);
  SSL_CTX_set_security_level(context, 0);
  if (X509_set_pubkey(certificate, key) != 1 || X509_sign(certificate, key, EVP_sha256()) <= 0 ||
      SSL_CTX_use_certificate(context, certificate) != 1 || SSL_CTX_use_PrivateKey(context, key) != 1 ||
      SSL_CTX_set_min_proto_version(context, oldest) != 1 ||
      SSL_CTX_set_max_proto_version(context, newest) != 1 || SSL_CTX_set_cipher_list(context, "ALL") != 1)
    give_up("no TLS");
  return context;
}

}  // namespace

int main() {
  std::signal(SIGPIPE, SIG_IGN);
  constexpr long kYearS = 365 * 86400;
  open_door("listing", http(listing()));
  open_door("elastic", http(elastic()));
  open_door("actuator", http(actuator(true)));
  open_door("actuator-quiet", http(actuator(false)));
  open_door("web", http([](const Asked&) { return kNotFound; }));
  open_door("imap-open", imap(true));
  open_door("imap", imap(false));
  open_door("pop3", pop3());
  open_door("smtp-relay", smtp(true));
  open_door("smtp", smtp(false));
  open_door("ftp", ftp());
  open_door("redis", redis());
  open_door("tls-old", http([](const Asked&) { return kNotFound; }),
            tls(TLS1_VERSION, TLS1_2_VERSION, -86400));
  open_door("tls-listing", http(listing()), tls(TLS1_3_VERSION, TLS1_3_VERSION, kYearS));
  open_door("tls", http([](const Asked&) { return kNotFound; }), tls(TLS1_3_VERSION, TLS1_3_VERSION, kYearS));
  open_door("flood", flood);
  open_door("silent", silent);
  // Never on the list: on another address that a listed host points to, and on this one.
  const auto forbidden = [](const Visitor&) { say("FORBIDDEN a host or port that is not on the list"); };
  const std::uint16_t elsewhere = open_door("unlisted-host", forbidden, nullptr, INADDR_LOOPBACK + 1);
  open_door("redirect", http(redirect(elsewhere)));
  open_door("unlisted-port", forbidden);
  say("ready");
  while (std::getchar() != EOF) continue;
  std::_Exit(0);
}
