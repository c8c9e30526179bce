/// The properties of a message as Outlook and Exchange keep them (MS-OXPROPS, MS-OXCDATA), whatever carries them: a
/// .msg file or winmail.dat.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "capture/mail/letter.h"

namespace strongroom::capture::mail {

/// Types of values (MS-OXCDATA §2.11.1).
enum class MapiType : std::uint16_t {
  int16 = 0x0002,
  int32 = 0x0003,
  boolean = 0x000B,
  object = 0x000D,
  int64 = 0x0014,
  string8 = 0x001E,
  unicode = 0x001F,
  time = 0x0040,
  guid = 0x0048,
  binary = 0x0102,
};

struct MapiValue {
  std::uint16_t type = 0;
  Bytes bytes;  ///< little-endian, as it lies there
};

/// The properties of one message, recipient or attachment. Properties with names (0x8000 and above) are left out.
struct MapiBag {
  std::map<std::uint16_t, MapiValue> values;

  /// UTF-8; 8-bit text by `codepage` (a charset's name). Empty if there is none.
  std::string text(std::uint16_t id, Charsets& charsets, std::string_view codepage) const;
  std::optional<std::uint64_t> number(std::uint16_t id) const;
  /// A FILETIME as milliseconds since 1970.
  std::optional<std::int64_t> time(std::uint16_t id) const;
  const Bytes* bytes(std::uint16_t id) const;
};

struct MapiAttachment {
  MapiBag bag;
  Bytes data;
  std::string title;  ///< of winmail.dat's own attribute
  std::optional<std::size_t> message;  ///< index of the message it is, in `MapiMessage::within`
};

struct MapiMessage {
  MapiBag bag;
  std::string codepage;  ///< of 8-bit text
  std::vector<MapiBag> recipients;
  std::vector<MapiAttachment> attachments;
  std::vector<MapiMessage> within;
};

/// Everything as a letter: a .msg file is a mail of its own.
Letter letter_of(const MapiMessage& message, Charsets& charsets);
/// Texts and attachments as pieces, with references that begin with `path`: winmail.dat is part of a mail.
void add_pieces(const MapiMessage& message, const std::string& path, Charsets& charsets, Letter& letter);

/// Compressed RTF (MS-OXRTFCP) as RTF; nullopt if it is none.
std::optional<Bytes> unpacked_rtf(BytesView packed);
/// Little-endian number of at most 8 bytes at `at`; 0 beyond the end.
std::uint64_t little(BytesView bytes, std::size_t at, std::size_t size);
/// "windows-1252" for 1252, "utf-8" for 65001.
std::string charset_of_codepage(std::uint64_t codepage);

}  // namespace strongroom::capture::mail
