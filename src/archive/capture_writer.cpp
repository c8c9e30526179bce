#include "archive/capture_writer.h"

#include "codec/cbor.h"
#include "platform/clock.h"

namespace strongroom::archive {
namespace {

constexpr std::size_t kBatchItemsMax = 256;
using envelope::EntryKind;

std::vector<std::string> texts_of(Marks marks) {
  std::vector<std::string> out;
  for (const std::string_view name : marks.names()) out.emplace_back(name);
  return out;
}

}  // namespace

/// What one commit writes.
struct CaptureWriter::Batch {
  CatalogueBatch rows;
  std::vector<Bytes> leaves;
  std::unordered_map<Hash256, std::pair<std::uint64_t, Marks>, DigestHash> placed;  ///< objects of this batch
  std::vector<UncheckedBody> bodies;
  std::uint64_t next_leaf = 0;
};

Bytes encode(const std::vector<EntryAnswer>& answers) {
  cbor::Writer w;
  w.array(answers.size());
  for (const EntryAnswer& answer : answers) {
    w.array(3).uint(static_cast<std::uint64_t>(answer.status));
    if (answer.index) {
      w.uint(*answer.index);
    } else {
      w.null();
    }
    w.array(answer.marks.size());
    for (const std::string& mark : answer.marks) w.text(mark);
  }
  return w.take();
}

Result<std::unique_ptr<CaptureWriter>> CaptureWriter::create(CaptureWriterParts parts) {
  std::unique_ptr<CaptureWriter> writer(new CaptureWriter(std::move(parts)));
  writer->chains_ = TRY(writer->parts_.catalogue->chains());
  writer->folders_ = TRY(writer->parts_.catalogue->open_folders());
  return writer;
}

CaptureWriter::~CaptureWriter() { finish(); }
void CaptureWriter::start() {
  thread_ = std::thread([this] { run(); });
}
void CaptureWriter::finish() {
  inbox_.close();
  if (thread_.joinable()) thread_.join();
}

void CaptureWriter::run() {
  platform::SystemClock clock;
  while (!inbox_.finished()) {
    std::vector<Work> work = inbox_.take(kBatchItemsMax, std::chrono::seconds(10));
    if (work.empty()) continue;
    if (const Result<void> done = process(std::move(work), clock.now_ms() / 86'400'000); !done) {
      parts_.stop(done.error());
      return;
    }
  }
}

Result<void> CaptureWriter::process(std::vector<Work> work, std::uint64_t day) {
  if (failed_) return fail(ErrorCode::io, "the capture ledger stopped after an earlier failure");
  failed_ = true;  // until this batch is done
  TRY(process_batch(std::move(work), day));
  failed_ = false;
  return {};
}

Result<void> CaptureWriter::process_batch(std::vector<Work> work, std::uint64_t day) {
  if (day != used_day_) used_.clear();
  used_day_ = day;
  Batch batch;
  batch.next_leaf = parts_.sequencer->published().size.value;
  std::vector<std::vector<EntryAnswer>> answers;
  for (Work& item : work) {
    std::vector<EntryAnswer> of_item;
    if (auto* submission = std::get_if<Submission>(&item)) {
      for (auto& entry : submission->entries) {
        of_item.push_back(entry ? TRY(place(batch, *entry))
                                : refuse(entry.error().code, entry.error().about));
      }
    } else {
      batch.leaves.push_back(encode(envelope::CrossLeaf{std::get<CrossOrder>(item).checkpoint}));
      batch.rows.cross_leaves.push_back(batch.next_leaf++);
    }
    answers.push_back(std::move(of_item));
  }
  if (!batch.leaves.empty()) TRY(commit(batch));
  for (std::size_t i = 0; i < work.size(); ++i) {
    if (auto* submission = std::get_if<Submission>(&work[i])) {
      submission->done(std::move(answers[i]));
    } else if (const auto& order = std::get<CrossOrder>(work[i]); order.done) {
      order.done();
    }
  }
  if (!batch.leaves.empty()) {
    parts_.hook->reached(name_of(Step::received_answered));
    parts_.committed();
    if (parts_.stored && !batch.bodies.empty()) parts_.stored(std::move(batch.bodies));
  }
  return {};
}

Result<void> CaptureWriter::commit(Batch& batch) {
  TRY(parts_.vault->sync());
  parts_.hook->reached(name_of(Step::objects_durable));
  const Published now = TRY(parts_.sequencer->append(batch.leaves));
  batch.rows.vault = parts_.vault->position();
  batch.rows.size = now.size.value;
  batch.rows.root = now.root;
  return parts_.catalogue->add(batch.rows);
}

/// §3.9. A place that is taken, or a wrong hash before it: known, or an equivocation; above the head: a gap.
Result<EntryAnswer> CaptureWriter::place(Batch& batch, CheckedEntry& entry) {
  const envelope::Header& header = entry.header.header;
  const auto at = chains_.find({header.device, header.incarnation});
  const std::uint64_t next = at == chains_.end() ? 0 : at->second.next;
  if (header.sequence > next) return EntryAnswer{EntryStatus::gap, next, {}};
  const bool continues = header.sequence == next && (next == 0 || header.previous == at->second.last);
  if (!continues) {
    if (std::optional<EntryAnswer> before = TRY(known(batch, entry.digests.sha256)))
      return *std::move(before);
    entry.marks.add(Mark::equivocation);
  } else {
    if (!entry.refusal.empty()) return refuse(entry.refusal, entry.digests.sha256);
    if (std::string code = check_folder(entry); !code.empty()) return refuse(code, entry.digests.sha256);
  }
  if (!within_quota(entry)) return refuse("quota", entry.digests.sha256);
  return store(batch, entry);
}

Result<std::optional<EntryAnswer>> CaptureWriter::known(const Batch& batch, const Hash256& object) {
  if (const auto it = batch.placed.find(object); it != batch.placed.end()) {
    const auto& [leaf, marks] = it->second;
    return std::optional(EntryAnswer{EntryStatus::known, leaf, texts_of(marks)});
  }
  const std::optional<EntryRow> row = TRY(parts_.catalogue->entry_by_object(object));
  if (!row) return std::optional<EntryAnswer>{};
  return std::optional(EntryAnswer{EntryStatus::known, row->leaf, texts_of(row->marks)});
}

EntryAnswer CaptureWriter::refuse(const std::string& code, const Hash256& about) {
  parts_.refusals->count(code, about);
  return {EntryStatus::refused, std::nullopt, {code}};
}

/// A batch or close needs an open folder of the same device, whose share set came with its open entry (§4.1).
std::string CaptureWriter::check_folder(const CheckedEntry& entry) const {
  if (!entry.folder_header) return {};
  const auto it = folders_.find(*entry.folder_header);
  if (it == folders_.end() || it->second.device != entry.header.header.device) return "folder";
  return {};
}

bool CaptureWriter::within_quota(const CheckedEntry& entry) {
  Used& used = used_[entry.header.header.device];
  const bool opens = entry.header.header.kind == EntryKind::open;
  const std::uint64_t bytes = entry.header.bytes.size() + entry.body.size();
  const Quotas& quotas = parts_.quotas;
  if (used.entries >= quotas.entries || bytes > quotas.bytes - std::min(quotas.bytes, used.bytes))
    return false;
  if (opens && used.folders >= quotas.folders) return false;
  used.bytes += bytes;
  used.entries += 1;
  used.folders += opens ? 1 : 0;
  return true;
}

Result<EntryAnswer> CaptureWriter::store(Batch& batch, CheckedEntry& entry) {
  const envelope::Header& header = entry.header.header;
  const std::uint8_t flags = entry.marks.bits();
  const Location at =
      TRY(parts_.vault->append(ObjectKind::header, flags, entry.digests.sha256, entry.header.bytes));
  batch.rows.objects.push_back({entry.digests.sha256, at, flags});
  if (!entry.body.empty()) {
    const Location body = TRY(parts_.vault->append(ObjectKind::body, 0, header.body_sha256, entry.body));
    batch.rows.objects.push_back({header.body_sha256, body, 0});
    batch.bodies.push_back({entry.digests.sha256, header.body_sha256, header.body_sha512, body});
  }
  const std::uint64_t leaf = batch.next_leaf++;
  batch.leaves.push_back(encode(envelope::CaptureLeaf{entry.digests}));
  batch.placed.emplace(entry.digests.sha256, std::pair(leaf, entry.marks));
  batch.rows.entries.push_back({leaf, entry.digests.sha256, entry.header.hash, header.device,
                                header.incarnation, header.sequence, header.kind, entry.marks,
                                entry.retention_class, entry.folder_header});
  if (!entry.marks.has(Mark::equivocation)) {
    chains_[{header.device, header.incarnation}] = {header.sequence + 1, entry.header.hash, leaf};
    if (header.kind == EntryKind::open) folders_[entry.header.hash] = {header.device, entry.retention_class};
    if (header.kind == EntryKind::close && entry.folder_header) folders_.erase(*entry.folder_header);
  }
  return EntryAnswer{EntryStatus::received, leaf, texts_of(entry.marks)};
}

}  // namespace strongroom::archive
