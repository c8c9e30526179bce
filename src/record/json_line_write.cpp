// A record as one JSON object, docs/formats/record-jsonl.md. Members whose value would be empty are left out.
#include <boost/json.hpp>

#include "base/utf8.h"
#include "codec/text.h"
#include "record/names.h"
#include "record/record.h"
#include "record/time_text.h"

namespace strongroom::record {
namespace {

namespace json = boost::json;

json::string string_of(std::string_view v) {
  if (utf8::is_valid(v)) return json::string(v);
  return json::string(utf8::repaired(v));
}

void put(json::object& to, std::string_view name, std::string_view v) {
  if (!v.empty()) to[name] = string_of(v);
}
void put(json::object& to, std::string_view name, const std::optional<std::uint64_t>& v) {
  if (v) to[name] = *v;
}
void put_true(json::object& to, std::string_view name, bool v) {
  if (v) to[name] = true;
}

void put_time(json::object& to, std::string_view name, const SourceTime& t) {
  const std::string prefix(name);
  to[name] = rfc3339(t.unix_ms);
  to[prefix + "_certainty"] = name_of(t.certainty);
  put(to, prefix + "_zone", t.zone);
  put(to, prefix + "_wall_clock", t.wall_clock);
}

json::object person(const Person& p) {
  json::object o;
  o["id"] = string_of(p.id);
  o["name"] = string_of(p.name);
  if (!p.addresses.empty()) {
    json::array list;
    for (const std::string& a : p.addresses) list.push_back(string_of(a));
    o["addresses"] = std::move(list);
  }
  put(o, "role", p.role);
  return o;
}

json::object target(const Target& t) {
  json::object o;
  put(o, "native_id", t.native_id);
  put(o, "author_id", t.author_id);
  if (t.sent_at_ms) o["sent_at"] = rfc3339(*t.sent_at_ms);
  put(o, "text", t.text);
  return o;
}

json::object attachment(const Attachment& a) {
  json::object o;
  put(o, "name", a.name);
  put(o, "media_type", a.media_type);
  put(o, "size", a.size);
  if (a.sha256) o["sha256"] = codec::hex(*a.sha256);
  put(o, "source_reference", a.source_reference);
  put(o, "caption", a.caption);
  put(o, "flavour", a.flavour);
  put(o, "width", a.width);
  put(o, "height", a.height);
  o["state"] = name_of(a.state);
  return o;
}

json::object range(const TextRange& r) {
  json::object o{{"start", r.start}, {"length", r.length}};
  put(o, "style", r.style);
  put(o, "mention_id", r.mention_id);
  return o;
}

json::object poll(const Poll& p) {
  json::array options;
  for (const PollOption& option : p.options)
    options.push_back(json::object{{"text", string_of(option.text)}, {"votes", option.votes}});
  json::object o{{"question", string_of(p.question)}, {"options", std::move(options)}};
  if (p.multiple) o["multiple"] = *p.multiple;
  if (p.ended) o["ended"] = *p.ended;
  return o;
}

json::value extra_value(const Extra& value) {
  if (const auto* text = std::get_if<std::string>(&value)) return string_of(*text);
  if (const auto* bytes = std::get_if<Bytes>(&value)) return json::object{{"base64", codec::base64(*bytes)}};
  if (const auto* flag = std::get_if<bool>(&value)) return *flag;
  if (const auto* number = std::get_if<std::int64_t>(&value)) return *number;
  return std::get<std::uint64_t>(value);
}

json::object original(const Original& o) {
  json::object out;
  put(out, "file", o.file);
  out["offset"] = o.offset;
  out["length"] = o.length;
  if (o.within) out["within"] = codec::hex(*o.within);
  return out;
}

template <class T, class Make>
void put_list(json::object& to, std::string_view name, const std::vector<T>& list, Make make) {
  if (list.empty()) return;
  json::array out;
  for (const T& item : list) out.push_back(make(item));
  to[name] = std::move(out);
}

json::object doubt(const Doubt& d) { return {{"code", string_of(d.code)}, {"detail", string_of(d.detail)}}; }

void put_who(json::object& o, const Record& r) {
  o["kind"] = name_of(r.kind);
  o["source"] = string_of(r.source);
  o["conversation"] = json::object{{"id", string_of(r.conversation.id)},
                                   {"title", string_of(r.conversation.title)},
                                   {"kind", name_of(r.conversation.kind)}};
  if (r.author) {
    o["author"] = person(*r.author);
  } else {
    o["author"] = nullptr;
  }
  put_time(o, "sent_at", r.sent_at);
  if (r.received_at) put_time(o, "received_at", *r.received_at);
  put_true(o, "outgoing", r.outgoing);
}

void put_what(json::object& o, const Record& r) {
  o["text"] = string_of(r.text);
  put_list(o, "ranges", r.ranges, range);
  if (r.target) o["target"] = target(*r.target);
  if (r.reply_to) o["reply_to"] = target(*r.reply_to);
  put_list(o, "attachments", r.attachments, attachment);
  if (r.poll) o["poll"] = poll(*r.poll);
  put(o, "expires_in_ms", r.expires_in_ms);
  put_true(o, "view_once", r.view_once);
  put_list(o, "people", r.people, person);
  if (r.extra.empty()) return;
  json::object extra;
  for (const auto& [key, value] : r.extra) extra[string_of(key)] = extra_value(value);
  o["extra"] = std::move(extra);
}

}  // namespace

std::string to_json_line(const Record& record) {
  json::object o;
  put_who(o, record);
  put_what(o, record);
  put_list(o, "doubts", record.doubts, doubt);
  put(o, "native_id", record.native_id);
  o["order"] = record.order;
  o["parser_version"] = record.parser_version;
  o["original"] = original(record.original);
  if (record.captured_at_ms != 0) o["captured_at_ms"] = record.captured_at_ms;
  if (record.clock_offset_ms != 0) o["clock_offset_ms"] = record.clock_offset_ms;
  return json::serialize(o);
}

}  // namespace strongroom::record
