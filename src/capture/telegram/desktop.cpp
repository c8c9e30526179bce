#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/utf8.h"
#include "capture/emission.h"
#include "capture/json/cursor.h"
#include "capture/telegram/context.h"
#include "capture/telegram/desktop.h"
#include "capture/telegram/item.h"
#include "capture/telegram/parser.h"

namespace strongroom::capture::telegram {
namespace {

constexpr std::string_view kSource = "telegram-desktop";
constexpr std::uint64_t kParserVersion = 1;

/// Whether the walk can go on; an error is the sink's.
using Walked = Result<bool>;

/// Reads one result.json from its beginning to its end.
class Reader {
 public:
  Reader(const InputFile& file, const Limits& limits, const Statement& statement, WallClock& clock,
         FilesBeside& beside, Tally& tally)
      : file_(file),
        text_(text_of(file.bytes)),
        item_bytes_max_(std::min(limits.item_bytes_max, kItemBytesMax)),
        statement_(statement),
        clock_(clock),
        beside_(beside),
        tally_(tally) {}

  Result<void> read() {
    json::Cursor at(text_);
    at.peek();
    const std::size_t start = at.at();
    const bool single = is_single(at);
    at.enter_object();
    const bool whole = TRY(single ? read_chat(at, start) : read_account(at));
    if (!whole) return refuse(broken_at_, text_.size(), "cut-off", "the file ends or breaks off here");
    if (at.peek() == '\0' && at.at() >= text_.size()) return {};
    return refuse(at.at(), text_.size(), "after-the-end", "something stands behind the end of the export");
  }

 private:
  /// The export of one chat: `messages` comes before anything that only a whole account has.
  static bool is_single(json::Cursor at) {
    if (!at.enter_object()) return false;
    for (auto name = at.next_member(); name && *name; name = at.next_member()) {
      const char first = at.peek();
      if (**name == "messages" && first == '[') return true;
      if (section_of(**name, first) != Section::other || !at.take()) return false;
    }
    return false;
  }

  bool broken(std::size_t at) {
    broken_at_ = at;
    return false;
  }

  Result<void> refuse(std::size_t begin, std::size_t end, std::string code, std::string detail) {
    return tally_.refuse({file_.path, begin, bytes_of(text_.substr(begin, end - begin)), std::move(code),
                          fmt::format("{} (offset {}, {} bytes)", detail, begin, end - begin)});
  }

  Surroundings around() const { return {file_.path, beside_, clock_, self_id_, statement_.custodian_name}; }

  /// Why an item cannot be read.
  struct Unsound {
    std::string code = "not-json", detail = "its brackets or quotes do not close";
  };

  Result<void> refuse(std::size_t begin, std::size_t end, Unsound why) {
    return refuse(begin, end, std::move(why.code), std::move(why.detail));
  }

  /// Parses the item's text; nullopt if it cannot be read.
  Result<std::optional<Item>> open(const json::Value& value, Unsound& why) {
    const auto give_up = [&](std::string code, std::string detail) -> Result<std::optional<Item>> {
      why = {std::move(code), std::move(detail)};
      return std::nullopt;
    };
    if (value.text.size() > item_bytes_max_) return give_up("too-large", "an item is larger than the limit");
    if (!TRY(tally_.begin(file_.path, value.offset)))
      return give_up("killed-its-reader", "reading this item ended the reader once before");
    auto item = parse_item(value.text);
    if (!item) return give_up("not-json", "the text of an item is not JSON");
    return std::move(*item);
  }

  /// False if it cannot be read: nothing was done with it.
  Result<bool> take_context(const json::Value& value, std::string_view of, Unsound& why) {
    auto item = TRY(open(value, why));
    if (!item) return false;
    if (of == "personal_information" && item->value.is_object()) {
      if (const auto self = self_of(item->value.get_object())) self_id_ = self->id;
    }
    Emission emission(tally_, file_.path, bytes_of(value.text), value.offset);
    record::Record out = context_of(item->value, of, around());
    std::ranges::move(item->doubts, std::back_inserter(out.doubts));
    TRY(emission.emit(std::move(out)));
    return true;
  }

  /// A value that cannot be read ends where its lines say (capture/json/by_lines.h), if it begins one: its brackets and
  /// quotes may not be what they seem.
  template <class Take>
  Walked read_value(json::Cursor& at, Take take) {
    at.peek();
    const std::size_t start = at.at();
    const auto value = at.take();
    Unsound why;
    auto lines = value ? at.take_what_goes_on(start) : std::nullopt;
    if (!lines && value && TRY(take(*value, why))) return true;
    if (!lines) lines = at.take_by_lines(start);
    if (!lines && !value) return broken(start);
    if (lines && lines->text.size() <= item_bytes_max_ && why.code == "too-large") why = {};
    TRY(refuse(start, at.at(), std::move(why)));
    return true;
  }

  /// The cursor is inside the outermost object.
  Walked read_account(json::Cursor& at) {
    for (;;) {
      const auto name = at.next_member();
      if (!name) return broken(at.at());
      if (!*name) return true;
      switch (section_of(**name, at.peek())) {
        case Section::chats:
        case Section::list:
          if (!TRY(read_section(at, **name))) return false;
          break;
        case Section::array:
          if (!TRY(read_elements(at, **name, false))) return false;
          break;
        case Section::other:
          if (!TRY(read_context(at, **name))) return false;
      }
    }
  }

  Walked read_context(json::Cursor& at, std::string_view of) {
    return read_value(at,
                      [&](const json::Value& value, Unsound& why) { return take_context(value, of, why); });
  }

