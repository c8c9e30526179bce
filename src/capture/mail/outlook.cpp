#include "capture/mail/outlook.h"

#include <algorithm>
#include <set>

#include "capture/beside.h"
#include "capture/mail/compound_file.h"
#include "capture/mail/mapi.h"

namespace strongroom::capture::mail {
namespace {

constexpr std::string_view kSource = "mail-outlook";
constexpr std::uint64_t kParserVersion = 1;
constexpr std::string_view kProperties = "__properties_version1.0", kValue = "__substg1.0_";
constexpr std::string_view kRecipient = "__recip_version1.0_", kAttachment = "__attach_version1.0_";
constexpr std::size_t kRootHeader = 32, kWithinHeader = 24, kPartHeader = 8, kEntry = 16;
constexpr std::size_t kDepthMax = 8, kPartsMax = 20'000;
constexpr std::size_t kEntriesMax = 500'000;  // looked at, each as often as something points at it
constexpr std::uint16_t kCodepage = 0x3FFD, kAttachData = 0x3701;

std::optional<std::uint32_t> hex(std::string_view text) {
  std::uint32_t out = 0;
  for (const char c : text) {
    const int digit = c >= '0' && c <= '9'   ? c - '0'
                      : c >= 'A' && c <= 'F' ? c - 'A' + 10
                      : c >= 'a' && c <= 'f' ? c - 'a' + 10
                                             : -1;
    if (digit < 0) return std::nullopt;
    out = out * 16 + static_cast<std::uint32_t>(digit);
  }
  return out;
}

/// Reads one .msg file.
class Message {
 public:
  explicit Message(CompoundFile& file) : file_(file) {}

  MapiMessage read(std::size_t storage, std::size_t header, std::size_t depth) {
    MapiMessage out;
    for (const std::size_t index : file_.within(storage)) {
      const CompoundFile::Entry& entry = file_.entry(index);
      if (cut() || ++entries_ > kEntriesMax) break;
      if (entry.storage && entry.name.starts_with(kRecipient)) {
        if (++parts_ <= kPartsMax) out.recipients.push_back(bag(index, kPartHeader));
      } else if (entry.storage && entry.name.starts_with(kAttachment)) {
        if (++parts_ <= kPartsMax) attachment(index, depth, out);
      } else {
        value(index, header, out.bag);
      }
    }
    const auto codepage = out.bag.number(kCodepage);
    out.codepage = charset_of_codepage(codepage.value_or(0));
    return out;
  }

  bool cut() const { return parts_ > kPartsMax || entries_ > kEntriesMax || file_.exhausted(); }

 private:
  MapiBag bag(std::size_t storage, std::size_t header) {
    MapiBag out;
    for (const std::size_t index : file_.within(storage)) {
      if (++entries_ > kEntriesMax) break;
      value(index, header, out);
    }
    return out;
  }

  /// A stream of its own ("__substg1.0_0037001F": property 0037 of type 001F), or the list of those of fixed size.
  void value(std::size_t index, std::size_t header, MapiBag& out) {
    const CompoundFile::Entry& entry = file_.entry(index);
    if (entry.storage) return;
    if (entry.name == kProperties) {
      const Bytes list = file_.read(index);
      for (std::size_t at = header; at + kEntry <= list.size(); at += kEntry)
        fixed(BytesView(list).subspan(at, kEntry), out);
      return;
    }
    if (!entry.name.starts_with(kValue) || entry.name.size() != kValue.size() + 8) return;
    const auto tag = hex(entry.name.substr(kValue.size()));
    if (!tag || (*tag >> 16) >= 0x8000) return;
    out.values[static_cast<std::uint16_t>(*tag >> 16)] = {static_cast<std::uint16_t>(*tag & 0xFFFF),
                                                          file_.read(index)};
  }

