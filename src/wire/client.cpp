#include "wire/client.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>
#include <variant>

#include "codec/text.h"
#include "wire/openssl_tls.h"

namespace strongroom::wire {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using asio::ip::tcp;
using beast::error_code;

using PlainStream = beast::tcp_stream;
using TlsStream = beast::ssl_stream<beast::tcp_stream>;
using HttpRequest = http::request<http::span_body<const char>>;
using Parser = http::response_parser<http::vector_body<std::byte>>;

constexpr std::size_t kBufferBytesMax = 64 * 1024;

http::verb verb_of(Method method) {
  switch (method) {
    case Method::get: return http::verb::get;
    case Method::post: return http::verb::post;
    case Method::put: return http::verb::put;
  }
  return http::verb::get;
}

Response response_of(Parser& parser) {
  auto& message = parser.get();
  Response response;
  response.status = message.result_int();
  for (const auto& field : message) {
    switch (field.name()) {
      case http::field::connection:
      case http::field::content_length: break;
      case http::field::content_type: response.content_type = std::string(field.value()); break;
      default: response.headers.push_back({std::string(field.name_string()), std::string(field.value())});
    }
  }
  response.body = std::move(message.body());
  return response;
}

/// The other side ended the connection, as it may with one that was idle.
bool is_hang_up(error_code ec) {
  return ec == http::error::end_of_stream || ec == asio::error::eof || ec == asio::error::connection_reset ||
         ec == asio::error::broken_pipe || ec == asio::error::connection_aborted ||
         ec == asio::ssl::error::stream_truncated;
}

std::string pins_text(const std::vector<Pin>& pins) {
  std::string text;
  for (const Pin& pin : pins) text += (text.empty() ? "" : " or ") + codec::hex(pin);
  return text;
}

}  // namespace

struct Client::State {
  ClientConfig config;
  std::optional<ServerExpectation> expected;  ///< empty: plain HTTP
  asio::io_context io{1};
  std::optional<asio::ssl::context> tls;
  std::variant<std::monostate, PlainStream, TlsStream> stream;
  beast::flat_buffer buffer{kBufferBytesMax};

  std::string place() const { return config.address + ":" + std::to_string(config.port); }
  bool connected() const { return stream.index() != 0; }
  void disconnect() {
    stream.emplace<std::monostate>();
    buffer.clear();
  }

  /// Starts an operation and runs it to its end or to its timeout.
  template <class Start>
  error_code run(Start start) {
    error_code result = asio::error::operation_aborted;
    start([&result](error_code ec, const auto&...) { result = ec; });
    io.restart();
    io.run();
    return result;
  }

  Result<void> connect();
  Error connect_error(error_code ec) const;
  Error handshake_error(error_code ec) const;
  Error exchange_error(error_code ec) const;
  template <class Stream>
  error_code send_and_receive(Stream& over, HttpRequest& message, Parser& parser);
  error_code attempt(const Request& request, Response& response);
};

Error Client::State::connect_error(error_code ec) const {
  if (ec == asio::error::connection_refused) {
    return {ErrorCode::unavailable, "the connection was refused", place(),
            "is the server running, and is the port right?"};
  }
  if (ec == beast::error::timeout) {
    return {ErrorCode::unavailable, "the connection timed out", place(),
            "is the network, or a firewall, in the way?"};
  }
  return {ErrorCode::unavailable, "the server cannot be reached: " + ec.message(), place(), ""};
}

Error Client::State::handshake_error(error_code ec) const {
  if (expected->presented && !expected->accepted.accepts(*expected->presented)) {
    return {ErrorCode::unauthenticated, "the server's key is not the pinned one", place(),
            "it presented " + codec::hex(*expected->presented) + ", expected was " +
                pins_text(expected->accepted.pins()) +
                "; if the server's key was replaced, get the new roster, otherwise this is another machine"};
  }
  if (ec == beast::error::timeout) return connect_error(ec);
  if (is_hang_up(ec)) {
    return {ErrorCode::unavailable, "the server ended the connection during the TLS handshake", place(),
            "it may have too many connections; try again"};
  }
  return {ErrorCode::unauthenticated, "the TLS handshake failed: " + ec.message(), place(),
          "is this the TLS port of a Strongroom server?"};
}

Error Client::State::exchange_error(error_code ec) const {
  if (ec == http::error::body_limit || ec == http::error::header_limit ||
      ec == http::error::buffer_overflow) {
    return {ErrorCode::limit_exceeded, "the response is larger than it may be", place(), ""};
  }
  if (ec == beast::error::timeout) {
    return {ErrorCode::unavailable, "the server did not answer in time", place(), "try again later"};
  }
  if (is_hang_up(ec)) {
    return {ErrorCode::unavailable, "the server ended the connection", place(), "try again later"};
  }
  if (ec.category() == asio::error::get_ssl_category()) {
    return {ErrorCode::unauthenticated, "the server refused the connection: " + ec.message(), place(), ""};
  }
  return {ErrorCode::unavailable, "the exchange failed: " + ec.message(), place(), "try again later"};
}

