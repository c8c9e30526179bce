#include "forms.h"

#include <zlib.h>
#include <zstd.h>

#include "base/check.h"
#include "base/utf8.h"
#include "codec/text.h"

namespace strongroom::breach {
namespace {

constexpr std::string_view kUpper = "0123456789ABCDEF";
constexpr std::string_view kLower = "0123456789abcdef";

Bytes utf16_of(BytesView secret, bool little) {
  std::vector<std::uint16_t> units;
  const std::string_view text = text_of(secret);
  const bool is_text = utf8::is_valid(text);
  for (std::size_t i = 0; i < secret.size();) {
    char32_t point = std::to_integer<unsigned char>(secret[i]);
    if (is_text) {
      point = *utf8::next(text, i);
    } else {
      ++i;
    }
    if (point >= 0x10000) {
      units.push_back(static_cast<std::uint16_t>(0xd800 + ((point - 0x10000) >> 10)));
      units.push_back(static_cast<std::uint16_t>(0xdc00 + ((point - 0x10000) & 0x3ff)));
    } else {
      units.push_back(static_cast<std::uint16_t>(point));
    }
  }
  Bytes out;
  for (const std::uint16_t unit : units) {
    const auto high = static_cast<std::byte>(unit >> 8), low = static_cast<std::byte>(unit & 0xff);
    out.push_back(little ? low : high);
    out.push_back(little ? high : low);
  }
  return out;
}

std::string base64_text(BytesView bytes, bool url) {
  std::string text = codec::base64(bytes);
  if (url) {
    for (char& c : text) c = c == '+' ? '-' : c == '/' ? '_' : c;
  }
  return text;
}

/// The characters that depend on the secret alone: six bits each, all of them the secret's.
std::string base64_inside(BytesView secret, std::size_t before, bool url) {
  Bytes bytes(before);
  append(bytes, secret);
  const std::size_t first = (8 * before + 5) / 6, end = 8 * bytes.size() / 6;
  return base64_text(bytes, url).substr(first, end - first);
}

enum class Kept { none, unreserved, form };
std::string percent_text(BytesView secret, std::string_view digits, Kept kept) {
  std::string out;
  for (const std::byte b : secret) {
    const auto v = std::to_integer<unsigned char>(b);
    const char c = static_cast<char>(v);
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '-' || c == '.' || c == '_' || c == '~';
    if (kept != Kept::none && plain) {
      out += c;
    } else if (kept == Kept::form && c == ' ') {
      out += '+';
    } else {
      out += '%';
      out += digits[v >> 4];
      out += digits[v & 15];
    }
  }
  return out;
}

std::string upper(std::string text) {
  for (char& c : text)
    if (c >= 'a' && c <= 'f') c = static_cast<char>(c - 'a' + 'A');
  return text;
}

bool is_base64(Form form) { return form >= Form::base64_0 && form <= Form::base64url_2; }
bool is_url(Form form) { return form >= Form::base64url_0; }
std::size_t bytes_before(Form form) {
  return (static_cast<std::size_t>(form) - static_cast<std::size_t>(Form::base64_0)) % 3;
}

std::string text_written_as(Form form, BytesView secret) {
  switch (form) {
    case Form::hex_lower: return codec::hex(secret);
    case Form::hex_upper: return upper(codec::hex(secret));
    case Form::percent_upper: return percent_text(secret, kUpper, Kept::none);
    case Form::percent_lower: return percent_text(secret, kLower, Kept::none);
    case Form::percent_text_upper: return percent_text(secret, kUpper, Kept::unreserved);
    case Form::percent_text_lower: return percent_text(secret, kLower, Kept::unreserved);
    case Form::percent_form: return percent_text(secret, kUpper, Kept::form);
    default: return base64_inside(secret, bytes_before(form), is_url(form));
  }
}

Bytes deflated(BytesView bytes, int window_bits) {
  z_stream stream{};
  CHECK(deflateInit2(&stream, Z_BEST_COMPRESSION, Z_DEFLATED, window_bits, 8, Z_DEFAULT_STRATEGY) == Z_OK);
  Bytes out(deflateBound(&stream, bytes.size()) + 64);
  Bytes in = copy_of(bytes);
  stream.next_in = reinterpret_cast<Bytef*>(in.data());
  stream.avail_in = static_cast<uInt>(in.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  CHECK(deflate(&stream, Z_FINISH) == Z_STREAM_END);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

Bytes zstd_of(BytesView bytes) {
  Bytes out(ZSTD_compressBound(bytes.size()));
  out.resize(ZSTD_compress(out.data(), out.size(), bytes.data(), bytes.size(), 3));
  return out;
}

/// A ZIP entry's local header (APPNOTE 4.3.7) and its deflated data.
Bytes zip_entry_of(BytesView bytes) {
  const Bytes data = deflated(bytes, -MAX_WBITS);
  Bytes out = copy_of(bytes_of("PK\x03\x04\x14"));
  out.resize(8);
  out.push_back(std::byte{8});
  out.resize(26);
  out.push_back(std::byte{1});
  out.resize(30);
  out.push_back(std::byte{'x'});
  append(out, data);
  return out;
}

}  // namespace

const std::vector<Form>& all_forms() {
  static const std::vector<Form> forms = [] {
    std::vector<Form> out;
    for (int i = 0; i <= static_cast<int>(Form::percent_form); ++i) out.push_back(static_cast<Form>(i));
    return out;
  }();
  return forms;
}

std::string_view name_of(Form form) {
  switch (form) {
    case Form::raw: return "raw";
    case Form::utf16le: return "UTF-16LE";
    case Form::utf16be: return "UTF-16BE";
    case Form::base64_0: return "base64+0";
    case Form::base64_1: return "base64+1";
    case Form::base64_2: return "base64+2";
    case Form::base64url_0: return "base64url+0";
    case Form::base64url_1: return "base64url+1";
    case Form::base64url_2: return "base64url+2";
    case Form::hex_lower: return "hex";
    case Form::hex_upper: return "HEX";
    case Form::percent_upper: return "%XX";
    case Form::percent_lower: return "%xx";
    case Form::percent_text_upper: return "URL %XX";
    case Form::percent_text_lower: return "URL %xx";
    case Form::percent_form: return "form +";
  }
  return "unknown";
}

Bytes written_as(Form form, BytesView secret) {
  switch (form) {
    case Form::raw: return copy_of(secret);
    case Form::utf16le: return utf16_of(secret, true);
    case Form::utf16be: return utf16_of(secret, false);
    default: return copy_of(bytes_of(text_written_as(form, secret)));
  }
}

Bytes leaked_as(Form form, BytesView secret) {
  if (!is_base64(form)) return written_as(form, secret);
  Bytes bytes = copy_of(bytes_of(std::string_view("#:").substr(0, bytes_before(form))));
  append(bytes, secret);
  append(bytes, bytes_of(".."));
  return copy_of(bytes_of(base64_text(bytes, is_url(form))));
}

const std::vector<Packing>& all_packings() {
  static const std::vector<Packing> packings = {Packing::zlib, Packing::gzip, Packing::zstd, Packing::zip,
                                                Packing::gzip_in_zstd};
  return packings;
}

std::string_view name_of(Packing packing) {
  switch (packing) {
    case Packing::zlib: return "zlib";
    case Packing::gzip: return "gzip";
    case Packing::zstd: return "zstd";
    case Packing::zip: return "zip";
    case Packing::gzip_in_zstd: return "zstd/gzip";
  }
  return "unknown";
}

Bytes leaked_in(Packing packing, BytesView secret) {
  // Repeated words before it, so that the stream is really compressed and does not hold the secret as it is by chance.
  Bytes text = copy_of(bytes_of("a word, a word, a word, a word: "));
  append(text, secret);
  append(text, bytes_of(" and a word, a word, a word, a word"));
  switch (packing) {
    case Packing::zlib: return deflated(text, MAX_WBITS);
    case Packing::gzip: return deflated(text, MAX_WBITS + 16);
    case Packing::zstd: return zstd_of(text);
    case Packing::zip: return zip_entry_of(text);
    case Packing::gzip_in_zstd: return zstd_of(deflated(text, MAX_WBITS + 16));
  }
  return {};
}

}  // namespace strongroom::breach
