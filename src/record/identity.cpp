#include "codec/cbor.h"
#include "crypto/hash.h"
#include "record/record.h"

namespace strongroom::record {
namespace {

/// "signal-backup" and "signal-takeout" tell of the same messages.
std::string_view family_of(std::string_view source) { return source.substr(0, source.find('-')); }

/// What tells two objects apart that are no events: their content.
Hash256 content_of(const Record& record) {
  if (record.kind == Kind::attachment && !record.attachments.empty() && record.attachments[0].sha256)
    return *record.attachments[0].sha256;
  if (record.kind != Kind::context && record.kind != Kind::unparsed_original &&
      record.kind != Kind::attachment)
    return {};
  if (!record.original.within) return crypto::sha256(record.original.bytes);
  return crypto::sha256(cbor::labelled("strongroom/record-range", BytesView(*record.original.within),
                                       record.original.offset, record.original.length));
}

}  // namespace

Hash256 identity_of(const Record& record) {
  const std::int64_t ms = record.sent_at.unix_ms;
  const Hash256 text = crypto::sha256(bytes_of(record.text));
  const Hash256 content = content_of(record);
  return crypto::sha256(cbor::labelled(
      "strongroom/record-identity", family_of(record.source), std::string_view(record.conversation.id),
      static_cast<std::uint64_t>(record.kind), std::string_view(record.native_id),
      std::string_view(record.author ? record.author->id : ""), static_cast<std::uint64_t>(ms),
      std::string_view(record.target ? record.target->native_id : ""), BytesView(text), BytesView(content)));
}

}  // namespace strongroom::record
