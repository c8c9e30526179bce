#include "capture/whatsapp_db/android_sides.h"

#include <fmt/format.h>

#include "capture/whatsapp_db/kinds.h"

namespace strongroom::capture::whatsapp_db {
namespace {

using record::Kind;

void set_unsigned(record::Record& out, std::string_view name, std::int64_t value) {
  if (value >= 0) out.extra[std::string(name)] = static_cast<std::uint64_t>(value);
}

}  // namespace

AndroidSides::AndroidSides(Reading& reading, const AndroidContext& context)
    : reading_(reading),
      context_(context),
      media_(reading.database, "message_media", "message_row_id"),
      quoted_(reading.database, "message_quoted", "message_row_id"),
      revoked_(reading.database, "message_revoked", "message_row_id"),
      edited_(reading.database, "message_edit_info", "message_row_id"),
      location_(reading.database, "message_location", "message_row_id"),
      vcard_(reading.database, "message_vcard", "message_row_id"),
      mention_(reading.database, "message_mentions", "message_row_id"),
      ephemeral_(reading.database, "message_ephemeral", "message_row_id"),
      forwarded_(reading.database, "message_forwarded", "message_row_id"),
      text_(reading.database, "message_text", "message_row_id"),
      system_(reading.database, "message_system", "message_row_id"),
      value_change_(reading.database, "message_system_value_change", "message_row_id"),
      participant_(reading.database, "message_system_chat_participant", "message_row_id"),
      group_(reading.database, "message_system_group", "message_row_id"),
      number_change_(reading.database, "message_system_number_change", "message_row_id"),
      poll_(reading.database, "message_poll", "message_row_id"),
      poll_option_(reading.database, "message_poll_option", "message_row_id") {}

void AndroidSides::media(Row& row, record::Record& out) {
  record::Attachment a;
  const std::string path = row.text("file_path");
  a.name = row.text("media_name");
  if (a.name.empty()) a.name = path.substr(path.rfind('/') + 1);
  a.media_type = row.text("mime_type");
  a.caption = row.text("media_caption");
  a.source_reference = path;
  const std::int64_t size = row.integer(row.integer("file_length") > 0 ? "file_length" : "file_size");
  if (size > 0) a.size = static_cast<std::uint64_t>(size);
  if (row.integer("width") > 0) a.width = static_cast<std::uint64_t>(row.integer("width"));
  if (row.integer("height") > 0) a.height = static_cast<std::uint64_t>(row.integer("height"));
  if (!path.empty() && !reading_.beside.settle(a, reading_.file, path))
    (void)reading_.beside.settle_by_name(a, a.source_reference.substr(a.source_reference.rfind('/') + 1));
  if (row.integer("media_duration") > 0) set_unsigned(out, "media_duration_s", row.integer("media_duration"));
  if (row.has("file_hash")) out.extra["file_sha256_base64"] = row.text("file_hash");
  out.attachments.push_back(std::move(a));
}

void AndroidSides::quoted(Row& row, record::Record& out) {
  const bool mine = row.integer("from_me") != 0;
  const auto& chat = context_.chat(row.integer("parent_message_chat_row_id"));
  record::Person author = mine ? self() : context_.person(row.integer("sender_jid_row_id"));
  if (author.id.empty() && !chat.is_group) author = context_.person(chat.jid_row);
  record::Target target{native_id(row.text("key_id"), mine, author), author.id, {}, row.text("text_data")};
  if (row.integer("timestamp") > 0) target.sent_at_ms = row.integer("timestamp");
  out.reply_to = std::move(target);
}

void AndroidSides::location(Row& row, record::Record& out) {
  out.extra["latitude"] = fmt::format("{}", row.real("latitude"));
  out.extra["longitude"] = fmt::format("{}", row.real("longitude"));
  if (row.has("place_name")) out.extra["place"] = row.text("place_name");
  if (row.has("place_address")) out.extra["place_address"] = row.text("place_address");
  if (row.integer("live_location_share_duration") > 0)
    set_unsigned(out, "live_s", row.integer("live_location_share_duration"));
}

void AndroidSides::system(std::int64_t id, record::Record& out, std::string& original) {
  Row* row = system_.first(id);
  if (row == nullptr) return;
  database::append_row(original, system_.table(), row->rows());
  const std::int64_t type = row->integer("action_type");
  const SystemAction action = android_action(type);
  out.kind = action.kind;
  out.extra["action_type"] = fmt::format("{}", type);
  if (action.change.empty()) {
    out.doubts.push_back({"unknown-kind", fmt::format("action_type {} is not known", type)});
  } else {
    out.extra["change"] = std::string(action.change);
  }
  if (out.kind == Kind::rename) out.extra["new_value"] = out.text;
  for (Row* p = participant_.first(id); p != nullptr; p = participant_.next()) {
    record::Person person = context_.person(p->integer("user_jid_row_id"));
    database::append_row(original, participant_.table(), p->rows());
    person.role = action.role;
    if (!person.id.empty()) out.people.push_back(std::move(person));
  }
  if (Row* r = value_change_.first(id)) {
    out.extra["old_value"] = r->text("old_data");
    database::append_row(original, value_change_.table(), r->rows());
  }
  if (Row* r = group_.first(id)) {
    if (r->integer("is_me_joined") != 0) out.extra["self_joined"] = true;
    database::append_row(original, group_.table(), r->rows());
  }
  if (Row* r = number_change_.first(id)) {
    out.extra["old_value"] = context_.jid(r->integer("old_jid_row_id"));
    out.extra["new_value"] = context_.jid(r->integer("new_jid_row_id"));
    database::append_row(original, number_change_.table(), r->rows());
  }
}

void AndroidSides::poll(std::int64_t id, record::Record& out, std::string& original) {
  record::Poll poll;
  for (Row* p = poll_option_.first(id); p != nullptr; p = poll_option_.next()) {
    const std::int64_t votes = p->integer("vote_total");
    poll.options.push_back({p->text("option_name"), votes > 0 ? static_cast<std::uint64_t>(votes) : 0});
    database::append_row(original, poll_option_.table(), p->rows());
  }
  Row* head = poll_.first(id);
  if (head != nullptr) {
    const std::int64_t selectable = head->integer("selectable_options_count");
    if (head->has("selectable_options_count")) poll.multiple = selectable != 1;
    database::append_row(original, poll_.table(), head->rows());
  }
  if (head == nullptr && poll.options.empty()) return;
  poll.question = out.text;
  out.kind = Kind::poll;
  out.poll = std::move(poll);
}

void AndroidSides::add_all(std::int64_t id, std::int64_t type, record::Record& out, std::string& original) {
  const auto row_of = [&](Side& side) {
    Row* row = side.first(id);
    if (row != nullptr) database::append_row(original, side.table(), row->rows());
    return row;
  };
  if (Row* row = row_of(media_)) {
    media(*row, out);
    out.attachments.back().flavour = android_type(type).flavour;
  }
  if (Row* row = row_of(quoted_)) quoted(*row, out);
  if (Row* row = row_of(revoked_); row != nullptr && out.target) {
    out.extra["revoked_key_id"] = row->text("revoked_key_id");
    if (record::Person admin = context_.person(row->integer("admin_jid_row_id")); !admin.id.empty())
      out.author = admin;
  }
  if (Row* row = row_of(edited_)) {
    out.extra["edited"] = true;
    set_unsigned(out, "edited_at_ms", row->integer("edited_timestamp"));
    out.extra["original_key_id"] = row->text("original_key_id");
  }
  if (Row* row = row_of(location_)) location(*row, out);
  std::string cards;
  for (Row* row = vcard_.first(id); row != nullptr; row = vcard_.next()) {
    cards += row->text("vcard") + "\n";
    database::append_row(original, vcard_.table(), row->rows());
  }
  if (!cards.empty()) out.extra["vcards"] = cards;
  for (Row* row = mention_.first(id); row != nullptr; row = mention_.next()) {
    record::Person person = context_.person(row->integer("jid_row_id"));
    person.role = "mentioned";
    database::append_row(original, mention_.table(), row->rows());
    if (!person.id.empty()) out.people.push_back(std::move(person));
  }
  if (Row* row = row_of(ephemeral_); row != nullptr && row->integer("duration") >= 0)
    out.expires_in_ms = static_cast<std::uint64_t>(row->integer("duration")) * 1000;
  if (Row* row = row_of(forwarded_)) set_unsigned(out, "forward_score", row->integer("forward_score"));
  if (Row* row = row_of(text_); row != nullptr && row->has("url")) {
    out.extra["link"] = row->text("url");
    out.extra["link_title"] = row->text("page_title");
  }
  poll(id, out, original);
  system(id, out, original);
  say_damage(out, {&media_, &quoted_, &revoked_, &edited_, &location_, &vcard_, &mention_, &ephemeral_,
                   &forwarded_, &text_, &system_, &value_change_, &participant_, &group_, &number_change_,
                   &poll_, &poll_option_});
}

AddOnSides::AddOnSides(Reading& reading, const AndroidContext& context)
    : context_(context),
      reaction_(reading.database, "message_add_on_reaction", "message_add_on_row_id"),
      vote_(reading.database, "message_add_on_poll_vote", "message_add_on_row_id"),
      selected_(reading.database, "message_add_on_poll_vote_selected_option", "message_add_on_row_id"),
      option_(reading.database, "message_poll_option", "_id"),
      pin_(reading.database, "message_add_on_pin_in_chat", "message_add_on_row_id"),
      message_(reading.database, "message", "_id") {}

void AddOnSides::set_target(std::int64_t parent_row, record::Record& out) {
  Row* parent = message_.first(parent_row);
  if (parent == nullptr) {
    out.doubts.push_back({"target-missing", fmt::format("row {} of message is not there", parent_row)});
    return;
  }
  out.target = context_.target_of(*parent);
}

void AddOnSides::add_all(Row& add_on, record::Record& out, std::string& original) {
  add_kind(add_on, out, original);
  say_damage(out, {&reaction_, &vote_, &selected_, &option_, &pin_, &message_});
}

void AddOnSides::add_kind(Row& add_on, record::Record& out, std::string& original) {
  set_target(add_on.integer("parent_message_row_id"), out);
  const std::int64_t id = add_on.integer("_id");
  if (Row* row = reaction_.first(id)) {
    out.kind = Kind::reaction;
    out.text = row->text("reaction");
    database::append_row(original, reaction_.table(), row->rows());
    return;
  }
  if (Row* row = pin_.first(id)) {
    out.kind = Kind::pin;
    database::append_row(original, pin_.table(), row->rows());
    return;
  }
  Row* vote = vote_.first(id);
  out.kind = vote != nullptr ? Kind::poll_vote : Kind::notice;
  if (vote == nullptr) {
    out.doubts.push_back(
        {"unknown-kind", fmt::format("message_add_on_type {}", add_on.integer("message_add_on_type"))});
    return;
  }
  database::append_row(original, vote_.table(), vote->rows());
  for (Row* chosen = selected_.first(id); chosen != nullptr; chosen = selected_.next()) {
    database::append_row(original, selected_.table(), chosen->rows());
    if (Row* option = option_.first(chosen->integer("message_poll_option_id")))
      out.text += (out.text.empty() ? "" : "\n") + option->text("option_name");
  }
}

}  // namespace strongroom::capture::whatsapp_db
