#include "capture/mattermost/bulk.h"

#include <algorithm>

#include "capture/json_items.h"
#include "capture/mattermost/posts.h"

namespace strongroom::capture::mattermost {
namespace {

using record::Record;

class Reader final : public JsonItems {
 public:
  Reader(const InputFile& file, const Limits& limits, Directory& directory, FilesBeside& beside, Tally& tally)
      : JsonItems(tally, file, limits), directory_(directory), around_{directory, beside, file.path} {}

  json::Step step(std::string_view, char) override { return json::Step::item; }

 private:
  Result<void> read(std::string_view, const json::Object& line, Emission& out) override {
    const std::string type = json::text(line, "type");
    const json::Object* inner = json::object(line, type);
    if (inner != nullptr && (type == "post" || type == "direct_post")) return read_post(*inner, around_, out);
    Record record;
    record.kind = record::Kind::context;
    record.extra["object"] = type;
    if (inner == nullptr) {
      json::keep_rest(record, line, {"type"});
      return out.emit(std::move(record));
    }
    if (type == "user") record.people = {directory_.learn_user(*inner)};
    if (type == "channel") record.conversation = directory_.learn_channel(*inner);
    if (type == "direct_channel") {
      const json::Array* members = json::array(*inner, "members");
      if (members == nullptr) members = json::array(*inner, "participants");
      record.conversation = direct_conversation(members, record.people, directory_);
    }
    record.native_id = json::text(*inner, type == "user" ? "username" : "name");
    // Passwords stay in the original alone.
    json::keep_rest(record, *inner, {"password", "auth_data", "mfa_secret"});
    return out.emit(std::move(record));
  }

  Directory& directory_;
  Surroundings around_;
};

}  // namespace

Result<Outcome> parse_bulk(const std::vector<InputFile>& files, const Statement& statement,
                           const Limits& limits, Sink& sink) {
  Tally tally(sink, "mattermost-bulk", 1);
  std::set<std::size_t> own;
  for (std::size_t i = 0; i < files.size(); ++i) {
    if (is_bulk(text_of(files[i].bytes))) own.insert(i);
  }
  FilesBeside beside(files, own);
  Directory directory(statement.custodian_name);
  for (const std::size_t i : own) TRY(Reader(files[i], limits, directory, beside, tally).run());
  TRY(beside.hand_over(tally));
  return tally.outcome();
}

}  // namespace strongroom::capture::mattermost
