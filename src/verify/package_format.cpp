#include "verify/package_format.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>

#include "codec/json_text.h"
#include "codec/text.h"
#include "roster/roster.h"
#include "verify/wording.h"

namespace strongroom::verify {
namespace {

constexpr std::string_view kFormat = "strongroom evidence package 1";

/// `digits` decimal digits of `text` from `at` on.
std::optional<std::uint64_t> digits_at(std::string_view text, std::size_t at, std::size_t digits) {
  std::uint64_t value = 0;
  for (const char c : text.substr(at, digits)) {
    if (c < '0' || c > '9') return std::nullopt;
    const auto digit = static_cast<std::uint64_t>(c - '0');
    if (value > (UINT64_MAX - digit) / 10) return std::nullopt;
    value = value * 10 + digit;
  }
  return value;
}

/// Letters, digits, '.', '-', '_' in parts between single slashes; no part begins with a dot.
bool is_package_path(std::string_view path) {
  if (path.empty() || path.size() > 255 || path.front() == '/' || path.back() == '/') return false;
  char before = '/';
  for (const char c : path) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
    if (!plain && c != '.' && c != '/') return false;
    if (before == '/' && (c == '/' || c == '.')) return false;
    before = c;
  }
  return path != kManifestName;
}

/// Members of a JSON object by name; what is missing or of another type is `malformed`.
class Members {
 public:
  explicit Members(const boost::json::object& object) : object_(object) {}
  Result<std::string> text(std::string_view name) const {
    const auto* value = object_.if_contains(name);
    if (value == nullptr || !value->is_string()) return missing(name);
    return std::string(value->get_string());
  }
  Result<std::uint64_t> number(std::string_view name) const {
    const auto* value = object_.if_contains(name);
    if (value != nullptr && value->is_uint64()) return value->get_uint64();
    if (value != nullptr && value->is_int64() && value->get_int64() >= 0)
      return static_cast<std::uint64_t>(value->get_int64());
    return missing(name);
  }
  Result<Hash256> hash(std::string_view name) const { return codec::array_from_hex<32>(TRY(text(name))); }
  Result<const boost::json::array*> array(std::string_view name) const {
    const auto* value = object_.if_contains(name);
    if (value == nullptr || !value->is_array()) return missing(name);
    return &value->get_array();
  }

 private:
  static std::unexpected<Error> missing(std::string_view name) {
    return fail(ErrorCode::malformed, fmt::format("the member \"{}\" is missing or of another type", name));
  }
  const boost::json::object& object_;
};

Result<Manifest> read_manifest(const boost::json::object& object) {
  const Members m(object);
  if (TRY(m.text("format")) != kFormat)
    return fail(ErrorCode::unsupported, "this is another format of packages");
  Manifest out;
  out.archive = TRY(m.hash("archive"));
  out.commitment = TRY(m.hash("request"));
  out.generated_by = TRY(m.text("generated_by"));
  out.made_s = TRY(m.number("made_at"));
  out.devices = TRY(m.number("devices"));
  out.entries = TRY(m.number("entries"));
  out.records = TRY(m.number("records"));
  for (const auto& sentence : *TRY(m.array("missing"))) {
    if (!sentence.is_string()) return fail(ErrorCode::malformed, "a member of \"missing\" is no text");
    out.missing.emplace_back(sentence.get_string());
  }
  const boost::json::array& files = *TRY(m.array("files"));
  if (files.size() > kPackageFilesMax)
    return fail(ErrorCode::limit_exceeded, "the manifest lists too many files");
  for (const auto& item : files) {
    if (!item.is_object()) return fail(ErrorCode::malformed, "a member of \"files\" is no object");
    const Members f(item.get_object());
    PackageFile file{TRY(f.text("path")), TRY(f.number("bytes")), TRY(f.hash("sha256"))};
    if (!is_package_path(file.path))
      return fail(ErrorCode::malformed, "a path of the manifest is not one of a package");
    if (!out.files.empty() && out.files.back().path >= file.path)
      return fail(ErrorCode::malformed, "the files of the manifest are not in ascending order");
    out.files.push_back(std::move(file));
  }
  return out;
}

}  // namespace

