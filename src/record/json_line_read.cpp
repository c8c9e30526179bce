// The way back from a JSON object to a record. Tolerant of members it does not know (a doubt each), strict about
// the type of those it knows.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/json.hpp>

#include "codec/text.h"
#include "record/names.h"
#include "record/record.h"
#include "record/time_text.h"

namespace strongroom::record {
namespace {

namespace json = boost::json;

constexpr std::size_t kTreeBytes = 2048;  ///< of a usual line's tree; what is beyond is on the heap

std::unexpected<Error> wrong(std::string_view name, std::string_view wanted) {
  return fail(ErrorCode::malformed, fmt::format("the member \"{}\" is not {}", name, wanted), {},
              "see docs/formats/record-jsonl.md");
}

/// One object: takes known members by name, remembers which, and reports the rest.
class Members {
 public:
  explicit Members(const json::object& object) : object_(object) { seen_.reserve(object.size()); }

  const json::value* find(std::string_view name) {
    if (seen_.size() == object_.size()) return nullptr;  // nobody asks for a member twice
    const json::value* v = object_.if_contains(name);
    if (v != nullptr) seen_.push_back(v);
    return v != nullptr && !v->is_null() ? v : nullptr;
  }
  Result<std::string> text(std::string_view name) { return std::string(TRY(text_view(name))); }
  /// Into the tree; empty if the member is missing.
  Result<std::string_view> text_view(std::string_view name) {
    const json::value* v = find(name);
    if (v == nullptr) return std::string_view{};
    if (!v->is_string()) return wrong(name, "a string");
    return std::string_view(v->get_string());
  }
  Result<std::optional<std::uint64_t>> number(std::string_view name) {
    const json::value* v = find(name);
    if (v == nullptr) return std::optional<std::uint64_t>{};
    if (v->is_uint64()) return std::optional{v->get_uint64()};
    if (!v->is_int64() || v->get_int64() < 0) return wrong(name, "a whole number of at least 0");
    return std::optional{static_cast<std::uint64_t>(v->get_int64())};
  }
  Result<std::optional<bool>> flag(std::string_view name) {
    const json::value* v = find(name);
    if (v == nullptr) return std::optional<bool>{};
    if (!v->is_bool()) return wrong(name, "true or false");
    return std::optional{v->get_bool()};
  }
  Result<const json::object*> object(std::string_view name) {
    const json::value* v = find(name);
    if (v == nullptr) return nullptr;
    if (!v->is_object()) return wrong(name, "an object");
    return &v->get_object();
  }
  Result<std::vector<const json::value*>> list(std::string_view name) {
    std::vector<const json::value*> out;
    const json::value* v = find(name);
    if (v == nullptr) return out;
    if (!v->is_array()) return wrong(name, "an array");
    for (const json::value& item : v->get_array()) out.push_back(&item);
    return out;
  }
  void report_rest(std::vector<Doubt>& doubts) const {
    for (const auto& member : object_) {
      if (std::ranges::find(seen_, &member.value()) == seen_.end())
        doubts.push_back({"unknown-member", fmt::format("the member \"{}\" is not one this program knows",
                                                        std::string_view(member.key()))});
    }
  }

