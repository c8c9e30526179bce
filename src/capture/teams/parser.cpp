#include "capture/teams/parser.h"

#include <algorithm>

#include "capture/json/count.h"
#include "capture/json_items.h"
#include "capture/teams/kinds.h"
#include "capture/teams/message.h"

namespace strongroom::capture::teams {
namespace {

using json::Step;
using record::Record;

constexpr std::string_view kSource = "teams-graph";
constexpr std::uint64_t kParserVersion = 1;

bool is_message(const json::Object& object) {
  static constexpr std::string_view kNames[] = {"messageType", "MessageType", "reactions",
                                                "Reactions",   "replies",     "Replies"};
  return std::ranges::any_of(kNames, [&](std::string_view name) {
    return object.contains(boost::json::string_view(name.data(), name.size()));
  });
}

/// A chat, a member of one, the content of a message: what stands beside the messages.
Record context_record(const json::Object& object) {
  Record record;
  record.kind = record::Kind::context;
  const std::string type = json::text(object, "@odata.type");
  record.extra["object"] = type.empty() ? std::string(object.contains("chatType") ? "chat" : "entity")
                                        : type.substr(type.rfind('.') + 1);
  record.native_id = text(object, "id");
  const std::string user = text(object, "userId");
  if (!user.empty()) {
    record::Person person = identity(object, "user");
    person.id = "teams:" + user;
    person.role = "member";
    record.people.push_back(std::move(person));
  }
  if (object.contains("chatType")) {
    json::Object chat;
    chat["chatId"] = record.native_id;
    record.conversation = conversation_of(chat);
    record.conversation.title = text(object, "topic");
    if (const json::Array* members = array(object, "members")) {
      for (const json::Any& any : *members) {
        const json::Object* member = any.if_object();
        if (member == nullptr) continue;
        record::Person person = identity(*member, "user");
        if (const std::string id = text(*member, "userId"); !id.empty()) person.id = "teams:" + id;
        person.role = "member";
        record.people.push_back(std::move(person));
      }
    }
    if (const auto created = instant(object, "createdDateTime")) set_instant(record, created);
  }
  json::keep_rest(record, object, {"id", "@odata.type"});
  return record;
}

class Reader final : public JsonItems {
 public:
  Reader(FileKind kind, const InputFile& file, const Limits& limits, const Surroundings& around, Tally& tally)
      : JsonItems(tally, file, limits), kind_(kind), around_(around) {}

  Step step(std::string_view path, char) override {
    if (kind_ == FileKind::entity) return Step::item;
    if (path.empty()) return Step::enter;
    if (kind_ == FileKind::array) return Step::item;
    return path == "value" ? Step::enter : path == "value/[]" ? Step::item : Step::aside;
  }

 private:
  Result<void> read(std::string_view, const json::Object& object, Emission& out) override {
    if (is_message(object)) return read_message(object, around_, out);
    return out.emit(context_record(object));
  }

  FileKind kind_;
  const Surroundings& around_;
};

Result<Outcome> parse(const std::vector<InputFile>& files, const Statement& statement, const Limits& limits,
                      Sink& sink) {
  Tally tally(sink, kSource, kParserVersion);
  std::set<std::size_t> own;
  for (std::size_t i = 0; i < files.size(); ++i) {
    if (kind_of(text_of(files[i].bytes)) != FileKind::none) own.insert(i);
  }
  FilesBeside beside(files, own);
  const Surroundings around{beside, statement.custodian_name};
  for (const std::size_t i : own)
    TRY(Reader(kind_of(text_of(files[i].bytes)), files[i], limits, around, tally).run());
  TRY(beside.hand_over(tally));
  return tally.outcome();
}

/// Reactions of a message and of its replies, and the replies.
bool is_more(const json::Seen& seen, std::size_t item_size) {
  std::string_view rest = seen.path.substr(item_size);
  if (item_size > 0 && rest.starts_with('/')) rest.remove_prefix(1);
  for (const std::string_view replies : {"replies/[]", "Replies/[]"}) {
    if (!rest.starts_with(replies)) continue;
    rest.remove_prefix(replies.size());
    if (rest.empty()) return true;
    rest.remove_prefix(rest.starts_with('/') ? 1 : 0);
  }
  return rest == "reactions/[]" || rest == "Reactions/[]";
}

std::uint64_t count_file(const InputFile& file, FileKind kind, const Limits& limits) {
  const std::string_view item = kind == FileKind::entity ? "" : kind == FileKind::array ? "[]" : "value/[]";
  return json::count_items(
      text_of(file.bytes), std::min<std::uint64_t>(limits.item_bytes_max, kRefusedInRecordMax),
      [&](std::string_view path) {
        if (path == item) return json::Lies::item;
        return path.empty() || path == "value" ? json::Lies::frame : json::Lies::aside;
      },
      [&](const json::Seen& seen) { return is_more(seen, item.size()); });
}

Result<std::uint64_t> count(const std::vector<InputFile>& files, const Statement&, const Limits& limits) {
  std::uint64_t found = 0;
  for (const InputFile& file : files) {
    const FileKind kind = kind_of(text_of(file.bytes));
    found += kind == FileKind::none ? 1 : count_file(file, kind, limits);
  }
  return found;
}

int detect(const std::vector<InputFile>& files) {
  return std::ranges::any_of(files,
                             [](const InputFile& f) { return kind_of(text_of(f.bytes)) != FileKind::none; })
             ? 90
             : 0;
}

}  // namespace

const Parser& parser() {
  static constexpr Parser kParser{kSource, detect, parse, count};
  return kParser;
}

}  // namespace strongroom::capture::teams
