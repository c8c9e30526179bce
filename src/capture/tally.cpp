#include "capture/tally.h"

#include "base/check.h"
#include "capture/beside.h"
#include "capture/part.h"
#include "crypto/hash.h"
#include "record/size.h"

namespace strongroom::capture {
namespace {

/// A quarter: what is no UTF-8 is repaired when it is encoded, three bytes for one.
bool is_too_large(const record::Record& record) {
  return record::rough_size_of(record) > record::kRecordBytesMax / 4 &&
         record::encode(record).size() > record::kRecordBytesMax;
}

}  // namespace

void Tally::stamp(record::Record& record) {
  record.source = source_;
  record.parser_version = parser_version_;
  record.order = order_++;
  doubts_ += record.doubts.size();
}

Result<void> Tally::refuse_too_large(const record::Record& record) {
  parts_.clear();
  const record::Original& original = record.original;
  constexpr std::string_view kCode = "too-large";
  constexpr std::string_view kWhy = "what was read of this item is more than a record may hold (16 MiB)";
  if (!original.within)
    return refuse({original.file, original.offset, original.bytes, std::string(kCode), std::string(kWhy)});
  record::Record out;
  out.kind = record::Kind::unparsed_original;
  out.doubts.push_back({std::string(kCode), std::string(kWhy)});
  out.original = original;
  stamp(out);
  ++refused_;
  return sink_.record(std::move(out));
}

Result<void> Tally::record(record::Record&& record) {
  if (is_too_large(record)) return refuse_too_large(record);
  stamp(record);
  ++parsed_;
  for (const record::Attachment& a : record.attachments) {
    if (a.sha256 && record.sent_at.unix_ms != 0 && !parts_.contains(*a.sha256))
      first_named_.try_emplace(*a.sha256, record.sent_at);
  }
  parts_.clear();
  return sink_.record(std::move(record));
}

Result<void> Tally::part(record::Record&& described, BytesView bytes) {
  CHECK(is_part(described));
  for (const record::Attachment& a : described.attachments) {
    if (a.sha256) parts_.insert(*a.sha256);
  }
  stamp(described);
  return sink_.content(std::move(described), bytes);
}

const record::SourceTime* Tally::first_named(const Hash256& content) const {
  const auto found = first_named_.find(content);
  return found == first_named_.end() ? nullptr : &found->second;
}

Result<void> Tally::content(record::Record&& described, BytesView bytes) {
  stamp(described);
  ++parsed_;
  return sink_.content(std::move(described), bytes);
}

Result<void> Tally::refuse(const Refusal& refusal) {
  record::Record out;
  out.kind = record::Kind::unparsed_original;
  out.doubts.push_back({refusal.code, refusal.detail});
  out.original.file = refusal.file;
  out.original.offset = refusal.offset;
  out.original.length = refusal.bytes.size();
  stamp(out);
  ++refused_;
  if (refusal.bytes.size() <= kRefusedInRecordMax) {
    out.original.bytes = copy_of(refusal.bytes);
    return sink_.record(std::move(out));
  }
  out.original.within = crypto::sha256(refusal.bytes);
  return sink_.content(std::move(out), refusal.bytes);
}

Outcome Tally::outcome() const { return {source_, 0, parsed_, refused_, doubts_}; }

Result<void> hand_over_file(Tally& tally, const InputFile& file, Named named) {
  Bytes holder;
  const auto bytes = content_of(file, holder);
  if (!bytes)
    return tally.refuse({file.path, 0, file.packed->raw(), "archive-member-unreadable", bytes.error().what});
  record::Record out;
  out.kind = record::Kind::attachment;
  const Hash256 digest = crypto::sha256(*bytes);
  out.attachments.push_back({.name = file.path.substr(file.path.rfind('/') + 1),
                             .media_type = {},
                             .size = bytes->size(),
                             .sha256 = digest,
                             .source_reference = file.path,
                             .caption = {},
                             .flavour = {},
                             .width = {},
                             .height = {},
                             .state = record::AttachmentState::present});
  if (const record::SourceTime* time = tally.first_named(digest)) out.sent_at = *time;
  if (named == Named::no)
    out.doubts.push_back({"unreferenced-file", "no message names this file, and no connector reads it"});
  out.original.within = digest;
  out.original.length = bytes->size();
  out.original.file = file.path;
  return tally.content(std::move(out), *bytes);
}

}  // namespace strongroom::capture
