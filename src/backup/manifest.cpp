#include "backup/manifest.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>

#include "codec/json_text.h"
#include "codec/text.h"

namespace strongroom::backup {
namespace {

constexpr std::string_view kFormat = "strongroom backup 1";
constexpr std::size_t kNumberDigits = 20;  ///< in a journal's name

bool is_digits(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

bool is_journal_path(std::string_view path) {
  for (const std::string_view ledger : {"register/journal-", "capture/journal-"}) {
    if (path.starts_with(ledger) && path.size() == ledger.size() + kNumberDigits)
      return is_digits(path.substr(ledger.size()));
  }
  return false;
}

bool is_backup_path(std::string_view path) {
  return path == "genesis" || path == "origin" || is_journal_path(path) || is_segment_path(path);
}

std::unexpected<Error> missing(std::string_view name) {
  return fail(ErrorCode::malformed, fmt::format("the member \"{}\" is missing or of another type", name));
}
Result<std::string> text_member(const boost::json::object& object, std::string_view name) {
  const auto* value = object.if_contains(name);
  if (value == nullptr || !value->is_string()) return missing(name);
  return std::string(value->get_string());
}
Result<std::uint64_t> number_member(const boost::json::object& object, std::string_view name) {
  const auto* value = object.if_contains(name);
  if (value != nullptr && value->is_uint64()) return value->get_uint64();
  if (value != nullptr && value->is_int64() && value->get_int64() >= 0)
    return static_cast<std::uint64_t>(value->get_int64());
  return missing(name);
}
Result<Hash256> hash_member(const boost::json::object& object, std::string_view name) {
  return codec::array_from_hex<32>(TRY(text_member(object, name)));
}
Result<const boost::json::array*> array_member(const boost::json::object& object, std::string_view name) {
  const auto* value = object.if_contains(name);
  if (value == nullptr || !value->is_array()) return missing(name);
  return &value->get_array();
}

Result<LedgerPart> ledger_member(const boost::json::object& object, std::string_view name) {
  const auto* value = object.if_contains(name);
  if (value == nullptr || !value->is_object()) return missing(name);
  LedgerPart out;
  out.size = ledger::TreeSize{TRY(number_member(value->get_object(), "size"))};
  if (out.size > ledger::kTreeSizeMax) return fail(ErrorCode::malformed, "a ledger's size is too large");
  out.root = TRY(hash_member(value->get_object(), "root"));
  out.checkpoint = TRY(text_member(value->get_object(), "checkpoint"));
  return out;
}

Result<Manifest> read_manifest(const boost::json::object& object) {
  if (TRY(text_member(object, "format")) != kFormat)
    return fail(ErrorCode::unsupported, "this is another format of backups");
  Manifest out;
  out.made = TRY(text_member(object, "made"));
  out.archive = TRY(hash_member(object, "archive"));
  out.registers = TRY_IN("register", ledger_member(object, "register"));
  out.capture = TRY_IN("capture", ledger_member(object, "capture"));
  for (const auto& item : *TRY(array_member(object, "files"))) {
    if (!item.is_object()) return fail(ErrorCode::malformed, "a member of \"files\" is no object");
    const auto& file = item.get_object();
    FilePart part{TRY(text_member(file, "path")), TRY(number_member(file, "bytes")),
                  TRY(hash_member(file, "sha256"))};
    if (!is_backup_path(part.path)) return fail(ErrorCode::malformed, "a path is not one that a backup has");
    if (!out.files.empty() && out.files.back().path >= part.path)
      return fail(ErrorCode::malformed, "the files are not in ascending order");
    out.files.push_back(std::move(part));
  }
  for (const auto& item : *TRY(array_member(object, "blobs"))) {
    if (!item.is_string()) return fail(ErrorCode::malformed, "a member of \"blobs\" is no text");
    out.blobs.push_back(TRY(codec::array_from_hex<32>(std::string_view(item.get_string()))));
    if (out.blobs.size() > 1 && out.blobs[out.blobs.size() - 2] >= out.blobs.back())
      return fail(ErrorCode::malformed, "the blobs are not in ascending order");
  }
  return out;
}

std::string format_ledger(const LedgerPart& part) {
  return fmt::format("{{\"size\": {}, \"root\": \"{}\", \"checkpoint\": {}}}", part.size.value,
                     codec::hex(part.root), codec::json_string(part.checkpoint));
}

}  // namespace

bool is_segment_path(std::string_view path) {
  constexpr std::string_view kEnd = ".seg";
  for (const std::string_view vault : {"vault/register/", "vault/capture/"}) {
    if (path.starts_with(vault) && path.size() == vault.size() + 10 + kEnd.size() && path.ends_with(kEnd))
      return is_digits(path.substr(vault.size(), 10));
  }
  return false;
}

std::string journal_path(std::string_view ledger, ledger::TreeSize size) {
  return fmt::format("{}/journal-{:020}", ledger, size.value);
}

const FilePart* Manifest::file(std::string_view path) const {
  const auto found = std::ranges::lower_bound(files, path, {}, &FilePart::path);
  return found == files.end() || found->path != path ? nullptr : &*found;
}

std::string format_manifest(const Manifest& m) {
  std::string out = fmt::format(
      "{{\n  \"format\": \"{}\",\n  \"made\": {},\n  \"archive\": \"{}\",\n  \"register\": {},\n  "
      "\"capture\": {},\n"
      "  \"files\": [",
      kFormat, codec::json_string(m.made), codec::hex(m.archive), format_ledger(m.registers),
      format_ledger(m.capture));
  for (std::size_t i = 0; i < m.files.size(); ++i) {
    out += fmt::format("{}\n    {{\"path\": {}, \"bytes\": {}, \"sha256\": \"{}\"}}", i == 0 ? "" : ",",
                       codec::json_string(m.files[i].path), m.files[i].bytes, codec::hex(m.files[i].sha256));
  }
  out += "],\n  \"blobs\": [";
  for (std::size_t i = 0; i < m.blobs.size(); ++i)
    out += fmt::format("{}\n    \"{}\"", i == 0 ? "" : ",", codec::hex(m.blobs[i]));
  return out + "]\n}\n";
}

Result<Manifest> parse_manifest(std::string_view text) {
  if (text.size() > kManifestBytesMax) return fail(ErrorCode::limit_exceeded, "the manifest is too large");
  boost::system::error_code error;
  const boost::json::value value = boost::json::parse(text, error);
  if (error || !value.is_object()) return fail(ErrorCode::malformed, "the manifest is not one JSON object");
  Manifest manifest = TRY(read_manifest(value.get_object()));
  if (format_manifest(manifest) != text)
    return fail(ErrorCode::malformed, "the manifest is not written as its format demands");
  return manifest;
}

}  // namespace strongroom::backup
