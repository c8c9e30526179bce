// WeChat as exporters that are not Tencent's write it: CSV files with a known header, JSON values of a known form.
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "capture/beside.h"
#include "capture/csv/rows.h"
#include "capture/json/documents.h"
#include "capture/wecom/count.h"
#include "capture/wecom/parser.h"
#include "capture/wecom/third_party.h"
#include "codec/text.h"
#include "crypto/hash.h"

namespace strongroom::capture::wecom {
namespace {

constexpr std::string_view kSource = "wechat-thirdparty";
constexpr std::uint64_t kParserVersion = 1;
constexpr std::size_t kDetectBytes = 64u << 10;

std::string_view file_name(std::string_view path) { return path.substr(path.rfind('/') + 1); }

enum class Form { none, rows, values };

Form form_of(const InputFile& file) {
  const std::string_view text = text_of(file.bytes).substr(0, kDetectBytes);
  json::Cursor cursor(text);
  if (cursor.peek() == '{' || cursor.peek() == '[') {
    json::Documents documents(text, text.size());
    const auto document = documents.next();
    const auto any = document && document->code.empty() ? json::parse(document->value.text)
                                                        : fail(ErrorCode::malformed, "no value");
    return any && any->is_object() && exporter_of(any->get_object()) ? Form::values : Form::none;
  }
  csv::Rows rows(text, text.size());
  const auto header = rows.next();
  return header && header->broken.empty() && exporter_of(header->fields) ? Form::rows : Form::none;
}

int detect(const std::vector<InputFile>& files) {
  return std::ranges::any_of(files, [](const InputFile& f) { return form_of(f) != Form::none; }) ? 80 : 0;
}

class FileReader {
 public:
  FileReader(const InputFile& file, zone::Zone& zone, record::ZoneCertainty certainty, FilesBeside& beside,
             Tally& tally)
      : file_(file),
        reading_{Exporter::memotrace, zone, certainty, chat_of(file.path)},
        beside_(beside),
        tally_(tally) {}

  Result<void> read_rows(const Limits& limits) {
    csv::Rows rows(text_of(file_.bytes), limits.item_bytes_max);
    const auto header = rows.next();
    reading_.exporter = *exporter_of(header->fields);
    while (const auto row = rows.next()) {
      const json::Value value{row->text, row->offset};
      if (!row->broken.empty())
        TRY(refuse(value, "not-a-row", row->broken));
      else
        TRY(hand_on(read_third_party(object_of(header->fields, row->fields), reading_), value));
    }
    return {};
  }

  Result<void> read_values(const Limits& limits) {
    json::Documents documents(text_of(file_.bytes), limits.item_bytes_max);
    while (const auto document = documents.next()) {
      if (!document->code.empty())
        TRY(refuse(document->value, document->code, document->why));
      else
        TRY(read_value(document->value));
    }
    return {};
  }

 private:
  /// The name of the file without its ending: exporters name it after the chat.
  static std::string chat_of(std::string_view path) {
    const std::string_view name = file_name(path);
    return std::string(name.substr(0, name.rfind('.')));
  }

  Result<void> refuse(const json::Value& value, std::string code, std::string why) {
    return tally_.refuse({file_.path, value.offset, bytes_of(value.text), std::move(code), std::move(why)});
  }

  Result<void> read_value(const json::Value& value) {
    if (!TRY(tally_.begin(file_.path, value.offset)))
      return refuse(value, "killed-its-reader", "a worker died while it read this message");
    const auto any = json::parse(value.text);
    if (!any) return refuse(value, "not-json", any.error().what);
    const json::Object* object = any->if_object();
    const auto exporter = object ? exporter_of(*object) : std::nullopt;
    if (!exporter) return refuse(value, "not-a-message", "this JSON value is no message of a known exporter");
    reading_.exporter = *exporter;
    return hand_on(read_third_party(*object, reading_), value);
  }

  /// Without an id of the exporter only the row itself, and how often it stood there before, tells it from another of
  /// the same moment.
  std::string id_of_row(std::string_view row) {
    const std::string digest = codec::hex(crypto::sha256(bytes_of(row)));
    return fmt::format("row:{}/{}", digest, ++rows_seen_[digest]);
  }

  Result<void> hand_on(record::Record out, const json::Value& value) {
    if (out.native_id.empty()) out.native_id = id_of_row(value.text);
    out.original = {copy_of(bytes_of(value.text)), std::nullopt, value.offset, value.text.size(), file_.path};
    for (record::Attachment& a : out.attachments) {
      if (!a.source_reference.empty()) beside_.settle(a, file_.path, a.source_reference);
    }
    return tally_.record(std::move(out));
  }

  const InputFile& file_;
  Reading reading_;
  FilesBeside& beside_;
  Tally& tally_;
  std::map<std::string, std::uint64_t> rows_seen_;  ///< of those without an id
};

Result<Outcome> parse(const std::vector<InputFile>& files, const Statement& statement, const Limits& limits,
                      Sink& sink) {
  Tally tally(sink, kSource, kParserVersion);
  zone::Zone zone = TRY(zone::Zone::named(statement.zone.empty() ? "UTC" : statement.zone));
  const auto certainty =
      statement.zone.empty() ? record::ZoneCertainty::assumed : record::ZoneCertainty::stated;
  std::set<std::size_t> ours;
  for (std::size_t i = 0; i < files.size(); ++i) {
    if (form_of(files[i]) != Form::none) ours.insert(i);
  }
  FilesBeside beside(files, ours);
  for (const std::size_t i : ours) {
    FileReader reader(files[i], zone, certainty, beside, tally);
    TRY(form_of(files[i]) == Form::rows ? reader.read_rows(limits) : reader.read_values(limits));
  }
  TRY(beside.hand_over(tally));
  return tally.outcome();
}

Result<std::uint64_t> count(const std::vector<InputFile>& files, const Statement&, const Limits&) {
  std::uint64_t found = 0;
  for (const InputFile& file : files) {
    const Form form = form_of(file);
    found += form == Form::rows     ? count_rows(text_of(file.bytes))
             : form == Form::values ? count_values(text_of(file.bytes), "\n")
                                    : 1;
  }
  return found;
}

}  // namespace

const Parser& third_party_parser() {
  static constexpr Parser kParser{kSource, detect, parse, count};
  return kParser;
}

}  // namespace strongroom::capture::wecom
