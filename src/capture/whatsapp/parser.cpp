#include "capture/whatsapp/parser.h"

#include <algorithm>
#include <map>
#include <optional>

#include "base/utf8.h"
#include "capture/beside.h"
#include "capture/whatsapp/chat_text.h"
#include "capture/whatsapp/detect.h"
#include "capture/whatsapp/interpret.h"
#include "capture/whatsapp/media.h"
#include "codec/text.h"
#include "crypto/hash.h"

namespace strongroom::capture::whatsapp {
namespace {

using record::Kind;
using record::Record;

constexpr std::uint64_t kParserVersion = 1;
/// A longer message is refused, and its bytes kept: text and original must fit one record (record::kRecordBytesMax).
constexpr std::uint64_t kMessageBytesMax = 3u << 20;
/// Beyond this many chat texts no attached text is looked for among them.
constexpr std::size_t kTextsComparedMax = 64;

bool named_text(std::string_view name) {
  return name.size() >= 4 && (name.ends_with(".txt") || name.ends_with(".TXT"));
}

std::string_view directory_of(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? std::string_view() : path.substr(0, slash);
}

/// A chat text and where it comes from.
struct Text {
  std::string path;
  BytesView bytes;
  std::size_t index = 0;  ///< of the file
};

/// A text that another chat text names is an attachment of that chat ("WhatsApp Chat with Ana.txt (file attached)").
void drop_attached_texts(std::vector<Text>& texts) {
  if (texts.size() < 2 || texts.size() > kTextsComparedMax) return;
  std::ranges::sort(texts, {}, &Text::path);
  std::vector<bool> attached(texts.size());
  for (std::size_t i = 0; i < texts.size(); ++i) {
    const std::string_view name = last_part(texts[i].path);
    for (std::size_t j = 0; j < texts.size() && name != "_chat.txt"; ++j) {
      if (j == i || attached[j] || text_of(texts[j].bytes).find(name) == std::string_view::npos) continue;
      attached[i] = true;
      break;
    }
  }
  std::size_t i = 0;
  std::erase_if(texts, [&](const Text&) { return attached[i++]; });
}

/// One parse.
class Import {
 public:
  Import(const Limits& limits, const Statement& statement, zone::Zone zone, std::optional<DateOrder> order,
         Sink& sink)
      : limits_(limits),
        statement_(statement),
        zone_(std::move(zone)),
        order_(order),
        tally_(sink, kSource, kParserVersion) {}

  Result<Outcome> run(const std::vector<InputFile>& files) {
    std::vector<Text> texts = loose_texts(files);
    std::vector<const InputFile*> others;
    for (std::size_t i = 0; i < files.size(); ++i) {
      const InputFile& file = files[i];
      if (std::ranges::find(texts, i, &Text::index) != texts.end()) continue;
      others.push_back(&file);
    }
    if (files.size() == 1 && texts.empty() && others.size() == 1) {
      TRY(tally_.refuse(
          {files[0].path, 0, files[0].bytes, "no-header-found", "no line has the form of a header"}));
    } else {
      TRY(import_loose(texts, others));
    }
    return tally_.outcome();
  }

 private:
  static std::vector<Text> loose_texts(const std::vector<InputFile>& files) {
    std::vector<Text> texts;
    for (std::size_t i = 0; i < files.size(); ++i) {
      const InputFile& file = files[i];
      if (!named_text(file.path) && files.size() > 1) continue;
      if (!looks_like_chat(text_of(file.bytes))) continue;
      texts.push_back({file.path, file.bytes, i});
    }
    drop_attached_texts(texts);
    return texts;
  }

  /// Loose files: each belongs to the chats of the nearest directory at or above its own.
  Result<void> import_loose(const std::vector<Text>& texts, const std::vector<const InputFile*>& others) {
    struct Place {
      std::vector<Text> texts;
      std::vector<const InputFile*> files;
    };
    std::map<std::string, Place, std::less<>> places;
    for (const Text& text : texts) places[std::string(directory_of(text.path))].texts.push_back(text);
    Place nowhere;
    for (const InputFile* file : others) {
      std::string_view directory = directory_of(file->path);
      auto at = places.find(directory);
      while (at == places.end() && !directory.empty()) {
        directory = directory_of(directory);
        at = places.find(directory);
      }
      (at == places.end() ? nowhere : at->second).files.push_back(file);
    }
    for (const auto& [directory, place] : places) TRY(import_place(directory, place.texts, place.files));
    if (!nowhere.files.empty()) TRY(import_place({}, {}, nowhere.files));
    return {};
  }

  Result<void> import_place(std::string_view directory, const std::vector<Text>& texts,
                            const std::vector<const InputFile*>& files) {
    MediaIndex media;
    for (const InputFile* file : files) {
      const std::uint64_t size = file->packed == nullptr ? file->bytes.size() : file->packed->size();
      media.add({file->path, std::string(last_part(file->path)), size, {}, 0});
    }
    Chats chats = read_all(texts, directory, media);
    for (std::size_t i = 0; i < files.size(); ++i) {
      Bytes holder;
      const auto bytes = content_of(*files[i], holder);
      if (bytes) {
        TRY(hand_over(media.files()[i], *bytes, chats));
      } else {
        TRY(hand_over_file(tally_, *files[i]));  // says why, and keeps what lies in the archive
      }
    }
    return emit_all(chats, media);
  }

