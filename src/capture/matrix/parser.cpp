#include "capture/matrix/parser.h"

#include <algorithm>

#include "base/utf8.h"
#include "capture/json_items.h"
#include "capture/matrix/count.h"
#include "capture/matrix/event.h"

namespace strongroom::capture::matrix {
namespace {

using json::Step;

constexpr std::string_view kSource = "matrix-events";
constexpr std::uint64_t kParserVersion = 1;

/// The parts of a path: "rooms/join/!a:b/timeline" has four.
std::vector<std::string_view> parts_of(std::string_view path) {
  std::vector<std::string_view> out;
  while (!path.empty()) {
    const std::size_t slash = std::min(path.find('/'), path.size());
    out.push_back(path.substr(0, slash));
    path.remove_prefix(std::min(slash + 1, path.size()));
  }
  return out;
}

class Reader final : public JsonItems {
 public:
  Reader(FileKind kind, const InputFile& file, const Limits& limits, const Surroundings& around, Tally& tally)
      : JsonItems(tally, file, limits), kind_(kind), around_(around) {}

  Step step(std::string_view path, char first) override {
    if (kind_ == FileKind::events) return path.empty() && first == '[' ? Step::enter : Step::item;
    if (path.empty()) return Step::enter;
    const auto parts = parts_of(path);
    const std::string_view top = parts[0];
    static constexpr std::string_view kLists[] = {"chunk",    "events", "events_after", "events_before",
                                                  "messages", "pdus",   "state"};
    if (std::ranges::find(kLists, top) != std::end(kLists) && parts.size() <= 2)
      return parts.size() == 1 ? Step::enter : parts[1] == "[]" ? Step::item : Step::aside;
    if (top == "presence" || top == "account_data" || top == "to_device") return step_in_events(parts, 1);
    return top == "rooms" ? (parts.size() <= 4 ? Step::enter : step_in_events(parts, 4)) : Step::aside;
  }

 private:
  /// `at`: where "events" stands.
  static Step step_in_events(const std::vector<std::string_view>& parts, std::size_t at) {
    if (parts.size() <= at) return Step::enter;
    if (parts[at] != "events" || parts.size() > at + 2) return Step::aside;
    return parts.size() == at + 1 ? Step::enter : parts[at + 1] == "[]" ? Step::item : Step::aside;
  }

  Result<void> read(std::string_view path, const json::Object& object, Emission& out) override {
    std::string room;
    if (path.starts_with("rooms/")) {
      const auto parts = parts_of(path);
      if (parts.size() > 2) room = utf8::repaired(parts[2]);
    }
    record::Record record = event_record(object, room, around_);
    if (record.conversation.title.empty() && !room_name_.empty()) record.conversation.title = room_name_;
    return out.emit(std::move(record));
  }

  void noted(std::string_view path, std::string_view text) override {
    if (path == "room_name") room_name_ = scalar_text(text);
  }
  void describe_frame(record::Record&) override { room_name_.clear(); }

  FileKind kind_;
  const Surroundings& around_;
  std::string room_name_;
};

/// A key export in the material: what it holds is used, and stays in its ciphertext.
Result<void> read_keys(const InputFile& file, Keyring& keyring, Tally& tally) {
  // Millions of rounds for every passphrase: whoever waits too long must be able to say for what.
  if (!TRY(tally.begin(file.path, 0)))
    return tally.refuse(
        {file.path, 0, file.bytes, "killed-its-reader", "opening this key export took too long"});
  const auto added = keyring.add_export(text_of(file.bytes));
  if (!added) {
    const bool needed = added.error().code == ErrorCode::not_found;
    const bool wrong = added.error().code == ErrorCode::unauthenticated;
    return tally.refuse(
        {file.path, 0, file.bytes,
         needed  ? "key-needed"
         : wrong ? "key-does-not-fit"
                 : "malformed-key-export",
         needed ? "the passphrase of this key export is needed: --key-file" : added.error().what});
  }
  record::Record record;
  record.kind = record::Kind::context;
  record.extra["object"] = "megolm-key-export";
  record.extra["sessions"] = std::uint64_t{*added};
  Emission out(tally, file.path, file.bytes, 0);
  return out.emit(std::move(record));
}

Result<Outcome> parse(const std::vector<InputFile>& files, const Statement& statement, const Limits& limits,
                      Sink& sink) {
  Tally tally(sink, kSource, kParserVersion);
  std::vector<FileKind> kinds;
  std::set<std::size_t> own;
  for (std::size_t i = 0; i < files.size(); ++i) {
    kinds.push_back(kind_of(text_of(files[i].bytes)));
    if (kinds.back() != FileKind::none) own.insert(i);
  }
  Rooms rooms(statement.custodian_name);
  Keyring keyring(statement);
  Media media(files, own);
  const Surroundings around{rooms, keyring, media};
  for (const std::size_t i : own) {
    if (kinds[i] == FileKind::keys) TRY(read_keys(files[i], keyring, tally));
  }
  for (const std::size_t i : own) {
    if (kinds[i] != FileKind::keys) TRY(Reader(kinds[i], files[i], limits, around, tally).run());
  }
  TRY(media.hand_over(tally));
  return tally.outcome();
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
             ? 87
             : 0;
}

}  // namespace

const Parser& parser() {
  static constexpr Parser kParser{kSource, detect, parse, count};
  return kParser;
}

}  // namespace strongroom::capture::matrix
