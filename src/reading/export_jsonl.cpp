#include "reading/export_jsonl.h"

#include <fmt/format.h>

#include <algorithm>

#include "codec/json_text.h"
#include "codec/text.h"
#include "crypto/hash.h"
#include "reading/conversation.h"

namespace strongroom::reading {
namespace {

constexpr std::size_t kExtensionMax = 5;

struct Written {
  std::string path, name, sha256;
  std::uint64_t bytes = 0;
};

/// ".jpg", or nothing: only letters and digits, few of them. A name of the source is never a path of ours.
std::string extension_of(std::string_view name) {
  const auto dot = name.rfind('.');
  if (dot == name.npos || name.size() - dot - 1 > kExtensionMax || dot + 1 == name.size()) return {};
  std::string out;
  for (const char c : name.substr(dot + 1)) {
    const bool digit = c >= '0' && c <= '9', lower = c >= 'a' && c <= 'z', upper = c >= 'A' && c <= 'Z';
    if (!digit && !lower && !upper) return {};
    out += upper ? static_cast<char>(c + 32) : c;
  }
  return "." + out;
}

class Export {
 public:
  Export(const grant::OpenedCase& opened, platform::FileSystem& files, std::string directory)
      : opened_(opened), files_(files), directory_(std::move(directory)) {}

  Result<ExportCounts> run() {
    if (TRY(files_.exists(directory_)) && !TRY(files_.list(directory_)).empty())
      return fail(ErrorCode::conflict, "there is something in the directory already", directory_,
                  "choose a new one");
    TRY(files_.make_directories(directory_ + "/attachments"));
    TRY(write_contents());
    TRY(write_records());
    TRY(write_manifest());
    return counts_;
  }

 private:
  Result<void> write(std::string path, std::string name, BytesView content) {
    TRY(files_.write_durable(directory_ + "/" + path, content));
    written_.push_back(
        {std::move(path), std::move(name), codec::hex(crypto::sha256(content)), content.size()});
    counts_.bytes += content.size();
    return {};
  }

  Result<void> write_contents() {
    const Reading reading = read(opened_);
    for (const auto& [hash, content] : reading.contents) {
      const auto bytes = join(hash, content);
      if (!bytes) {
        ++counts_.incomplete;
        incomplete_.push_back(fmt::format("{}: {}", codec::hex(hash), bytes.error().what));
        continue;
      }
      const auto& names = content.chunks.front().record->attachments;
      const std::string name =
          names.empty() ? content.chunks.front().record->original.file : names.front().name;
      TRY(write("attachments/" + codec::hex(hash) + extension_of(name), name, *bytes));
      ++counts_.attachments;
    }
    return {};
  }

  Result<void> write_records() {
    std::string lines;
    for (const grant::OpenedDevice& device : opened_.devices)
      for (const grant::OpenedFolder& folder : device.folders)
        for (const grant::OpenedBatch& batch : folder.batches)
          for (const grant::OpenedRecord& record : batch.records) add_line(lines, record.record);
    return write("records.jsonl", {}, bytes_of(lines));
  }

  /// Pieces of files are in attachments/; the first piece stays as the record that describes the file.
  void add_line(std::string& lines, const record::Record& r) {
    const auto chunk = r.extra.find("chunk");
    if (chunk == r.extra.end()) {
      lines += record::to_json_line(r) + "\n";
      ++counts_.records;
      return;
    }
    ++counts_.chunks;
    if (chunk->second != record::Extra(std::uint64_t{0})) return;
    record::Record described = r;
    described.original.bytes.clear();
    lines += record::to_json_line(described) + "\n";
    ++counts_.records;
  }

  Result<void> write_manifest() {
    const roster::ReadingRequest& request = opened_.request;
    std::string out = fmt::format(
        "{{\n  \"format\": \"strongroom jsonl export 1\",\n  \"archive\": \"{}\",\n  \"request\": \"{}\",\n  "
        "\"case\": {},\n"
        "  \"basis\": {},\n  \"days\": [\"{}\", \"{}\"],\n  \"records\": {},\n  \"pieces_joined\": {},\n"
        "  \"attachments\": {},\n  \"attachments_incomplete\": {},\n",
        codec::hex(opened_.archive), codec::hex(opened_.commitment), codec::json_string(request.case_name),
        codec::json_string(request.legal_basis), envelope::day_name(request.scope.day_from),
        envelope::day_name(request.scope.day_to), counts_.records, counts_.chunks, counts_.attachments,
        counts_.incomplete);
    std::string missing, list;
    const auto add_missing = [&](std::string_view text) {
      missing += fmt::format("{}\n    {}", missing.empty() ? "" : ",", codec::json_string(text));
    };
    for (const grant::Missing& item : opened_.missing) add_missing(item.what);
    for (const std::string& item : incomplete_) add_missing(item);
    for (const Written& file : written_) {
      const std::string name =
          file.name.empty() ? "" : fmt::format(", \"name\": {}", codec::json_string(file.name));
      list +=
          fmt::format("{}\n    {{\"path\": {}{}, \"bytes\": {}, \"sha256\": \"{}\"}}",
                      list.empty() ? "" : ",", codec::json_string(file.path), name, file.bytes, file.sha256);
    }
    out += fmt::format("  \"missing\": [{}\n  ],\n  \"files\": [{}\n  ]\n}}\n", missing, list);
    return files_.write_durable(directory_ + "/manifest.json", bytes_of(out));
  }

  const grant::OpenedCase& opened_;
  platform::FileSystem& files_;
  std::string directory_;
  ExportCounts counts_;
  std::vector<Written> written_;
  std::vector<std::string> incomplete_;
};

}  // namespace

Result<ExportCounts> export_jsonl(const grant::OpenedCase& opened, platform::FileSystem& files,
                                  const std::string& directory) {
  return Export(opened, files, directory).run();
}

}  // namespace strongroom::reading