  /// A chat read, before its records are made.
  struct Chat {
    const Text* text = nullptr;
    std::string file;  ///< as records name it
    ChatText content;
    ChatIdentity identity;
  };
  using Chats = std::vector<Chat>;

  Chats read_all(const std::vector<Text>& texts, std::string_view container, MediaIndex& media) {
    Chats chats;
    for (const Text& text : texts) {
      Chat chat;
      chat.text = &text;
      chat.file = utf8::repaired(text.path);
      chat.content = read_chat(text_of(text.bytes), order_, book_);
      chat.identity = identify(chat.content, text.path, container, statement_.custodian_name, book_);
      for (const Item& item : chat.content.items) {
        if (item.author == kNoAuthor || media.files().empty()) continue;
        const auto found = find_media(chat.content.body_of(item), media, book_);
        if (!found || !found->file) continue;
        MediaFile& file = media.files()[*found->file];
        ++file.references;
        if (!file.named_at) file.named_at = item.wall;
      }
      chats.push_back(std::move(chat));
    }
    return chats;
  }

  /// Gives one file to the sink.
  Result<void> hand_over(MediaFile& file, BytesView bytes, const Chats& chats) {
    const std::string path = utf8::repaired(file.path);
    file.sha256 = crypto::sha256(bytes);
    file.size = bytes.size();
    Record out;
    out.kind = Kind::attachment;
    if (chats.size() == 1) out.conversation = chats[0].identity.conversation;
    if (chats.size() != 1) out.conversation.id = "whatsapp:";
    const Hash256 key =
        crypto::sha256({bytes_of(out.conversation.id), bytes_of(file.name), BytesView(*file.sha256)});
    out.native_id = "file:" + codec::hex(BytesView(key).first(16));
    record::Attachment& attachment = out.attachments.emplace_back();
    attachment.name = utf8::repaired(file.name);
    attachment.media_type = media_type_of(file.name);
    attachment.flavour = flavour_of(file.name);
    attachment.size = file.size;
    attachment.sha256 = file.sha256;
    attachment.source_reference = path;
    attachment.state = record::AttachmentState::present;
    if (file.references == 0)
      out.doubts.push_back({"unreferenced-file", "no message of a chat beside it names this file"});
    out.sent_at = time_of(file, chats);
    out.original.within = file.sha256;
    out.original.length = file.size;
    out.original.file = path;
    return tally_.content(std::move(out), bytes);
  }

  /// A file belongs to the time of the first message that names it; one that none names, to the end of the chat.
  record::SourceTime time_of(const MediaFile& file, const Chats& chats) {
    std::optional<WallSeconds> wall = file.named_at;
    if (!wall && !chats.empty() && !chats[0].content.items.empty()) wall = chats[0].content.items.back().wall;
    record::SourceTime time;
    if (!wall) return time;
    time.unix_ms = zone_.instant_of(*wall).unix_seconds * 1000;
    time.certainty = statement_.zone.empty() ? record::ZoneCertainty::assumed : record::ZoneCertainty::stated;
    time.zone = zone_.name();
    return time;
  }

  Result<void> emit_all(const Chats& chats, const MediaIndex& media) {
    for (const Chat& chat : chats) TRY(emit(chat, media));
    return {};
  }

  Result<void> emit(const Chat& chat, const MediaIndex& media) {
    const ChatText& content = chat.content;
    if (content.first_item > 0) {
      TRY(tally_.refuse({chat.file, 0, chat.text->bytes.first(content.first_item), "before-first-header",
                         "bytes before the first line that has the form of a header"}));
    }
    const bool stated = !statement_.zone.empty();
    Interpreter interpreter(content, chat.identity, media, book_, zone_,
                            stated ? record::ZoneCertainty::stated : record::ZoneCertainty::assumed,
                            chat.file, statement_.custodian_name);
    bool zone_told = stated;
    for (const Item& item : content.items) {
      if (item.end - item.begin > std::min(kMessageBytesMax, limits_.item_bytes_max)) {
        TRY(tally_.refuse({chat.file, item.begin, chat.text->bytes.subspan(item.begin, item.end - item.begin),
                           "message-too-long", "a message longer than the application allows"}));
        continue;
      }
      Record record = interpreter.record_of(item);
      if (!zone_told) {
        record.doubts.push_back(
            {"zone-assumed", "this file names no time zone and none was stated: UTC is assumed"});
        zone_told = true;
      }
      TRY(tally_.record(std::move(record)));
    }
    return {};
  }

  const Limits& limits_;
  const Statement& statement_;
  zone::Zone zone_;
  std::optional<DateOrder> order_;
  PhraseBook book_;
  Tally tally_;
};

Result<Outcome> parse(const std::vector<InputFile>& files, const Statement& statement, const Limits& limits,
                      Sink& sink) {
  zone::Zone zone = TRY(zone::Zone::named(statement.zone.empty() ? "UTC" : statement.zone));
  std::optional<DateOrder> order;
  if (!statement.date_order.empty()) order = TRY(date_order_named(statement.date_order));
  const std::uint64_t found = TRY(count_records(files, statement, limits));
  Import import(limits, statement, std::move(zone), order, sink);
  Outcome outcome = TRY(import.run(files));
  outcome.found = found;
  return outcome;
}

}  // namespace

const Parser& parser() {
  static constexpr Parser kParser{kSource, detect, parse, count_records};
  return kParser;
}

}  // namespace strongroom::capture::whatsapp
