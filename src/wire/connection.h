/// One connection of the server, from the handshake to the goodbye. For the server's implementation.
///
/// Each thread of the server ("lane") runs its own event loop, and a connection lives in one lane, so nothing of it
/// needs a lock. What other threads touch is the answer to one request on its way back, the ByteBudget and the count.
#pragma once

#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <set>

#include "wire/byte_budget.h"
#include "wire/server.h"

// NOLINTBEGIN(readability-identifier-naming): their names, so that no Boost header is in ours
namespace boost::asio {
class io_context;
class any_io_executor;
template <typename Protocol, typename Executor>
class basic_stream_socket;
namespace ip {
class tcp;
}
namespace ssl {
class context;
}
}  // namespace boost::asio
// NOLINTEND(readability-identifier-naming)

namespace strongroom::wire {

using TcpSocket = boost::asio::basic_stream_socket<boost::asio::ip::tcp, boost::asio::any_io_executor>;

/// How many connections there are. Thread-safe.
class ConnectionCount {
 public:
  /// False, and no change, if there are `max` already.
  bool enter(std::size_t max) {
    const std::lock_guard lock(mutex_);
    if (count_ >= max) return false;
    ++count_;
    return true;
  }
  void leave() {
    const std::lock_guard lock(mutex_);
    --count_;
    one_left_.notify_all();
  }
  /// Returns when all have ended, or after `at_most`.
  void wait_for_none(std::chrono::milliseconds at_most) {
    std::unique_lock lock(mutex_);
    one_left_.wait_for(lock, at_most, [this] { return count_ == 0; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable one_left_;
  std::size_t count_ = 0;
};

/// What all connections of a server share; outlives them and every answer that is still owed.
struct Serving : std::enable_shared_from_this<Serving> {
  ServerConfig config;
  Admit admit;
  Handler handler;
  std::shared_ptr<boost::asio::ssl::context> tls;  ///< null: plain HTTP
  bool read_only = false;  ///< the public listener
  std::shared_ptr<ByteBudget> budget;
  ConnectionCount count;
  std::atomic<bool> stopped = false;  ///< answers that come later are dropped
};

/// As its lane sees it. It lives until it leaves the lane and its last operation has ended.
class Connection {
 public:
  virtual ~Connection() = default;
  virtual void start() = 0;
  /// Ends the connection now if nothing was asked that is not answered yet.
  virtual void close_if_idle() = 0;
  /// The handler's answer to the request under way.
  virtual void respond(Response response) = 0;
};

/// One thread's connections.
struct Lane {
  boost::asio::io_context& io;
  std::set<std::shared_ptr<Connection>> connections;
  bool draining = false;
};

/// For a socket of the lane's event loop that has entered the count; the connection leaves it at its end. `start` it in
/// the lane.
std::shared_ptr<Connection> make_connection(Serving& serving, Lane& lane, TcpSocket&& socket);

}  // namespace strongroom::wire
