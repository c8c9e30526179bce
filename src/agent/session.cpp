#include "agent/session.h"

#include <fmt/format.h>

#include <thread>

#include "agent/import.h"
#include "base/check.h"

namespace strongroom::agent {
namespace {

constexpr auto kPause = std::chrono::milliseconds(100);
constexpr auto kFollowPatience = std::chrono::seconds(30);

/// The identity in force, or, if the server knows that one no more, the one that is to follow.
Result<replica::ArchiveClient> connect(Device& device, replica::Replica& replica, const ImportTools& tools) {
  auto server = TRY(replica::ArchiveClient::connect(device.card(), device.identity()));
  const auto fresh = replica.refresh(server);
  if (fresh) return server;
  if (fresh.error().code != ErrorCode::unauthenticated || device.next() == nullptr)
    return std::unexpected(fresh.error());
  auto followed = follow_new_keys(device, replica, tools, kFollowPatience);
  if (!followed && followed.error().code == ErrorCode::unauthenticated) return std::unexpected(fresh.error());
  return followed;
}

/// Sealing never stops: a server that went away in the middle is as one that was not there from the beginning.
Result<void> go_on_without(Session& session, Error error) {
  if (error.code != ErrorCode::unavailable) return std::unexpected(std::move(error));
  session.server.reset();
  session.unreachable = std::move(error);
  return {};
}

}  // namespace

std::string retired_path(const Device& device) { return device.directory() + "/retired"; }

Result<Spool> open_spool(const Device& device, const ImportTools& tools) {
  const seal::ChainState fresh = TRY(device.fresh_chain(tools.files, tools.entropy));
  return Spool::open(tools.files, device.directory() + "/spool", fresh, tools.steps);
}

Result<Session> begin(Device& device, const ImportTools& tools) {
  auto replica = TRY(device.replica(tools.files));
  std::optional<replica::ArchiveClient> server;
  std::optional<Error> unreachable;
  auto connected = connect(device, replica, tools);
  if (connected) {
    server = std::move(*connected);
  } else if (connected.error().code == ErrorCode::unavailable &&
             replica.state().current_roster() != nullptr) {
    unreachable = std::move(connected).error();  // sealing never stops: the spool takes it
  } else {
    return std::unexpected(std::move(connected).error());
  }
  roster::Enrolment enrolment = TRY(enrolment_of(replica, device.id()));
  Spool spool = TRY(open_spool(device, tools));
  return Session{std::move(replica),   std::move(server), std::move(unreachable),
                 std::move(enrolment), std::move(spool),  {}};
}

Result<SendReport> send(Session& session, const ImportTools& tools, std::chrono::milliseconds patience) {
  if (session.server) {
    const auto policy = TRY(session.replica.policy(replica::Ledger::capture));
    auto sent = send_spool(session.spool, *session.server, policy, patience, tools.progress);
    if (sent) {
      session.sent.add(*sent);
      return session.sent;
    }
    TRY(go_on_without(session, std::move(sent).error()));
  }
  Error error = *session.unreachable;
  error.what = fmt::format("{} sealed entries wait in the spool: {}", session.spool.waiting(), error.what);
  error.hint = "nothing is lost; run this again, or 'strongroom-agent heartbeat', when the server answers";
  return std::unexpected(std::move(error));
}

Result<void> check_in_service(const Device& device, Session& session, const ImportTools& tools,
                              std::chrono::milliseconds patience) {
  const auto& revoked = session.replica.state().devices().at(device.id()).revoked;
  if (!revoked && !TRY(tools.files.exists(retired_path(device)))) return {};
  const std::size_t waiting = session.spool.waiting();
  if (waiting > 0) TRY(send(session, tools, patience));
  const std::string handed =
      waiting > 0 ? fmt::format("; the {} entries that waited in its spool are handed over", waiting) : "";
  if (revoked)
    return fail(ErrorCode::refused,
                fmt::format("this device was revoked at leaf {} of the register{}", revoked->leaf, handed),
                {}, "ask an officer for an invitation, enrol with a new --state directory, and import there");
  return fail(ErrorCode::refused, "this device has retired" + handed, {},
              "ask an officer for an invitation and enrol with a new --state directory");
}

Result<void> ensure_continuity(Session& session, const ImportTools& tools,
                               std::chrono::milliseconds patience) {
  if (!session.server) return {};
  const auto asked = session.server->chain(session.spool.chain().incarnation);
  if (!asked) return go_on_without(session, asked.error());
  const auto& head = *asked;
  if (!head || head->next_sequence <= session.spool.chain().next_sequence) return {};
  if (session.spool.waiting() > 0) TRY(send(session, tools, patience));
  return session.spool.begin_incarnation(tools.entropy.array<16>(), head->last);
}

Result<seal::Chain> take_up_chain(const Device& device, Session& session, const ImportTools& tools,
                                  std::chrono::milliseconds patience) {
  TRY(check_in_service(device, session, tools, patience));
  TRY(ensure_continuity(session, tools, patience));
  seal::Chain chain(session.spool.chain(), device.signing(), tools.entropy, tools.clock);
  TRY(close_left_open(session.spool, chain));
  return chain;
}

Result<replica::ArchiveClient> follow_new_keys(Device& device, replica::Replica& replica,
                                               const ImportTools& tools, std::chrono::milliseconds patience) {
  CHECK(device.next() != nullptr);
  const auto until = std::chrono::steady_clock::now() + patience;
  auto server = TRY(replica::ArchiveClient::connect(device.card(), device.next()->identity));
  const crypto::SigningPublic expected = device.next()->signing.public_half();
  while (true) {
    TRY(replica.refresh(server));
    const auto known = replica.state().devices().find(device.id());
    if (known != replica.state().devices().end() && known->second.key() == expected) break;
    if (std::chrono::steady_clock::now() > until)
      return fail(ErrorCode::unavailable, "the witnesses have not signed the entry of the new key in time",
                  {}, "run this again when the witnesses answer");
    std::this_thread::sleep_for(kPause);
  }
  TRY(device.switch_to_next(tools.files, tools.steps));
  return server;
}

}  // namespace strongroom::agent
