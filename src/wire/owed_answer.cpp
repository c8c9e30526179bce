#include "wire/owed_answer.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

namespace strongroom::wire {

OwedAnswer::OwedAnswer(std::shared_ptr<Serving> serving, boost::asio::io_context& io,
                       std::weak_ptr<Connection> connection)
    : serving_(std::move(serving)), io_(io), connection_(std::move(connection)) {}

void OwedAnswer::deliver(Response response) {
  if (delivered_.exchange(true) || serving_->stopped) return;
  boost::asio::post(io_, [connection = connection_, response = std::move(response)]() mutable {
    if (const auto there = connection.lock()) there->respond(std::move(response));
  });
}

}  // namespace strongroom::wire
