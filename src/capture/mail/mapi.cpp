#include "capture/mail/mapi.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/utf8.h"
#include "capture/mail/header_text.h"
#include "capture/mail/html_text.h"
#include "capture/mail/mime.h"

namespace strongroom::capture::mail {
namespace {

// MS-OXPROPS, by number.
constexpr std::uint16_t kImportance = 0x0017, kClass = 0x001A, kSubject = 0x0037, kSubmitTime = 0x0039;
constexpr std::uint16_t kRepresentingName = 0x0042, kRepresentingAddress = 0x0065, kTopic = 0x0070,
                        kHeaders = 0x007D;
constexpr std::uint16_t kRecipientType = 0x0C15, kSenderName = 0x0C1A, kSenderAddress = 0x0C1F;
constexpr std::uint16_t kDeliveryTime = 0x0E06, kBody = 0x1000, kRtf = 0x1009, kHtml = 0x1013;
constexpr std::uint16_t kMessageId = 0x1035, kReferences = 0x1039, kInReplyTo = 0x1042;
constexpr std::uint16_t kDisplayName = 0x3001, kAddress = 0x3003, kCreated = 0x3007, kSmtp = 0x39FE;
constexpr std::uint16_t kFileName = 0x3704, kLongFileName = 0x3707, kMimeTag = 0x370E;
constexpr std::uint16_t kInternetCodepage = 0x3FDE, kSenderSmtp = 0x5D01, kRepresentingSmtp = 0x5D02;

constexpr std::size_t kDepthMax = 8;
constexpr std::size_t kPiecesMax = 5'000;
constexpr std::size_t kPeopleMax = 20'000;  // more than a record names; all are attached
constexpr std::size_t kNameMax = 512;

class Reader {
 public:
  Reader(const MapiMessage& message, Charsets& charsets) : message_(message), charsets_(charsets) {}

  std::string text(std::uint16_t id) const { return text(message_.bag, id); }
  std::string text(const MapiBag& bag, std::uint16_t id) const {
    return bag.text(id, charsets_, message_.codepage);
  }

  /// An address within Exchange ("/O=..") is no mailbox.
  record::Person person(const std::string& name, const std::string& smtp, const std::string& address,
                        std::string role) const {
    const std::string& best = smtp.find('@') != std::string::npos ? smtp : address;
    record::Person out =
        person_of(name, best.find('@') == std::string::npos ? std::string() : best, std::move(role));
    if (!best.empty() && best.find('@') == std::string::npos) {
      out.id = "ex:" + lower(cut_to(best, kNameMax));
      out.addresses.push_back(out.id);
    }
    return out;
  }

  record::Person sender() const {
    record::Person out =
        person(text(kRepresentingName), text(kRepresentingSmtp), text(kRepresentingAddress), {});
    if (out.id.empty()) out = person(text(kSenderName), text(kSenderSmtp), text(kSenderAddress), {});
    return out;
  }

  std::vector<record::Person> recipients() const {
    std::vector<record::Person> out;
    for (const MapiBag& bag : message_.recipients) {
      if (out.size() >= kPeopleMax) break;
      const std::uint64_t type = bag.number(kRecipientType).value_or(1) & 0xF;
      const char* role = type == 0 ? "from" : type == 2 ? "cc" : type == 3 ? "bcc" : "to";
      record::Person one = person(text(bag, kDisplayName), text(bag, kSmtp), text(bag, kAddress), role);
      if (!one.id.empty()) out.push_back(std::move(one));
    }
    return out;
  }

  std::string html() const {
    const Bytes* raw = message_.bag.bytes(kHtml);
    const auto found = message_.bag.values.find(kHtml);
    if (raw == nullptr) return {};
    if (found->second.type != static_cast<std::uint16_t>(MapiType::binary)) return text(kHtml);
    const std::uint64_t codepage = message_.bag.number(kInternetCodepage).value_or(0);
    return charsets_.to_utf8(text_of(*raw), codepage != 0 ? charset_of_codepage(codepage) : message_.codepage)
        .text;
  }

 private:
  const MapiMessage& message_;
  Charsets& charsets_;
};

Piece text_piece(const std::string& text, std::string name, std::string type, std::string flavour) {
  Piece piece;
  piece.attachment.name = std::move(name);
  piece.attachment.media_type = std::move(type);
  piece.attachment.flavour = std::move(flavour);
  piece.owned = copy_of(bytes_of(text));
  return piece;
}

class Pieces {
 public:
  Pieces(Charsets& charsets, Letter& letter) : charsets_(charsets), letter_(letter) {}

