#include "agent/import.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "agent/session.h"
#include "agent/worker_library.h"
#include "capture/part.h"
#include "crypto/hash.h"

namespace strongroom::agent {
namespace {

constexpr std::uint64_t kEndOfService = 1;  // docs/formats/entries.md

constexpr std::uint64_t kRoundBytes = 64ull << 20;  ///< sealed and not yet sent, before a sending in between

/// Hands what the parser yields to the packer, and sends in between when much has gathered.
class PackingSink final : public capture::Sink {
 public:
  PackingSink(Packer& packer, Session& session, const ImportRequest& request, const ImportTools& tools,
              RefusalList& refusals)
      : packer_(packer), session_(session), request_(request), tools_(tools), refusals_(refusals) {}
  Result<void> record(record::Record&& record) override {
    cut_to_fit(record);
    refusals_.add(record);
    TRY(packer_.add(std::move(record)));
    return after();
  }
  Result<void> content(record::Record&& described, BytesView bytes) override {
    refusals_.add(described);
    TRY(packer_.add_content(std::move(described), bytes));
    return after();
  }

 private:
  Result<void> after() {
    if (++taken_ % 512 == 0) tools_.progress("sealing", taken_, 0);
    if (session_.spool.waiting_bytes() < kRoundBytes || !session_.server) return {};
    TRY(packer_.pause());
    const auto sent = send(session_, tools_, request_.patience);
    if (!sent && sent.error().code != ErrorCode::unavailable) return std::unexpected(sent.error());
    return {};  // without a server the spool takes everything, and the end of the import says so
  }
  Packer& packer_;
  Session& session_;
  const ImportRequest& request_;
  const ImportTools& tools_;
  RefusalList& refusals_;
  std::uint64_t taken_ = 0;
};

Result<std::uint32_t> class_of(const ImportRequest& request, const roster::Enrolment& enrolment) {
  if (request.retention_class && std::ranges::count(enrolment.classes, *request.retention_class) == 0)
    return fail(ErrorCode::refused,
                fmt::format("this device may not seal under class {}", *request.retention_class), {},
                fmt::format("with --class it may under {}", fmt::join(enrolment.classes, ", ")));
  if (request.retention_class) return *request.retention_class;
  if (enrolment.classes.size() == 1) return enrolment.classes.front();
  return fail(ErrorCode::refused, "this device may seal under several retention classes", {},
              "say which with --class");
}

Result<void> parse_all(const ImportRequest& request, capture::Sink& sink, ImportReport& report) {
  TRY(try_library(request.worker_program, request.cage));
  ParseJob job;
  job.worker_program = request.worker_program;
  job.cage = request.cage;
  job.statement = request.statement;
  for (capture::Outcome& outcome : TRY(parse_paths(request.paths, job, sink))) {
    report.found += outcome.found;
    report.sources[outcome.source] = std::move(outcome);
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

Result<CanariesDue> spool_canaries(Device& device, Session& session, seal::Chain& chain,
                                   const ImportTools& tools) {
  return seal_canaries({tools.files, device.directory(), session.spool, chain, session.replica,
                        session.enrolment, tools.entropy, tools.clock});
}

/// Counts only; knows duplicates of before and within.
class CountingSink final : public capture::Sink {
 public:
  CountingSink(const Spool* spool, PackCounts& counts, RefusalList& refusals)
      : spool_(spool), counts_(counts), refusals_(refusals) {}
  Result<void> record(record::Record&& record) override {
    cut_to_fit(record);
    return count(record);
  }
  Result<void> content(record::Record&& described, BytesView bytes) override {
    if (capture::is_part(described)) return {};
    auto pieces = with_content(std::move(described), bytes);
    return count(pieces.front());
  }

 private:
  Result<void> count(const record::Record& record) {
    refusals_.add(record);
    const Hash256 identity = packed_identity(record);
    const bool known = (spool_ != nullptr && spool_->knows(identity)) || !seen_.insert(identity).second;
    const bool refused = record.kind == record::Kind::unparsed_original;
    SourceCounts& source = counts_.by_source[record.source];
    ++(refused ? counts_.refused : known ? counts_.duplicate : counts_.stored);
    ++(refused ? source.refused : known ? source.duplicate : source.stored);
    return {};
  }
  const Spool* spool_;
  PackCounts& counts_;
  RefusalList& refusals_;
  std::unordered_set<Hash256, DigestHash> seen_;
};

}  // namespace

Result<ImportReport> import_paths(Device& device, const ImportRequest& request, const ImportTools& tools) {
  Session session = TRY(begin(device, tools));
  const std::uint32_t retention_class = TRY(class_of(request, session.enrolment));
  seal::Chain chain = TRY(take_up_chain(device, session, tools, request.patience));

  ImportReport report;
  Packer packer(session.spool, chain, session.replica, session.enrolment, retention_class, tools.entropy,
                tools.clock);
  PackingSink sink(packer, session, request, tools, report.refusals);
  TRY(parse_all(request, sink, report));
  TRY(packer.finish());
  report.packed = packer.counts();
  if (session.spool.set_aside_bytes() > 0)
    report.packed.alarms.push_back(fmt::format(
        "the spool was damaged or torn: {} bytes after its last whole entry were set aside in {}/spool/"
        "spool.cut; import the same sources again, and keep that file",
        session.spool.set_aside_bytes(), device.directory()));
  report.canaries = TRY(spool_canaries(device, session, chain, tools));
  TRY(spool_heartbeat(session, chain));
  auto sent = send(session, tools, request.patience);
  if (sent)
    report.sent = *std::move(sent);
  else if (sent.error().code == ErrorCode::unavailable)
    report.unsent = std::move(sent).error();
  else
    return std::unexpected(std::move(sent).error());
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

Result<ImportReport> dry_run(const ImportRequest& request, const Device* device, const ImportTools& tools) {
  ImportReport report;
  std::optional<Spool> spool;
  if (device != nullptr) spool = TRY(open_spool(*device, tools));
  CountingSink sink(spool ? &*spool : nullptr, report.packed, report.refusals);
  TRY(parse_all(request, sink, report));
  return report;
}

Result<TimerReport> send_heartbeat(Device& device, const ImportTools& tools,
                                   std::chrono::milliseconds patience) {
  Session session = TRY(begin(device, tools));
  seal::Chain chain = TRY(take_up_chain(device, session, tools, patience));
  TimerReport report;
  report.canaries = TRY(spool_canaries(device, session, chain, tools));
  TRY(spool_heartbeat(session, chain));
  report.sent = TRY(send(session, tools, patience));
  return report;
}

Result<TimerReport> send_canaries(Device& device, const ImportTools& tools,
                                  std::chrono::milliseconds patience) {
  Session session = TRY(begin(device, tools));
  seal::Chain chain = TRY(take_up_chain(device, session, tools, patience));
  TimerReport report;
  report.canaries = TRY(spool_canaries(device, session, chain, tools));
  if (session.spool.waiting() > 0) TRY(send(session, tools, patience));
  report.sent = session.sent;
  return report;
}

Result<SendReport> retire(Device& device, const ImportTools& tools, std::chrono::milliseconds patience) {
  Session session = TRY(begin(device, tools));
  if (TRY(tools.files.exists(retired_path(device)))) return send(session, tools, patience);
  seal::Chain chain = TRY(take_up_chain(device, session, tools, patience));
  TRY(spool_sign(
      session, chain,
      chain.make(envelope::EntryKind::retire, envelope::encode(envelope::RetirePart{kEndOfService}), {})));
  TRY(tools.files.write_durable(retired_path(device), {}));
  return send(session, tools, patience);
}

}  // namespace strongroom::agent
