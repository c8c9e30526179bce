#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <future>
#include <mutex>
#include <thread>

#include "codec/text.h"
#include "wire/client.h"
#include "wire/server.h"

namespace strongroom::wire {
namespace {

using std::chrono::milliseconds;

Identity identity_of(std::uint8_t number) {
  Secret<32> seed;
  seed.reveal_mutable()[0] = std::byte{number};
  return Identity::from_seed(seed).value();
}

Response echo(const Request& request) { return Response::binary(request.body); }

int raw_connection(std::uint16_t port) {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  EXPECT_EQ(::connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  return socket;
}

/// Sends `text` over plain TCP and returns all that comes until the server ends the connection.
std::string raw_exchange(std::uint16_t port, std::string_view text) {
  const int socket = raw_connection(port);
  EXPECT_EQ(::send(socket, text.data(), text.size(), MSG_NOSIGNAL), static_cast<ssize_t>(text.size()));
  std::string answer;
  std::array<char, 4096> piece{};
  for (ssize_t n = 1; n > 0;) {
    n = ::recv(socket, piece.data(), piece.size(), 0);
    if (n > 0) answer.append(piece.data(), static_cast<std::size_t>(n));
  }
  ::close(socket);
  return answer;
}

/// Sends `start` and then a byte at a time, each as soon as 2 ms have passed in silence, until the server ends the
/// connection. False if it is still there after 5,000 of them.
bool is_ended_while_trickling(std::uint16_t port, std::string_view start) {
  const int socket = raw_connection(port);
  EXPECT_EQ(::send(socket, start.data(), start.size(), MSG_NOSIGNAL), static_cast<ssize_t>(start.size()));
  bool ended = false;
  for (int i = 0; i < 5000 && !ended; ++i) {
    pollfd watched{.fd = socket, .events = POLLIN, .revents = 0};
    ended = ::poll(&watched, 1, 2) > 0 || ::send(socket, "x", 1, MSG_NOSIGNAL) != 1;
  }
  ::close(socket);
  return ended;
}

class WireTest : public testing::Test {
 protected:
  void start(Handler handler) {
    auto started = Server::start(config_, server_identity_, admit_, std::move(handler));
    ASSERT_TRUE(started) << started.error().to_string();
    server_ = std::move(*started);
  }
  void start_echo() {
    start([](const Request& request, const Respond& respond) { respond(echo(request)); });
  }
  ClientConfig client_config() const {
    ClientConfig config;
    config.address = "127.0.0.1";
    config.port = server_->port();
    return config;
  }
  Client client(std::uint8_t number = 2) const {
    auto connected = Client::connect(client_config(), identity_of(number), PinSet(server_identity_.pin()));
    EXPECT_TRUE(connected) << connected.error().to_string();
    return std::move(*connected);
  }

  Identity server_identity_ = identity_of(1);
  ServerConfig config_;
  Admit admit_ = [](const RequestHead&) { return Admission::up_to(2 * 1024 * 1024); };
  std::unique_ptr<Server> server_;
};

TEST_F(WireTest, ARequestArrivesWithThePinOfItsSenderAndIsAnswered) {
  std::promise<Request> seen;
  start([&](Request request, const Respond& respond) {
    Response response = Response::binary(request.body, "application/cbor");
    response.headers.push_back({"X-Position", "7"});
    seen.set_value(std::move(request));
    respond(std::move(response));
  });
  Client c = client();
  EXPECT_EQ(c.connection_description(), "TLSv1.3 X25519MLKEM768 TLS_AES_256_GCM_SHA384");
  const Response response = c.post("/v1/entries?from=7", copy_of(bytes_of("sealed"))).value();
  EXPECT_EQ(response.status, 200U);
  EXPECT_EQ(response.content_type, "application/cbor");
  EXPECT_EQ(response.header("x-position"), "7");
  EXPECT_EQ(text_of(response.body), "sealed");
  const Request request = seen.get_future().get();
  EXPECT_EQ(request.method, Method::post);
  EXPECT_EQ(request.target, "/v1/entries?from=7");
  EXPECT_EQ(request.header("content-type"), "application/octet-stream");
  EXPECT_EQ(request.peer, identity_of(2).pin());
}

TEST_F(WireTest, AConnectionIsKeptAndReplacedWhenItHasDied) {
  start_echo();
  Client c = client();
  for (int i = 0; i < 20; ++i) EXPECT_EQ(c.get("/")->status, 200U);
  config_.port = server_->port();
  server_.reset();
  EXPECT_EQ(c.get("/").error().code, ErrorCode::unavailable);
  start_echo();
  EXPECT_EQ(c.get("/")->status, 200U);
}

TEST_F(WireTest, AServerWithAnotherKeyIsNamedByThePinItPresented) {
  start_echo();
  const auto connected = Client::connect(client_config(), identity_of(2), PinSet(identity_of(9).pin()));
  ASSERT_FALSE(connected);
  EXPECT_EQ(connected.error().code, ErrorCode::unauthenticated);
  EXPECT_NE(connected.error().hint.find(codec::hex(server_identity_.pin())), std::string::npos);
}

TEST_F(WireTest, ARefusedConnectionSaysSo) {
  start_echo();
  ClientConfig config = client_config();
  server_.reset();
  const auto connected = Client::connect(config, identity_of(2), PinSet(server_identity_.pin()));
  EXPECT_EQ(connected.error().code, ErrorCode::unavailable);
  EXPECT_EQ(connected.error().what, "the connection was refused");
}

TEST_F(WireTest, ARevokedPeerIsOutWithItsNextRequest) {
  std::atomic<bool> revoked = false;
  admit_ = [&](const RequestHead& head) {
    return head.peer == identity_of(2).pin() && !revoked ? Admission::up_to(100) : Admission::refused();
  };
  start_echo();
  Client c = client();
  EXPECT_EQ(c.post("/", Bytes(100))->status, 200U);
  revoked = true;
  EXPECT_EQ(c.post("/", Bytes(100))->status, 403U);
  EXPECT_EQ(c.get("/")->status, 403U);
  EXPECT_EQ(client(3).get("/")->status, 403U);
}

TEST_F(WireTest, ABodyThatIsTooLargeIsRefusedUnread) {
  start_echo();
  Client c = client();
  EXPECT_EQ(c.post("/", Bytes(2 * 1024 * 1024))->body.size(), 2U * 1024 * 1024);
  EXPECT_EQ(c.post("/", Bytes(2 * 1024 * 1024 + 1))->status, 413U);
  EXPECT_EQ(c.post("/", Bytes(10))->status, 200U) << "on a new connection";
}

TEST_F(WireTest, AHeadThatIsTooLargeIsRefused) {
  start_echo();
  Client c = client();
  Request request;
  request.target = "/";
  request.headers.push_back({"X-Long", std::string(9000, 'x')});
  EXPECT_EQ(c.exchange(request)->status, 431U);
}

TEST_F(WireTest, AnAnswerMayComeLaterAndFromAnotherThread) {
  std::jthread later;
  start([&](Request request, Respond respond) {
    later = std::jthread([request = std::move(request), respond = std::move(respond)] {
      respond(echo(request));
      respond(Response::text(500, "a second answer does nothing"));
    });
  });
  Client c = client();
  EXPECT_EQ(text_of(c.post("/", copy_of(bytes_of("later")))->body), "later");
}

TEST_F(WireTest, ARequestThatNobodyAnswersIsAnsweredWith500) {
  start([](const Request&, const Respond&) {});
  Client c = client();
  EXPECT_EQ(c.get("/")->status, 500U);
}

TEST_F(WireTest, BodiesInFlightStayWithinTheirBudget) {
  static constexpr std::size_t kBody = 256 * 1024;
  config_.limits.body_bytes_max = kBody;
  config_.body_bytes_in_flight_max = 2 * kBody;
  std::atomic<int> now = 0;
  std::atomic<int> most = 0;
  std::mutex mutex;
  std::vector<std::jthread> workers;
  start([&](Request request, Respond respond) {
    const int count = ++now;
    for (int seen = most; count > seen && !most.compare_exchange_weak(seen, count);) {}
    const std::lock_guard lock(mutex);
    workers.emplace_back([&now, request = std::move(request), respond = std::move(respond)] {
      --now;
      respond(echo(request));
    });
  });
  {
    std::vector<std::jthread> clients;
    for (int i = 0; i < 8; ++i) {
      clients.emplace_back([this] {
        Client c = client();
        for (int j = 0; j < 5; ++j) EXPECT_EQ(c.post("/", Bytes(kBody))->body.size(), kBody);
      });
    }
  }
  EXPECT_LE(most, 2);
  server_.reset();
}

TEST_F(WireTest, WhoWaitsTooLongForMemoryIsToldToComeAgain) {
  config_.limits.body_bytes_max = 1000;
  config_.body_bytes_in_flight_max = 1000;
  config_.timeouts.budget = milliseconds(20);
  std::promise<Respond> first;
  std::atomic<int> requests = 0;
  start([&](const Request& request, const Respond& respond) {
    if (++requests == 1) {
      first.set_value(respond);
    } else {
      respond(echo(request));
    }
  });
  auto held = std::async(std::launch::async, [this] { return client(2).post("/", Bytes(1000))->status; });
  const Respond respond = first.get_future().get();
  Client c = client(3);
  const Response busy = c.post("/", Bytes(1)).value();
  EXPECT_EQ(busy.status, 503U);
  EXPECT_EQ(busy.header("Retry-After"), "1");
  respond(Response::text(200, ""));
  EXPECT_EQ(held.get(), 200U);
  EXPECT_EQ(c.post("/", Bytes(1))->status, 200U);
}

TEST_F(WireTest, WhoIsTooSlowLosesTheConnection) {
  config_.timeouts.handshake = milliseconds(20);
  start_echo();
  EXPECT_EQ(raw_exchange(server_->port(), "\x16"), "");
  config_.timeouts.idle = milliseconds(20);
  const auto open =
      Server::start_public(config_, [](const Request& r, const Respond& respond) { respond(echo(r)); });
  EXPECT_EQ(raw_exchange((*open)->port(), "GET / HTTP/1.1\r\nHost"), "");
}

TEST_F(WireTest, AHeadThatTricklesInIsCutOffWhenItsTimeIsOver) {
  config_.timeouts.idle = milliseconds(50);
  const auto open =
      Server::start_public(config_, [](const Request& r, const Respond& respond) { respond(echo(r)); });
  EXPECT_TRUE(is_ended_while_trickling((*open)->port(), "GET / HTTP/1.1\r\nX-Slow: "));
}

TEST_F(WireTest, ABodyThatDoesNotComeInTimeGivesItsMemoryBack) {
  config_.limits.body_bytes_max = 100'000;
  config_.body_bytes_in_flight_max = 100'000;
  config_.timeouts.body = milliseconds(50);
  std::atomic<int> handled = 0;
  const auto open = Server::start_plain(config_, admit_, [&](const Request& r, const Respond& respond) {
    ++handled;
    respond(echo(r));
  });
  const std::string head = "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 100000\r\n\r\n";
  EXPECT_EQ(raw_exchange((*open)->port(), head + "abc"), "");
  EXPECT_TRUE(is_ended_while_trickling((*open)->port(), head));
  EXPECT_EQ(handled, 0);
  Client c = Client::connect_public({.address = "127.0.0.1", .port = (*open)->port()}).value();
  EXPECT_EQ(c.post("/", Bytes(100'000))->status, 200U) << "all of the memory is free again";
}

TEST_F(WireTest, AnIdleConnectionIsClosedAndReplaced) {
  config_.timeouts.idle = milliseconds(100);
  const auto open =
      Server::start_public(config_, [](const Request& r, const Respond& respond) { respond(echo(r)); });
  Client c = Client::connect_public({.address = "127.0.0.1", .port = (*open)->port()}).value();
  EXPECT_EQ(c.get("/")->status, 200U);
  EXPECT_EQ(raw_exchange((*open)->port(), ""), "")
      << "its time is over, and so is that of the connection above";
  EXPECT_EQ(c.get("/")->status, 200U);
}

TEST_F(WireTest, AServerThatDoesNotAnswerIsGivenUp) {
  std::promise<Respond> kept;
  start([&](const Request&, const Respond& respond) { kept.set_value(respond); });
  ClientConfig config = client_config();
  config.exchange_timeout = milliseconds(20);
  Client c = Client::connect(config, identity_of(2), PinSet(server_identity_.pin())).value();
  const auto response = c.get("/");
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code, ErrorCode::unavailable);
  EXPECT_EQ(response.error().what, "the server did not answer in time");
  config_.timeouts.drain = milliseconds(20);
  kept.get_future().get()(Response::text(200, ""));
}

TEST_F(WireTest, AResponseThatIsTooLargeIsRefused) {
  start([](const Request&, const Respond& respond) { respond(Response::binary(Bytes(1001))); });
  ClientConfig config = client_config();
  config.limits.body_bytes_max = 1000;
  Client c = Client::connect(config, identity_of(2), PinSet(server_identity_.pin())).value();
  EXPECT_EQ(c.get("/").error().code, ErrorCode::limit_exceeded);
}

TEST_F(WireTest, ConnectionsAboveTheLimitAreClosed) {
  config_.connections_max = 1;
  start_echo();
  Client c = client();
  const auto second = Client::connect(client_config(), identity_of(3), PinSet(server_identity_.pin()));
  EXPECT_EQ(second.error().code, ErrorCode::unavailable);
  EXPECT_EQ(c.get("/")->status, 200U);
}

TEST_F(WireTest, StoppingAnswersWhatWasBegun) {
  std::promise<Respond> begun;
  start([&](const Request&, const Respond& respond) { begun.set_value(respond); });
  auto answer = std::async(std::launch::async, [this] { return client().get("/")->status; });
  const Respond respond = begun.get_future().get();
  std::jthread stopping([this] { server_->stop(); });
  respond(Response::text(200, "in time"));
  EXPECT_EQ(answer.get(), 200U);
  stopping.join();
  server_.reset();
  respond(Response::text(200, "too late, and harmless"));
}

TEST_F(WireTest, StoppingDoesNotWaitForEver) {
  config_.timeouts.drain = milliseconds(20);
  std::promise<Respond> begun;
  start([&](const Request&, const Respond& respond) { begun.set_value(respond); });
  auto answer = std::async(std::launch::async, [this] { return client().get("/").error().code; });
  Respond respond = begun.get_future().get();
  server_->stop();
  respond(Response::text(200, "too late"));
  server_.reset();
  respond = nullptr;
  EXPECT_EQ(answer.get(), ErrorCode::unavailable);
}

TEST_F(WireTest, ThePublicListenerOnlyGivesWhatIsAskedFor) {
  const auto started = Server::start_public(config_, [](const Request& request, const Respond& respond) {
    EXPECT_EQ(request.peer, std::nullopt);
    respond(Response::text(200, "checkpoint of " + request.target));
  });
  const std::uint16_t port = (*started)->port();
  Client c = Client::connect_public({.address = "127.0.0.1", .port = port}).value();
  EXPECT_EQ(text_of(c.get("/checkpoint")->body), "checkpoint of /checkpoint");
  EXPECT_EQ(c.post("/checkpoint", {})->status, 405U);
  EXPECT_EQ(c.get("/checkpoint")->status, 200U);
  const std::string head = raw_exchange(port, "HEAD /x HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
  EXPECT_NE(head.find("Content-Length: 16\r\n"), std::string::npos) << head;
  EXPECT_TRUE(head.ends_with("\r\n\r\n"));
  EXPECT_NE(raw_exchange(port, "GET / HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc").find(" 413 "),
            std::string::npos);
  EXPECT_NE(raw_exchange(port, "GET / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n")
                .find(" 411 "),
            std::string::npos);
  EXPECT_NE(raw_exchange(port, "DELETE / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n").find(" 405 "),
            std::string::npos);
  EXPECT_NE(raw_exchange(port, "nonsense\r\n\r\n").find(" 400 "), std::string::npos);
}

TEST_F(WireTest, SixtyFourConnectionsAreServedAtOnce) {
  start_echo();
  std::atomic<int> answered = 0;
  {
    std::vector<std::jthread> clients;
    for (std::uint8_t i = 0; i < 64; ++i) {
      clients.emplace_back([this, i, &answered] {
        Client c = client(static_cast<std::uint8_t>(i + 2));
        for (int j = 0; j < 20; ++j) answered += c.post("/", Bytes(500))->status == 200 ? 1 : 0;
      });
    }
  }
  EXPECT_EQ(answered, 64 * 20);
}

}  // namespace
}  // namespace strongroom::wire
