/// The media files of an export, and how a message refers to one. A file is known by its name being there, not by
/// the word around it, which is in the language of the phone.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/bytes.h"
#include "capture/whatsapp/dates.h"
#include "capture/whatsapp/header.h"
#include "capture/whatsapp/phrase_book.h"

namespace strongroom::capture::whatsapp {

/// One file beside a chat text.
struct MediaFile {
  std::string path;  ///< in the material or the archive
  std::string name;  ///< the last part of the path
  std::uint64_t size = 0;
  std::optional<Hash256> sha256;  ///< once its content was given to the sink
  std::size_t references = 0;
  std::optional<WallSeconds> named_at = std::nullopt;  ///< time of the first message that names it
};

/// Files by name; of two with one name the first is meant.
class MediaIndex {
 public:
  std::size_t add(MediaFile file);
  std::vector<MediaFile>& files() { return files_; }
  const std::vector<MediaFile>& files() const { return files_; }
  std::optional<std::size_t> find(std::string_view name) const;

 private:
  std::vector<MediaFile> files_;
  std::unordered_map<std::string, std::size_t> by_name_;
};

/// A message's mention of an attachment.
struct MediaReference {
  std::string name;  ///< as written, without marks
  std::optional<std::size_t> file;  ///< in the index; none: the source says it is there, and it is not
  std::string_view before,
      after;  ///< the text around the mention: a caption, or what iOS shows of a document
};

/// The mention in the text of a message, or nullopt.
///   Android  NAME (file attached)           caption on the lines after it
///   iOS      [caption or title] <attached: NAME>
std::optional<MediaReference> find_media(std::string_view body, const MediaIndex& index,
                                         const PhraseBook& book);

/// By the ending of the name; "application/octet-stream" where unknown.
std::string_view media_type_of(std::string_view name);
/// "voice", "gif", "sticker" or "", by WhatsApp's naming (PTT-, GIF-, STK-, -AUDIO-, -GIF-, -STICKER-).
std::string_view flavour_of(std::string_view name);
std::string_view last_part(std::string_view path);

}  // namespace strongroom::capture::whatsapp
