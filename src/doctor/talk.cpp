#include "doctor/talk.h"

#include <optional>

#include "platform/tcp_talk.h"

namespace strongroom::doctor {

using platform::Deadline;

struct Talk::State {
  State(platform::TcpTalk&& connected, const Patience& waits)
      : transport(std::move(connected)), patience(waits) {}

  platform::TcpTalk transport;
  Patience patience;
  Deadline by = Deadline::after(std::chrono::milliseconds(0));
  std::optional<wire::ForeignTls> tls;

  Result<void> send(BytesView bytes) { return tls ? tls->send(bytes) : transport.send(bytes, by); }
  Result<Bytes> receive(std::size_t bytes_max) {
    return tls ? tls->receive(bytes_max) : transport.receive(bytes_max, by);
  }
};

Talk::Talk(std::unique_ptr<State> state) : state_(std::move(state)) {}
Talk::~Talk() = default;
Talk::Talk(Talk&&) noexcept = default;
Talk& Talk::operator=(Talk&&) noexcept = default;

Result<Talk> Talk::open(const Target& target, const Patience& patience) {
  auto connected =
      TRY(platform::TcpTalk::connect(target.address, target.port, Deadline::after(patience.connect)));
  return Talk(std::make_unique<State>(std::move(connected), patience));
}

Result<Talk> Talk::open_tls(const Target& target, wire::NewestTls newest, const Patience& patience) {
  Talk talk = TRY(open(target, patience));
  State& state = *talk.state_;
  state.by = Deadline::after(patience.connect);
  state.tls.emplace(TRY(wire::ForeignTls::handshake(
      newest, target.host,
      {[&state](BytesView bytes) { return state.transport.send(bytes, state.by); },
       [&state](std::size_t bytes_max) { return state.transport.receive(bytes_max, state.by); }})));
  return talk;
}

const wire::ForeignTlsSeen* Talk::tls() const { return state_->tls ? &state_->tls->seen() : nullptr; }

std::string Talk::hear(std::chrono::milliseconds within, const Whole& whole) {
  state_->by = Deadline::after(within);
  std::string heard;
  while (heard.size() < kAnswerBytesMax && !state_->by.passed()) {
    const auto piece = state_->receive(kAnswerBytesMax - heard.size());
    if (!piece || piece->empty()) break;
    heard += text_of(*piece);
    if (whole(heard)) break;
  }
  return heard;
}

std::string Talk::ask(std::string_view said, const Whole& whole) {
  state_->by = Deadline::after(state_->patience.answer);
  if (!state_->send(bytes_of(said))) return {};
  return hear(state_->patience.answer, whole);
}

bool anything(std::string_view heard) { return !heard.empty(); }
bool a_line(std::string_view heard) { return heard.find('\n') != std::string_view::npos; }
bool never(std::string_view) { return false; }

}  // namespace strongroom::doctor
