#include "capture/mail/letter.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/utf8.h"
#include "capture/mail/header_text.h"
#include "capture/mail/html_text.h"
#include "capture/mail/mime.h"
#include "capture/mail/tnef.h"

namespace strongroom::capture::mail {
namespace {

constexpr std::size_t kNameMax = 512;
constexpr std::size_t kTypeMax = 200;
constexpr std::size_t kContentIdsMax = 100;

/// Lines end with "\n"; in a mailbox with quoting, ">From " at their beginning loses one ">".
std::string as_lines(std::string_view text, FromLines from_lines, std::uint64_t& unquoted) {
  std::string out;
  if (text.find('\r') == std::string_view::npos &&
      (from_lines == FromLines::as_they_are || text.find(">From ") == std::string_view::npos)) {
    out = text;
    return out;
  }
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (from_lines == FromLines::unquoted && text[i] == '>' && (i == 0 || text[i - 1] == '\n')) {
      const std::size_t quotes = std::min(text.find_first_not_of('>', i), text.size());
      if (text.substr(quotes).starts_with("From ")) {
        ++unquoted;
        continue;
      }
    }
    if (text[i] == '\r' && i + 1 < text.size() && text[i + 1] == '\n') continue;
    out.push_back(text[i]);
  }
  return out;
}

class Body {
 public:
  Body(Charsets& charsets, FromLines from_lines, Letter& letter)
      : charsets_(charsets), from_lines_(from_lines), letter_(letter) {}

  void read(const MimeTree& tree) {
    for (const Part& part : tree.parts) {
      note_protection(part);
      if (part.kind != PartKind::multipart) take(part);
    }
    if (letter_.text.empty()) letter_.text = tnef_text_;
    if (letter_.text.empty() && !html_.empty()) {
      letter_.text = text_of_html(html_);
      letter_.extra["text_from"] = "html";
    }
    for (const record::Doubt& doubt : tree.doubts) letter_.doubt(doubt.code, doubt.detail);
    if (tree.too_many)
      letter_.doubt("too-many-parts",
                    "the mail has more parts or lines than are opened; all are in its bytes");
    if (tree.too_deep)
      letter_.doubt("too-deep", "parts within parts deeper than are opened; all are in the mail's bytes");
    if (unquoted_ > 0) letter_.extra["from_lines_unquoted"] = unquoted_;
    if (letter_.text.find("-----BEGIN PGP MESSAGE-----") != std::string::npos)
      letter_.extra["encrypted"] = "pgp-inline";
  }

 private:
  void note_protection(const Part& part) {
    const auto parameter = [&](const char* name) {
      return lower(read_parameters(part.content_type, charsets_, {}).parameter(name));
    };
    if (part.type == "multipart/signed")
      letter_.extra["signed"] = parameter("protocol").find("pgp") != std::string::npos ? "pgp" : "smime";
    if (part.type == "multipart/encrypted") letter_.extra["encrypted"] = "pgp";
    if (part.type == "application/pkcs7-mime" || part.type == "application/x-pkcs7-mime") {
      if (parameter("smime-type") == "signed-data")
        letter_.extra["signed"] = "smime-opaque";
      else
        letter_.extra["encrypted"] = "smime";
    }
    if (part.type == "application/x-microsoft-rpmsg-message") letter_.extra["encrypted"] = "rights-managed";
  }

  static std::string flavour_of(const Part& part) {
    const std::string_view type = part.type;
    if (part.kind == PartKind::message) return "message";
    if (type.ends_with("pkcs7-signature") || type == "application/pgp-signature") return "signature";
    if (type.ends_with("pkcs7-mime") || part.within == "multipart/encrypted" ||
        type == "application/x-microsoft-rpmsg-message")
      return "encrypted";
    if (type == "message/partial") return "partial";
    if (type == "message/external-body") return "external";
    return {};
  }

  void take(const Part& part) {
    const ParameterValue type = read_parameters(part.content_type, charsets_, {});
    const ParameterValue disposition =
        read_parameters(part.disposition, charsets_, type.parameter("charset"));
    std::string name(disposition.parameter("filename"));
    if (name.empty()) name = type.parameter("name");
    const bool attached = disposition.value == "attachment" || (!name.empty() && part.depth > 0);
    if (part.kind == PartKind::leaf && part.type == "text/plain" && !attached && may_be_text(part)) {
      take_text(part, type.parameter("charset"));
      return;
    }
    Piece piece;
    piece.view = part.kind == PartKind::message ? part.raw : decoded(part, piece.owned);
    piece.attachment.flavour = flavour_of(part);
    if (part.kind == PartKind::leaf && part.type == "text/html" && disposition.value != "attachment" &&
        part.within != "multipart/report" && (name.empty() || part.depth == 0)) {
      piece.attachment.flavour = "html_body";
      take_html(piece.bytes(), type.parameter("charset"));
    }
    if (name.empty() && part.kind == PartKind::message) name = "message.eml";
    piece.attachment.name = cut_to(utf8::repaired(name), kNameMax);
    piece.attachment.media_type = media_type(part, type);
    piece.attachment.source_reference = part.path.empty() ? "1" : cut_to(part.path, kNameMax);
    piece.attachment.caption = cut_to(decoded_text(part.description, charsets_, {}), kNameMax);
    // What the HTML calls "cid:...".
    if (const auto id = message_ids(part.content_id, 1);
        !id.empty() && letter_.pieces.size() < kContentIdsMax)
      letter_.extra["content_id." + piece.attachment.source_reference] = cut_to(id[0], kNameMax);
    if (is_tnef(part, piece.attachment.name)) open_tnef(piece);
    letter_.pieces.push_back(std::move(piece));
  }

