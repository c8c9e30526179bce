#include "capture/mail/charset.h"

#include <unicode/ucnv.h>
#include <unicode/unistr.h>

#include <algorithm>
#include <array>

#include "base/utf8.h"

namespace strongroom::capture::mail {
namespace {

constexpr std::size_t kConvertersMax = 64;
constexpr std::size_t kNameMax = 60;

bool is_ascii(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

/// Lower case, no quotes or spaces around, no language ("iso-8859-1*en").
std::string plain_name(std::string_view name) {
  name = name.substr(0, name.find('*'));
  std::string out;
  for (const char c : name.substr(0, kNameMax)) {
    if (c == ' ' || c == '\t' || c == '"' || c == '\'') continue;
    out.push_back(c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c);
  }
  return out;
}

struct Meant {
  std::string_view written, meant;
};
constexpr std::array kMeant{
    Meant{"us-ascii", "windows-1252"},
    Meant{"ascii", "windows-1252"},
    Meant{"iso-8859-1", "windows-1252"},
    Meant{"iso8859-1", "windows-1252"},
    Meant{"iso_8859-1", "windows-1252"},
    Meant{"latin1", "windows-1252"},
    Meant{"latin-1", "windows-1252"},
    Meant{"ansi_x3.4-1968", "windows-1252"},
    Meant{"gb2312", "gb18030"},
    Meant{"gbk", "gb18030"},
    Meant{"x-gbk", "gb18030"},
    Meant{"gb_2312-80", "gb18030"},
    Meant{"ks_c_5601-1987", "windows-949"},
    Meant{"euc-kr", "windows-949"},
    Meant{"iso-8859-9", "windows-1254"},
    Meant{"tis-620", "windows-874"},
    Meant{"iso-8859-11", "windows-874"},
    Meant{"utf8", "utf-8"},
    Meant{"unicode-1-1-utf-7", "utf-7"},
    Meant{"cp-850", "ibm-850"},
    Meant{"iso-8859-8-i", "iso-8859-8"},
    Meant{"iso-8859-8-e", "iso-8859-8"},
    Meant{"shift_jis", "windows-31j"},
    Meant{"x-sjis", "windows-31j"},
};

std::string meant_by(std::string name) {
  const auto found = std::ranges::find(kMeant, std::string_view(name), &Meant::written);
  return found == kMeant.end() ? name : std::string(found->meant);
}

Decoded guessed(std::string_view bytes, UConverter* western) {
  if (utf8::is_valid(bytes) || western == nullptr) return {utf8::repaired(bytes), Certainty::guessed};
  UErrorCode status = U_ZERO_ERROR;
  std::string out;
  icu::UnicodeString(bytes.data(), static_cast<std::int32_t>(bytes.size()), western, status)
      .toUTF8String(out);
  return {std::move(out), Certainty::guessed};
}

}  // namespace

void Charsets::Closer::operator()(UConverter* converter) const { ucnv_close(converter); }

Charsets::Charsets() = default;
Charsets::~Charsets() = default;

UConverter* Charsets::converter(const std::string& name) {
  const auto known = open_.find(name);
  if (known != open_.end()) return known->second.get();
  if (open_.size() >= kConvertersMax) open_.clear();
  UErrorCode status = U_ZERO_ERROR;
  UConverter* made = name.empty() ? nullptr : ucnv_open(name.c_str(), &status);
  if (U_FAILURE(status)) made = nullptr;
  return open_.emplace(name, made).first->second.get();
}

Decoded Charsets::to_utf8(std::string_view bytes, std::string_view name) {
  const std::string plain = plain_name(name);
  const bool stateful = plain.starts_with("iso-2022") || plain.starts_with("utf-7") ||
                        plain.starts_with("hz") || plain.starts_with("utf-16") ||
                        plain.starts_with("utf-32") || plain == "unicode-1-1-utf-7" ||
                        plain.starts_with("csiso2022");
  if (!stateful && is_ascii(bytes)) return {std::string(bytes), Certainty::stated};
  const std::string meant = meant_by(plain);
  if (meant == "utf-8") {
    if (utf8::is_valid(bytes)) return {std::string(bytes), Certainty::stated};
    return {utf8::repaired(bytes), Certainty::damaged};
  }
  // A text that says it is western and is valid UTF-8 beyond ASCII is UTF-8: chance makes no such text.
  if (meant == "windows-1252" && utf8::is_valid(bytes)) return {std::string(bytes), Certainty::guessed};
  UConverter* from = converter(meant);
  if (from == nullptr) return guessed(bytes, converter("windows-1252"));
  if (bytes.size() > INT32_MAX / 2) return {utf8::repaired(bytes), Certainty::damaged};
  UErrorCode status = U_ZERO_ERROR;
  ucnv_reset(from);
  const icu::UnicodeString wide(bytes.data(), static_cast<std::int32_t>(bytes.size()), from, status);
  Decoded out;
  wide.toUTF8String(out.text);
  if (U_FAILURE(status)) return {utf8::repaired(bytes), Certainty::damaged};
  if (wide.indexOf(static_cast<char16_t>(0xFFFD)) >= 0) out.certainty = Certainty::damaged;
  return out;
}

}  // namespace strongroom::capture::mail
