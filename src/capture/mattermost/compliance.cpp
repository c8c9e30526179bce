#include "capture/mattermost/compliance.h"

#include <algorithm>

#include "capture/beside.h"
#include "capture/csv/rows.h"
#include "capture/emission.h"
#include "capture/mattermost/exported.h"

namespace strongroom::capture::mattermost {
namespace {

using record::Kind;
using record::Record;

constexpr std::string_view kSource = "mattermost-csv";
constexpr std::size_t kHeaderMax = 4096;

/// Reads rows by the names of their columns.
class Table {
 public:
  explicit Table(const std::vector<std::string>& header) : header_(header) {}
  std::string at(const csv::Row& row, std::string_view column) const {
    const auto found = std::ranges::find(header_, column);
    const auto index = static_cast<std::size_t>(found - header_.begin());
    return found == header_.end() || index >= row.fields.size() ? std::string() : row.fields[index];
  }
  const std::vector<std::string>& columns() const { return header_; }

 private:
  std::vector<std::string> header_;
};

record::Conversation conversation_of(const Table& table, const csv::Row& row) {
  using record::ConversationKind;
  record::Conversation out;
  out.id = "mattermost:channel:" + table.at(row, "Channel Id");
  out.title = table.at(row, "Channel Display Name");
  if (out.title.empty()) out.title = table.at(row, "Channel Name");
  const std::string type = table.at(row, "Channel Type");
  out.kind = type == "direct" || type == "D" ? ConversationKind::direct : ConversationKind::group;
  return out;
}

record::Person author_of(const Table& table, const csv::Row& row) {
  record::Person out;
  const std::string id = table.at(row, "User Id"), mail = table.at(row, "User Email");
  out.name = table.at(row, "Username");
  out.id = id.empty() ? "username:" + out.name : "mattermost:user:" + id;
  if (!mail.empty()) out.addresses.push_back("mailto:" + mail);
  if (!out.name.empty()) out.addresses.push_back("username:" + out.name);
  return out;
}

/// "plan.pdf (files/POST/FILE-plan.pdf)", or the path alone.
void read_file(Record& record, const Exported& exported, const FilesBeside& known, FilesBeside& beside,
               const std::string& file) {
  record::Attachment out;
  out.source_reference = record.text;
  if (const std::size_t open = record.text.rfind(" (");
      open != std::string::npos && record.text.ends_with(')'))
    out.source_reference = record.text.substr(open + 2, record.text.size() - open - 3);
  out.name = record.text.substr(0, record.text.rfind(" ("));
  out.name = out.name.substr(out.name.rfind('/') + 1);
  if (known.size() > 0) beside.settle(out, file, out.source_reference);
  if (out.state == record::AttachmentState::missing) out.state = record::AttachmentState::not_in_source;
  record.native_id = exported.post_id + "/" + out.source_reference;
  record.text.clear();
  record.attachments.push_back(std::move(out));
}

Record record_of(const Table& table, const csv::Row& row, FilesBeside& beside, const std::string& file,
                 const std::string& custodian) {
  Record record;
  record.conversation = conversation_of(table, row);
  record.author = author_of(table, row);
  record.text = table.at(row, "Post Message");
  const Exported exported{table.at(row, "Post Id"),
                          table.at(row, "Post Update Type"),
                          table.at(row, "Edited By Post Id"),
                          table.at(row, "Replied to Post Id"),
                          milliseconds(table.at(row, "Post Creation Time")),
                          milliseconds(table.at(row, "Post Update Time"))};
  record.outgoing =
      !custodian.empty() &&
      (record.author->name == custodian ||
       std::ranges::find(record.author->addresses, "mailto:" + custodian) != record.author->addresses.end());
  settle(record, exported);
  const std::string type = table.at(row, "Post Type");
  if (type == "enter" || type == "leave" || type == "previously-joined") {
    record.kind = Kind::membership;
    record.people.push_back(author_of(table, row));
    record.people.back().role = type == "enter" ? "joined" : type == "leave" ? "left" : "member";
  } else if (type == "attachment" || type == "deleted attachment") {
    if (type != "attachment") record.kind = Kind::deletion;
    if (record.text.empty() && record.target) record.text = record.target->text;
    read_file(record, exported, beside, beside, file);
    if (type != "attachment" && !record.target) record.target = record::Target{exported.post_id, {}, {}, {}};
  } else if (type != "message" && !type.empty()) {
    record.kind = Kind::notice;
    record.doubts.push_back({"unknown-kind", "a row of a type this parser does not know"});
  }
  static constexpr std::string_view kKept[] = {"Team Id",   "Team Name", "Team Display Name", "Channel Name",
                                               "Post Type", "User Type", "Previews Post Id"};
  for (const std::string_view column : kKept) {
    if (std::string value = table.at(row, column); !value.empty() && value != "message")
      record.extra[std::string(column)] = std::move(value);
  }
  return record;
}

Result<void> parse_file(const InputFile& file, const Limits& limits, const std::string& custodian,
                        FilesBeside& beside, Tally& tally) {
  csv::Rows rows(text_of(file.bytes), std::min<std::uint64_t>(limits.item_bytes_max, kRefusedInRecordMax),
                 ',');
  const auto header = rows.next();
  if (!header) return {};
  const Table table(header->fields);
  while (const auto row = rows.next()) {
    if (!row->broken.empty() || row->fields.size() != table.columns().size()) {
      TRY(tally.refuse(
          {file.path, row->offset, bytes_of(row->text), "malformed-row",
           row->broken.empty() ? "a row has another number of fields than the header" : row->broken}));
      continue;
    }
    Emission out(tally, file.path, bytes_of(row->text), row->offset);
    TRY(out.emit(record_of(table, *row, beside, file.path, custodian)));
  }
  return {};
}

}  // namespace

bool is_csv(std::string_view text) {
  if (text.substr(0, kHeaderMax).find("Post Message") == std::string_view::npos) return false;
  csv::Rows rows(text.substr(0, kHeaderMax), kHeaderMax, ',');
  const auto row = rows.next();
  if (!row || !row->broken.empty()) return false;
  const auto has = [&](std::string_view column) {
    return std::ranges::find(row->fields, column) != row->fields.end();
  };
  return has("Post Creation Time") && has("Channel Id") && has("Post Message") && has("Post Type");
}

Result<Outcome> parse_csv(const std::vector<InputFile>& files, const Statement& statement,
                          const Limits& limits, Sink& sink) {
  Tally tally(sink, kSource, 1);
  std::set<std::size_t> own;
  for (std::size_t i = 0; i < files.size(); ++i) {
    if (is_csv(text_of(files[i].bytes))) own.insert(i);
  }
  FilesBeside beside(files, own);
  for (const std::size_t i : own) TRY(parse_file(files[i], limits, statement.custodian_name, beside, tally));
  TRY(beside.hand_over(tally));
  return tally.outcome();
}

/// Lines that end outside quotes, without the header.
std::uint64_t count_csv(std::string_view text, const Limits&) {
  std::uint64_t rows = 0;
  bool quoted = false, blank = true;
  for (std::size_t i = text.starts_with("\xEF\xBB\xBF") ? 3 : 0; i <= text.size(); ++i) {
    const char c = i < text.size() ? text[i] : '\n';
    if (c == '"') quoted = !quoted;
    if ((c == '\n' && !quoted) || i == text.size()) {
      rows += blank ? 0u : 1u;
      blank = true;
    } else if (c != '\r' && c != '\n') {
      blank = false;
    }
  }
  return rows == 0 ? 0 : rows - 1;
}

}  // namespace strongroom::capture::mattermost
