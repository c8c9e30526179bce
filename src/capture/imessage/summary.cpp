#include "capture/imessage/summary.h"

#include <charconv>
#include <cmath>

#include "capture/imessage/plist.h"
#include "capture/imessage/typedstream.h"

namespace strongroom::capture::imessage {
namespace {

constexpr std::int64_t kEpoch2001Ms = 978'307'200'000;
constexpr std::int64_t kLargestSeconds = 100'000'000'000;  // above: nanoseconds
constexpr std::size_t kVersionsMax = 1000;

void read_part(const Plist& plist, std::int64_t part, const PlistValue& list, Summary& out) {
  if (list.type != PlistValue::Type::array) return;
  for (const std::uint64_t ref : list.refs) {
    const auto entry = plist.value(ref);
    if (!entry || entry->type != PlistValue::Type::dictionary || out.versions.size() >= kVersionsMax)
      continue;
    Version version{part, 0, {}, false};
    if (const auto at = plist.member(*entry, "d"))
      version.at_ms = unix_ms_of_seconds(
          at->type == PlistValue::Type::real ? at->real : static_cast<double>(at->integer));
    if (const auto text = plist.member(*entry, "t"); text && text->type == PlistValue::Type::data) {
      if (auto read = read_attributed_text(text->data)) {
        version.text = std::move(read->text);
        version.readable = true;
      }
    }
    out.versions.push_back(std::move(version));
  }
}

}  // namespace

std::int64_t unix_ms(std::int64_t apple) {
  const bool is_seconds = apple > -kLargestSeconds && apple < kLargestSeconds;
  return kEpoch2001Ms + (is_seconds ? apple * 1000 : apple / 1'000'000);
}

std::int64_t unix_ms_of_seconds(double apple_seconds) {
  if (!std::isfinite(apple_seconds) || std::abs(apple_seconds) > 1e12) return 0;
  return kEpoch2001Ms + std::llround(apple_seconds * 1000);
}

Result<Summary> read_summary(BytesView bytes) {
  const Plist plist = TRY(Plist::of(bytes));
  const PlistValue top = TRY(plist.value(plist.top()));
  Summary out;
  if (const auto edited = plist.member(top, "ec"); edited && edited->type == PlistValue::Type::dictionary) {
    const std::size_t count = edited->refs.size() / 2;
    for (std::size_t i = 0; i < count && i < kVersionsMax; ++i) {
      const auto key = plist.value(edited->refs[i]);
      const auto list = plist.value(edited->refs[count + i]);
      std::int64_t part = 0;
      if (key) std::from_chars(key->text.data(), key->text.data() + key->text.size(), part);
      if (list) read_part(plist, part, *list, out);
    }
  }
  if (const auto retracted = plist.member(top, "rp");
      retracted && retracted->type == PlistValue::Type::array) {
    for (const std::uint64_t ref : retracted->refs) {
      const auto part = plist.value(ref);
      if (part && part->type == PlistValue::Type::integer && out.retracted.size() < kVersionsMax)
        out.retracted.push_back(part->integer);
    }
  }
  if (const auto ranges = plist.member(top, "otr")) out.parts = ranges->refs.size() / 2;
  return out;
}

}  // namespace strongroom::capture::imessage
