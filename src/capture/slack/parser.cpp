#include "capture/slack/parser.h"

#include <algorithm>

#include "capture/json_items.h"
#include "capture/slack/count.h"
#include "capture/slack/event.h"

namespace strongroom::capture::slack {
namespace {

using json::Step;
using record::Record;

constexpr std::string_view kExport = "slack-export";
constexpr std::string_view kEvents = "slack-events";
constexpr std::uint64_t kParserVersion = 1;

enum class Side { exported, live };

bool is_of(Side side, FileKind kind) {
  const bool live = kind == FileKind::events || kind == FileKind::start;
  return kind != FileKind::none && live == (side == Side::live);
}

std::string_view directory_of(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? std::string_view() : path.substr(0, slash);
}
std::string_view name_of(std::string_view path) { return path.substr(path.rfind('/') + 1); }

/// "2024-03-10.json"
bool is_day(std::string_view name) {
  return name.size() >= 10 && name[4] == '-' && name[7] == '-' && name[0] >= '1' && name[0] <= '2';
}

/// Whose messages a file of days holds: its directory says it, or for a file of another name its own.
record::Conversation conversation_of(const std::string& path, const Directory& directory) {
  const std::string_view folder = directory_of(path), name = name_of(path);
  if (is_day(name)) return directory.channel_of_folder(directory_of(folder), name_of(folder));
  return directory.channel_of_folder(folder, name.substr(0, name.rfind('.')));
}

class Reader final : public JsonItems {
 public:
  Reader(FileKind kind, const InputFile& file, const Limits& limits, Directory& directory,
         FilesBeside& beside, Tally& tally)
      : JsonItems(tally, file, limits),
        kind_(kind),
        directory_(directory),
        around_{directory, beside, file.path},
        conversation_(conversation_of(file.path, directory)) {}

  Step step(std::string_view path, char) override {
    if (kind_ == FileKind::events) return Step::item;
    if (path.empty()) return Step::enter;
    if (kind_ == FileKind::dump)
      return path == "messages" ? Step::enter : path == "messages/[]" ? Step::item : Step::aside;
    if (kind_ != FileKind::start) return Step::item;
    const bool element = path.ends_with("/[]");
    const std::string_view list = element ? path.substr(0, path.size() - 3) : path;
    static constexpr std::string_view kLists[] = {"bots", "channels", "groups", "ims", "mpims", "users"};
    if (std::ranges::find(kLists, list) == std::end(kLists)) return Step::aside;
    return element ? Step::item : Step::enter;
  }

 private:
  Result<void> read(std::string_view path, const json::Object& object, Emission& out) override {
    switch (kind_) {
      case FileKind::day:
      case FileKind::dump: return read_message(object, conversation_, around_, out);
      case FileKind::users: return read_user(object, out);
      case FileKind::channels: return read_channel(object, out);
      case FileKind::logs: return read_log(object, out);
      case FileKind::start:
        if (path == "users/[]") return read_user(object, out);
        if (path == "bots/[]") return out.emit(context_record(object, "bot"));
        return read_channel(object, out);
      case FileKind::events:
      case FileKind::none: break;
    }
    return out.emit(event_record(object, around_));
  }

  Result<void> read_user(const json::Object& object, Emission& out) {
    Record record = context_record(object, "user");
    record.people = {directory_.learn_user(object)};
    return out.emit(std::move(record));
  }