Result<void> Client::State::connect() {
  disconnect();
  error_code ec;
  tcp::resolver resolver(io);
  const auto endpoints = resolver.resolve(config.address, std::to_string(config.port), ec);
  if (ec) return fail(ErrorCode::unavailable, "the server's name is not known: " + ec.message(), place());
  PlainStream transport(io);
  transport.expires_after(config.connect_timeout);
  ec = run([&](auto done) { transport.async_connect(endpoints, std::move(done)); });
  if (ec) return std::unexpected(connect_error(ec));
  transport.socket().set_option(tcp::no_delay(true), ec);
  if (!expected) {
    stream.emplace<PlainStream>(std::move(transport));
    return {};
  }
  expected->presented.reset();
  auto& over = stream.emplace<TlsStream>(std::move(transport), *tls);
  beast::get_lowest_layer(over).expires_after(config.connect_timeout);
  ec = run([&](auto done) { over.async_handshake(asio::ssl::stream_base::client, std::move(done)); });
  if (ec) {
    disconnect();
    return std::unexpected(handshake_error(ec));
  }
  return {};
}

template <class Stream>
error_code Client::State::send_and_receive(Stream& over, HttpRequest& message, Parser& parser) {
  beast::get_lowest_layer(over).expires_after(config.exchange_timeout);
  const error_code sent = run([&](auto done) { http::async_write(over, message, std::move(done)); });
  if (sent == beast::error::timeout) return sent;
  // A server that refuses a body answers before it has read it: look for that answer even if sending failed.
  const error_code received =
      run([&](auto done) { http::async_read(over, buffer, parser, std::move(done)); });
  return received && sent ? sent : received;
}

error_code Client::State::attempt(const Request& request, Response& response) {
  HttpRequest message{verb_of(request.method), request.target, 11};
  message.set(http::field::host, config.address);
  for (const Header& header : request.headers) message.set(header.name, header.value);
  message.body() = {reinterpret_cast<const char*>(request.body.data()), request.body.size()};
  message.prepare_payload();
  Parser parser;
  parser.header_limit(config.limits.header_bytes_max);
  parser.body_limit(config.limits.body_bytes_max);
  error_code ec = asio::error::not_connected;
  if (auto* over = std::get_if<TlsStream>(&stream)) ec = send_and_receive(*over, message, parser);
  if (auto* over = std::get_if<PlainStream>(&stream)) ec = send_and_receive(*over, message, parser);
  if (ec || !parser.keep_alive()) disconnect();
  if (!ec) response = response_of(parser);
  return ec;
}

Client::Client(std::unique_ptr<State> state) : state_(std::move(state)) {}
Client::~Client() = default;
Client::Client(Client&&) noexcept = default;
Client& Client::operator=(Client&&) noexcept = default;

Result<Client> Client::connect(const ClientConfig& config, const Identity& identity, const PinSet& server) {
  auto state = std::make_unique<State>();
  state->config = config;
  state->expected.emplace(server, std::nullopt);
  state->tls.emplace(TRY(make_client_context(identity, *state->expected)).release());
  TRY(state->connect());
  return Client(std::move(state));
}

Result<Client> Client::connect_public(const ClientConfig& config) {
  auto state = std::make_unique<State>();
  state->config = config;
  TRY(state->connect());
  return Client(std::move(state));
}

Result<Response> Client::exchange(const Request& request) {
  const bool kept = state_->connected();
  if (!kept) TRY(state_->connect());
  Response response;
  error_code ec = state_->attempt(request, response);
  if (kept && is_hang_up(ec)) {
    TRY(state_->connect());
    ec = state_->attempt(request, response);
  }
  if (ec) return std::unexpected(state_->exchange_error(ec));
  return response;
}

Result<Response> Client::get(std::string target) {
  Request request;
  request.target = std::move(target);
  return exchange(request);
}

Result<Response> Client::post(std::string target, Bytes body, std::string content_type) {
  Request request;
  request.method = Method::post;
  request.target = std::move(target);
  request.headers.push_back({"Content-Type", std::move(content_type)});
  request.body = std::move(body);
  return exchange(request);
}

std::string Client::connection_description() const {
  auto* over = std::get_if<TlsStream>(&state_->stream);
  return over == nullptr ? std::string() : description_of(over->native_handle());
}

}  // namespace strongroom::wire