  void bodies(const MapiMessage& message, const std::string& path) {
    const Reader reader(message, charsets_);
    const std::string html = reader.html();
    if (!html.empty()) add(text_piece(html, "", "text/html; charset=utf-8", "html_body"), path + "html");
    const Bytes* packed = message.bag.bytes(kRtf);
    const auto rtf = packed == nullptr ? std::nullopt : unpacked_rtf(*packed);
    if (!rtf) return;
    Piece piece;
    piece.attachment.media_type = "application/rtf";
    piece.attachment.flavour = "rtf_body";
    piece.owned = *rtf;
    add(std::move(piece), path + "rtf");
  }

  void attachments(const MapiMessage& message, const std::string& path, std::size_t depth) {
    const Reader reader(message, charsets_);
    for (std::size_t i = 0; i < message.attachments.size(); ++i) {
      if (letter_.pieces.size() >= kPiecesMax)
        return letter_.doubt("too-many-parts", "more attachments than are opened; all are in the bytes");
      const MapiAttachment& one = message.attachments[i];
      const std::string here = path + std::to_string(i + 1);
      if (one.message && *one.message < message.within.size()) {
        within(message.within[*one.message], here, depth + 1);
        continue;
      }
      Piece piece;
      record::Attachment& a = piece.attachment;
      for (const std::uint16_t id : {kLongFileName, kFileName, kDisplayName}) {
        if (a.name.empty()) a.name = cut_to(reader.text(one.bag, id), kNameMax);
      }
      if (a.name.empty()) a.name = cut_to(one.title, kNameMax);
      a.media_type = cut_to(reader.text(one.bag, kMimeTag), 200);
      piece.owned = one.data;
      add(std::move(piece), here);
    }
  }

 private:
  /// A message within has no bytes of its own that a mail program could open: its words are a text.
  void within(const MapiMessage& message, const std::string& path, std::size_t depth) {
    if (depth > kDepthMax)
      return letter_.doubt("too-deep", "messages within messages deeper than are opened");
    const Letter inner = letter_of(message, charsets_);
    std::string text = fmt::format("From: {} <{}>\n", inner.author ? inner.author->name : "",
                                   inner.author ? inner.author->id : "");
    for (const record::Person& p : inner.people) text += fmt::format("{}: {} <{}>\n", p.role, p.name, p.id);
    text += fmt::format("Subject: {}\n\n{}", inner.subject, inner.text);
    add(text_piece(text, inner.subject.empty() ? "message.txt" : cut_to(inner.subject, 200) + ".txt",
                   "text/plain; charset=utf-8", "message"),
        path);
    bodies(message, path + "/");
    attachments(message, path + "/", depth);
  }

  void add(Piece piece, std::string reference) {
    piece.attachment.source_reference = std::move(reference);
    letter_.pieces.push_back(std::move(piece));
  }

