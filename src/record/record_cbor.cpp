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

// Reading, in the same order.

Result<std::string> text(Reader& r) { return std::string(TRY(r.text())); }

template <class E>
Result<E> enumerator(Reader& r, E first, E last) {
  const std::uint64_t v = TRY(r.uint_max(static_cast<std::uint64_t>(last)));
  if (v < static_cast<std::uint64_t>(first))
    return r.error(ErrorCode::malformed, "an enumerator is out of range");
  return static_cast<E>(v);
}

template <class Get>
auto list(Reader& r, Get get) -> Result<std::vector<typename decltype(get(r))::value_type>> {
  const std::size_t count = TRY(r.array());
  std::vector<typename decltype(get(r))::value_type> out;
  for (std::size_t i = 0; i < count; ++i) out.push_back(TRY(get(r)));
  return out;
}

template <class Get>
auto optional(Reader& r, Get get) -> Result<std::optional<typename decltype(get(r))::value_type>> {
  using T = typename decltype(get(r))::value_type;
  if (TRY(r.null_next())) return std::optional<T>{};
  return std::optional<T>{TRY(get(r))};
}

Result<std::uint64_t> get_uint(Reader& r) { return r.uint(); }
Result<std::int64_t> get_integer(Reader& r) { return r.integer(); }
Result<bool> get_bool(Reader& r) { return r.boolean(); }
Result<Hash256> get_hash(Reader& r) { return r.array_bytes<32>(); }

Result<SourceTime> get_time(Reader& r) {
  TRY(r.array(4));
  SourceTime t;
  t.unix_ms = TRY(r.integer());
  t.certainty = TRY(enumerator(r, ZoneCertainty::instant, ZoneCertainty::assumed));
  t.zone = TRY(text(r));
  t.wall_clock = TRY(text(r));
  return t;
}

Result<Person> get_person(Reader& r) {
  TRY(r.array(4));
  Person p;
  p.id = TRY(text(r));
  p.name = TRY(text(r));
  p.addresses = TRY(list(r, text));
  p.role = TRY(text(r));
  return p;
}

Result<Target> get_target(Reader& r) {
  TRY(r.array(4));
  Target t;
  t.native_id = TRY(text(r));
  t.author_id = TRY(text(r));
  t.sent_at_ms = TRY(optional(r, get_integer));
  t.text = TRY(text(r));
  return t;
}

Result<Attachment> get_attachment(Reader& r) {
  TRY(r.array(10));
  Attachment a;
  a.name = TRY(text(r));
  a.media_type = TRY(text(r));
  a.size = TRY(optional(r, get_uint));
  a.sha256 = TRY(optional(r, get_hash));
  a.source_reference = TRY(text(r));
  a.caption = TRY(text(r));
  a.flavour = TRY(text(r));
  a.width = TRY(optional(r, get_uint));
  a.height = TRY(optional(r, get_uint));
  a.state = TRY(enumerator(r, AttachmentState::present, AttachmentState::missing));
  return a;
}

Result<TextRange> get_range(Reader& r) {
  TRY(r.array(4));
  TextRange range;
  range.start = TRY(r.uint());
  range.length = TRY(r.uint());
  range.style = TRY(text(r));
  range.mention_id = TRY(text(r));
  return range;
}

Result<PollOption> get_poll_option(Reader& r) {
  TRY(r.array(2));
  PollOption option;
  option.text = TRY(text(r));
  option.votes = TRY(r.uint());
  return option;
}

Result<Poll> get_poll(Reader& r) {
  TRY(r.array(4));
  Poll p;
  p.question = TRY(text(r));
  p.options = TRY(list(r, get_poll_option));
  p.multiple = TRY(optional(r, get_bool));
  p.ended = TRY(optional(r, get_bool));
  return p;
}

Result<Extra> get_extra_value(BytesView encoded) {
  Reader r(encoded);
  switch (TRY(r.peek())) {
    case cbor::Type::uint: return Extra{TRY(r.uint())};
    case cbor::Type::negative: return Extra{TRY(r.integer())};
    case cbor::Type::boolean: return Extra{TRY(r.boolean())};
    case cbor::Type::text: return Extra{TRY(text(r))};
    case cbor::Type::bytes: return Extra{copy_of(TRY(r.bytes()))};
    default: return r.error(ErrorCode::malformed, "a value of the extra map has a type it may not have");
  }
}

Result<std::map<std::string, Extra>> get_extra(Reader& r) {
  std::map<std::string, Extra> out;
  for (const auto& [key, value] : TRY(r.text_map())) out.emplace(key, TRY(get_extra_value(value)));
  return out;
}

Result<Doubt> get_doubt(Reader& r) {
  TRY(r.array(2));
  Doubt d;
  d.code = TRY(text(r));
  d.detail = TRY(text(r));
  return d;
}

Result<Original> get_original(Reader& r) {
  TRY(r.array(5));
  Original o;
  o.bytes = copy_of(TRY(r.bytes()));
  o.within = TRY(optional(r, get_hash));
  o.offset = TRY(r.uint());
  o.length = TRY(r.uint());
  o.file = TRY(text(r));
  return o;
}

Result<Conversation> get_conversation(Reader& r) {
  TRY(r.array(3));
  Conversation c;
  c.id = TRY(text(r));
  c.title = TRY(text(r));
  c.kind = TRY(enumerator(r, ConversationKind::unknown, ConversationKind::note_to_self));
  return c;
}

/// Positions 2 to 13: what kind of event, whose, where, when.
Result<void> get_event(Reader& r, Record& out) {
  out.kind = TRY(enumerator(r, Kind::message, Kind::unparsed_original));
  out.source = TRY(text(r));
  out.parser_version = TRY(r.uint());
  out.conversation = TRY(get_conversation(r));
  out.author = TRY(optional(r, get_person));
  out.outgoing = TRY(r.boolean());
  out.people = TRY(list(r, get_person));
  out.native_id = TRY(text(r));
  out.order = TRY(r.uint());
  out.sent_at = TRY(get_time(r));
  out.received_at = TRY(optional(r, get_time));
  out.text = TRY(text(r));
  return {};
}

/// Positions 14 to 25: what it says and where that comes from.
Result<void> get_content(Reader& r, Record& out) {
  out.ranges = TRY(list(r, get_range));
  out.target = TRY(optional(r, get_target));
  out.reply_to = TRY(optional(r, get_target));
  out.attachments = TRY(list(r, get_attachment));
  out.poll = TRY(optional(r, get_poll));
  out.expires_in_ms = TRY(optional(r, get_uint));
  out.view_once = TRY(r.boolean());
  out.extra = TRY(get_extra(r));
  out.doubts = TRY(list(r, get_doubt));
  out.original = TRY(get_original(r));
  out.captured_at_ms = TRY(r.uint());
  out.clock_offset_ms = TRY(r.integer());
  return {};
}

}  // namespace

Bytes encode(const Record& record) {
  Writer w;
  w.reserve(kUsualBytes + record.text.size() + record.original.bytes.size());
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
  return w.take();
}

Result<Record> decode(BytesView bytes) {
  if (bytes.size() > kRecordBytesMax)
    return fail(ErrorCode::limit_exceeded, "a record is larger than 16 MiB");
  Reader r(bytes);
  TRY(r.array(kPositions));
  TRY(r.label("strongroom/record"));
  if (TRY(r.uint()) != kVersion)
    return fail(ErrorCode::unsupported, "a record has a version this program does not know", {},
                "open it with a newer strongroom");
  Record out;
  TRY(get_event(r, out));
  TRY(get_content(r, out));
  TRY(r.end());
  return out;
}

}  // namespace strongroom::record
