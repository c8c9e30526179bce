#include "capture/slack/attachments.h"

#include <algorithm>

#include "capture/slack/mrkdwn.h"

namespace strongroom::capture::slack {
namespace {

using record::AttachmentState;

constexpr std::size_t kBlockDepthMax = 24;

/// Without the access token that exports put behind the address.
std::string address_of(const json::Object& file) {
  for (const std::string_view name : {"url_private", "url_private_download", "permalink"}) {
    std::string address = json::text(file, name);
    if (!address.empty()) return address.substr(0, address.find('?'));
  }
  return {};
}

/// Where programs that download the files of an export put them.
void find_beside(record::Attachment& out, const std::string& id, const Surroundings& around) {
  if (id.empty() || out.name.empty() || around.beside.size() == 0) return;
  if (around.beside.settle(out, around.file, "__uploads/" + id + "/" + out.name) ||
      around.beside.settle(out, around.file, "attachments/" + id + "-" + out.name) ||
      around.beside.settle(out, around.file, id + "/" + out.name) ||
      around.beside.settle_by_name(out, id + "-" + out.name) ||
      around.beside.settle_by_name(out, id + "_" + out.name))
    return;
  out.state = AttachmentState::not_in_source;
}

void read_file(record::Record& record, const json::Object& file, const Surroundings& around) {
  record::Attachment out;
  const std::string id = json::text(file, "id");
  out.name = json::text(file, "name");
  out.caption = json::text(file, "title");
  if (out.name.empty()) out.name = out.caption;
  if (out.caption == out.name) out.caption.clear();
  out.media_type = json::text(file, "mimetype");
  out.size = json::unsigned_integer(file, "size");
  out.width = json::unsigned_integer(file, "original_w");
  out.height = json::unsigned_integer(file, "original_h");
  out.source_reference = address_of(file);
  if (out.source_reference.empty()) out.source_reference = id;
  const std::string mode = json::text(file, "mode");
  if (mode == "tombstone" || mode == "hidden_by_limit") {
    out.state = AttachmentState::omitted;
    record.extra["file " + id] = mode;
  } else {
    find_beside(out, id, around);
  }
  if (json::text(file, "subtype") == "slack_audio") out.flavour = "voice";
  record.attachments.push_back(std::move(out));
}

void add_line(record::Record& record, const Shown& line) {
  if (line.text.empty()) return;
  if (!record.text.empty()) record.text += '\n';
  record.text += line.text;
}

}  // namespace

void read_files(record::Record& record, const json::Object& message, const Surroundings& around) {
  if (const json::Array* files = json::array(message, "files")) {
    for (const json::Any& file : *files) {
      if (const json::Object* object = file.if_object()) read_file(record, *object, around);
    }
    return;
  }
  if (const json::Object* file = json::object(message, "file")) read_file(record, *file, around);
}

void read_hangings(record::Record& record, const json::Object& message, const Surroundings& around) {
  const json::Array* list = json::array(message, "attachments");
  if (list == nullptr) return;
  for (const json::Any& any : *list) {
    const json::Object* hanging = any.if_object();
    if (hanging == nullptr) continue;
    std::string link = json::text(*hanging, "from_url");
    if (link.empty()) link = json::text(*hanging, "original_url");
    const std::string title = json::text(*hanging, "title"), text = json::text(*hanging, "text");
    if (!link.empty()) {
      record::Attachment out;
      out.name = shown(title.empty() ? json::text(*hanging, "service_name") : title, around.directory).text;
      out.caption = shown(text, around.directory).text;
      out.source_reference = link;
      out.flavour = "link_preview";
      record.attachments.push_back(std::move(out));
      continue;
    }
    const std::size_t before = record.text.size();
    for (const std::string& part : {json::text(*hanging, "pretext"), title, text})
      add_line(record, shown(part, around.directory));
    if (record.text.size() == before)
      add_line(record, shown(json::text(*hanging, "fallback"), around.directory));
  }
}

namespace {

/// The words in a block, in order.
void gather(std::string& out, const json::Any& any, const Directory& directory, std::size_t depth) {
  if (depth > kBlockDepthMax) return;
  if (const json::Array* array = any.if_array()) {
    for (const json::Any& element : *array) gather(out, element, directory, depth + 1);
    return;
  }
  const json::Object* object = any.if_object();
  if (object == nullptr) return;
  const std::string type = json::text(*object, "type");
  if (type == "user") {
    const record::Person person = directory.person(json::text(*object, "user_id"));
    out += "@" + (person.name.empty() ? json::text(*object, "user_id") : person.name);
  } else if (type == "emoji") {
    out += ":" + json::text(*object, "name") + ":";
  } else if (const std::string text = json::text(*object, "text"); !text.empty()) {
    out += type == "mrkdwn" ? shown(text, directory).text : text;
  } else if (type == "link") {
    out += json::text(*object, "url");
  }
  for (const std::string_view name : {"text", "elements", "fields", "title"}) {
    const json::Any* inner = object->if_contains(boost::json::string_view(name.data(), name.size()));
    if (inner != nullptr && inner->is_structured()) gather(out, *inner, directory, depth + 1);
  }
}

}  // namespace

bool read_blocks(record::Record& record, const json::Object& message, const Surroundings& around) {
  const json::Array* blocks = json::array(message, "blocks");
  if (blocks == nullptr || blocks->empty()) return false;
  const bool only_text = std::ranges::all_of(*blocks, [](const json::Any& block) {
    const json::Object* object = block.if_object();
    return object != nullptr && json::text(*object, "type") == "rich_text";
  });
  if (only_text && !record.text.empty()) return false;
  if (record.text.empty()) {
    for (const json::Any& block : *blocks) {
      std::string words;
      gather(words, block, around.directory, 0);
      add_line(record, {words, {}});
    }
  }
  return true;
}

}  // namespace strongroom::capture::slack
