#include "agent/packer.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "base/check.h"
#include "base/utf16.h"
#include "capture/part.h"
#include "crypto/hash.h"
#include "record/size.h"
#include "roster/expiry.h"

namespace strongroom::agent {
namespace {

using envelope::EntryKind;

constexpr std::size_t kBatchBytes = 900 * 1024;
constexpr std::size_t kBatchRecords = 2000;
constexpr std::size_t kPendingBytesMax = 32u << 20;  ///< of all folders together; then every batch is sealed
constexpr std::size_t kTextBytesMax =
    256 * 1024;  ///< of the text shown; of everything in `extra`; and people
constexpr std::size_t kExtraBytesMax = 64 * 1024;
constexpr std::size_t kPeopleMax = 1000;
constexpr std::size_t kRestBytesMax =
    256 * 1024;  ///< of everything else; above it the original alone is kept
constexpr std::size_t kContentTextBytesMax = 64 * 1024;  ///< of the text that describes a file
constexpr std::size_t kNameBytesMax = 4 * 1024;  ///< of a name in a record that keeps the original alone
constexpr std::size_t kInlineBytesMax = 384 * 1024;  ///< a record's own original, before it goes in chunks

/// First day and number of days of a month ("year * 12 + month - 1").
std::pair<std::uint32_t, std::uint32_t> days_of(std::uint32_t month) {
  using namespace std::chrono;
  const year_month ym{year{static_cast<int>(month / 12)}, std::chrono::month{month % 12 + 1}};
  const sys_days first{ym / day{1}}, after{(ym + months{1}) / day{1}};
  return {static_cast<std::uint32_t>(first.time_since_epoch().count()),
          static_cast<std::uint32_t>((after - first).count())};
}

bool is_original(const record::Record& r) { return r.kind == record::Kind::unparsed_original; }

/// Cuts to at most `most` bytes, between characters. True if there was more.
bool cut(std::string& text, std::size_t most) {
  if (text.size() <= most) return false;
  while (most > 0 && (static_cast<unsigned char>(text[most]) & 0xC0) == 0x80) --most;
  text.resize(most);
  return true;
}

/// The same original without what was parsed of it. A file stays a file, a part a part.
record::Record without_parsed_form(record::Record record) {
  record::Record out;
  out.kind = record::Kind::unparsed_original;
  out.source = std::move(record.source);
  out.parser_version = record.parser_version;
  out.order = record.order;
  out.sent_at.unix_ms = record.sent_at.unix_ms;
  out.sent_at.certainty = record.sent_at.certainty;
  out.original = std::move(record.original);
  cut(out.original.file, kNameBytesMax);
  if (record.kind == record::Kind::attachment) {
    out.kind = record::Kind::attachment;
    for (std::size_t i = 0; i < std::min<std::size_t>(record.attachments.size(), 1); ++i) {
      record::Attachment& file = out.attachments.emplace_back(std::move(record.attachments[i]));
      for (std::string* name :
           {&file.name, &file.media_type, &file.source_reference, &file.caption, &file.flavour})
        cut(*name, kNameBytesMax);
    }
    if (record.target) cut(out.target.emplace().native_id = record.target->native_id, kNameBytesMax);
  }
  out.doubts.push_back({"parsed-form-too-large",
                        "what was read of it is longer than a record may be; the original has all of it"});
  return out;
}

}  // namespace

std::vector<record::Record> with_content(record::Record described, BytesView content) {
  cut_to_fit(described);
  if (cut(described.text, kContentTextBytesMax)) described.ranges.clear();
  std::vector<record::Record> out;
  const Hash256 hash = crypto::sha256(content);
  const std::size_t chunks = std::max<std::size_t>(1, (content.size() + kChunkBytes - 1) / kChunkBytes);
  if (described.attachments.empty()) described.attachments.emplace_back();
  record::Attachment& file = described.attachments.front();
  file.sha256 = hash;
  file.size = content.size();
  file.state = record::AttachmentState::present;
  for (std::size_t i = 0; i < chunks; ++i) {
    record::Record chunk = described;
    const std::size_t offset = i * kChunkBytes;
    chunk.original.bytes = copy_of(content.subspan(offset, std::min(kChunkBytes, content.size() - offset)));
    chunk.original.within = hash;
    chunk.original.offset = offset;
    chunk.original.length = chunk.original.bytes.size();
    chunk.extra["chunk"] = std::uint64_t{i};
    chunk.extra["chunks"] = std::uint64_t{chunks};
    chunk.extra["last"] = i + 1 == chunks;
    if (i > 0) chunk.doubts.clear();
    out.push_back(std::move(chunk));
  }
  return out;
}

Hash256 packed_identity(const record::Record& record) {
  const Hash256 identity = record::identity_of(record);
  const auto chunk = record.extra.find("chunk");
  if (chunk == record.extra.end() || !std::holds_alternative<std::uint64_t>(chunk->second)) return identity;
  return crypto::sha256(cbor::labelled("chunk", BytesView(identity), std::get<std::uint64_t>(chunk->second)));
}

void cut_to_fit(record::Record& record) {
  bool shorter = cut(record.text, kTextBytesMax);
  if (shorter) {
    const std::uint64_t end = utf16::length_of(record.text);
    std::erase_if(record.ranges,
                  [&](const record::TextRange& r) { return r.start > end || r.length > end - r.start; });
  }
  std::size_t extra = 0;
  shorter = std::erase_if(record.extra,
                          [&](const auto& item) {
                            extra += record::size_of_extra(item.first, item.second);
                            return extra > kExtraBytesMax;
                          }) > 0 ||
            shorter;
  if (record.people.size() > kPeopleMax) {
    record.people.resize(kPeopleMax);
    shorter = true;
  }
  if (record::size_of_rest(record) > kRestBytesMax) {
    record = without_parsed_form(std::move(record));
  } else if (shorter) {
    record.doubts.push_back({"cut-to-fit", "longer than a record may be; the original has all of it"});
  }
}

Packer::Packer(Spool& spool, seal::Chain& chain, const replica::Replica& replica,
               const roster::Enrolment& enrolment, std::uint32_t retention_class, platform::Entropy& entropy,
               platform::Clock& clock)
    : spool_(spool),
      chain_(chain),
      replica_(replica),
      enrolment_(enrolment),
      class_(retention_class),
      entropy_(entropy),
      clock_(clock) {}

/// §2.5: under the roster in force and into the lot of the schedule; where keys are missing, as keys_to_seal says, with
/// an alarm at the end.
Result<void> Packer::open_folder(std::uint32_t month) {
  const roster::Roster& in_force = TRY(replica_.roster())->roster;
  if (std::ranges::count(enrolment_.classes, class_) == 0 || roster::find_class(in_force, class_) == nullptr)
    return fail(ErrorCode::refused, fmt::format("this device may not seal under class {}", class_), {},
                "choose a class it was enrolled for with --class");
  const auto [first, days] = days_of(month);
  const auto wanted = [&, last = first + days - 1](const roster::RetentionClass& of) {
    return roster::lot_of_import(of, last, today());
  };
  const roster::SealingKeys keys = TRY(roster::keys_to_seal(replica_.state(), class_, wanted));
  shortages_.note(keys, in_force, first);
  envelope::Core0 core0;
  core0.archive = replica_.state().archive();
  core0.roster = keys.roster->hash;
  core0.device_key = crypto::sha256(enrolment_.device_key.ed25519);
  core0.retention_class = class_;
  core0.lot = keys.lot;
  core0.mode = envelope::CaptureMode::import;
  core0.day = first;
  core0.days = days;
  for (const roster::Quorum& quorum : keys.roster->roster.quorums)
    core0.dealings.push_back({quorum.id, quorum.k, static_cast<std::uint32_t>(quorum.positions.size()), 1});
  core0.register_seen = replica_.tree_head(replica::Ledger::register_);
  core0.capture_seen = replica_.tree_head(replica::Ledger::capture);
  auto opened = TRY(seal::Folder::open(chain_, core0, keys.keys, entropy_));
  const Hash256 folder = opened.entry.header_hash;
  TRY(spool_.append({std::move(opened.entry), folder, 0, {}}, chain_.state()));
  folders_.emplace(month, Pending{std::move(opened.folder), {}, {}, 0});
  ++counts_.folders;
  return {};
}

Result<Packer::Pending*> Packer::folder_for(const record::Record& record) {
  const std::int64_t day = record.sent_at.unix_ms / 86'400'000;
  // A time that cannot be (before 1990, or after tomorrow) says nothing about when: such records go to today's month.
  constexpr std::int64_t kDay1990 = 7305;
  const bool plausible = day >= kDay1990 && day <= static_cast<std::int64_t>(today()) + 1;
  const std::uint32_t month = envelope::month_of_day(plausible ? static_cast<std::uint32_t>(day) : today());
  if (!folders_.contains(month)) TRY(open_folder(month));
  return &folders_.at(month);
}

Result<void> Packer::add(record::Record&& record) {
  if (record.original.bytes.size() > kInlineBytesMax) {
    const Bytes bytes = std::exchange(record.original.bytes, {});
    if (is_original(record)) return add_content(std::move(record), bytes);
    // The original goes in chunks of its own; the record names them.
    record::Record carrier;
    carrier.kind = record::Kind::attachment;
    carrier.source = record.source;
    carrier.conversation = record.conversation;
    carrier.native_id = record.native_id;
    carrier.order = record.order;
    carrier.sent_at = record.sent_at;
    carrier.attachments.emplace_back().flavour = "original";
    for (record::Record& chunk : with_content(std::move(carrier), bytes))
      TRY(seal_one(std::move(chunk), Counted::as_chunk));
    record.original.within = crypto::sha256(bytes);
  }
  return seal_one(std::move(record), Counted::as_record);
}

Result<void> Packer::add_content(record::Record&& described, BytesView content) {
  bool first = !capture::is_part(described);  // a part of another record is not counted
  for (record::Record& chunk : with_content(std::move(described), content)) {
    TRY(seal_one(std::move(chunk), first ? Counted::as_record : Counted::as_chunk));
    first = false;
  }
  return {};
}

Result<void> Packer::seal_one(record::Record&& record, Counted counted) {
  record.captured_at_ms = clock_.now_ms();
  const Hash256 identity = packed_identity(record);
  const bool refused = is_original(record);
  const bool known = spool_.knows(identity) || pending_identities_.contains(identity);
  if (counted == Counted::as_record) {
    SourceCounts& source = counts_.by_source[record.source];
    ++(refused ? counts_.refused : known ? counts_.duplicate : counts_.stored);
    ++(refused ? source.refused : known ? source.duplicate : source.stored);
  }
  if (known) return {};
  if (counted == Counted::as_chunk) ++counts_.chunks;
  Pending& pending = *TRY(folder_for(record));
  Bytes cbor = record::encode(record);
  const std::size_t size = seal::sealed_bytes_bound(cbor.size());
  if (size > envelope::kBodyBytesMax - 64)
    return fail(ErrorCode::limit_exceeded, "one record is too large to seal", record.original.file,
                "its parsed form alone is above 1 MiB; report this source");
  if (!pending.records.empty() &&
      (size > kBatchBytes - std::min(pending.bytes, kBatchBytes) || pending.records.size() >= kBatchRecords))
    TRY(flush(pending));
  pending.records.push_back(std::move(cbor));
  pending.identities.push_back(identity);
  pending.bytes += size;
  pending_identities_.insert(identity);
  pending_bytes_ += size;
  return pending_bytes_ > kPendingBytesMax ? flush_all() : Result<void>{};
}

Result<void> Packer::flush(Pending& pending) {
  if (pending.records.empty()) return {};
  SpooledEntry entry;
  entry.entry = TRY(pending.folder.seal_batch(chain_, pending.records, entropy_));
  entry.folder = pending.folder.header_hash();
  entry.records = pending.records.size();
  entry.identities = std::exchange(pending.identities, {});
  pending.records.clear();
  pending_bytes_ -= std::exchange(pending.bytes, 0);
  TRY(spool_.append(entry, chain_.state()));
  ++counts_.batches;
  return {};
}

Result<void> Packer::flush_all() {
  for (auto& [month, pending] : folders_) TRY(flush(pending));
  pending_identities_.clear();  // the spool knows them now
  return {};
}

Result<void> Packer::pause() {
  TRY(flush_all());
  return spool_.sync();
}

Result<void> Packer::finish() {
  TRY(flush_all());
  for (auto& [month, pending] : folders_) {
    SpooledEntry entry;
    entry.entry = pending.folder.close(chain_);
    entry.folder = pending.folder.header_hash();
    TRY(spool_.append(entry, chain_.state()));
  }
  folders_.clear();
  for (std::string& alarm : shortages_.texts()) counts_.alarms.push_back(std::move(alarm));
  return spool_.sync();
}

Result<void> close_left_open(Spool& spool, seal::Chain& chain) {
  const auto left = spool.open_folders();
  for (const auto& [folder, counts] : left) {
    SpooledEntry entry;
    entry.entry = chain.make(
        EntryKind::close, envelope::encode(envelope::ClosePart{folder, counts.batches, counts.records}), {});
    entry.folder = folder;
    TRY(spool.append(entry, chain.state()));
  }
  return left.empty() ? Result<void>{} : spool.sync();
}

}  // namespace strongroom::agent
