#include "capture/mail/tnef.h"

#include <algorithm>
#include <array>

#include "base/utf8.h"
#include "capture/mail/header_text.h"

namespace strongroom::capture::mail {
namespace {

constexpr std::uint64_t kSignature = 0x223E9F78;
constexpr std::size_t kHeader = 6, kDepthMax = 8, kAttachmentsMax = 5'000, kPropertiesMax = 20'000;

// Attributes (MS-OXTNEF §2.1.3).
constexpr std::uint64_t kSubject = 0x00018004, kBody = 0x0002800C, kMessageClass = 0x00078008,
                        kProperties = 0x00069003;
constexpr std::uint64_t kCodepage = 0x00069007, kRendering = 0x00069002, kTitle = 0x00018010,
                        kData = 0x0006800F;
constexpr std::uint64_t kAttachmentProperties = 0x00069005;
constexpr std::uint16_t kAttachData = 0x3701;
/// {00020307-0000-0000-C000-000000000046}: a message, by its interface.
constexpr std::array<unsigned char, 16> kMessageInterface{0x07, 0x03, 0x02, 0x00, 0, 0, 0, 0,
                                                          0xC0, 0,    0,    0,    0, 0, 0, 0x46};

/// Takes little-endian numbers and counted bytes; after the end everything is empty and `ok` false.
class Cursor {
 public:
  explicit Cursor(BytesView bytes) : bytes_(bytes) {}
  std::uint64_t number(std::size_t size) {
    const BytesView here = take(size);
    return little(here, 0, here.size());
  }
  BytesView take(std::size_t size) {
    if (size > bytes_.size()) {
      ok = false;
      bytes_ = {};
      return {};
    }
    const BytesView out = bytes_.first(size);
    bytes_ = bytes_.subspan(size);
    return out;
  }
  /// Values are followed by what fills four bytes; the last one's may be missing.
  BytesView padded(std::size_t size) {
    const BytesView out = take(size);
    (void)take(std::min((4 - size % 4) % 4, bytes_.size()));
    return out;
  }
  bool at_end() const { return bytes_.empty(); }
  bool ok = true;

 private:
  BytesView bytes_;
};

std::size_t fixed_size(unsigned type) {
  switch (type) {
    case 0x0002:
    case 0x000B: return 2;
    case 0x0003:
    case 0x0004:
    case 0x000A: return 4;
    case 0x0005:
    case 0x0006:
    case 0x0007:
    case 0x0014:
    case 0x0040: return 8;
    case 0x0048: return 16;
    default: return 0;
  }
}

/// MS-OXTNEF §2.1.3.4: a list of properties.
bool read_properties(BytesView bytes, MapiBag& bag) {
  Cursor at(bytes);
  const std::uint64_t count = std::min<std::uint64_t>(at.number(4), kPropertiesMax);
  for (std::uint64_t n = 0; n < count && at.ok; ++n) {
    const auto type = static_cast<unsigned>(at.number(2));
    const auto id = static_cast<std::uint16_t>(at.number(2));
    if (id >= 0x8000) {
      (void)at.take(16);
      if (at.number(4) == 0)
        (void)at.take(4);
      else
        (void)at.padded(at.number(4));
    }
    const bool many = (type & 0x1000U) != 0;
    const unsigned plain = type & ~0x1000U;
    const std::size_t fixed = fixed_size(plain);
    const bool counted = fixed == 0;
    if (counted && plain != 0x000D && plain != 0x001E && plain != 0x001F && plain != 0x0102) return false;
    const std::uint64_t values = many || counted ? at.number(4) : 1;
    if (values > bytes.size()) return false;
    for (std::uint64_t v = 0; v < values && at.ok; ++v) {
      const BytesView value = at.padded(counted ? at.number(4) : fixed);
      if (at.ok && v == 0 && id < 0x8000)
        bag.values[id] = {static_cast<std::uint16_t>(plain), copy_of(value)};
    }
  }
  return at.ok;
}

class Tnef {
 public:
  explicit Tnef(Charsets& charsets) : charsets_(charsets) {}

  std::optional<TnefMessage> read(BytesView bytes, std::size_t depth) {
    if (bytes.size() < kHeader || little(bytes, 0, 4) != kSignature) return std::nullopt;
    TnefMessage out;
    out.message.codepage = "windows-1252";
    Cursor at(bytes.subspan(kHeader));
    while (!at.at_end()) {
      const std::uint64_t level = at.number(1), id = at.number(4);
      const BytesView data = at.take(at.number(4));
      const bool full = id == kRendering && out.message.attachments.size() >= kAttachmentsMax;
      if (!at.ok || (level != 1 && level != 2) || full) {
        out.whole = false;
        break;
      }
      out.whole = attribute(id, data, depth, out.message) && out.whole;
      (void)at.take(2);  // the sum of the bytes: programs write it wrong, and the mail's own bytes are kept
      out.whole = out.whole && at.ok;
    }
    return out;
  }

 private:
  bool attribute(std::uint64_t id, BytesView data, std::size_t depth, MapiMessage& message) {
    switch (id) {
      case kCodepage: message.codepage = charset_of_codepage(little(data, 0, 4)); return true;
      case kProperties: return read_properties(data, message.bag);
      case kSubject: text(message.bag, 0x0037, data); return true;
      case kBody: text(message.bag, 0x1000, data); return true;
      case kMessageClass: text(message.bag, 0x001A, data); return true;
      case kRendering: message.attachments.emplace_back(); return true;
      case kTitle:
        latest(message).title = charsets_.to_utf8(c_string(data), message.codepage).text;
        return true;
      case kData: latest(message).data = copy_of(data); return true;
      case kAttachmentProperties: return attachment(data, depth, message);
      default: return true;
    }
  }

  static std::string_view c_string(BytesView data) {
    const std::string_view text = text_of(data);
    return text.substr(0, text.find('\0'));
  }
  static void text(MapiBag& bag, std::uint16_t id, BytesView data) {
    bag.values.try_emplace(id, static_cast<std::uint16_t>(MapiType::string8),
                           copy_of(bytes_of(c_string(data))));
  }
  static MapiAttachment& latest(MapiMessage& message) {
    if (message.attachments.empty()) message.attachments.emplace_back();
    return message.attachments.back();
  }

  bool attachment(BytesView data, std::size_t depth, MapiMessage& message) {
    MapiAttachment& one = latest(message);
    const bool whole = read_properties(data, one.bag);
    const auto object = one.bag.values.find(kAttachData);
    if (object == one.bag.values.end()) return whole;
    BytesView bytes = object->second.bytes;
    const bool is_object =
        object->second.type == static_cast<std::uint16_t>(MapiType::object) && bytes.size() >= 16;
    const bool is_message =
        is_object && std::equal(kMessageInterface.begin(), kMessageInterface.end(), bytes.begin(),
                                [](unsigned char a, std::byte b) { return static_cast<std::byte>(a) == b; });
    if (is_object) bytes = bytes.subspan(16);
    if (is_message && depth < kDepthMax) {
      if (auto within = read(bytes, depth + 1)) {
        one.message = message.within.size();
        message.within.push_back(std::move(within->message));
        one.bag.values.erase(kAttachData);
        return whole && within->whole;
      }
    }
    if (one.data.empty()) one.data = copy_of(bytes);
    one.bag.values.erase(kAttachData);
    return whole;
  }

  Charsets& charsets_;
};

}  // namespace

std::optional<TnefMessage> read_tnef(BytesView bytes, Charsets& charsets) {
  return Tnef(charsets).read(bytes, 0);
}

}  // namespace strongroom::capture::mail
