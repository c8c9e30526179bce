// The canonical encoding, docs/formats/record.md: arrays of fixed positions, written and read in the same order.
#include <algorithm>

#include "base/utf8.h"
#include "codec/cbor.h"
#include "record/record.h"

namespace strongroom::record {
namespace {

using cbor::Reader;
using cbor::Writer;

constexpr std::uint64_t kVersion = 1;
constexpr std::size_t kPositions = 26;
constexpr std::size_t kUsualBytes = 512;  ///< of a record beyond its text and its original

/// Text that is not UTF-8 cannot be written; a parser's slip must not stop the capture.
void put_text(Writer& w, std::string_view v) { w.repaired_text(v); }

template <class T, class Put>
void put_list(Writer& w, const std::vector<T>& list, Put put) {
  w.array(list.size());
  for (const T& item : list) put(w, item);
}

template <class T, class Put>
void put_optional(Writer& w, const std::optional<T>& v, Put put) {
  if (v) {
    put(w, *v);
  } else {
    w.null();
  }
}

void put_uint(Writer& w, std::uint64_t v) { w.uint(v); }
void put_bool(Writer& w, bool v) { w.boolean(v); }
void put_string(Writer& w, const std::string& v) { put_text(w, v); }
void put_hash(Writer& w, const Hash256& v) { w.bytes(v); }
void put_integer(Writer& w, std::int64_t v) { w.integer(v); }

void put_time(Writer& w, const SourceTime& t) {
  w.array(4).integer(t.unix_ms).uint(static_cast<std::uint64_t>(t.certainty));
  put_text(w, t.zone);
  put_text(w, t.wall_clock);
}

void put_person(Writer& w, const Person& p) {
  w.array(4);
  put_text(w, p.id);
  put_text(w, p.name);
  put_list(w, p.addresses, put_string);
  put_text(w, p.role);
}

void put_target(Writer& w, const Target& t) {
  w.array(4);
  put_text(w, t.native_id);
  put_text(w, t.author_id);
  put_optional(w, t.sent_at_ms, put_integer);
  put_text(w, t.text);
}

void put_attachment(Writer& w, const Attachment& a) {
  w.array(10);
  put_text(w, a.name);
  put_text(w, a.media_type);
  put_optional(w, a.size, put_uint);
  put_optional(w, a.sha256, put_hash);
  put_text(w, a.source_reference);
  put_text(w, a.caption);
  put_text(w, a.flavour);
  put_optional(w, a.width, put_uint);
  put_optional(w, a.height, put_uint);
  w.uint(static_cast<std::uint64_t>(a.state));
}

void put_range(Writer& w, const TextRange& r) {
  w.array(4).uint(r.start).uint(r.length);
  put_text(w, r.style);
  put_text(w, r.mention_id);
}

void put_poll(Writer& w, const Poll& p) {
  w.array(4);
  put_text(w, p.question);
  put_list(w, p.options, [](Writer& to, const PollOption& o) {
    to.array(2);
    put_text(to, o.text);
    to.uint(o.votes);
  });
  put_optional(w, p.multiple, put_bool);
  put_optional(w, p.ended, put_bool);
}

void put_extra_value(Writer& w, const Extra& value) {
  std::visit(
      [&w](const auto& v) {
        using T = std::decay_t<decltype(v)>;
        if constexpr (std::is_same_v<T, std::uint64_t>) w.uint(v);
        if constexpr (std::is_same_v<T, std::int64_t>) w.integer(v);
        if constexpr (std::is_same_v<T, bool>) w.boolean(v);
        if constexpr (std::is_same_v<T, std::string>) put_text(w, v);
        if constexpr (std::is_same_v<T, Bytes>) w.bytes(v);
      },
      value);
}

/// In the order of their encodings: shorter keys first, then by their bytes, as the map has them.
void put_extra(Writer& w, const std::map<std::string, Extra>& extra) {
  std::vector<const std::pair<const std::string, Extra>*> entries;
  entries.reserve(extra.size());
  for (const auto& entry : extra) {
    if (utf8::is_valid(entry.first)) entries.push_back(&entry);
  }
  std::ranges::sort(entries, {}, [](const auto* entry) {
    return std::pair(entry->first.size(), std::string_view(entry->first));
  });
  w.map(entries.size());
  for (const auto* entry : entries) {
    w.text(entry->first);
    put_extra_value(w, entry->second);
  }
}

void put_doubt(Writer& w, const Doubt& d) {
  w.array(2);
  put_text(w, d.code);
  put_text(w, d.detail);
}

void put_original(Writer& w, const Original& o) {
  w.array(5).bytes(o.bytes);
  put_optional(w, o.within, put_hash);
  w.uint(o.offset).uint(o.length);
  put_text(w, o.file);
}

// Reading, in the same order. Everything is read into its place: what is handed up through a Result is moved each time.

Result<void> get_text(Reader& r, std::string& out) {
  out = TRY(r.text());
  return {};
}

template <class E>
Result<void> get_enumerator(Reader& r, E& out, E first, E last) {
  const std::uint64_t v = TRY(r.uint_max(static_cast<std::uint64_t>(last)));
  if (v < static_cast<std::uint64_t>(first))
    return r.error(ErrorCode::malformed, "an enumerator is out of range");
  out = static_cast<E>(v);
  return {};
}

template <class T, class Get>
Result<void> get_list(Reader& r, std::vector<T>& out, Get get) {
  const std::size_t count = TRY(r.array());
  for (std::size_t i = 0; i < count; ++i) TRY(get(r, out.emplace_back()));
  return {};
}

template <class T, class Get>
Result<void> get_optional(Reader& r, std::optional<T>& out, Get get) {
  if (TRY(r.null_next())) return {};
  return get(r, out.emplace());
}

Result<void> get_uint(Reader& r, std::uint64_t& out) {
  out = TRY(r.uint());
  return {};
}
Result<void> get_integer(Reader& r, std::int64_t& out) {
  out = TRY(r.integer());
  return {};
}
Result<void> get_bool(Reader& r, bool& out) {
  out = TRY(r.boolean());
  return {};
}
Result<void> get_hash(Reader& r, Hash256& out) {
  out = TRY(r.array_bytes<32>());
  return {};
}

Result<void> get_time(Reader& r, SourceTime& t) {
  TRY(r.array(4));
  TRY(get_integer(r, t.unix_ms));
  TRY(get_enumerator(r, t.certainty, ZoneCertainty::instant, ZoneCertainty::assumed));
  TRY(get_text(r, t.zone));
  return get_text(r, t.wall_clock);
}

Result<void> get_person(Reader& r, Person& p) {
  TRY(r.array(4));
  TRY(get_text(r, p.id));
  TRY(get_text(r, p.name));
  TRY(get_list(r, p.addresses, get_text));
  return get_text(r, p.role);
}

Result<void> get_target(Reader& r, Target& t) {
  TRY(r.array(4));
  TRY(get_text(r, t.native_id));
  TRY(get_text(r, t.author_id));
  TRY(get_optional(r, t.sent_at_ms, get_integer));
  return get_text(r, t.text);
}

Result<void> get_attachment(Reader& r, Attachment& a) {
  TRY(r.array(10));
  TRY(get_text(r, a.name));
  TRY(get_text(r, a.media_type));
  TRY(get_optional(r, a.size, get_uint));
  TRY(get_optional(r, a.sha256, get_hash));
  TRY(get_text(r, a.source_reference));
  TRY(get_text(r, a.caption));
  TRY(get_text(r, a.flavour));
  TRY(get_optional(r, a.width, get_uint));
  TRY(get_optional(r, a.height, get_uint));
  return get_enumerator(r, a.state, AttachmentState::present, AttachmentState::missing);
}

Result<void> get_range(Reader& r, TextRange& range) {
  TRY(r.array(4));
  TRY(get_uint(r, range.start));
  TRY(get_uint(r, range.length));
  TRY(get_text(r, range.style));
  return get_text(r, range.mention_id);
}

Result<void> get_poll_option(Reader& r, PollOption& option) {
  TRY(r.array(2));
  TRY(get_text(r, option.text));
  return get_uint(r, option.votes);
}

Result<void> get_poll(Reader& r, Poll& p) {
  TRY(r.array(4));
  TRY(get_text(r, p.question));
  TRY(get_list(r, p.options, get_poll_option));
  TRY(get_optional(r, p.multiple, get_bool));
  return get_optional(r, p.ended, get_bool);
}

Result<Extra> get_extra_value(BytesView encoded) {
  Reader r(encoded);
  switch (TRY(r.peek())) {
    case cbor::Type::uint: return Extra{TRY(r.uint())};
    case cbor::Type::negative: return Extra{TRY(r.integer())};
    case cbor::Type::boolean: return Extra{TRY(r.boolean())};
    case cbor::Type::text: return Extra{std::string(TRY(r.text()))};
    case cbor::Type::bytes: return Extra{copy_of(TRY(r.bytes()))};
    default: return r.error(ErrorCode::malformed, "a value of the extra map has a type it may not have");
  }
}

Result<void> get_extra(Reader& r, std::map<std::string, Extra>& out) {
  for (const auto& [key, value] : TRY(r.text_map())) out.emplace(key, TRY(get_extra_value(value)));
  return {};
}

Result<void> get_doubt(Reader& r, Doubt& d) {
  TRY(r.array(2));
  TRY(get_text(r, d.code));
  return get_text(r, d.detail);
}

Result<void> get_original(Reader& r, Original& o) {
  TRY(r.array(5));
  o.bytes = copy_of(TRY(r.bytes()));
  TRY(get_optional(r, o.within, get_hash));
  TRY(get_uint(r, o.offset));
  TRY(get_uint(r, o.length));
  return get_text(r, o.file);
}

Result<void> get_conversation(Reader& r, Conversation& c) {
  TRY(r.array(3));
  TRY(get_text(r, c.id));
  TRY(get_text(r, c.title));
  return get_enumerator(r, c.kind, ConversationKind::unknown, ConversationKind::note_to_self);
}

/// Positions 2 to 13: what kind of event, whose, where, when.
Result<void> get_event(Reader& r, Record& out) {
  TRY(get_enumerator(r, out.kind, Kind::message, Kind::unparsed_original));
  TRY(get_text(r, out.source));
  TRY(get_uint(r, out.parser_version));
  TRY(get_conversation(r, out.conversation));
  TRY(get_optional(r, out.author, get_person));
  TRY(get_bool(r, out.outgoing));
  TRY(get_list(r, out.people, get_person));
  TRY(get_text(r, out.native_id));
  TRY(get_uint(r, out.order));
  TRY(get_time(r, out.sent_at));
  TRY(get_optional(r, out.received_at, get_time));
  return get_text(r, out.text);
}

/// Positions 14 to 25: what it says and where that comes from.
Result<void> get_content(Reader& r, Record& out) {
  TRY(get_list(r, out.ranges, get_range));
  TRY(get_optional(r, out.target, get_target));
  TRY(get_optional(r, out.reply_to, get_target));
  TRY(get_list(r, out.attachments, get_attachment));
  TRY(get_optional(r, out.poll, get_poll));
  TRY(get_optional(r, out.expires_in_ms, get_uint));
  TRY(get_bool(r, out.view_once));
  TRY(get_extra(r, out.extra));
  TRY(get_list(r, out.doubts, get_doubt));
  TRY(get_original(r, out.original));
  TRY(get_uint(r, out.captured_at_ms));
  return get_integer(r, out.clock_offset_ms);
}

Result<void> get_record(Reader& r, Record& out) {
  TRY(r.array(kPositions));
  TRY(r.label("strongroom/record"));
  if (TRY(r.uint()) != kVersion)
    return fail(ErrorCode::unsupported, "a record has a version this program does not know", {},
                "open it with a newer strongroom");
  TRY(get_event(r, out));
  TRY(get_content(r, out));
  return r.end();
}

}  // namespace

Bytes encode(const Record& record) {
  Writer w;
  w.reserve(kUsualBytes + record.text.size() + record.original.bytes.size());
  encode(record, w);
  return w.take();
}

void encode(const Record& record, Writer& w) {
  w.array(kPositions).text("strongroom/record").uint(kVersion);
  w.uint(static_cast<std::uint64_t>(record.kind));
  put_text(w, record.source);
  w.uint(record.parser_version).array(3);
  put_text(w, record.conversation.id);
  put_text(w, record.conversation.title);
  w.uint(static_cast<std::uint64_t>(record.conversation.kind));
  put_optional(w, record.author, put_person);
  w.boolean(record.outgoing);
  put_list(w, record.people, put_person);
  put_text(w, record.native_id);
  w.uint(record.order);
  put_time(w, record.sent_at);
  put_optional(w, record.received_at, put_time);
  put_text(w, record.text);
  put_list(w, record.ranges, put_range);
  put_optional(w, record.target, put_target);
  put_optional(w, record.reply_to, put_target);
  put_list(w, record.attachments, put_attachment);
  put_optional(w, record.poll, put_poll);
  put_optional(w, record.expires_in_ms, put_uint);
  w.boolean(record.view_once);
  put_extra(w, record.extra);
  put_list(w, record.doubts, put_doubt);
  put_original(w, record.original);
  w.uint(record.captured_at_ms).integer(record.clock_offset_ms);
}

Result<Record> decode(BytesView bytes) {
  if (bytes.size() > kRecordBytesMax)
    return fail(ErrorCode::limit_exceeded, "a record is larger than 16 MiB");
  Result<Record> out(std::in_place);
  Reader r(bytes);
  if (Result<void> got = get_record(r, *out); !got) out = std::unexpected(std::move(got).error());
  return out;
}

}  // namespace strongroom::record
