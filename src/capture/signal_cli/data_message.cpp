#include "capture/signal_cli/data_message.h"

#include <fmt/format.h>

#include <boost/json/serialize.hpp>

#include "base/utf8.h"

namespace strongroom::capture::signal_cli {
namespace {

using record::Kind;
using record::Record;

std::string style_of(std::string_view written) {
  if (written == "BOLD") return "bold";
  if (written == "ITALIC") return "italic";
  if (written == "SPOILER") return "spoiler";
  if (written == "STRIKETHROUGH") return "strikethrough";
  return written == "MONOSPACE" ? "monospace" : std::string();
}

void fill_ranges(const json::Object& data, const Account& account, Record& out) {
  for (const std::string_view name : {"mentions", "textStyles"}) {
    const json::Array* list = json::array(data, name);
    if (list == nullptr) continue;
    for (const json::Any& value : *list) {
      const json::Object* range = value.if_object();
      if (range == nullptr) continue;
      record::TextRange r{json::unsigned_integer(*range, "start").value_or(0),
                          json::unsigned_integer(*range, "length").value_or(0),
                          style_of(json::text(*range, "style")),
                          {}};
      if (name == "mentions") {
        r.style = "mention";
        json::Object whom;
        for (const auto& [from, to] : {std::pair("uuid", "whomUuid"), std::pair("number", "whomNumber")})
          if (const auto* member = range->if_contains(from)) whom[to] = *member;
        if (auto person = person_of(whom, "whom")) r.mention_id = known(std::move(*person), account).id;
      }
      if (!r.style.empty() && r.length > 0) out.ranges.push_back(std::move(r));
    }
  }
}

/// The message that `object` points at; `author` is who wrote it if the object does not say.
record::Target pointed_at(const json::Object& object, const std::string& author_prefix,
                          const Account& account, const Record& out) {
  auto author = person_of(object, author_prefix);
  record::Person whose = author ? known(std::move(*author), account) : out.author.value_or(record::Person{});
  auto timestamp = json::unsigned_integer(object, "targetSentTimestamp");
  if (!timestamp) timestamp = json::unsigned_integer(object, "timestamp");
  return target_of(whose, timestamp.value_or(0));
}

void fill_quote(const json::Object& quote, const Account& account, Record& out) {
  auto author = person_of(quote, "author");
  if (author) author = known(std::move(*author), account);
  out.reply_to =
      target_of(author.value_or(record::Person{}), json::unsigned_integer(quote, "id").value_or(0));
  out.reply_to->text = json::text(quote, "text");
  json::keep_rest(out, quote, {"id", "author", "authorNumber", "authorUuid", "text"}, "quote.");
}

void add_previews(const json::Object& data, const Surroundings& around, Record& out) {
  const json::Array* previews = json::array(data, "previews");
  if (previews == nullptr) return;
  for (const json::Any& value : *previews) {
    const json::Object* preview = value.if_object();
    if (preview == nullptr) continue;
    const json::Object* image = json::object(*preview, "image");
    record::Attachment a = image == nullptr ? record::Attachment{} : attachment_of(*image, around);
    a.flavour = "link_preview";
    a.source_reference = json::text(*preview, "url");
    a.caption = json::text(*preview, "title");
    const std::string description = json::text(*preview, "description");
    if (!a.caption.empty() && !description.empty()) a.caption += '\n';
    a.caption += description;
    out.attachments.push_back(std::move(a));
  }
}

void add_attachments(const json::Object& data, const Surroundings& around, Record& out) {
  const json::Array* list = json::array(data, "attachments");
  if (list == nullptr) return;
  for (const json::Any& value : *list) {
    const json::Object* written = value.if_object();
    if (written != nullptr) out.attachments.push_back(attachment_of(*written, around));
  }
}

void fill_poll(const json::Object& written, Record& out) {
  out.kind = Kind::poll;
  record::Poll poll{json::text(written, "question"), {}, json::boolean(written, "allowMultiple"), false};
  if (const json::Array* options = json::array(written, "options")) {
    for (const json::Any& option : *options) {
      if (const auto* name = option.if_string())
        poll.options.push_back({utf8::repaired({name->data(), name->size()}), 0});
    }
  }
  out.text = poll.question;
  out.poll = std::move(poll);
}

void fill_vote(const json::Object& vote, const Account& account, Record& out) {
  out.kind = Kind::poll_vote;
  out.target = pointed_at(vote, "author", account, out);
  if (const json::Array* chosen = json::array(vote, "optionIndexes")) {
    for (const json::Any& index : *chosen)
      out.text += (out.text.empty() ? "" : ",") + utf8::repaired(boost::json::serialize(index));
  }
  json::keep_rest(out, vote,
                  {"author", "authorNumber", "authorUuid", "targetSentTimestamp", "optionIndexes"});
}

/// What the message is if it is no message; false if it is one.
bool fill_action(const json::Object& data, const Account& account, Record& out) {
  if (const json::Object* reaction = json::object(data, "reaction")) {
    out.kind = Kind::reaction;
    out.target = pointed_at(*reaction, "targetAuthor", account, out);
    out.text = json::boolean(*reaction, "isRemove") ? std::string() : json::text(*reaction, "emoji");
    if (out.text.empty()) out.extra["removed"] = json::text(*reaction, "emoji");
  } else if (const json::Object* deleted = json::object(data, "remoteDelete")) {
    out.kind = Kind::deletion;
    out.target = pointed_at(*deleted, "none", account, out);
  } else if (const json::Object* by_admin = json::object(data, "adminDelete")) {
    out.kind = Kind::deletion;
    out.target = pointed_at(*by_admin, "targetAuthor", account, out);
    out.extra["by_admin"] = true;
  } else if (const json::Object* poll = json::object(data, "pollCreate")) {
    fill_poll(*poll, out);
  } else if (const json::Object* vote = json::object(data, "pollVote")) {
    fill_vote(*vote, account, out);
  } else if (const json::Object* end = json::object(data, "pollTerminate")) {
    out.kind = Kind::poll_end;
    out.target = pointed_at(*end, "none", account, out);
  } else if (const json::Object* pin = json::object(data, "pinMessage")) {
    out.kind = Kind::pin;
    out.target = pointed_at(*pin, "targetAuthor", account, out);
    if (const auto seconds = json::integer(*pin, "pinDurationSeconds"); seconds && *seconds > 0)
      out.extra["pin_duration_s"] = static_cast<std::uint64_t>(*seconds);
  } else if (const json::Object* unpin = json::object(data, "unpinMessage")) {
    out.kind = Kind::notice;
    out.extra["event"] = std::string("unpinned");
    out.target = pointed_at(*unpin, "targetAuthor", account, out);
  } else {
    return false;
  }
  return true;
}

void fill_group(const json::Object& data, Record& out) {
  const json::Object* group = json::object(data, "groupInfo");
  if (group == nullptr) return;
  out.conversation = group_of(json::text(*group, "groupId"), json::text(*group, "groupName"));
  std::erase_if(out.people, [](const record::Person& p) { return p.role == "recipient"; });
  json::keep_rest(out, *group, {"groupId", "groupName"}, "group.");
}

void fill_timer(const json::Object& data, Record& out) {
  const auto seconds = json::unsigned_integer(data, "expiresInSeconds").value_or(0);
  const std::uint64_t ms = std::min<std::uint64_t>(seconds, UINT32_MAX) * 1000;
  if (json::boolean(data, "isExpirationUpdate")) {
    out.kind = Kind::timer;
    out.extra["expires_in_ms"] = ms;
  } else if (ms > 0) {
    out.expires_in_ms = ms;
  }
}

void fill_message(const json::Object& data, const Account& account, Record& out) {
  const json::Object* group = json::object(data, "groupInfo");
  const json::Array* files = json::array(data, "attachments");
  const bool says_nothing = json::text(data, "message").empty() && (files == nullptr || files->empty());
  if (group != nullptr && says_nothing && json::text(*group, "type") == "UPDATE") {
    out.kind = Kind::notice;
    out.extra["event"] = std::string("group_update");
    out.doubts.push_back({"change-not-told", "the group has changed; the line does not say what"});
  }
  if (json::object(data, "sticker") != nullptr) out.extra["content"] = std::string("sticker");
  if (json::object(data, "payment") != nullptr) out.extra["content"] = std::string("payment");
  if (const json::Array* contacts = json::array(data, "contacts");
      contacts != nullptr && !contacts->empty()) {
    out.extra["content"] = std::string("contact");
    out.extra["contacts"] = utf8::repaired(boost::json::serialize(*contacts));
  }
  if (const json::Object* story = json::object(data, "storyContext")) {
    out.extra["content"] = std::string("story_reply");
    auto author = person_of(*story, "author");
    if (author) author = known(std::move(*author), account);
    out.reply_to = target_of(author.value_or(record::Person{}),
                             json::unsigned_integer(*story, "sentTimestamp").value_or(0));
  }
}

}  // namespace

record::Conversation group_of(const std::string& id, std::string title) {
  return {"signal:group-id:" + id, std::move(title), record::ConversationKind::group};
}

record::Attachment attachment_of(const json::Object& written, const Surroundings& around) {
  record::Attachment a;
  const std::string id = json::text_or_number(written, "id");
  a.name = json::text(written, "filename");
  a.media_type = json::text(written, "contentType");
  a.size = json::unsigned_integer(written, "size");
  a.width = json::unsigned_integer(written, "width");
  a.height = json::unsigned_integer(written, "height");
  a.caption = json::text(written, "caption");
  a.source_reference = id;
  if (!id.empty() && !around.beside.settle(a, around.file, "attachments/" + id)) {
    if (!around.beside.settle_by_name(a, id)) a.state = record::AttachmentState::not_in_source;
  }
  return a;
}

void fill_data(const json::Object& data, const Account& account, const Surroundings& around, Record& out) {
  const std::uint64_t timestamp = json::unsigned_integer(data, "timestamp").value_or(0);
  if (timestamp != 0) out.sent_at = instant(timestamp, out.doubts);
  out.native_id = target_of(out.author.value_or(record::Person{}), timestamp).native_id;
  fill_group(data, out);
  fill_timer(data, out);
  if (!fill_action(data, account, out)) {
    out.text = json::text(data, "message");
    fill_message(data, account, out);
  }
  fill_ranges(data, account, out);
  if (const json::Object* quote = json::object(data, "quote")) fill_quote(*quote, account, out);
  out.view_once = json::boolean(data, "viewOnce");
  add_attachments(data, around, out);
  add_previews(data, around, out);
  json::keep_rest(out, data, {"timestamp",
                              "message",
                              "expiresInSeconds",
                              "isExpirationUpdate",
                              "viewOnce",
                              "reaction",
                              "quote",
                              "mentions",
                              "previews",
                              "attachments",
                              "remoteDelete",
                              "adminDelete",
                              "contacts",
                              "pollCreate",
                              "pollVote",
                              "pollTerminate",
                              "textStyles",
                              "groupInfo",
                              "pinMessage",
                              "unpinMessage",
                              "destination",
                              "destinationNumber",
                              "destinationUuid",
                              "editMessage",
                              "storyContext"});
}

void fill_edit(const json::Object& edit, const Account& account, const Surroundings& around, Record& out) {
  static const json::Object kNothing;
  const json::Object* data = json::object(edit, "dataMessage");
  fill_data(data == nullptr ? kNothing : *data, account, around, out);
  out.kind = Kind::edit;
  out.target = pointed_at(edit, "none", account, out);
  out.native_id = out.target->native_id;  // as in a backup: that of the message, not of the version
  if (data == nullptr) out.doubts.push_back({"unknown-kind", "an edit without its text"});
}

}  // namespace strongroom::capture::signal_cli