  static bool is_tnef(const Part& part, std::string_view name) {
    return part.kind == PartKind::leaf &&
           (part.type == "application/ms-tnef" || part.type == "application/vnd.ms-tnef" ||
            same_name(name, "winmail.dat"));
  }

  /// What winmail.dat holds is handed over beside it; its text is the mail's if there is no other.
  void open_tnef(Piece& piece) {
    const auto read = read_tnef(piece.bytes(), charsets_);
    if (!read) {
      letter_.doubt("not-tnef", "a part says it is a winmail.dat and is none");
      return;
    }
    piece.attachment.flavour = "tnef";
    if (!read->whole)
      letter_.doubt("tnef-damaged", "winmail.dat is cut off or damaged; what could be read of it is here");
    add_pieces(read->message, piece.attachment.source_reference + "/", charsets_, letter_);
    const Letter within = letter_of(read->message, charsets_);
    for (const auto& [key, value] : within.extra) letter_.extra.try_emplace("tnef_" + key, value);
    if (tnef_text_.empty()) tnef_text_ = within.text;
  }

  /// Of the forms of one text in an alternative, the first is the text; the others are attached.
  bool may_be_text(const Part& part) {
    return part.within != "multipart/alternative" || !std::exchange(alternative_taken_, true);
  }

  static std::string media_type(const Part& part, const ParameterValue& type) {
    std::string out = cut_to(part.type, kTypeMax);
    const std::string_view charset = type.parameter("charset");
    if (!charset.empty() && out.starts_with("text/")) out += "; charset=" + cut_to(charset, 60);
    return out;
  }

  void take_text(const Part& part, std::string_view charset) {
    Bytes holder;
    const std::string text = converted(text_of(decoded(part, holder)), charset);
    if (!letter_.text.empty() && !letter_.text.ends_with('\n')) letter_.text.push_back('\n');
    letter_.text +=
        as_lines(text, part.encoding == Encoding::none ? from_lines_ : FromLines::as_they_are, unquoted_);
  }

  void take_html(BytesView bytes, std::string_view charset) {
    if (html_.empty()) html_ = converted(text_of(bytes), charset);
  }

  std::string converted(std::string_view bytes, std::string_view charset) {
    Decoded text = charsets_.to_utf8(bytes, charset);
    if (text.certainty == Certainty::damaged)
      letter_.doubt("charset-damaged", fmt::format("bytes of the text are none of the charset it states ({})",
                                                   cut_to(charset, 60)));
    if (text.certainty == Certainty::guessed)
      letter_.doubt("charset-guessed",
                    fmt::format("the text's charset was guessed; it states '{}'", cut_to(charset, 60)));
    return std::move(text.text);
  }

  Charsets& charsets_;
  FromLines from_lines_;
  Letter& letter_;
  std::string html_, tnef_text_;
  bool alternative_taken_ = false;
  std::uint64_t unquoted_ = 0;
};

/// A multipart that never begins a part has only its body: a text.
void add_lost_body(BytesView mail, const Header& header, MimeTree& tree) {
  if (tree.too_many || tree.too_deep) return;
  if (std::ranges::any_of(tree.parts, [](const Part& p) { return p.kind != PartKind::multipart; })) return;
  Part part;
  part.path = "1";
  part.type = part.content_type = "text/plain";
  part.raw = mail.subspan(std::min(header.body, mail.size()));
  tree.parts.push_back(std::move(part));
}

}  // namespace

void read_parts(const MimeTree& tree, Charsets& charsets, FromLines from_lines, Letter& letter) {
  Body(charsets, from_lines, letter).read(tree);
}

MimeTree read_body(BytesView mail, const Header& header, Charsets& charsets, FromLines from_lines,
                   Letter& letter) {
  MimeTree tree = read_mime(mail, {});
  add_lost_body(mail, header, tree);
  read_parts(tree, charsets, from_lines, letter);
  return tree;
}

}  // namespace strongroom::capture::mail
