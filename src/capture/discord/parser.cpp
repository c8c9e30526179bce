#include "capture/discord/parser.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/utf8.h"
#include "capture/discord/message.h"
#include "capture/emission.h"
#include "capture/json/cursor.h"

namespace strongroom::capture::discord {
namespace {

constexpr std::string_view kSource = "discord";
constexpr std::uint64_t kParserVersion = 1;
constexpr std::size_t kLookedAt = 64u << 10;

/// Reads one export from its beginning to its end.
class Reader {
 public:
  Reader(const InputFile& file, const Limits& limits, const Statement& statement, FilesBeside& beside,
         Tally& tally)
      : file_(file),
        text_(text_of(file.bytes)),
        item_bytes_max_(std::min(limits.item_bytes_max, kItemBytesMax)),
        around_{file.path, beside, statement.custodian_name},
        tally_(tally) {}

  Result<void> read() {
    json::Cursor at(text_);
    at.peek();
    const std::size_t start = at.at();
    at.enter_object();
    const auto end = TRY(read_members(at, start));
    if (!end.whole) return refuse(end.at, text_.size(), "cut-off", "the file ends or breaks off here");
    if (at.peek() == '\0' && at.at() >= text_.size()) return {};
    return refuse(at.at(), text_.size(), "after-the-end", "something stands behind the end of the export");
  }

 private:
  struct End {
    bool whole = true;
    std::size_t at = 0;  ///< where it broke off
  };

  Result<void> refuse(std::size_t begin, std::size_t end, std::string code, std::string detail) {
    return tally_.refuse({file_.path, begin, bytes_of(text_.substr(begin, end - begin)), std::move(code),
                          fmt::format("{} (offset {}, {} bytes)", detail, begin, end - begin)});
  }

  Result<End> read_members(json::Cursor& at, std::size_t start) {
    json::Object head;
    bool begun = false;
    for (;;) {
      const auto name = at.next_member();
      if (!name) return End{false, begun ? at.at() : start};
      if (!*name) break;
      if (!begun && **name == "messages" && at.peek() == '[') {
        TRY(emit_head(head, start, at.at()));
        begun = true;
        const End end = TRY(read_messages(at));
        if (!end.whole) return end;
        continue;
      }
      at.peek();
      const std::size_t where = at.at();
      const auto value = at.take();
      if (!value) return End{false, begun ? where : start};
      if (begun) {
        TRY(emit_foot(**name, *value));
      } else if (at.at() - start <= item_bytes_max_) {
        if (auto any = json::parse(value->text)) head[utf8::repaired(*name.value())] = std::move(*any);
      }
    }
    if (!begun) TRY(emit_head(head, start, at.at()));
    return End{};
  }

  Result<void> emit_head(const json::Object& head, std::size_t start, std::size_t end) {
    channel_ = channel_of(head);
    if (end - start > item_bytes_max_)
      return refuse(start, end, "too-large", "what stands before the messages is larger than the limit");
    Emission emission(tally_, file_.path, bytes_of(text_.substr(start, end - start)), start);
    return emission.emit(context_of(head, channel_));
  }

  /// What stands behind the messages: how many there are.
  Result<void> emit_foot(std::string_view name, const json::Value& value) {
    Unsound why;
    auto any = TRY(open(value, why));
    if (!any)
      return refuse(value.offset, value.offset + value.text.size(), std::move(why.code),
                    std::move(why.detail));
    record::Record out;
    out.kind = record::Kind::context;
    out.conversation = channel_.conversation;
    out.extra["object"] = std::string("channel_end");
    json::Object wrapped;
    wrapped[utf8::repaired(name)] = *any;
    const auto stated = json::unsigned_integer(wrapped, "messageCount");
    if (stated && *stated != messages_)
      out.doubts.push_back({"count-differs", fmt::format("the export says it holds {} messages, and holds {}",
                                                         *stated, messages_)});
    json::keep_rest(out, wrapped, {});
    Emission emission(tally_, file_.path, bytes_of(value.text), value.offset);
    return emission.emit(std::move(out));
  }

