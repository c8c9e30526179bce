/// A short conversation with a service that may be anybody's: everything said and heard is bounded in bytes and time.
#pragma once

#include <functional>
#include <memory>

#include "doctor/tls_answers.h"
#include "platform/clock.h"

namespace strongroom::doctor {

/// One port of one address.
struct Target {
  std::string host;  ///< as the list names it
  std::string address;  ///< numeric
  std::uint16_t port = 0;
};

/// How long to wait, at most.
struct Patience {
  std::chrono::milliseconds connect{3000};  ///< for a connection, and for a TLS handshake
  std::chrono::milliseconds answer{3000};  ///< for each answer, whole
  std::chrono::milliseconds greeting{1500};  ///< for somebody who speaks first
};

inline constexpr std::size_t kAnswerBytesMax = 16 * 1024;

/// Whether what was heard so far is a whole answer.
using Whole = std::function<bool(std::string_view)>;

/// One connection; one thread.
class Talk {
 public:
  static Result<Talk> open(const Target& target, const Patience& patience);
  /// Over TLS, with this newest version offered; `unsupported` if there is none there.
  static Result<Talk> open_tls(const Target& target, wire::NewestTls newest, const Patience& patience);
  ~Talk();
  Talk(Talk&&) noexcept;
  Talk& operator=(Talk&&) noexcept;

  /// What TLS showed; null without it.
  const wire::ForeignTlsSeen* tls() const;

  /// What comes within `within`, until `whole`, the end, or kAnswerBytesMax. What came counts, even if it broke off.
  std::string hear(std::chrono::milliseconds within, const Whole& whole);
  /// Says this, then hears the answer; empty if nothing came.
  std::string ask(std::string_view said, const Whole& whole);
  std::string ask(BytesView said, const Whole& whole) { return ask(text_of(said), whole); }

 private:
  struct State;
  explicit Talk(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

/// As soon as anything has come.
bool anything(std::string_view heard);
/// As soon as a line has come.
bool a_line(std::string_view heard);
/// Not before the end, or the maximum.
bool never(std::string_view heard);

}  // namespace strongroom::doctor