 private:
  const json::object& object_;
  std::vector<const json::value*> seen_;
};

template <class Get>
auto objects(Members& in, std::string_view name, Get get)
    -> Result<std::vector<typename decltype(get(std::declval<Members&>()))::value_type>> {
  std::vector<typename decltype(get(std::declval<Members&>()))::value_type> out;
  for (const json::value* item : TRY(in.list(name))) {
    if (!item->is_object()) return wrong(name, "an array of objects");
    Members members(item->get_object());
    out.push_back(TRY_IN(name, get(members)));
  }
  return out;
}

/// The four members a time is written in.
struct TimeNames {
  std::string_view instant, certainty, zone, wall_clock;
};
constexpr TimeNames kSentAt{"sent_at", "sent_at_certainty", "sent_at_zone", "sent_at_wall_clock"};
constexpr TimeNames kReceivedAt{"received_at", "received_at_certainty", "received_at_zone",
                                "received_at_wall_clock"};

Result<std::optional<SourceTime>> time(Members& in, const TimeNames& names) {
  const std::string_view text = TRY(in.text_view(names.instant));
  const std::string_view certainty = TRY(in.text_view(names.certainty));
  const std::string_view zone = TRY(in.text_view(names.zone));
  const std::string_view wall_clock = TRY(in.text_view(names.wall_clock));
  if (text.empty()) return std::optional<SourceTime>{};
  SourceTime out;
  out.zone = zone;
  out.wall_clock = wall_clock;
  out.unix_ms = TRY_IN(names.instant, from_rfc3339(text));
  if (certainty.empty()) return std::optional{out};
  const auto known = zone_certainty_named(certainty);
  if (!known) return wrong(names.certainty, "\"instant\", \"stated\" or \"assumed\"");
  out.certainty = *known;
  return std::optional{out};
}

Result<Person> person(Members& in) {
  Person p;
  p.id = TRY(in.text("id"));
  p.name = TRY(in.text("name"));
  for (const json::value* item : TRY(in.list("addresses"))) {
    if (!item->is_string()) return wrong("addresses", "an array of strings");
    p.addresses.emplace_back(item->get_string());
  }
  p.role = TRY(in.text("role"));
  return p;
}

/// "author" may be an object or simply a name.
Result<std::optional<Person>> author(Members& in) {
  const json::value* v = in.find("author");
  if (v == nullptr) return std::optional<Person>{};
  if (v->is_string()) {
    const std::string name(v->get_string());
    return std::optional{Person{"name:" + name, name, {}, {}}};
  }
  if (!v->is_object()) return wrong("author", "an object or a name");
  Members members(v->get_object());
  return std::optional{TRY_IN("author", person(members))};
}

Result<Conversation> conversation(Members& in) {
  const json::value* v = in.find("conversation");
  Conversation out;
  if (v == nullptr) return out;
  if (v->is_string()) {
    out.id = out.title = std::string(v->get_string());
    return out;
  }
  if (!v->is_object()) return wrong("conversation", "an object or a title");
  Members members(v->get_object());
  out.id = TRY(members.text("id"));
  out.title = TRY(members.text("title"));
  const std::string kind = TRY(members.text("kind"));
  if (kind.empty()) return out;
  const auto known = conversation_kind_named(kind);
  if (!known) return wrong("conversation.kind", "a kind of conversation");
  out.kind = *known;
  return out;
}

Result<std::optional<Target>> target(Members& in, std::string_view name) {
  const json::object* object = TRY(in.object(name));
  if (object == nullptr) return std::optional<Target>{};
  Members members(*object);
  Target t;
  t.native_id = TRY(members.text("native_id"));
  t.author_id = TRY(members.text("author_id"));
  const std::string sent_at = TRY(members.text("sent_at"));
  if (!sent_at.empty()) t.sent_at_ms = TRY_IN(name, from_rfc3339(sent_at));
  t.text = TRY(members.text("text"));
  return std::optional{t};
}

Result<std::optional<Hash256>> hash(Members& in, std::string_view name) {
  const std::string hex = TRY(in.text(name));
  if (hex.empty()) return std::optional<Hash256>{};
  return std::optional{TRY_IN(name, codec::array_from_hex<32>(hex))};
}

Result<Attachment> attachment(Members& in) {
  Attachment a;
  a.name = TRY(in.text("name"));
  a.media_type = TRY(in.text("media_type"));
  a.size = TRY(in.number("size"));
  a.sha256 = TRY(hash(in, "sha256"));
  a.source_reference = TRY(in.text("source_reference"));
  a.caption = TRY(in.text("caption"));
  a.flavour = TRY(in.text("flavour"));
  a.width = TRY(in.number("width"));
  a.height = TRY(in.number("height"));
  const std::string state = TRY(in.text("state"));
  const auto known = attachment_state_named(state.empty() ? "not_in_source" : state);
  if (!known) return wrong("state", "a state of an attachment");
  a.state = *known;
  return a;
}

Result<TextRange> range(Members& in) {
  TextRange r;
  r.start = TRY(in.number("start")).value_or(0);
  r.length = TRY(in.number("length")).value_or(0);
  r.style = TRY(in.text("style"));
  r.mention_id = TRY(in.text("mention_id"));
  return r;
}

Result<PollOption> poll_option(Members& in) {
  PollOption option;
  option.text = TRY(in.text("text"));
  option.votes = TRY(in.number("votes")).value_or(0);
  return option;
}

Result<std::optional<Poll>> poll(Members& in) {
  const json::object* object = TRY(in.object("poll"));
  if (object == nullptr) return std::optional<Poll>{};
  Members members(*object);
  Poll p;
  p.question = TRY(members.text("question"));
  p.options = TRY(objects(members, "options", poll_option));
  p.multiple = TRY(members.flag("multiple"));
  p.ended = TRY(members.flag("ended"));
  return std::optional{p};
}

Result<Extra> extra_value(std::string_view name, const json::value& v) {
  if (v.is_string()) return Extra{std::string(v.get_string())};
  if (v.is_bool()) return Extra{v.get_bool()};
  if (v.is_uint64()) return Extra{v.get_uint64()};
  if (v.is_int64() && v.get_int64() < 0) return Extra{v.get_int64()};
  if (v.is_int64()) return Extra{static_cast<std::uint64_t>(v.get_int64())};
  if (v.is_object()) {
    const json::value* text = v.get_object().if_contains("base64");
    if (text != nullptr && text->is_string())
      return Extra{TRY_IN(name, codec::from_base64(std::string_view(text->get_string())))};
  }
  return wrong(name, "a string, a whole number, true, false or {\"base64\":...}");
}

Result<Doubt> doubt(Members& in) {
  Doubt d;
  d.code = TRY(in.text("code"));
  d.detail = TRY(in.text("detail"));
  return d;
}

Result<Original> original(Members& in) {
  const json::object* object = TRY(in.object("original"));
  Original o;
  if (object == nullptr) return o;
  Members members(*object);
  o.file = TRY(members.text("file"));
  o.offset = TRY(members.number("offset")).value_or(0);
  o.length = TRY(members.number("length")).value_or(0);
  o.within = TRY(hash(members, "within"));
  return o;
}

Result<void> read_event(Members& in, Record& out) {
  const std::string_view kind = TRY(in.text_view("kind"));
  const auto known = kind_named(kind.empty() ? "message" : kind);
  if (!known) return wrong("kind", "a kind of record");
  out.kind = *known;
  out.source = TRY(in.text("source"));
  out.conversation = TRY(conversation(in));
  out.author = TRY(author(in));
  const auto sent_at = TRY(time(in, kSentAt));
  if (!sent_at) return fail(ErrorCode::malformed, "the member \"sent_at\" is missing");
  out.sent_at = *sent_at;
  out.received_at = TRY(time(in, kReceivedAt));
  out.outgoing = TRY(in.flag("outgoing")).value_or(false);
  out.native_id = TRY(in.text("native_id"));
  out.order = TRY(in.number("order")).value_or(0);
  out.parser_version = TRY(in.number("parser_version")).value_or(1);
  out.captured_at_ms = TRY(in.number("captured_at_ms")).value_or(0);
  if (const json::value* offset = in.find("clock_offset_ms")) {
    if (!offset->is_int64()) return wrong("clock_offset_ms", "a whole number");
    out.clock_offset_ms = offset->get_int64();
  }
  return {};
}

Result<void> read_content(Members& in, Record& out) {
  out.text = TRY(in.text("text"));
  out.ranges = TRY(objects(in, "ranges", range));
  out.target = TRY(target(in, "target"));
  out.reply_to = TRY(target(in, "reply_to"));
  out.attachments = TRY(objects(in, "attachments", attachment));
  out.poll = TRY(poll(in));
  out.expires_in_ms = TRY(in.number("expires_in_ms"));
  out.view_once = TRY(in.flag("view_once")).value_or(false);
  out.people = TRY(objects(in, "people", person));
  if (const json::object* extra = TRY(in.object("extra"))) {
    for (const auto& member : *extra)
      out.extra.emplace(member.key(), TRY_IN("extra", extra_value(member.key(), member.value())));
  }
  out.doubts = TRY(objects(in, "doubts", doubt));
  out.original = TRY(original(in));
  return {};
}

}  // namespace

Result<Record> from_json_line(std::string_view line) {
  json::error_code broken;
  json::parse_options options;
  options.max_depth = 16;
  std::array<unsigned char, kTreeBytes> nearby;
  json::monotonic_resource storage(nearby.data(), nearby.size());
  const json::value value = json::parse({line.data(), line.size()}, broken, &storage, options);
  if (broken) return fail(ErrorCode::malformed, "the line is not JSON");
  if (!value.is_object()) return fail(ErrorCode::malformed, "the line is not a JSON object");
  Members members(value.get_object());
  Result<Record> out(std::in_place);
  Result<void> read = read_event(members, *out);
  if (read) read = read_content(members, *out);
  if (read) {
    members.report_rest(out->doubts);
  } else {
    out = std::unexpected(std::move(read).error());
  }
  return out;
}

}  // namespace strongroom::record