  Walked read_section(json::Cursor& at, std::string_view of) {
    const bool chats = section_of(of, '{') == Section::chats;
    at.enter_object();
    for (;;) {
      const auto name = at.next_member();
      if (!name) return broken(at.at());
      if (!*name) return true;
      const bool list = **name == "list" && at.peek() == '[';
      const std::string inner = std::string(of) + "." + std::string(**name);
      if (!TRY(list ? read_elements(at, of, chats) : read_context(at, inner))) return false;
    }
  }

  Walked read_elements(json::Cursor& at, std::string_view of, bool chats) {
    at.enter_array();
    for (;;) {
      const auto more = at.next_element();
      if (!more) return broken(at.at());
      if (!*more) return true;
      const std::size_t start = at.at();
      if (chats && at.enter_object()) {
        if (!TRY(read_chat(at, start))) return false;
      } else if (!TRY(read_context(at, of))) {
        return false;
      }
    }
  }

  /// The cursor is inside a chat, whose brace is at `start`.
  Walked read_chat(json::Cursor& at, std::size_t start) {
    json::Object head;
    bool begun = false;
    for (;;) {
      const auto name = at.next_member();
      if (!name) return broken(begun ? at.at() : start);
      if (!*name) break;
      if (!begun && **name == "messages" && at.peek() == '[') {
        complete(head, at);
        Chat chat = chat_of(head);
        TRY(emit_head(head, chat, start, at.at()));
        begun = true;
        if (!TRY(read_messages(at, chat))) return false;
        continue;
      }
      if (begun) {
        if (!TRY(read_context(at, "chat." + std::string(**name)))) return false;
        continue;
      }
      at.peek();
      const std::size_t where = at.at();
      const auto value = at.take();
      const bool goes_on = value && at.take_what_goes_on(where);
      const bool sound =
          value && !goes_on && (at.at() - start > item_bytes_max_ || keep_member(head, **name, *value));
      if (!sound && !goes_on && !at.take_by_lines(where) && !value) return broken(start);
    }
    if (!begun) TRY(emit_head(head, chat_of(head), start, at.at()));
    return true;
  }

  /// False if it is no JSON.
  bool keep_member(json::Object& head, std::string_view name, const json::Value& value) const {
    if (value.text.size() > item_bytes_max_) return true;
    auto item = parse_item(value.text);
    if (item) head[utf8::is_valid(name) ? std::string(name) : utf8::repaired(name)] = std::move(item->value);
    return item.has_value();
  }

  /// Name, type and id where they stand behind the messages.
  void complete(json::Object& head, json::Cursor at) const {
    if (head.contains("id") && head.contains("type")) return;
    if (!at.take()) return;
    for (auto name = at.next_member(); name && *name; name = at.next_member()) {
      const auto value = at.take();
      if (!value) return;
      const bool wanted = **name == "name" || **name == "type" || **name == "id";
      if (wanted && !head.contains({(**name).data(), (**name).size()})) keep_member(head, **name, *value);
    }
  }

  Result<void> emit_head(const json::Object& head, const Chat& chat, std::size_t start, std::size_t end) {
    if (end - start > item_bytes_max_)
      return refuse(start, end, "too-large", "what stands before a chat's messages is larger than the limit");
    Emission emission(tally_, file_.path, bytes_of(text_.substr(start, end - start)), start);
    return emission.emit(context_of(head, chat));
  }

  Walked read_messages(json::Cursor& at, Chat& chat) {
    at.enter_array();
    for (;;) {
      const auto more = at.next_element();
      if (!more) return broken(at.at());
      if (!*more) return true;
      const auto take = [&](const json::Value& value, Unsound& why) {
        return take_message(value, chat, why);
      };
      if (!TRY(read_value(at, take))) return false;
    }
  }

  /// As `take_context`.
  Result<bool> take_message(const json::Value& value, Chat& chat, Unsound& why) {
    auto item = TRY(open(value, why));
    if (!item) return false;
    if (!item->value.is_object()) {
      TRY(refuse(value.offset, value.offset + value.text.size(), "not-a-message",
                 "an element of the messages is no object"));
      return true;
    }
    std::vector<record::Record> records = read_message(item->value.get_object(), chat, around());
    std::ranges::move(item->doubts, std::back_inserter(records.front().doubts));
    Emission emission(tally_, file_.path, bytes_of(value.text), value.offset);
    for (record::Record& record : records) TRY(emission.emit(std::move(record)));
    return true;
  }

  const InputFile& file_;
  std::string_view text_;
  std::uint64_t item_bytes_max_;
  const Statement& statement_;
  WallClock& clock_;
  FilesBeside& beside_;
  Tally& tally_;
  std::string self_id_;
  std::size_t broken_at_ = 0;
};

int detect(const std::vector<InputFile>& files) {
  int best = 0;
  for (const InputFile& file : files) {
    bool certain = false;
    if (is_desktop(file.bytes, &certain)) best = std::max(best, certain ? 95 : 75);
  }
  return best;
}

Result<Outcome> parse(const std::vector<InputFile>& files, const Statement& statement, const Limits& limits,
                      Sink& sink) {
  Tally tally(sink, kSource, kParserVersion);
  std::set<std::size_t> texts;
  for (std::size_t i = 0; i < files.size(); ++i) {
    if (is_desktop(files[i].bytes)) texts.insert(i);
  }
  FilesBeside beside(files, texts);
  for (const std::size_t i : texts) {
    WallClock clock = TRY(WallClock::stated(statement));
    TRY(Reader(files[i], limits, statement, clock, beside, tally).read());
  }
  TRY(beside.hand_over(tally));
  return tally.outcome();
}

}  // namespace

const Parser& desktop_parser() {
  static constexpr Parser kParser{kSource, detect, parse, count_desktop};
  return kParser;
}

}  // namespace strongroom::capture::telegram
