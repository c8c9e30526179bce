#include "grant/session.h"

#include <fmt/format.h>

#include <thread>

#include "platform/clock.h"

namespace strongroom::grant {
namespace {

constexpr std::chrono::milliseconds kFirstPause{50}, kLongestPause{1000};

/// Not witnessed yet, or not answering: trying again may help. Anything else will not get better.
bool may_pass(const Error& error) {
  return error.code == ErrorCode::unavailable || error.code == ErrorCode::not_found;
}

}  // namespace

Result<void> refresh_until(Session session, const std::function<bool(const replica::Replica&)>& done,
                           std::string_view waited_for, std::chrono::milliseconds patience) {
  const auto deadline = platform::Deadline::after(patience);
  std::chrono::milliseconds pause = kFirstPause;
  std::string last;
  while (true) {
    const Result<void> refreshed = session.replica.refresh(session.server);
    if (!refreshed && !may_pass(refreshed.error())) return refreshed;
    if (refreshed && done(session.replica)) return {};
    if (!refreshed) last = refreshed.error().what;
    if (deadline.passed()) break;
    std::this_thread::sleep_for(std::min(pause, deadline.left()));
    pause = std::min(pause * 2, kLongestPause);
  }
  return fail(ErrorCode::unavailable,
              fmt::format("no witnessed checkpoint shows {} after {} seconds{}{}", waited_for,
                          std::chrono::duration_cast<std::chrono::seconds>(patience).count(),
                          last.empty() ? "" : ": ", last),
              {}, "ask the operator whether the witnesses answer, then run the same command again");
}

Result<std::uint64_t> enter(Session session, envelope::RegisterType type, BytesView object,
                            std::string_view what) {
  const std::uint64_t leaf = TRY_IN(std::string(what), session.server.post_register(type, object));
  const Hash256 digest = envelope::digests_of(object).sha256;
  TRY(refresh_until(session, [&](const replica::Replica& r) { return r.leaves().size() > leaf; }, what));
  // What was answered is not believed: the leaf there must be this object's.
  const auto decoded =
      TRY(envelope::decode_register_leaf(session.replica.leaves()[static_cast<std::size_t>(leaf)]));
  const auto* entry = std::get_if<envelope::RegisterLeaf>(&decoded);
  if (entry == nullptr || entry->type != type || entry->object.sha256 != digest)
    return fail(ErrorCode::unauthenticated,
                "the register holds something else where the server said it put this", std::string(what),
                "keep this message: the server did not do what it signed");
  return leaf;
}

Result<ledger::AuthenticatedTiles> capture_tiles(Session session) {
  const envelope::TreeHead head = session.replica.tree_head(replica::Ledger::capture);
  if (head.size == 0)
    return fail(ErrorCode::not_found, "the capture ledger holds nothing yet", {},
                "let a device seal something first");
  return ledger::AuthenticatedTiles::open(ledger::TreeSize{head.size}, head.root, session.server);
}

}  // namespace strongroom::grant
