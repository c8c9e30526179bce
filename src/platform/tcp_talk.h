/// A TCP connection to somebody who may be anybody: every call ends by its deadline, every read is bounded. Used to
/// look at services that are not ours; our own talk goes through wire/.
#pragma once

#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/error.h"
#include "platform/clock.h"
#include "platform/descriptor.h"

namespace strongroom::platform {

/// The numeric addresses of a host, without repetition, in the order the resolver gives them; a numeric address is its
/// own. `not_found` if there is none. Asks the machine's resolver, which may take as long as it is set to.
Result<std::vector<std::string>> addresses_of(const std::string& host);

/// One connection; one thread.
class TcpTalk {
 public:
  /// To a numeric address. `refused` if nothing listens there, `unavailable` if nobody answered in time or there is no
  /// way to it.
  static Result<TcpTalk> connect(const std::string& numeric_address, std::uint16_t port, Deadline by);

  /// All of `bytes`. `unavailable` if the other side has gone or does not take them in time.
  Result<void> send(BytesView bytes, Deadline by);
  /// What has come, at most `bytes_max`; empty if the other side has ended. `unavailable` if nothing came in time or
  /// the connection broke.
  Result<Bytes> receive(std::size_t bytes_max, Deadline by);

 private:
  explicit TcpTalk(Descriptor socket) : socket_(std::move(socket)) {}
  Descriptor socket_;
};

}  // namespace strongroom::platform
