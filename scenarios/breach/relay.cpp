// Stands between clients and a server on loopback and writes down both directions of every connection. Where it leads to is
// read from a file at each connection, so that another server can take the place of the first. Test code only.
// Usage: breach_relay TARGET_FILE DIRECTORY   (TARGET_FILE holds 127.0.0.1:PORT)
#include <arpa/inet.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <fstream>
#include <string>
#include <thread>

namespace {

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in at{};
  at.sin_family = AF_INET;
  at.sin_port = htons(port);
  at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return at;
}

const sockaddr* plain(const sockaddr_in& at) { return reinterpret_cast<const sockaddr*>(&at); }

bool send_all(int to, const char* bytes, std::size_t size) {
  while (size > 0) {
    const ssize_t sent = ::send(to, bytes, size, MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes += sent;
    size -= static_cast<std::size_t>(sent);
  }
  return true;
}

void pump(int from, int to, const std::string& path) {
  const int record = ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  std::array<char, 65536> buffer{};
  for (;;) {
    const ssize_t got = ::recv(from, buffer.data(), buffer.size(), 0);
    if (got <= 0) break;
    // Written down before it goes on: what a client has seen answered is on the record.
    if (record < 0 || ::write(record, buffer.data(), static_cast<std::size_t>(got)) != got) {
      fmt::print(stderr, "breach_relay: cannot write {}\n", path);
      std::_Exit(3);
    }
    if (!send_all(to, buffer.data(), static_cast<std::size_t>(got))) break;
  }
  ::shutdown(to, SHUT_WR);
  ::shutdown(from, SHUT_RD);
  ::close(record);
}

void carry(int client, const std::string& target_file, const std::string& base) {
  std::ifstream file(target_file);
  std::string target;
  std::getline(file, target);
  const std::size_t colon = target.rfind(':');
  const int server = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (colon != std::string::npos) {
    const sockaddr_in at = loopback(static_cast<std::uint16_t>(std::stoul(target.substr(colon + 1))));
    if (::connect(server, plain(at), sizeof at) == 0) {
      std::thread back([&] { pump(server, client, base + ".answers"); });
      pump(client, server, base + ".requests");
      back.join();
    }
  }
  ::close(server);
  ::close(client);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  ::signal(SIGPIPE, SIG_IGN);
  const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in at = loopback(0);
  socklen_t size = sizeof at;
  if (::bind(listener, plain(at), sizeof at) != 0 || ::listen(listener, 128) != 0 ||
      ::getsockname(listener, reinterpret_cast<sockaddr*>(&at), &size) != 0) {
    fmt::print(stderr, "breach_relay: cannot listen on 127.0.0.1\n");
    return 3;
  }
  fmt::print("{{\"ready\": true, \"listen\": \"127.0.0.1:{}\"}}\n", ntohs(at.sin_port));
  std::fflush(stdout);
  for (int number = 1;; ++number) {
    const int client = ::accept4(listener, nullptr, nullptr, SOCK_CLOEXEC);
    if (client < 0) continue;
    std::thread(carry, client, std::string(argv[1]), fmt::format("{}/connection-{}", argv[2], number))
        .detach();
  }
}
