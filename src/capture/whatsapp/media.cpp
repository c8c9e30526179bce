#include "capture/whatsapp/media.h"

#include <algorithm>

#include "base/utf8.h"

namespace strongroom::capture::whatsapp {
namespace {

std::string without_marks(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t start = at;
    const auto c = utf8::next(text, at);
    if (!c) {
      out.push_back(text[at++]);
    } else if (!is_invisible_mark(*c) || *c == 0x200C || *c == 0x200D) {
      out.append(text.substr(start, at - start));
    }
  }
  return out;
}

/// "IMG-20241201-WA0001.jpg": WhatsApp's own names on Android.
bool is_android_name(std::string_view name) {
  if (name.size() < 19 || name[3] != '-') return false;
  const bool date = std::ranges::all_of(name.substr(4, 8), [](char c) { return c >= '0' && c <= '9'; });
  return date && name.substr(12).starts_with("-WA");
}

std::optional<MediaReference> on_android(std::string_view body, const MediaIndex& index,
                                         const PhraseBook& book) {
  std::string_view line = body.substr(0, body.find('\n'));
  std::string_view after = line.size() < body.size() ? body.substr(line.size() + 1) : std::string_view();
  if (line.ends_with('\r')) line.remove_suffix(1);
  if (line.size() > 600) return std::nullopt;
  const std::string clean = without_marks(line);
  if (const auto whole = index.find(clean)) return MediaReference{clean, whole, {}, after};
  if (!clean.ends_with(')')) return std::nullopt;
  const std::size_t open = clean.rfind(" (");
  if (open == std::string::npos || open == 0) return std::nullopt;
  const std::string name = clean.substr(0, open);
  const auto file = index.find(name);
  const std::string word = cleaned(std::string_view(clean).substr(open + 2, clean.size() - open - 3));
  const Phrase* known = book.word_at(Says::attached_word, word);
  if (!file && (known == nullptr || known->text != word) && !is_android_name(name)) return std::nullopt;
  return MediaReference{name, file, {}, after};
}

/// Words seen or published in iOS exports; needed only where the file itself is not there.
constexpr std::string_view kIosWords[] = {"attached", "Anhang",     "pièce jointe", "adjunto", "anexado",
                                          "allegato", "bijgevoegd", "anexo",        "附件",    "添付ファイル",
                                          "вложение", "ek",         "liite"};

std::optional<MediaReference> on_ios(std::string_view body, const MediaIndex& index) {
  if (!body.ends_with('>')) return std::nullopt;
  const std::size_t open = body.rfind('<');
  if (open == std::string_view::npos || body.size() - open > 600) return std::nullopt;
  const std::string inside = without_marks(body.substr(open + 1, body.size() - open - 2));
  std::size_t colon = inside.find(':');
  std::size_t colon_bytes = 1;
  if (colon == std::string::npos) {
    colon = inside.find("：");
    colon_bytes = 3;
  }
  if (colon == std::string::npos) return std::nullopt;
  const std::string word = cleaned(std::string_view(inside).substr(0, colon));
  const std::string_view spaced = std::string_view(inside).substr(colon + colon_bytes);
  const std::string name(spaced.substr(std::min(spaced.find_first_not_of(' '), spaced.size())));
  if (name.empty()) return std::nullopt;
  const auto file = index.find(name);
  const bool known = std::ranges::find(kIosWords, word) != std::end(kIosWords);
  if (!file && !known) return std::nullopt;
  return MediaReference{name, file, body.substr(0, open), {}};
}

struct Type {
  std::string_view ending, media_type;
};
constexpr Type kTypes[] = {
    {"jpg", "image/jpeg"},
    {"jpeg", "image/jpeg"},
    {"png", "image/png"},
    {"webp", "image/webp"},
    {"gif", "image/gif"},
    {"heic", "image/heic"},
    {"mp4", "video/mp4"},
    {"mov", "video/quicktime"},
    {"3gp", "video/3gpp"},
    {"opus", "audio/ogg"},
    {"ogg", "audio/ogg"},
    {"m4a", "audio/mp4"},
    {"aac", "audio/aac"},
    {"mp3", "audio/mpeg"},
    {"amr", "audio/amr"},
    {"wav", "audio/wav"},
    {"pdf", "application/pdf"},
    {"vcf", "text/vcard"},
    {"txt", "text/plain"},
    {"csv", "text/csv"},
    {"html", "text/html"},
    {"zip", "application/zip"},
    {"doc", "application/msword"},
    {"docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"},
    {"xls", "application/vnd.ms-excel"},
    {"xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"},
    {"ppt", "application/vnd.ms-powerpoint"},
    {"pptx", "application/vnd.openxmlformats-officedocument.presentationml.presentation"},
    {"apk", "application/vnd.android.package-archive"},
    {"was", "application/x-whatsapp-sticker"},
};

}  // namespace

std::string_view last_part(std::string_view path) {
  const std::size_t slash = path.find_last_of("/\\");
  return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

std::size_t MediaIndex::add(MediaFile file) {
  by_name_.try_emplace(without_marks(file.name), files_.size());
  files_.push_back(std::move(file));
  return files_.size() - 1;
}

std::optional<std::size_t> MediaIndex::find(std::string_view name) const {
  const auto at = by_name_.find(std::string(name));
  return at == by_name_.end() ? std::nullopt : std::optional(at->second);
}

std::optional<MediaReference> find_media(std::string_view body, const MediaIndex& index,
                                         const PhraseBook& book) {
  if (auto found = on_ios(body, index)) return found;
  return on_android(body, index, book);
}

std::string_view media_type_of(std::string_view name) {
  const std::size_t dot = name.rfind('.');
  if (dot != std::string_view::npos && name.size() - dot <= 6) {
    std::string ending(name.substr(dot + 1));
    for (char& c : ending) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    for (const Type& type : kTypes) {
      if (type.ending == ending) return type.media_type;
    }
  }
  return "application/octet-stream";
}

std::string_view flavour_of(std::string_view name) {
  if (name.starts_with("PTT-") || name.find("-AUDIO-") != std::string_view::npos) return "voice";
  if (name.starts_with("GIF-") || name.find("-GIF-") != std::string_view::npos) return "gif";
  if (name.starts_with("STK-") || name.find("-STICKER-") != std::string_view::npos) return "sticker";
  return "";
}

}  // namespace strongroom::capture::whatsapp