std::string header_file(const Hash256& header) { return "headers/" + codec::hex(header); }
std::string body_file(const Hash256& body) { return "bodies/" + codec::hex(body); }
std::string proof_file(std::uint64_t leaf) { return fmt::format("proofs/{:020}.tlog-proof", leaf); }
std::string franking_file(const RecordPlace& at) {
  return fmt::format("franking/{:020}-{:010}.cbor", at.leaf, at.index);
}
std::string original_file(const Hash256& content) { return "originals/" + codec::hex(content); }

std::optional<std::uint64_t> leaf_of_proof_file(std::string_view path) {
  constexpr std::size_t kPrefix = 7;  // "proofs/"
  const auto leaf = path.size() > kPrefix ? digits_at(path, kPrefix, 20) : std::nullopt;
  if (!leaf || proof_file(*leaf) != path) return std::nullopt;
  return leaf;
}

std::optional<RecordPlace> place_of_franking_file(std::string_view path) {
  constexpr std::size_t kPrefix = 9;  // "franking/"
  if (path.size() < kPrefix + 31) return std::nullopt;
  const auto leaf = digits_at(path, kPrefix, 20), index = digits_at(path, kPrefix + 21, 10);
  if (!leaf || !index || franking_file({*leaf, *index}) != path) return std::nullopt;
  return RecordPlace{*leaf, *index};
}

std::string format_manifest(const Manifest& m) {
  std::string out = fmt::format(
      "{{\n  \"format\": \"{}\",\n  \"archive\": \"{}\",\n  \"archive_words\": \"{}\",\n  \"request\": "
      "\"{}\",\n"
      "  \"generated_by\": {},\n  \"made_at\": {},\n  \"devices\": {},\n  \"entries\": {},\n  \"records\": "
      "{},\n"
      "  \"missing\": [",
      kFormat, codec::hex(m.archive), roster::words_of(m.archive), codec::hex(m.commitment),
      codec::json_string(m.generated_by), m.made_s, m.devices, m.entries, m.records);
  for (std::size_t i = 0; i < m.missing.size(); ++i)
    out += (i == 0 ? "\n    " : ",\n    ") + codec::json_string(m.missing[i]);
  out += "],\n  \"files\": [";
  for (std::size_t i = 0; i < m.files.size(); ++i) {
    out += fmt::format("{}\n    {{\"path\": {}, \"bytes\": {}, \"sha256\": \"{}\"}}", i == 0 ? "" : ",",
                       codec::json_string(m.files[i].path), m.files[i].bytes, codec::hex(m.files[i].sha256));
  }
  return out + "]\n}\n";
}

Result<Manifest> parse_manifest(std::string_view text) {
  if (text.size() > kManifestBytesMax) return fail(ErrorCode::limit_exceeded, "the manifest is too large");
  boost::system::error_code error;
  const boost::json::value value = boost::json::parse(text, error);
  if (error || !value.is_object()) return fail(ErrorCode::malformed, "the manifest is not one JSON object");
  Manifest manifest = TRY_IN("manifest", read_manifest(value.get_object()));
  if (format_manifest(manifest) != text)
    return fail(ErrorCode::malformed, "the manifest is not written as its format demands",
                std::string(kManifestName));
  return manifest;
}

Result<std::vector<RegisterItem>> parse_register_log(BytesView log) {
  std::vector<RegisterItem> items;
  std::size_t at = 0;
  while (at < log.size()) {
    RegisterItem item;
    for (BytesView* part : {&item.leaf, &item.object}) {
      if (log.size() - at < 4) return fail(ErrorCode::malformed, "the register ends inside an item");
      const std::size_t length = read_be<std::uint32_t>(log.subspan(at));
      if (log.size() - at - 4 < length) return fail(ErrorCode::malformed, "the register ends inside an item");
      *part = log.subspan(at + 4, length);
      at += 4 + length;
    }
    items.push_back(item);
  }
  return items;
}

}  // namespace strongroom::verify