  Result<void> read_channel(const json::Object& object, Emission& out) {
    const Channel& channel = directory_.learn_channel(object, directory_of(file().path));
    Record record = context_record(object, "channel");
    record.conversation = channel.conversation;
    for (const std::string& member : channel.members) {
      record.people.push_back(directory_.person(member));
      record.people.back().role = "member";
    }
    if (const auto created = json::integer(object, "created");
        created && *created > 0 && *created < 100'000'000'000)
      set_instant(record, *created * 1000);
    return out.emit(std::move(record));
  }

  Result<void> read_log(const json::Object& object, Emission& out) {
    Record record = context_record(object, "integration-log");
    record.kind = record::Kind::notice;
    record.extra["event"] = "integration_" + json::text(object, "change_type");
    record.author = directory_.person(json::text(object, "user_id"));
    if (record.author->name.empty()) record.author->name = json::text(object, "user_name");
    if (const std::string channel = json::text(object, "channel"); !channel.empty())
      record.conversation = directory_.channel(channel);
    const auto seconds = json::integer(object, "date");
    set_instant(record, seconds && *seconds > 0 && *seconds < 100'000'000'000 ? std::optional(*seconds * 1000)
                                                                              : std::nullopt);
    return out.emit(std::move(record));
  }

  void noted(std::string_view path, std::string_view text) override {
    if (kind_ != FileKind::dump) return;
    if (path == "channel_id" && is_id(scalar_text(text), "CGD"))
      conversation_ = directory_.channel(scalar_text(text));
    if (path == "name" && !scalar_text(text).empty()) {
      if (conversation_.id.starts_with("slack:name:")) conversation_.id = "slack:name:" + scalar_text(text);
      conversation_.title = scalar_text(text);
    }
  }
  void describe_frame(Record& frame) override { frame.conversation = conversation_of_frame(); }
  record::Conversation conversation_of_frame() const {
    return kind_ == FileKind::dump ? conversation_ : record::Conversation{};
  }

  FileKind kind_;
  Directory& directory_;
  Surroundings around_;
  record::Conversation conversation_;
};

/// Users before channels before everything else: names are known before they are needed.
int turn_of(FileKind kind) {
  if (kind == FileKind::users || kind == FileKind::start) return 0;
  return kind == FileKind::channels ? 1 : 2;
}

Result<Outcome> parse(std::string_view source, Side side, const std::vector<InputFile>& files,
                      const Statement& statement, const Limits& limits, Sink& sink) {
  Tally tally(sink, source, kParserVersion);
  Directory directory(statement.custodian_name);
  std::vector<FileKind> kinds;
  std::set<std::size_t> own;
  for (std::size_t i = 0; i < files.size(); ++i) {
    const FileKind kind = kind_of(text_of(files[i].bytes));
    kinds.push_back(is_of(side, kind) ? kind : FileKind::none);
    if (kinds.back() != FileKind::none) own.insert(i);
  }
  FilesBeside beside(files, own);
  for (int turn = 0; turn < 3; ++turn) {
    for (const std::size_t i : own) {
      if (turn_of(kinds[i]) == turn) TRY(Reader(kinds[i], files[i], limits, directory, beside, tally).run());
    }
  }
  TRY(beside.hand_over(tally));
  return tally.outcome();
}

std::uint64_t count(Side side, const std::vector<InputFile>& files, const Limits& limits) {
  std::uint64_t found = 0;
  for (const InputFile& file : files) {
    const FileKind kind = kind_of(text_of(file.bytes));
    found += is_of(side, kind) ? count_file(file, kind, limits) : 1;
  }
  return found;
}

int detect(Side side, const std::vector<InputFile>& files) {
  return std::ranges::any_of(files,
                             [&](const InputFile& file) { return is_of(side, kind_of(text_of(file.bytes))); })
             ? 88
             : 0;
}

}  // namespace

const Parser& export_parser() {
  static constexpr Parser kParser{
      kExport, [](const std::vector<InputFile>& files) { return detect(Side::exported, files); },
      [](const std::vector<InputFile>& files, const Statement& statement, const Limits& limits, Sink& sink) {
        return parse(kExport, Side::exported, files, statement, limits, sink);
      },
      [](const std::vector<InputFile>& files, const Statement&,
         const Limits& limits) -> Result<std::uint64_t> { return count(Side::exported, files, limits); }};
  return kParser;
}

const Parser& events_parser() {
  static constexpr Parser kParser{
      kEvents, [](const std::vector<InputFile>& files) { return detect(Side::live, files); },
      [](const std::vector<InputFile>& files, const Statement& statement, const Limits& limits, Sink& sink) {
        return parse(kEvents, Side::live, files, statement, limits, sink);
      },
      [](const std::vector<InputFile>& files, const Statement&,
         const Limits& limits) -> Result<std::uint64_t> { return count(Side::live, files, limits); }};
  return kParser;
}

}  // namespace strongroom::capture::slack
