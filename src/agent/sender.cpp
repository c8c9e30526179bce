#include "agent/sender.h"

#include <fmt/format.h>

#include <algorithm>
#include <thread>

#include "envelope/leaf.h"
#include "ledger/proof.h"

namespace strongroom::agent {
namespace {

constexpr std::size_t kPostBytesMax = 1500 * 1024;
constexpr std::size_t kPostEntriesMax = 256;
constexpr auto kPause = std::chrono::milliseconds(50);

struct Sent {
  std::uint64_t sequence = 0;
  std::uint64_t leaf = 0;
  Bytes leaf_bytes;
};

Result<void> keep_answer(const replica::EntryAnswer& answer, const SpooledEntry& entry,
                         std::vector<Sent>& sent, SendReport& report) {
  using replica::EntryStatus;
  const std::string where = fmt::format("entry {} ({})", entry.entry.sequence, name_of(entry.entry.kind));
  std::string marks;
  for (const std::string& mark : answer.marks) {
    marks += (marks.empty() ? "" : ", ") + mark;
    if (std::ranges::count(report.marks, mark) == 0) report.marks.push_back(mark);
  }
  if (answer.status == EntryStatus::gap)
    return fail(
        ErrorCode::conflict, fmt::format("the server expects entry {} first", answer.leaf.value_or(0)), where,
        "one of the two was set back: if the server lost entries that it gave receipts for, it must catch up "
        "(the spool keeps everything); if this device's directory is an old copy, enrol the device anew");
  if (answer.status == EntryStatus::refused || !answer.leaf)
    return fail(ErrorCode::refused, fmt::format("the server refused the entry: {}", marks), where,
                "the entry stays in the spool; see docs/operating/device.md for each reason");
  sent.push_back({entry.entry.sequence, *answer.leaf,
                  envelope::encode(envelope::CaptureLeaf{envelope::digests_of(entry.entry.header)})});
  return {};
}

Result<std::vector<Sent>> post_all(Spool& spool, replica::ArchiveClient& server, SendReport& report,
                                   const Progress& progress) {
  std::vector<Sent> sent;
  std::size_t next = 0;
  while (next < spool.waiting()) {
    std::vector<SpooledEntry> group;
    std::size_t bytes = 0;
    while (next < spool.waiting() && group.size() < kPostEntriesMax) {
      SpooledEntry entry = TRY(spool.read(next));
      const std::size_t size = entry.entry.header.size() + entry.entry.body.size();
      if (!group.empty() && size > kPostBytesMax - bytes) break;
      bytes += std::min(size, kPostBytesMax);
      group.push_back(std::move(entry));
      ++next;
    }
    std::vector<replica::EntryToSend> to_send;
    for (const SpooledEntry& entry : group) to_send.push_back({entry.entry.header, entry.entry.body});
    const auto answers = TRY(server.post_entries(to_send));
    for (std::size_t i = 0; i < group.size(); ++i) TRY(keep_answer(answers[i], group[i], sent, report));
    progress("sending", next, spool.waiting());
  }
  return sent;
}

/// The proof of one entry, verified under the policy; waits for witnesses as long as patience lasts.
Result<std::string> proof_of(const Sent& entry, replica::ArchiveClient& server, const ledger::Policy& policy,
                             std::chrono::steady_clock::time_point until, SendReport& report) {
  while (true) {
    const auto text = TRY(server.proof(replica::Ledger::capture, entry.leaf));
    if (text) {
      const auto proof = TRY(ledger::parse_tlog_proof(*text));
      const auto proven = TRY_IN("receipt", ledger::verify_tlog_proof(proof, entry.leaf_bytes, policy));
      if (proven.index.value != entry.leaf)
        return fail(ErrorCode::unauthenticated, "the receipt is for another place in the ledger", "receipt");
      report.ledger_size = proven.accepted.checkpoint().size.value;
      report.witness_time = proven.accepted.witness_time.value_or(0);
      report.witnesses.clear();
      for (const auto& witness : proven.accepted.witnesses) report.witnesses.push_back(witness.name);
      return *text;
    }
    if (std::chrono::steady_clock::now() > until)
      return fail(ErrorCode::unavailable, "the witnesses have not signed in time", {},
                  "nothing is lost: the spool keeps everything; run this again when the witnesses answer");
    std::this_thread::sleep_for(kPause);
  }
}

}  // namespace

void SendReport::add(const SendReport& later) {
  if (later.entries == 0) return;
  if (entries == 0) first_leaf = later.first_leaf;
  entries += later.entries;
  last_leaf = later.last_leaf;
  ledger_size = later.ledger_size;
  witness_time = later.witness_time;
  witnesses = later.witnesses;
  for (const std::string& mark : later.marks)
    if (std::ranges::count(marks, mark) == 0) marks.push_back(mark);
}

Result<SendReport> send_spool(Spool& spool, replica::ArchiveClient& server,
                              const ledger::Policy& capture_policy, std::chrono::milliseconds patience,
                              const Progress& progress) {
  SendReport report;
  if (spool.waiting() == 0) return report;
  const std::vector<Sent> sent = TRY(post_all(spool, server, report, progress));
  const auto until = std::chrono::steady_clock::now() + patience;
  std::vector<Receipt> receipts;
  // The last entry first: once it is witnessed, so are all before it.
  TRY(proof_of(*std::ranges::max_element(sent, {}, &Sent::leaf), server, capture_policy, until, report));
  for (const Sent& entry : sent) {
    receipts.push_back({entry.sequence, TRY(proof_of(entry, server, capture_policy, until, report))});
    progress("receipts", receipts.size(), sent.size());
  }
  report.entries = sent.size();
  report.first_leaf = std::ranges::min(sent, {}, &Sent::leaf).leaf;
  report.last_leaf = std::ranges::max(sent, {}, &Sent::leaf).leaf;
  TRY(spool.release(receipts));
  return report;
}

}  // namespace strongroom::agent