  Result<End> read_messages(json::Cursor& at) {
    at.enter_array();
    for (;;) {
      const auto more = at.next_element();
      if (!more) return End{false, at.at()};
      if (!*more) return End{};
      const std::size_t start = at.at();
      const auto value = at.take();
      ++messages_;
      Unsound why{"not-json", "its brackets or quotes do not close"};
      auto lines = value ? at.take_what_goes_on(start) : std::nullopt;
      if (!lines && value && TRY(take_message(*value, why))) continue;
      // Its brackets and quotes may not be what they seem.
      if (!lines) lines = at.take_by_lines(start);
      if (!lines && !value) return End{false, start};
      if (lines && lines->text.size() <= item_bytes_max_ && why.code == "too-large")
        why = {"not-json", "its brackets or quotes do not close"};
      TRY(refuse(start, at.at(), std::move(why.code), std::move(why.detail)));
    }
  }

  /// Why an item cannot be read.
  struct Unsound {
    std::string code, detail;
  };

  /// nullopt if it cannot be read.
  Result<std::optional<json::Any>> open(const json::Value& value, Unsound& why) {
    const auto give_up = [&](std::string code, std::string detail) -> Result<std::optional<json::Any>> {
      why = {std::move(code), std::move(detail)};
      return std::nullopt;
    };
    if (value.text.size() > item_bytes_max_) return give_up("too-large", "an item is larger than the limit");
    if (!TRY(tally_.begin(file_.path, value.offset)))
      return give_up("killed-its-reader", "reading this item ended the reader once before");
    auto any = json::parse(value.text);
    if (!any) return give_up("not-json", "the text of an item is not JSON");
    return std::move(*any);
  }

  /// False if it cannot be read: nothing was done with it.
  Result<bool> take_message(const json::Value& value, Unsound& why) {
    auto any = TRY(open(value, why));
    if (!any) return false;
    if (!any->is_object()) {
      TRY(refuse(value.offset, value.offset + value.text.size(), "not-a-message",
                 "an element of the messages is no object"));
      return true;
    }
    Emission emission(tally_, file_.path, bytes_of(value.text), value.offset);
    for (record::Record& record : read_message(any->get_object(), channel_, around_))
      TRY(emission.emit(std::move(record)));
    return true;
  }

  const InputFile& file_;
  std::string_view text_;
  std::uint64_t item_bytes_max_;
  Surroundings around_;
  Tally& tally_;
  Channel channel_;
  std::uint64_t messages_ = 0;
};

bool has_id(json::Cursor at) {
  if (!at.enter_object()) return false;
  for (auto name = at.next_member(); name && *name; name = at.next_member()) {
    if (**name == "id" && at.peek() == '"') return true;
    if (!at.take()) return false;
  }
  return false;
}

int detect(const std::vector<InputFile>& files) {
  return std::ranges::any_of(files, [](const InputFile& f) { return is_export(f.bytes); }) ? 95 : 0;
}

Result<Outcome> parse(const std::vector<InputFile>& files, const Statement& statement, const Limits& limits,
                      Sink& sink) {
  Tally tally(sink, kSource, kParserVersion);
  std::set<std::size_t> texts;
  for (std::size_t i = 0; i < files.size(); ++i) {
    if (is_export(files[i].bytes)) texts.insert(i);
  }
  FilesBeside beside(files, texts);
  for (const std::size_t i : texts) TRY(Reader(files[i], limits, statement, beside, tally).read());
  TRY(beside.hand_over(tally));
  return tally.outcome();
}

}  // namespace

bool is_export(BytesView bytes) {
  json::Cursor at(text_of(bytes.first(std::min(bytes.size(), kLookedAt))));
  bool guild = false, channel = false;
  if (!at.enter_object()) return false;
  for (auto name = at.next_member(); name && *name; name = at.next_member()) {
    if (**name == "guild") guild = has_id(at);
    if (**name == "channel") channel = has_id(at);
    if (guild && channel) return true;
    if (**name == "messages" || !at.take()) return false;
  }
  return false;
}

const Parser& parser() {
  static constexpr Parser kParser{kSource, detect, parse, count_records};
  return kParser;
}

}  // namespace strongroom::capture::discord
