// The session archive: documents of JSON, each a decrypted message or a reply of GetChatData.
#include <algorithm>

#include "capture/beside.h"
#include "capture/json/documents.h"
#include "capture/wecom/count.h"
#include "capture/wecom/message.h"
#include "capture/wecom/parser.h"
#include "capture/wecom/sealed.h"

namespace strongroom::capture::wecom {
namespace {

constexpr std::string_view kSource = "wecom-archive";
constexpr std::uint64_t kParserVersion = 1;
constexpr std::size_t kDetectBytes = 64u << 10;

/// The names of the first object's members; with `list`, those of the first element of its member "chatdata".
struct Beginning {
  std::vector<std::string_view> names, list;
  bool has(std::string_view name) const { return std::ranges::find(names, name) != names.end(); }
  bool lists(std::string_view name) const { return std::ranges::find(list, name) != list.end(); }
};

void names_of(json::Cursor& cursor, std::vector<std::string_view>& names, Beginning* outer) {
  if (!cursor.enter_object()) return;
  while (true) {
    const auto name = cursor.next_member();
    if (!name || !*name) return;
    names.push_back(**name);
    if (outer != nullptr && **name == "chatdata" && cursor.enter_array()) {
      const auto more = cursor.next_element();
      if (more && *more) names_of(cursor, outer->list, nullptr);
      return;
    }
    if (!cursor.take()) return;
  }
}

bool is_ours(const InputFile& file) {
  const std::string_view text = text_of(file.bytes).substr(0, kDetectBytes);
  json::Cursor cursor(text);
  if (cursor.peek() == '[') {
    cursor.enter_array();
    (void)cursor.next_element();
  }
  Beginning beginning;
  names_of(cursor, beginning.names, &beginning);
  const bool reply = beginning.has("errcode") && beginning.has("chatdata") &&
                     (beginning.list.empty() || beginning.lists("encrypt_chat_msg"));
  const bool message = beginning.has("msgid") && beginning.has("action") &&
                       ((beginning.has("msgtype") && beginning.has("msgtime")) ||
                        (beginning.has("user") && beginning.has("time")));
  return reply || message;
}

int detect(const std::vector<InputFile>& files) { return std::ranges::any_of(files, is_ours) ? 90 : 0; }

/// Reads one file; borrows everything.
class FileReader {
 public:
  FileReader(const InputFile& file, const Statement& statement, FilesBeside& beside, Tally& tally)
      : file_(file), statement_(statement), beside_(beside), tally_(tally) {}

  Result<void> read(const Limits& limits) {
    json::Documents documents(text_of(file_.bytes), limits.item_bytes_max);
    while (const auto document = documents.next()) {
      if (!document->code.empty()) {
        TRY(refuse(document->value, document->code, document->why));
      } else if (TRY(read_reply(document->value)) == 0) {
        TRY(read_element(document->value));
      }
    }
    return {};
  }

 private:
  Result<void> refuse(const json::Value& value, std::string code, std::string why) {
    return tally_.refuse({file_.path, value.offset, bytes_of(value.text), std::move(code), std::move(why)});
  }

  /// The elements of "chatdata", if the value is a reply: how many.
  Result<std::uint64_t> read_reply(const json::Value& value) {
    json::Cursor cursor(value.text);
    std::uint64_t elements = 0;
    if (!cursor.enter_object()) return elements;
    while (true) {
      const auto name = cursor.next_member();
      if (!name || !*name) return elements;
      if (**name != "chatdata" || !cursor.enter_array()) {
        if (!cursor.take()) return elements;
        continue;
      }
      while (true) {
        const auto more = cursor.next_element();
        if (!more || !*more) break;
        auto element = cursor.take();
        if (!element) break;
        element->offset += value.offset;
        TRY(read_element(*element));
        ++elements;
      }
    }
  }

  Result<void> read_element(const json::Value& value) {
    if (!TRY(tally_.begin(file_.path, value.offset)))
      return refuse(value, "killed-its-reader", "a worker died while it read this message");
    const auto any = json::parse(value.text);
    if (!any) return refuse(value, "not-json", any.error().what);
    const json::Object* object = any->if_object();
    if (object != nullptr && is_sealed(*object)) return read_sealed(*object, value);
    const BytesView original = bytes_of(value.text);
    if (object != nullptr && is_message(*object))
      return hand_on(read_message(*object, statement_.custodian_name), value, copy_of(original));
    if (object != nullptr && object->contains("chatdata"))
      return hand_on(empty_reply(*object), value, copy_of(original));
    return refuse(value, "not-a-message", "this JSON value is no message of a session archive");
  }

