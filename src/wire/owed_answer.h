/// The answer that the server owes to one request. For the server's implementation.
#pragma once

#include "wire/connection.h"

namespace strongroom::wire {

/// What a Respond holds. Any thread may deliver; the first answer goes to the connection's lane, later ones nowhere,
/// and when nobody has delivered one by the end of its life the answer is 500. Keeps the server's memory alive.
class OwedAnswer {
 public:
  /// `io` is the event loop of the connection's lane.
  OwedAnswer(std::shared_ptr<Serving> serving, boost::asio::io_context& io,
             std::weak_ptr<Connection> connection);
  OwedAnswer(const OwedAnswer&) = delete;
  OwedAnswer& operator=(const OwedAnswer&) = delete;
  ~OwedAnswer() { deliver(Response::text(500, "the request was not answered\n")); }
  void deliver(Response response);

 private:
  std::shared_ptr<Serving> serving_;
  boost::asio::io_context& io_;
  std::weak_ptr<Connection> connection_;  ///< locked in the lane's thread only
  std::atomic<bool> delivered_ = false;
};

}  // namespace strongroom::wire
