#include "capture/telegram/bot.h"

#include <algorithm>
#include <set>

#include "capture/beside.h"
#include "capture/emission.h"
#include "capture/json/documents.h"
#include "capture/json/outline.h"
#include "capture/telegram/parser.h"

namespace strongroom::capture::telegram {
namespace {

constexpr std::string_view kSource = "telegram-bot";
constexpr std::uint64_t kParserVersion = 1;
constexpr std::size_t kLookedAt = 64u << 10;

/// One value of the file: an Update, or the answer of getUpdates with a list of them.
class ValueReader {
 public:
  ValueReader(const InputFile& file, Tally& tally) : file_(file), tally_(tally) {}

  Result<void> read(const json::Document& document) {
    const json::Value& value = document.value;
    if (!document.code.empty()) return refuse(value, document.code, document.why);
    if (!TRY(tally_.begin(file_.path, value.offset)))
      return refuse(value, "killed-its-reader", "reading this update ended the reader once before");
    const auto any = json::parse(value.text);
    if (!any) return refuse(value, "not-json", any.error().what);
    const json::Object* object = any->if_object();
    if (object == nullptr) return refuse(value, "not-an-update", "this JSON value is no object");
    const json::Array* list = object->contains("update_id") ? nullptr : json::array(*object, "result");
    if (list != nullptr && !list->empty()) return read_list(value, *list);
    if (!object->contains("update_id")) return refuse(value, "not-an-update", "this object has no update_id");
    Emission emission(tally_, file_.path, bytes_of(value.text), value.offset);
    return emit(*object, emission);
  }

 private:
  Result<void> refuse(const json::Value& value, std::string code, std::string why) {
    return tally_.refuse({file_.path, value.offset, bytes_of(value.text), std::move(code), std::move(why)});
  }

  Result<void> read_list(const json::Value& value, const json::Array& list) {
    static const json::Object kNothing;
    Emission emission(tally_, file_.path, bytes_of(value.text), value.offset);
    for (const json::Any& element : list)
      TRY(emit(element.is_object() ? element.get_object() : kNothing, emission));
    return {};
  }

  static Result<void> emit(const json::Object& update, Emission& emission) {
    for (record::Record& record : read_update(update)) TRY(emission.emit(std::move(record)));
    return {};
  }

  const InputFile& file_;
  Tally& tally_;
};

/// "update_id" among the members of one of the first values, beside an object; or in a list called "result".
bool is_update_id(json::Path path) {
  if (path.size() == 3 && path[0] == "result") path = path.subspan(1);
  return json::leads(path, {"update_id"}) || json::leads(path, {"", "update_id"});
}

bool is_body(json::Path path) {
  if (path.empty() || path.back().data() == nullptr) return false;
  for (const std::string_view known :
       {"message", "channel_post", "reaction", "chat_member", "business", "poll", "query",
        "chat_join_request", "chat_boost", "paid_media", "inline_result"}) {
    if (path.size() <= 3 && path.back().find(known) != std::string_view::npos) return true;
  }
  return false;
}

int detect(const std::vector<InputFile>& files) {
  return std::ranges::any_of(files, [](const InputFile& f) { return holds_updates(f.bytes); }) ? 90 : 0;
}

Result<Outcome> parse(const std::vector<InputFile>& files, const Statement&, const Limits& limits,
                      Sink& sink) {
  Tally tally(sink, kSource, kParserVersion);
  std::set<std::size_t> texts;
  for (std::size_t i = 0; i < files.size(); ++i) {
    if (holds_updates(files[i].bytes)) texts.insert(i);
  }
  const FilesBeside beside(files, texts);
  for (const std::size_t i : texts) {
    json::Documents documents(text_of(files[i].bytes), std::min(limits.item_bytes_max, kItemBytesMax));
    ValueReader reader(files[i], tally);
    while (const auto document = documents.next()) TRY(reader.read(*document));
  }
  TRY(beside.hand_over(tally));
  return tally.outcome();
}

}  // namespace

bool holds_updates(BytesView bytes) {
  const std::string_view text = text_of(bytes.first(std::min(bytes.size(), kLookedAt)));
  json::Outline outline(text);
  bool id = false, body = false;
  for (;;) {
    const auto event = outline.next();
    if (event == json::Outline::Event::finished || event == json::Outline::Event::cut) return id && body;
    if (event != json::Outline::Event::begin || outline.path().size() > 3) continue;
    id = id || is_update_id(outline.path());
    body = body || (outline.first() == '{' && is_body(outline.path()));
    if (id && body) return true;
  }
}

const Parser& bot_parser() {
  static constexpr Parser kParser{kSource, detect, parse, count_updates};
  return kParser;
}

}  // namespace strongroom::capture::telegram