  /// An element of a reply. The original holds both: the element as it came, and the message that the library gave.
  Result<void> read_sealed(const json::Object& sealed, const json::Value& value) {
    const auto opened = open_sealed(sealed, statement_);
    if (!opened) return refuse(value, opened.error().code, opened.error().detail);
    const auto any = json::parse(text_of(*opened));
    const json::Object* message = any ? any->if_object() : nullptr;
    if (message == nullptr || !is_message(*message))
      return refuse(value, "vendor-library-failed", "what the vendor's library gives is no message");
    record::Record out = read_message(*message, statement_.custodian_name);
    out.extra["decrypted"] = true;
    for (const std::string_view name : {"seq", "publickey_ver"}) {
      if (const auto number = json::unsigned_integer(sealed, name)) out.extra[std::string(name)] = *number;
    }
    if (json::text(sealed, "msgid") != out.native_id)
      out.doubts.push_back(
          {"msgid-differs", "the reply calls this message otherwise than the message itself"});
    Bytes original;
    for (const std::string_view piece :
         {std::string_view(R"({"sealed":)"), value.text, std::string_view(R"(,"decrypted":)"),
          text_of(*opened), std::string_view("}")})
      append(original, bytes_of(piece));
    return hand_on(std::move(out), value, std::move(original));
  }

  static record::Record empty_reply(const json::Object& object) {
    record::Record out;
    out.kind = record::Kind::context;
    out.extra["object"] = std::string("reply");
    json::keep_rest(out, object, {});
    return out;
  }

  Result<void> hand_on(record::Record out, const json::Value& value, Bytes original) {
    out.original = {std::move(original), std::nullopt, value.offset, value.text.size(), file_.path};
    for (record::Attachment& a : out.attachments) settle(a, out);
    return tally_.record(std::move(out));
  }

  /// Media fetched by the organisation's script, named by its MD5 ("<md5>", "<md5>.jpg") or by the file's own name.
  void settle(record::Attachment& a, const record::Record& out) {
    std::vector<std::string> names;
    const auto type = out.extra.find("type");
    const auto md5 = type == out.extra.end()
                         ? out.extra.end()
                         : out.extra.find(std::get<std::string>(type->second) + ".md5sum");
    if (out.attachments.size() == 1 && md5 != out.extra.end()) {
      const std::string* digest = std::get_if<std::string>(&md5->second);
      for (const std::string_view ending : {"", ".jpg", ".png", ".gif", ".amr", ".mp4"}) {
        if (digest != nullptr && !digest->empty()) names.push_back(*digest + std::string(ending));
      }
    }
    if (!a.name.empty()) names.push_back(a.name);
    const bool found =
        std::ranges::any_of(names, [&](const std::string& n) { return beside_.settle_by_name(a, n); });
    if (!found) a.state = record::AttachmentState::not_in_source;
  }

  const InputFile& file_;
  const Statement& statement_;
  FilesBeside& beside_;
  Tally& tally_;
};

Result<Outcome> parse(const std::vector<InputFile>& files, const Statement& statement, const Limits& limits,
                      Sink& sink) {
  Tally tally(sink, kSource, kParserVersion);
  std::set<std::size_t> ours;
  for (std::size_t i = 0; i < files.size(); ++i) {
    if (is_ours(files[i])) ours.insert(i);
  }
  FilesBeside beside(files, ours);
  for (const std::size_t i : ours) TRY(FileReader(files[i], statement, beside, tally).read(limits));
  TRY(beside.hand_over(tally));
  return tally.outcome();
}

Result<std::uint64_t> count(const std::vector<InputFile>& files, const Statement&, const Limits&) {
  std::uint64_t found = 0;
  for (const InputFile& file : files)
    found += is_ours(file) ? count_values(text_of(file.bytes), "chatdata") : 1;
  return found;
}

}  // namespace

const Parser& archive_parser() {
  static constexpr Parser kParser{kSource, detect, parse, count};
  return kParser;
}

}  // namespace strongroom::capture::wecom
