#include "wire/server.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <thread>

#include "wire/connection.h"
#include "wire/openssl_tls.h"

namespace strongroom::wire {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

/// One thread of the server, its event loop and its connections.
struct LaneThread {
  asio::io_context io{1};
  Lane lane{io, {}, false};
  std::jthread thread;
};

}  // namespace

/// The listening half: accepts, hands connections to the lanes in turn, and ends it all.
struct Server::Core : Serving {
  tcp::endpoint endpoint;
  std::vector<std::unique_ptr<LaneThread>> lanes;
  std::optional<tcp::acceptor> acceptor;  ///< in lane 0
  std::optional<asio::steady_timer> pause;
  std::size_t turn = 0;  ///< the lane of the next connection

  Result<void> listen();
  void run();
  void accept();
  void accepted(Lane& lane, tcp::socket socket);
  void stop();
};

Result<void> Server::Core::listen() {
  if (config.threads == 0 || config.threads > 256 ||
      config.body_bytes_in_flight_max < config.limits.body_bytes_max) {
    return fail(ErrorCode::malformed, "the server's number of threads or memory limits make no sense",
                "configuration");
  }
  error_code ec;
  const auto address = asio::ip::make_address(config.address, ec);
  if (ec) return fail(ErrorCode::malformed, "this is not an IP address", config.address);
  for (unsigned i = 0; i < config.threads; ++i) lanes.push_back(std::make_unique<LaneThread>());
  budget = std::make_shared<ByteBudget>(config.body_bytes_in_flight_max);
  acceptor.emplace(lanes[0]->io);
  const tcp::endpoint wanted(address, config.port);
  acceptor->open(wanted.protocol(), ec);
  if (!ec) acceptor->set_option(asio::socket_base::reuse_address(true), ec);
  if (!ec) acceptor->bind(wanted, ec);
  if (!ec) acceptor->listen(asio::socket_base::max_listen_connections, ec);
  if (!ec) endpoint = acceptor->local_endpoint(ec);
  if (ec) {
    return fail(ErrorCode::io, "the server cannot listen: " + ec.message(),
                config.address + ":" + std::to_string(config.port), "is another program using this port?");
  }
  return {};
}

void Server::Core::run() {
  accept();
  for (const auto& lane : lanes) {
    lane->thread = std::jthread([&io = lane->io] {
      const auto work = asio::make_work_guard(io);
      io.run();
    });
  }
}

void Server::Core::accept() {
  Lane& lane = lanes[turn++ % lanes.size()]->lane;
  acceptor->async_accept(lane.io.get_executor(), [this, &lane](error_code ec, auto socket) {
    if (ec == asio::error::operation_aborted || !acceptor->is_open()) return;
    if (!ec) {
      accepted(lane, std::move(socket));
      return accept();
    }
    pause.emplace(lanes[0]->io,
                  std::chrono::milliseconds(50));  // out of descriptors: wait for some to come back
    pause->async_wait([this](error_code stopped_waiting) {
      if (!stopped_waiting && acceptor->is_open()) accept();
    });
  });
}

void Server::Core::accepted(Lane& lane, tcp::socket socket) {
  if (!count.enter(config.connections_max)) return;
  error_code ignored;
  socket.set_option(tcp::no_delay(true), ignored);
  std::shared_ptr<Connection> connection = make_connection(*this, lane, std::move(socket));
  asio::post(lane.io, [connection = std::move(connection)] { connection->start(); });
}

void Server::Core::stop() {
  if (stopped) return;
  asio::post(lanes[0]->io, [this] {
    error_code ignored;
    acceptor->close(ignored);
  });
  for (const auto& lane : lanes) {
    asio::post(lane->io, [&lane = lane->lane] {
      lane.draining = true;
      for (const auto& connection : lane.connections) connection->close_if_idle();
    });
  }
  count.wait_for_none(config.timeouts.drain);
  stopped = true;
  for (const auto& lane : lanes) lane->io.stop();
  for (const auto& lane : lanes) lane->thread = {};
  for (const auto& lane : lanes) lane->lane.connections.clear();
  handler = nullptr;  // it may hold Responds, which hold this
  admit = nullptr;
}

Server::Server(std::shared_ptr<Core> core) : core_(std::move(core)) {}
Server::~Server() { stop(); }

Result<std::unique_ptr<Server>> Server::start(const ServerConfig& config, const Identity& identity,
                                              Admit admit, Handler handler) {
  auto core = std::make_shared<Core>();
  core->config = config;
  core->admit = std::move(admit);
  core->handler = std::move(handler);
  core->tls = std::make_shared<asio::ssl::context>(TRY(make_server_context(identity)).release());
  TRY(core->listen());
  core->run();
  return std::unique_ptr<Server>(new Server(std::move(core)));
}

Result<std::unique_ptr<Server>> Server::start_public(const ServerConfig& config, Handler handler) {
  auto core = std::make_shared<Core>();
  core->config = config;
  core->admit = [](const RequestHead&) { return Admission::up_to(0); };
  core->handler = std::move(handler);
  core->read_only = true;
  TRY(core->listen());
  core->run();
  return std::unique_ptr<Server>(new Server(std::move(core)));
}

Result<std::unique_ptr<Server>> Server::start_plain(const ServerConfig& config, Admit admit,
                                                    Handler handler) {
  auto core = std::make_shared<Core>();
  core->config = config;
  core->admit = std::move(admit);
  core->handler = std::move(handler);
  TRY(core->listen());
  core->run();
  return std::unique_ptr<Server>(new Server(std::move(core)));
}

std::uint16_t Server::port() const { return core_->endpoint.port(); }

std::string Server::address() const {
  const auto address = core_->endpoint.address();
  const std::string text = address.is_v6() ? "[" + address.to_string() + "]" : address.to_string();
  return text + ":" + std::to_string(port());
}

void Server::stop() { core_->stop(); }

}  // namespace strongroom::wire
