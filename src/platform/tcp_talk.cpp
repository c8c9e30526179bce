#include "platform/tcp_talk.h"

#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <memory>

namespace strongroom::platform {
namespace {

struct FreeAddresses {
  void operator()(addrinfo* list) const { ::freeaddrinfo(list); }
};
using Addresses = std::unique_ptr<addrinfo, FreeAddresses>;

Result<Addresses> resolve(const std::string& host, const std::string& port, int flags) {
  addrinfo wanted{};
  wanted.ai_socktype = SOCK_STREAM;
  wanted.ai_flags = flags;
  addrinfo* list = nullptr;
  const int failed = ::getaddrinfo(host.c_str(), port.empty() ? nullptr : port.c_str(), &wanted, &list);
  if (failed != 0)
    return fail(ErrorCode::not_found, "this host has no address: " + std::string(::gai_strerror(failed)),
                host);
  return Addresses(list);
}

/// Waits for `events`; `unavailable` when the deadline passes first.
Result<void> wait_for(int socket, short events, Deadline by) {
  pollfd waited{socket, events, 0};
  for (;;) {
    const auto left = std::clamp<std::chrono::milliseconds::rep>(by.left().count(), 0, 3'600'000);
    const int ready = ::poll(&waited, 1, static_cast<int>(left));
    if (ready > 0) return {};
    if (ready == 0 && by.passed()) return fail(ErrorCode::unavailable, "no answer in time");
    if (ready < 0 && errno != EINTR) return fail_errno("the connection cannot be watched", "poll");
  }
}

std::unexpected<Error> fail_connect(int number) {
  const std::string reason = std::generic_category().message(number);
  return fail(number == ECONNREFUSED ? ErrorCode::refused : ErrorCode::unavailable,
              "cannot connect: " + reason);
}

}  // namespace

Result<std::vector<std::string>> addresses_of(const std::string& host) {
  const Addresses list = TRY(resolve(host, {}, 0));
  std::vector<std::string> out;
  for (const addrinfo* at = list.get(); at != nullptr; at = at->ai_next) {
    std::array<char, NI_MAXHOST> text{};
    if (::getnameinfo(at->ai_addr, at->ai_addrlen, text.data(), text.size(), nullptr, 0, NI_NUMERICHOST) != 0)
      continue;
    if (std::ranges::find(out, text.data()) == out.end()) out.emplace_back(text.data());
  }
  if (out.empty()) return fail(ErrorCode::not_found, "this host has no address", host);
  return out;
}

Result<TcpTalk> TcpTalk::connect(const std::string& numeric_address, std::uint16_t port, Deadline by) {
  const Addresses list = TRY(resolve(numeric_address, std::to_string(port), AI_NUMERICHOST | AI_NUMERICSERV));
  Descriptor socket(::socket(list->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, IPPROTO_TCP));
  if (!socket.is_open()) return fail_errno("a socket cannot be made", "socket");
  if (::connect(socket.get(), list->ai_addr, list->ai_addrlen) != 0) {
    if (errno != EINPROGRESS) return fail_connect(errno);
    TRY(wait_for(socket.get(), POLLOUT, by));
    int failed = 0;
    socklen_t size = sizeof failed;
    if (::getsockopt(socket.get(), SOL_SOCKET, SO_ERROR, &failed, &size) != 0) failed = errno;
    if (failed != 0) return fail_connect(failed);
  }
  return TcpTalk(std::move(socket));
}

Result<void> TcpTalk::send(BytesView bytes, Deadline by) {
  while (!bytes.empty()) {
    const ssize_t n = ::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (n >= 0) {
      bytes = bytes.subspan(static_cast<std::size_t>(n));
    } else if (errno == EAGAIN) {
      TRY(wait_for(socket_.get(), POLLOUT, by));
    } else if (errno != EINTR) {
      return fail(ErrorCode::unavailable, "the connection broke");
    }
  }
  return {};
}

Result<Bytes> TcpTalk::receive(std::size_t bytes_max, Deadline by) {
  Bytes out(bytes_max);
  for (;;) {
    TRY(wait_for(socket_.get(), POLLIN, by));
    const ssize_t n = ::recv(socket_.get(), out.data(), out.size(), 0);
    if (n >= 0) {
      out.resize(static_cast<std::size_t>(n));
      return out;
    }
    if (errno != EAGAIN && errno != EINTR) return fail(ErrorCode::unavailable, "the connection broke");
  }
}

}  // namespace strongroom::platform
