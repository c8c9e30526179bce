#include "wire/connection.h"

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>

#include "wire/openssl_tls.h"
#include "wire/owed_answer.h"

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
  Session(Serving& serving, Lane& lane, tcp::socket socket)
      : serving_(serving),
        lane_(lane),
        stream_(make_stream(serving, std::move(socket))),
        buffer_(kBufferBytesMax) {}
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;
  ~Session() override { serving_.count.leave(); }

  void start() override {
    if (lane_.draining) return;
    lane_.connections.insert(this->shared_from_this());
    if constexpr (std::is_same_v<Stream, TlsStream>) {
      allow(serving_.config.timeouts.handshake);
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

  static Stream make_stream(Serving& serving, tcp::socket socket) {
    if constexpr (std::is_same_v<Stream, TlsStream>) {
      return Stream(std::move(socket), *serving.tls);
    } else {
      static_cast<void>(serving);
      return Stream(std::move(socket));
    }
  }
  void allow(std::chrono::milliseconds time) { beast::get_lowest_layer(stream_).expires_after(time); }
  void leave() { lane_.connections.erase(this->shared_from_this()); }

  void read_head() {
    if (lane_.draining) return leave();
    parser_.emplace();
    parser_->header_limit(serving_.config.limits.header_bytes_max);
    parser_->body_limit(boost::none);  // judged from the announced length
    allow(serving_.config.timeouts.idle);
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
    if (!method || (serving_.read_only && *method != Method::get)) return 405;
    if (!message.target().starts_with('/')) return 400;
    if (parser_->chunked()) return 411;
    request_.method = *method;
    request_.target = std::string(message.target());
    request_.headers = headers_of(message);
    request_.peer = peer_;
    const Admission admission = serving_.admit(request_);
    if (admission.refusal_status != 0) return admission.refusal_status;
    return length > std::min(admission.body_bytes_max, serving_.config.limits.body_bytes_max) ? 413 : 0;
  }

  /// Waits until `length` bytes of the budget are ours, then reads the body.
  void obtain(std::uint64_t length) {
    const auto timer = std::make_shared<asio::steady_timer>(lane_.io, serving_.config.timeouts.budget);
    asio::io_context& io = lane_.io;
    const auto waiter =
        serving_.budget->ask(length, [timer, &io] { asio::post(io, [timer] { timer->cancel(); }); });
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
    allow(serving_.config.timeouts.body);
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
    const auto answer =
        std::make_shared<OwedAnswer>(serving_.shared_from_this(), lane_.io, this->weak_from_this());
    serving_.handler(std::move(request_),
                     [answer](Response response) { answer->deliver(std::move(response)); });
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
    allow(serving_.config.timeouts.write);
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
    discard(2 * serving_.config.limits.body_bytes_max + kBufferBytesKept);
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

  Serving& serving_;
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

}  // namespace

std::shared_ptr<Connection> make_connection(Serving& serving, Lane& lane, TcpSocket&& socket) {
  if (serving.tls) return std::make_shared<Session<TlsStream>>(serving, lane, std::move(socket));
  return std::make_shared<Session<PlainStream>>(serving, lane, std::move(socket));
}

}  // namespace strongroom::wire