  static void fixed(BytesView entry, MapiBag& out) {
    const std::uint64_t type = little(entry, 0, 2), id = little(entry, 2, 2);
    const std::size_t size = type == 0x0002 || type == 0x000B                     ? 2
                             : type == 0x0003                                     ? 4
                             : type == 0x0005 || type == 0x0014 || type == 0x0040 ? 8
                                                                                  : 0;
    if (size > 0 && id < 0x8000)
      out.values[static_cast<std::uint16_t>(id)] = {static_cast<std::uint16_t>(type),
                                                    copy_of(entry.subspan(8, size))};
  }

  void attachment(std::size_t storage, std::size_t depth, MapiMessage& message) {
    MapiAttachment one;
    one.bag = bag(storage, kPartHeader);
    if (const auto data = one.bag.values.find(kAttachData); data != one.bag.values.end()) {
      one.data = std::move(data->second.bytes);
      one.bag.values.erase(data);
    }
    for (const std::size_t index : file_.within(storage)) {
      const CompoundFile::Entry& entry = file_.entry(index);
      if (++entries_ > kEntriesMax) break;
      if (!entry.storage || entry.name != "__substg1.0_3701000D" || depth >= kDepthMax) continue;
      MapiMessage within = read(index, kWithinHeader, depth + 1);
      if (within.bag.values.empty()) continue;  // an object of another program: its streams are in the file
      one.message = message.within.size();
      message.within.push_back(std::move(within));
    }
    message.attachments.push_back(std::move(one));
  }

  CompoundFile& file_;
  std::size_t parts_ = 0, entries_ = 0;
};

/// A compound file whose root has a message's properties: Word's files are compound files as well.
bool is_message(const InputFile& file) {
  if (file.packed != nullptr || !CompoundFile::is_one(file.bytes)) return false;
  const auto compound = CompoundFile::open(file.bytes);
  return compound && std::ranges::any_of(compound->within(0), [&](std::size_t index) {
           return compound->entry(index).name == kProperties;
         });
}

int detect(const std::vector<InputFile>& files) { return std::ranges::any_of(files, is_message) ? 95 : 0; }

Result<void> read_file(const InputFile& file, const Statement& statement, Charsets& charsets, Tally& tally) {
  const auto refuse = [&](const char* code, const char* detail) {
    return tally.refuse({file.path, 0, file.bytes, code, detail});
  };
  if (!TRY(tally.begin(file.path, 0)))
    return refuse("killed-its-reader",
                  "reading this message ended the program that read it; its bytes are kept whole");
  auto compound = CompoundFile::open(file.bytes);
  if (!compound) return refuse("damaged-compound-file", "the file's tables are not there");
  Message reader(*compound);
  const MapiMessage message = reader.read(0, kRootHeader, 0);
  Letter letter = letter_of(message, charsets);
  bound_people(letter);
  add_pieces(message, {}, charsets, letter);
  if (reader.cut())
    letter.doubt("too-many-parts",
                 "the message has more parts than are opened, or the same bytes again and again");
  Place place{file.path, 0, file.bytes, {}, {}};
  place.extra.emplace("container", std::string("msg"));
  return hand_over(std::move(letter), place, statement, tally);
}

Result<Outcome> parse(const std::vector<InputFile>& files, const Statement& statement, const Limits&,
                      Sink& sink) {
  Tally tally(sink, kSource, kParserVersion);
  Charsets charsets;
  std::set<std::size_t> messages;
  for (std::size_t i = 0; i < files.size(); ++i) {
    if (!is_message(files[i])) continue;
    messages.insert(i);
    TRY(read_file(files[i], statement, charsets, tally));
  }
  TRY(FilesBeside(files, messages).hand_over(tally));
  return tally.outcome();
}

/// One message a file.
Result<std::uint64_t> count(const std::vector<InputFile>& files, const Statement&, const Limits&) {
  return files.size();
}

}  // namespace

const Parser& outlook_parser() {
  static constexpr Parser kParser{kSource, detect, parse, count};
  return kParser;
}

}  // namespace strongroom::capture::mail
