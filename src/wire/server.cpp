#include "wire/server.h"

#include <algorithm>
#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>
#include <condition_variable>
#include <set>
#include <thread>

#include "base/check.h"
#include "wire/byte_budget.h"
#include "wire/openssl_tls.h"

// Each thread ("lane") runs its own io_context, and a connection lives in one lane, so nothing of it needs a
// lock. What other threads touch is only a Mailbox (the answer to one request) and the ByteBudget.
//
// Callbacks, not coroutines: written with coroutines, this file crashed when built by g++ 12.2 at -O2 (`this`
// in the frame of a member coroutine was garbage).
namespace strongroom::wire {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using asio::ip::tcp;
using beast::error_code;

using PlainStream = beast::tcp_stream;
using TlsStream = beast::ssl_stream<beast::tcp_stream>;
using Body = http::vector_body<std::byte>;
using Parser = http::request_parser<Body>;

constexpr std::chrono::milliseconds kFarewell{2'000};
constexpr std::size_t kBufferBytesMax = 64 * 1024;
constexpr std::size_t kBufferBytesKept = 8 * 1024;

/// One connection, as its lane sees it. It lives until it leaves the lane and its last operation has ended.
class Connection {
 public:
  virtual ~Connection() = default;
  virtual void start() = 0;
  /// Ends the connection now if nothing was asked that is not answered yet.
  virtual void close_if_idle() = 0;
  /// The handler's answer to the request under way.
  virtual void respond(Response response) = 0;
};

struct Lane {
  std::set<std::shared_ptr<Connection>> connections;
  bool draining = false;
  std::jthread thread;
  asio::io_context io{1};
};

struct Engine : std::enable_shared_from_this<Engine> {
  ServerConfig config;
  Admit admit;
  Handler handler;
  std::optional<asio::ssl::context> tls;  ///< empty: plain HTTP
  bool read_only = false;  ///< the public listener
  std::shared_ptr<ByteBudget> budget;
  std::atomic<bool> stopped = false;
  std::mutex mutex;
  std::condition_variable a_connection_ended;
  std::size_t connections = 0;
  tcp::endpoint endpoint;
  std::vector<std::unique_ptr<Lane>> lanes;
  std::optional<tcp::acceptor> acceptor;  ///< in lane 0
  std::optional<asio::steady_timer> pause;
  std::size_t turn = 0;  ///< the lane of the next connection

  Result<void> listen();
  void run();
  void accept();
  void accepted(Lane& lane, tcp::socket socket);
  void stop();
};

/// Where the answer to one request arrives, from whatever thread; it takes the first and hands it to the
/// lane.
class Mailbox {
 public:
  Mailbox(asio::io_context& io, std::weak_ptr<Connection> connection)
      : io_(io), connection_(std::move(connection)) {}

  static void deliver(const std::shared_ptr<Mailbox>& mailbox, Response response) {
    if (mailbox->full_.exchange(true)) return;
    mailbox->response_ = std::move(response);
    asio::post(mailbox->io_, [mailbox] {
      if (const auto connection = mailbox->connection_.lock())
        connection->respond(std::move(mailbox->response_));
    });
  }

 private:
  asio::io_context& io_;
  std::weak_ptr<Connection> connection_;  ///< locked in the lane's thread only
  std::atomic<bool> full_ = false;
  Response response_;
};

/// What a Respond holds: keeps the engine's memory alive, and answers when every copy is gone.
class Ticket {
 public:
  Ticket(std::shared_ptr<Engine> engine, std::shared_ptr<Mailbox> mailbox)
      : engine_(std::move(engine)), mailbox_(std::move(mailbox)) {}
  Ticket(const Ticket&) = delete;
  Ticket& operator=(const Ticket&) = delete;
  ~Ticket() { deliver(Response::text(500, "the request was not answered\n")); }
  void deliver(Response response) {
    if (!engine_->stopped) Mailbox::deliver(mailbox_, std::move(response));
  }

 private:
  std::shared_ptr<Engine> engine_;
  std::shared_ptr<Mailbox> mailbox_;
};

std::optional<Method> method_of(http::verb verb) {
  switch (verb) {
    case http::verb::get:
    case http::verb::head: return Method::get;
    case http::verb::post: return Method::post;
    case http::verb::put: return Method::put;
    default: return std::nullopt;
  }
}

std::vector<Header> headers_of(const http::fields& fields) {
  std::vector<Header> headers;
  for (const auto& field : fields) {
    switch (field.name()) {
      case http::field::host:
      case http::field::connection:
      case http::field::content_length: break;
      default: headers.push_back({std::string(field.name_string()), std::string(field.value())});
    }
  }
  return headers;
}

/// The status for a head that could not be read; 0: say nothing.
unsigned refusal_of(error_code ec) {
  if (ec == http::error::header_limit || ec == http::error::buffer_overflow) return 431;
  if (ec == http::error::end_of_stream || ec == http::error::partial_message) return 0;
  return ec.category() == http::make_error_code(http::error::bad_method).category() ? 400 : 0;
}

Response refusal(unsigned status) {
  return Response::text(status, std::string(http::obsolete_reason(http::int_to_status(status))) + "\n");
}

/// handshake -> read_head -> (admission, budget) -> read_body -> handler -> respond -> read_head ...
template <class Stream>
class Session final : public Connection, public std::enable_shared_from_this<Session<Stream>> {
 public:
  Session(Engine& engine, Lane& lane, tcp::socket socket)
      : engine_(engine),
        lane_(lane),
        stream_(make_stream(engine, std::move(socket))),
        buffer_(kBufferBytesMax) {}
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;
  ~Session() override {
    const std::lock_guard lock(engine_.mutex);
    --engine_.connections;
    engine_.a_connection_ended.notify_all();
  }

  void start() override {
    if (lane_.draining) return;
    lane_.connections.insert(this->shared_from_this());
    if constexpr (std::is_same_v<Stream, TlsStream>) {
      allow(engine_.config.timeouts.handshake);
      stream_.async_handshake(asio::ssl::stream_base::server,
                              [self = this->shared_from_this()](error_code ec) {
                                if (ec) return self->leave();
                                self->peer_ = peer_pin(self->stream_.native_handle());
                                self->read_head();
                              });
    } else {
      read_head();
    }
  }

  void close_if_idle() override {
    if (is_idle_) beast::get_lowest_layer(stream_).close();
  }

  void respond(Response response) override {
    share_ = {};
    send(std::move(response), After::keep);
  }

 private:
  enum class After { keep, close };

  static Stream make_stream(Engine& engine, tcp::socket socket) {
    if constexpr (std::is_same_v<Stream, TlsStream>) {
      return Stream(std::move(socket), *engine.tls);
    } else {
      static_cast<void>(engine);
      return Stream(std::move(socket));
    }
  }
  void allow(std::chrono::milliseconds time) { beast::get_lowest_layer(stream_).expires_after(time); }
  void leave() { lane_.connections.erase(this->shared_from_this()); }

  void read_head() {
    if (lane_.draining) return leave();
    parser_.emplace();
    parser_->header_limit(engine_.config.limits.header_bytes_max);
    parser_->body_limit(boost::none);  // judged from the announced length
    allow(engine_.config.timeouts.idle);
    is_idle_ = true;
    http::async_read_header(
        stream_, buffer_, *parser_,
        [self = this->shared_from_this()](error_code ec, std::size_t) { self->head_read(ec); });
  }

  void head_read(error_code ec) {
    is_idle_ = false;
    if (ec) {
      const unsigned status = refusal_of(ec);
      return status == 0 ? leave() : send(refusal(status), After::close);
    }
    request_ = {};
    const std::uint64_t length = parser_->content_length().value_or(0);
    const unsigned status = judge(length);
    if (status != 0) {
      return send(refusal(status), length != 0 || parser_->chunked() ? After::close : After::keep);
    }
    if (length == 0) return ask_handler();
    obtain(length);
  }

  /// Fills in the request's head and returns 0, or the status to refuse with.
  unsigned judge(std::uint64_t length) {
    const auto& message = parser_->get();
    const std::optional<Method> method = method_of(message.method());
    if (!method || (engine_.read_only && *method != Method::get)) return 405;
    if (!message.target().starts_with('/')) return 400;
    if (parser_->chunked()) return 411;
    request_.method = *method;
    request_.target = std::string(message.target());
    request_.headers = headers_of(message);
    request_.peer = peer_;
    const Admission admission = engine_.admit(request_);
    if (admission.refusal_status != 0) return admission.refusal_status;
    return length > std::min(admission.body_bytes_max, engine_.config.limits.body_bytes_max) ? 413 : 0;
  }

  /// Waits until `length` bytes of the budget are ours, then reads the body.
  void obtain(std::uint64_t length) {
    const auto timer = std::make_shared<asio::steady_timer>(lane_.io, engine_.config.timeouts.budget);
    asio::io_context& io = lane_.io;
    const auto waiter =
        engine_.budget->ask(length, [timer, &io] { asio::post(io, [timer] { timer->cancel(); }); });
    if (waiter->granted()) {
      share_ = waiter->take();
      return read_body(length);
    }
    timer->async_wait([self = this->shared_from_this(), timer, waiter, length](error_code) {
      if (waiter->granted()) {
        self->share_ = waiter->take();
        return self->read_body(length);
      }
      waiter->leave();
      Response busy = refusal(503);
      busy.headers.push_back({"Retry-After", "1"});
      self->send(std::move(busy), After::close);
    });
  }

  void read_body(std::uint64_t length) {
    parser_->body_limit(length);
    allow(engine_.config.timeouts.body);
    http::async_read(stream_, buffer_, *parser_,
                     [self = this->shared_from_this()](error_code ec, std::size_t) {
                       if (ec) {
                         self->share_ = {};
                         return self->leave();
                       }
                       self->request_.body = std::move(self->parser_->get().body());
                       self->ask_handler();
                     });
  }

  void ask_handler() {
    const auto mailbox = std::make_shared<Mailbox>(lane_.io, this->weak_from_this());
    const auto ticket = std::make_shared<Ticket>(engine_.shared_from_this(), mailbox);
    engine_.handler(std::move(request_),
                    [ticket](Response response) { ticket->deliver(std::move(response)); });
  }

  void send(Response response, After after) {
    message_ = {};
    message_.version(11);
    message_.result(response.status);
    if (!response.content_type.empty()) message_.set(http::field::content_type, response.content_type);
    for (const Header& header : response.headers) message_.insert(header.name, header.value);
    const bool keep = after == After::keep && parser_->keep_alive() && !lane_.draining;
    message_.keep_alive(keep);
    message_.body() = std::move(response.body);
    message_.prepare_payload();
    if (parser_->get().method() == http::verb::head) message_.body().clear();
    allow(engine_.config.timeouts.write);
    const auto sent = [self = this->shared_from_this(), after, keep](error_code ec, std::size_t) {
      if (ec) return self->leave();
      self->message_ = {};
      if (after == After::close) return self->start_discarding();
      if (!keep) return self->say_goodbye();
      if (self->buffer_.size() == 0 && self->buffer_.capacity() > kBufferBytesKept)
        self->buffer_.shrink_to_fit();
      self->read_head();
    };
    http::async_write(stream_, message_, sent);
  }

  /// Reads and forgets what the peer still sends, so that our answer is not lost in a reset of the
  /// connection.
  void start_discarding() {
    error_code ignored;
    beast::get_lowest_layer(stream_).socket().shutdown(tcp::socket::shutdown_send, ignored);
    allow(kFarewell);
    is_idle_ = true;
    discard(2 * engine_.config.limits.body_bytes_max + kBufferBytesKept);
  }
  void discard(std::uint64_t left) {
    buffer_.clear();
    stream_.async_read_some(buffer_.prepare(kBufferBytesKept),
                            [self = this->shared_from_this(), left](error_code ec, std::size_t n) {
                              if (ec || n > left) return self->leave();
                              self->discard(left - n);
                            });
  }

  void say_goodbye() {
    if constexpr (std::is_same_v<Stream, TlsStream>) {
      allow(kFarewell);
      is_idle_ = true;
      stream_.async_shutdown([self = this->shared_from_this()](error_code) { self->leave(); });
    } else {
      leave();
    }
  }

  Engine& engine_;
  Lane& lane_;
  Stream stream_;
  beast::flat_buffer buffer_;
  std::optional<Pin> peer_;
  bool is_idle_ = true;
  std::optional<Parser> parser_;
  Request request_;
  ByteBudget::Share share_;
  http::response<Body> message_;
};

Result<void> Engine::listen() {
  if (config.threads == 0 || config.threads > 256 ||
      config.body_bytes_in_flight_max < config.limits.body_bytes_max) {
    return fail(ErrorCode::malformed, "the server's number of threads or memory limits make no sense",
                "configuration");
  }
  error_code ec;
  const auto address = asio::ip::make_address(config.address, ec);
  if (ec) return fail(ErrorCode::malformed, "this is not an IP address", config.address);
  for (unsigned i = 0; i < config.threads; ++i) lanes.push_back(std::make_unique<Lane>());
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

void Engine::run() {
  accept();
  for (const auto& lane : lanes) {
    lane->thread = std::jthread([&io = lane->io] {
      const auto work = asio::make_work_guard(io);
      io.run();
    });
  }
}

void Engine::accept() {
  Lane& lane = *lanes[turn++ % lanes.size()];
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

void Engine::accepted(Lane& lane, tcp::socket socket) {
  {
    const std::lock_guard lock(mutex);
    if (connections >= config.connections_max) return;
    ++connections;
  }
  error_code ignored;
  socket.set_option(tcp::no_delay(true), ignored);
  std::shared_ptr<Connection> connection;
  if (tls) {
    connection = std::make_shared<Session<TlsStream>>(*this, lane, std::move(socket));
  } else {
    connection = std::make_shared<Session<PlainStream>>(*this, lane, std::move(socket));
  }
  asio::post(lane.io, [connection = std::move(connection)] { connection->start(); });
}

void Engine::stop() {
  if (stopped) return;
  asio::post(lanes[0]->io, [this] {
    error_code ignored;
    acceptor->close(ignored);
  });
  for (const auto& lane : lanes) {
    asio::post(lane->io, [&lane = *lane] {
      lane.draining = true;
      for (const auto& connection : lane.connections) connection->close_if_idle();
    });
  }
  {
    std::unique_lock lock(mutex);
    a_connection_ended.wait_for(lock, config.timeouts.drain, [this] { return connections == 0; });
  }
  stopped = true;
  for (const auto& lane : lanes) lane->io.stop();
  for (const auto& lane : lanes) lane->thread = {};
  for (const auto& lane : lanes) lane->connections.clear();
  handler = nullptr;  // it may hold Responds, which hold this
  admit = nullptr;
}

}  // namespace

struct Server::Core : Engine {};

Server::Server(std::shared_ptr<Core> core) : core_(std::move(core)) {}
Server::~Server() { stop(); }

Result<std::unique_ptr<Server>> Server::start(const ServerConfig& config, const Identity& identity,
                                              Admit admit, Handler handler) {
  auto core = std::make_shared<Core>();
  core->config = config;
  core->admit = std::move(admit);
  core->handler = std::move(handler);
  core->tls.emplace(TRY(make_server_context(identity)).release());
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
