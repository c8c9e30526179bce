#include "capture/mail/mapi.h"

#include <array>
#include <string_view>

namespace strongroom::capture::mail {
namespace {

constexpr std::size_t kHeader = 16, kDictionary = 4096, kUnpackedMax = 64u << 20;
constexpr std::uint64_t kCompressed = 0x75465A4C, kPlain = 0x414C454D;
/// MS-OXRTFCP §3.1.1.1: what the dictionary begins with.
constexpr std::string_view kBeginning =
    "{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript "
    "\\fdecor MS Sans "
    "SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par "
    "\\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx";

}  // namespace

std::optional<Bytes> unpacked_rtf(BytesView packed) {
  if (packed.size() < kHeader) return std::nullopt;
  const std::uint64_t size = little(packed, 4, 4), kind = little(packed, 8, 4);
  const BytesView data = packed.subspan(kHeader);
  if (kind == kPlain) return copy_of(data.first(std::min<std::size_t>(data.size(), size)));
  if (kind != kCompressed || size > kUnpackedMax) return std::nullopt;
  std::array<std::byte, kDictionary> dictionary{};
  std::size_t write = 0;
  for (const char c : kBeginning) dictionary[write++] = static_cast<std::byte>(c);
  Bytes out;
  const auto put = [&](std::byte b) {
    out.push_back(b);
    dictionary[write] = b;
    write = (write + 1) % kDictionary;
  };
  std::size_t at = 0;
  while (at < data.size() && out.size() < size) {
    const auto control = std::to_integer<unsigned>(data[at++]);
    for (unsigned bit = 0; bit < 8 && at < data.size() && out.size() < size; ++bit) {
      if ((control >> bit & 1U) == 0) {
        put(data[at++]);
        continue;
      }
      if (data.size() - at < 2) return out;
      const auto reference =
          std::to_integer<unsigned>(data[at]) << 8 | std::to_integer<unsigned>(data[at + 1]);
      at += 2;
      std::size_t from = reference >> 4;
      if (from == write) return out;  // the end
      for (unsigned n = (reference & 0xFU) + 2; n > 0 && out.size() < size; --n) {
        put(dictionary[from]);
        from = (from + 1) % kDictionary;
      }
    }
  }
  return out;
}

}  // namespace strongroom::capture::mail
