#include "capture/matrix/event.h"

namespace strongroom::capture::matrix {

void read_relation(record::Record& record, const json::Object& content) {
  const json::Object* relates = json::object(content, "m.relates_to");
  if (relates == nullptr) return;
  const std::string type = json::text(*relates, "rel_type"), event = json::text(*relates, "event_id");
  if (type == "m.replace") {
    record.kind = record::Kind::edit;
    record.target = record::Target{event, {}, {}, {}};
    if (const json::Object* fresh = json::object(content, "m.new_content"))
      record.text = json::text(*fresh, "body");
    return;
  }
  if (const json::Object* reply = json::object(*relates, "m.in_reply_to"))
    record.reply_to = record::Target{json::text(*reply, "event_id"), {}, {}, {}};
  if (type == "m.thread") {
    record.extra["thread"] = event;
    if (!record.reply_to || json::boolean(*relates, "is_falling_back"))
      record.reply_to = record::Target{event, {}, {}, {}};
  }
}

void strip_quotation(record::Record& record) {
  if (!record.reply_to || !record.text.starts_with("> ")) return;
  const std::string body = record.text;
  std::string quoted;
  std::size_t at = 0;
  while (body.compare(at, 2, "> ") == 0 || body.compare(at, 2, ">\n") == 0) {
    const std::size_t end = std::min(body.find('\n', at), body.size());
    if (!quoted.empty()) quoted += '\n';
    if (end > at + 2) quoted += body.substr(at + 2, end - at - 2);
    if (end == body.size()) return;
    at = end + 1;
  }
  if (body[at] != '\n') return;
  record.extra["body"] = body;
  record.reply_to->text = quoted;
  record.text = body.substr(at + 1);
}

}  // namespace strongroom::capture::matrix