  Charsets& charsets_;
  Letter& letter_;
};

void read_transport_header(const std::string& text, Charsets& charsets, Letter& letter) {
  const std::string header = text + "\n\n";
  read_fields(read_header(header), charsets, "utf-8", letter);
  std::erase_if(letter.doubts, [](const record::Doubt& d) { return d.code == "odd-header-line"; });
}

}  // namespace

Letter letter_of(const MapiMessage& message, Charsets& charsets) {
  const Reader reader(message, charsets);
  Letter letter;
  const std::string header = reader.text(kHeaders);
  if (!header.empty()) read_transport_header(header, charsets, letter);
  const std::string subject = reader.text(kSubject);
  if (!subject.empty()) letter.subject = cut_to(subject, 8u << 10);
  if (!letter.subject.empty()) letter.extra["subject"] = letter.subject;
  record::Person sender = reader.sender();
  if (!letter.author && !sender.id.empty()) letter.author = std::move(sender);
  if (letter.author)
    std::erase_if(letter.doubts, [](const record::Doubt& d) { return d.code == "no-author"; });
  else if (header.empty())
    letter.doubt("no-author", "the message says nowhere who sent it");
  std::vector<record::Person> recipients = reader.recipients();
  if (!recipients.empty()) {
    std::erase_if(letter.people, [](const record::Person& p) {
      return p.role == "to" || p.role == "cc" || p.role == "bcc";
    });
    letter.people.insert(letter.people.begin(), recipients.begin(), recipients.end());
  }
  if (!letter.sent_ms) letter.sent_ms = message.bag.time(kSubmitTime);
  if (!letter.received_ms) letter.received_ms = message.bag.time(kDeliveryTime);
  if (!letter.sent_ms && !letter.received_ms) letter.sent_ms = message.bag.time(kCreated);
  if (letter.message_id.empty()) {
    const auto ids = message_ids(reader.text(kMessageId), 1);
    if (!ids.empty()) letter.extra["message_id"] = letter.message_id = ids[0];
  }
  if (letter.references.empty()) letter.references = message_ids(reader.text(kReferences), 200);
  if (letter.references.empty()) letter.references = message_ids(reader.text(kInReplyTo), 1);
  const std::string kind = reader.text(kClass), topic = reader.text(kTopic);
  if (!kind.empty()) letter.extra["message_class"] = cut_to(kind, kNameMax);
  if (!topic.empty()) letter.extra["thread_topic"] = cut_to(topic, 8u << 10);
  if (const auto importance = message.bag.number(kImportance)) letter.extra["importance"] = *importance;
  letter.text = reader.text(kBody);
  std::erase(letter.text, '\r');
  if (letter.text.empty()) {
    letter.text = text_of_html(reader.html());
    if (!letter.text.empty()) letter.extra["text_from"] = "html";
  }
  return letter;
}

void add_pieces(const MapiMessage& message, const std::string& path, Charsets& charsets, Letter& letter) {
  Pieces pieces(charsets, letter);
  pieces.bodies(message, path);
  pieces.attachments(message, path, 0);
}

std::string MapiBag::text(std::uint16_t id, Charsets& charsets, std::string_view codepage) const {
  const auto found = values.find(id);
  if (found == values.end()) return {};
  std::string_view raw = text_of(found->second.bytes);
  if (found->second.type == static_cast<std::uint16_t>(MapiType::unicode)) {
    std::string out = charsets.to_utf8(raw.substr(0, raw.size() / 2 * 2), "utf-16le").text;
    while (out.ends_with('\0')) out.pop_back();
    return out;
  }
  if (found->second.type != static_cast<std::uint16_t>(MapiType::string8)) return {};
  while (raw.ends_with('\0')) raw.remove_suffix(1);
  return charsets.to_utf8(raw, codepage).text;
}

std::optional<std::uint64_t> MapiBag::number(std::uint16_t id) const {
  const auto found = values.find(id);
  if (found == values.end() || found->second.bytes.empty() || found->second.bytes.size() > 8)
    return std::nullopt;
  return little(found->second.bytes, 0, found->second.bytes.size());
}

std::optional<std::int64_t> MapiBag::time(std::uint16_t id) const {
  const auto found = values.find(id);
  if (found == values.end() || found->second.type != static_cast<std::uint16_t>(MapiType::time) ||
      found->second.bytes.size() < 8)
    return std::nullopt;
  // 100 ns since 1601.
  return static_cast<std::int64_t>(little(found->second.bytes, 0, 8) / 10'000) - 11'644'473'600'000;
}

const Bytes* MapiBag::bytes(std::uint16_t id) const {
  const auto found = values.find(id);
  return found == values.end() ? nullptr : &found->second.bytes;
}

std::uint64_t little(BytesView bytes, std::size_t at, std::size_t size) {
  if (at > bytes.size() || size > bytes.size() - at) return 0;
  std::uint64_t out = 0;
  for (std::size_t i = std::min<std::size_t>(size, 8); i > 0; --i)
    out = (out << 8) | std::to_integer<std::uint64_t>(bytes[at + i - 1]);
  return out;
}

std::string charset_of_codepage(std::uint64_t codepage) {
  switch (codepage) {
    case 0: return "windows-1252";
    case 65001: return "utf-8";
    case 65000: return "utf-7";
    case 1200: return "utf-16le";
    case 932: return "shift_jis";
    case 936: return "gb18030";
    case 949: return "windows-949";
    case 950: return "big5";
    case 20127: return "us-ascii";
    case 20866: return "koi8-r";
    case 21866: return "koi8-u";
    case 50220:
    case 50221:
    case 50222: return "iso-2022-jp";
    case 51932: return "euc-jp";
    case 54936: return "gb18030";
    default: break;
  }
  if (codepage >= 28591 && codepage <= 28605) return fmt::format("iso-8859-{}", codepage - 28590);
  return (codepage < 1000 ? "cp" : "windows-") + std::to_string(codepage);
}

}  // namespace strongroom::capture::mail
