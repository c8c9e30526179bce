#include "agent/import.h"

#include <fmt/format.h>

#include "crypto/hash.h"

namespace strongroom::agent {
namespace {

constexpr std::uint64_t kEndOfService = 1;  // docs/formats/entries.md

/// There once the device has said its last word.
std::string retired_path(const Device& device) { return device.directory() + "/retired"; }

constexpr std::uint64_t kRoundBytes = 64ull << 20;  ///< sealed and not yet sent, before a sending in between

/// A device at work: its spool, its chain, and the server if it answers.
struct Session {
  replica::Replica replica;
  std::optional<replica::ArchiveClient> server;
  std::optional<Error> unreachable;
  roster::Enrolment enrolment;
  Spool spool;
};

Result<Session> begin(Device& device, const ImportTools& tools) {
  auto replica = TRY(device.replica(tools.files));
  std::optional<replica::ArchiveClient> server;
  std::optional<Error> unreachable;
  auto connected = replica::ArchiveClient::connect(device.card(), device.identity());
  if (connected) {
    server = std::move(*connected);
    TRY(replica.refresh(*server));
  } else if (connected.error().code == ErrorCode::unavailable &&
             replica.state().current_roster() != nullptr) {
    unreachable = std::move(connected).error();  // sealing never stops: the spool takes it
  } else {
    return std::unexpected(std::move(connected).error());
  }
  roster::Enrolment enrolment = TRY(enrolment_of(replica, device.id()));
  const seal::ChainState fresh = TRY(device.fresh_chain(tools.files, tools.entropy));
  Spool spool = TRY(Spool::open(tools.files, device.directory() + "/spool", fresh, tools.steps));
  return Session{std::move(replica), std::move(server), std::move(unreachable), std::move(enrolment),
                 std::move(spool)};
}

Result<SendReport> send(Session& session, const ImportTools& tools, std::chrono::milliseconds patience) {
  if (!session.server) {
    Error error = *session.unreachable;
    error.what = fmt::format("{} sealed entries wait in the spool: {}", session.spool.waiting(), error.what);
    error.hint = "nothing is lost; run this again, or 'strongroom-agent heartbeat', when the server answers";
    return std::unexpected(std::move(error));
  }
  const auto policy = TRY(session.replica.policy(replica::Ledger::capture));
  return send_spool(session.spool, *session.server, policy, patience, tools.progress);
}

/// A device that was revoked or has retired makes no new entries. What it made before is still handed over: the server
/// quarantines what a revoked device sends, and drops nothing (protocol §2.6).
Result<void> check_in_service(Device& device, Session& session, const ImportTools& tools,
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

/// §3.9: a restored or cloned directory is behind what the server has of its incarnation. What waits is sent as
/// it is (the server knows it, or marks it as equivocation); then a new incarnation names the last head known.
Result<void> ensure_continuity(Session& session, const ImportTools& tools,
                               std::chrono::milliseconds patience) {
  if (!session.server) return {};
  const auto head = TRY(session.server->chain(session.spool.chain().incarnation));
  if (!head || head->next_sequence <= session.spool.chain().next_sequence) return {};
  if (session.spool.waiting() > 0) TRY(send(session, tools, patience));
  return session.spool.begin_incarnation(tools.entropy.array<16>(), head->last);
}

/// Hands what the parser yields to the packer, and sends in between when much has gathered.
class PackingSink final : public capture::Sink {
 public:
  PackingSink(Packer& packer, Session& session, const ImportRequest& request, const ImportTools& tools)
      : packer_(packer), session_(session), request_(request), tools_(tools) {}
  Result<void> record(record::Record record) override {
    TRY(packer_.add(std::move(record)));
    return after();
  }
  Result<void> content(record::Record described, BytesView bytes) override {
    TRY(packer_.add_content(std::move(described), bytes));
    return after();
  }
  std::uint64_t entries() const { return entries_; }

 private:
  Result<void> after() {
    if (++taken_ % 512 == 0) tools_.progress("sealing", taken_, 0);
    if (session_.spool.waiting_bytes() < kRoundBytes || !session_.server) return {};
    TRY(packer_.pause());
    entries_ += TRY(send(session_, tools_, request_.patience)).entries;
    return {};
  }
  Packer& packer_;
  Session& session_;
  const ImportRequest& request_;
  const ImportTools& tools_;
  std::uint64_t taken_ = 0, entries_ = 0;
};

Result<std::uint32_t> class_of(const ImportRequest& request, const roster::Enrolment& enrolment) {
  if (request.retention_class) return *request.retention_class;
  if (enrolment.classes.size() == 1) return enrolment.classes.front();
  return fail(ErrorCode::refused, "this device may seal under several retention classes", {},
              "say which with --class");
}

Result<void> parse_all(const ImportRequest& request, capture::Sink& sink, ImportReport& report) {
  for (const std::string& path : request.paths) {
    ParseJob job;
    job.worker_program = request.worker_program;
    job.statement = request.statement;
    job.files = TRY_IN(path, list_material(path, job.limits.files_max));
    const capture::Outcome outcome = TRY_IN(path, parse_in_worker(job, sink));
    report.sources.push_back(
        {path, outcome.source, outcome.found, outcome.parsed, outcome.refused, outcome.doubts});
    report.found += outcome.found;
  }
  return {};
}

Result<void> spool_sign(Session& session, seal::Chain& chain, seal::SealedEntry sign) {
  SpooledEntry entry;
  entry.entry = std::move(sign);
  TRY(session.spool.append(entry, chain.state()));
  return session.spool.sync();
}
Result<void> spool_heartbeat(Session& session, seal::Chain& chain) {
  return spool_sign(session, chain, chain.heartbeat(session.enrolment.heartbeat_s));
}

/// Counts only; knows duplicates of before and within.
class CountingSink final : public capture::Sink {
 public:
  CountingSink(const Spool* spool, PackCounts& counts) : spool_(spool), counts_(counts) {}
  Result<void> record(record::Record record) override { return count(record); }
  Result<void> content(record::Record described, BytesView bytes) override {
    auto pieces = with_content(std::move(described), bytes);
    return count(pieces.front());
  }

 private:
  Result<void> count(const record::Record& record) {
    const Hash256 identity = packed_identity(record);
    const bool known = (spool_ != nullptr && spool_->knows(identity)) || !seen_.insert(identity).second;
    ++(record.kind == record::Kind::unparsed_original ? counts_.refused
       : known                                        ? counts_.duplicate
                                                      : counts_.stored);
    return {};
  }
  const Spool* spool_;
  PackCounts& counts_;
  std::unordered_set<Hash256, DigestHash> seen_;
};

}  // namespace

Result<ImportReport> import_paths(Device& device, const ImportRequest& request, const ImportTools& tools) {
  Session session = TRY(begin(device, tools));
  TRY(check_in_service(device, session, tools, request.patience));
  const std::uint32_t retention_class = TRY(class_of(request, session.enrolment));
  TRY(ensure_continuity(session, tools, request.patience));
  seal::Chain chain(session.spool.chain(), device.signing(), tools.entropy, tools.clock);
  TRY(close_left_open(session.spool, chain));

  ImportReport report;
  Packer packer(session.spool, chain, session.replica, session.enrolment, retention_class, tools.entropy,
                tools.clock);
  PackingSink sink(packer, session, request, tools);
  TRY(parse_all(request, sink, report));
  TRY(packer.finish());
  report.packed = packer.counts();
  if (session.spool.set_aside_bytes() > 0)
    report.packed.alarms.push_back(fmt::format(
        "the spool was damaged or torn: {} bytes after its last whole entry were set aside in {}/spool/"
        "spool.cut; import the same sources again, and keep that file",
        session.spool.set_aside_bytes(), device.directory()));
  TRY(spool_heartbeat(session, chain));
  report.sent = TRY(send(session, tools, request.patience));
  report.sent.entries += sink.entries();
  if (!report.reconciles())
    return fail(
        ErrorCode::conflict,
        fmt::format("the counts do not reconcile: {} found, but {} stored + {} duplicate + {} refused",
                    report.found, report.packed.stored, report.packed.duplicate, report.packed.refused),
        {},
        "everything parsed has been stored; run 'strongroom-agent inspect' on each path and report the "
        "source");
  return report;
}

Result<ImportReport> dry_run(const ImportRequest& request, const Spool* spool, const ImportTools&) {
  ImportReport report;
  CountingSink sink(spool, report.packed);
  TRY(parse_all(request, sink, report));
  return report;
}

Result<SendReport> send_heartbeat(Device& device, const ImportTools& tools,
                                  std::chrono::milliseconds patience) {
  Session session = TRY(begin(device, tools));
  TRY(check_in_service(device, session, tools, patience));
  TRY(ensure_continuity(session, tools, patience));
  seal::Chain chain(session.spool.chain(), device.signing(), tools.entropy, tools.clock);
  TRY(close_left_open(session.spool, chain));
  TRY(spool_heartbeat(session, chain));
  return send(session, tools, patience);
}

Result<SendReport> retire(Device& device, const ImportTools& tools, std::chrono::milliseconds patience) {
  Session session = TRY(begin(device, tools));
  if (TRY(tools.files.exists(retired_path(device)))) return send(session, tools, patience);
  TRY(check_in_service(device, session, tools, patience));
  TRY(ensure_continuity(session, tools, patience));
  seal::Chain chain(session.spool.chain(), device.signing(), tools.entropy, tools.clock);
  TRY(close_left_open(session.spool, chain));
  TRY(spool_sign(
      session, chain,
      chain.make(envelope::EntryKind::retire, envelope::encode(envelope::RetirePart{kEndOfService}), {})));
  TRY(tools.files.write_durable(retired_path(device), {}));
  return send(session, tools, patience);
}

}  // namespace strongroom::agent
