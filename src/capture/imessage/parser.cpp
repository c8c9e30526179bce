#include "capture/imessage/parser.h"

#include <fmt/format.h>

#include <set>

#include "capture/database/image.h"
#include "capture/imessage/reading.h"

namespace strongroom::capture::imessage {
namespace {

constexpr std::string_view kSource = "imessage-database";
constexpr std::uint64_t kParserVersion = 1;
constexpr std::size_t kOriginalMax = 4u << 20;

bool is_chat_database(const Database& database) {
  return database.has_column("message", "guid") && database.has_column("message", "is_from_me") &&
         database.has_column("message", "date") && database.has_column("handle", "id");
}

bool is_ours(BytesView bytes) {
  if (!database::is_database(bytes)) return false;
  const auto opened = Database::open(bytes);
  return opened && is_chat_database(*opened);
}

int detect(const std::vector<InputFile>& files) {
  for (const InputFile& file : files) {
    if (is_ours(file.bytes)) return 90;
  }
  return 0;
}

/// The messages of one database, with their attachments.
class Messages {
 public:
  Messages(const std::string& file, const Database& database, const Directory& directory, FilesBeside& beside,
           database::Damage& damage, std::vector<record::Doubt> doubts_of_first, Tally& tally)
      : file_(file),
        database_(database),
        directory_(directory),
        beside_(beside),
        damage_(damage),
        doubts_of_first_(std::move(doubts_of_first)),
        tally_(tally),
        attachment_of_(database, "message_attachment_join", "message_id", "attachment_id"),
        attachment_(database, "attachment", "ROWID"),
        says_lost_files_(attachment_of_.is_damaged()) {}

  Result<void> run() {
    auto rows = database_.query("SELECT ROWID AS rowid_, * FROM message ORDER BY ROWID");
    if (!rows) return damage_.refuse("message", rows.error().what);
    Row row(*rows);
    auto more = rows->next();
    for (; more && *more; more = rows->next()) {
      if (TRY(tally_.begin(file_, static_cast<std::uint64_t>(row.integer("rowid_"))))) {
        TRY(take(row));
      } else {
        TRY(tally_.refuse({file_, 0, bytes_of(database::row_json(*rows)), "killed-its-reader",
                           fmt::format("row {} of message ended its reader", row.integer("rowid_"))}));
      }
    }
    return more ? Result<void>{} : damage_.refuse("message", more.error().what);
  }

 private:
  Result<void> take(Row& row) {
    std::string original;
    database::append_row(original, "message", row.rows());
    std::vector<record::Doubt> doubts = std::exchange(doubts_of_first_, {});
    Summary summary;
    if (const BytesView info = row.bytes("message_summary_info"); !info.empty()) {
      if (auto read = read_summary(info)) {
        summary = std::move(*read);
      } else {
        doubts.push_back({"edits-unreadable", read.error().what});
      }
    }
    record::Record message = message_of(row, directory_, summary);
    message.doubts.insert(message.doubts.end(), doubts.begin(), doubts.end());
    for (const std::int64_t id : attachment_of_.of(row.integer("rowid_")))
      add_attachment(id, message, original);
    if (std::exchange(says_lost_files_, false) || attachment_.take_damage())
      message.doubts.push_back(
          {"database-damaged", "the tables of attachments are damaged: some may be missing"});
    std::vector<record::Record> later = later_of(message, row, summary);
    if (original.size() > kOriginalMax) {
      TRY(tally_.refuse(
          {file_, 0, bytes_of(original), "too-large", "the rows of one message are larger than the limit"}));
    } else {
      set_original(message, file_, original);
      TRY(tally_.record(std::move(message)));
    }
    for (record::Record& record : later) {
      set_original(record, file_, fmt::format(R"("message":{{"rowid_":{}}})", row.integer("rowid_")));
      TRY(tally_.record(std::move(record)));
    }
    return {};
  }

  void add_attachment(std::int64_t id, record::Record& message, std::string& original) {
    Row* row = attachment_.first(id);
    if (row == nullptr) {
      message.doubts.push_back({"attachment-missing", fmt::format("row {} of attachment is not there", id)});
      return;
    }
    database::append_row(original, "attachment", row->rows());
    record::Attachment out;
    const std::string path = row->text("filename");
    out.name = row->text("transfer_name");
    if (out.name.empty()) out.name = path.substr(path.rfind('/') + 1);
    out.media_type = row->text("mime_type");
    out.source_reference = path;
    if (row->integer("is_sticker") != 0) out.flavour = "sticker";
    if (row->integer("total_bytes") > 0) out.size = static_cast<std::uint64_t>(row->integer("total_bytes"));
    const std::size_t inside = path.find("Attachments/");
    const bool found = inside != std::string::npos && beside_.settle(out, file_, path.substr(inside));
    if (!found && !path.empty()) (void)beside_.settle_by_name(out, path.substr(path.rfind('/') + 1));
    message.attachments.push_back(std::move(out));
  }

  const std::string& file_;
  const Database& database_;
  const Directory& directory_;
  FilesBeside& beside_;
  database::Damage& damage_;
  std::vector<record::Doubt> doubts_of_first_;
  Tally& tally_;
  database::Pairs attachment_of_;
  database::Side attachment_;
  bool says_lost_files_;  ///< once, with the first message
};

Result<void> read(const std::vector<InputFile>& files, std::size_t at, FilesBeside& beside, Tally& tally) {
  const InputFile& file = files[at];
  auto opened = database::open_with_log(files, at, file.bytes);
  if (!opened) return tally.refuse({file.path, 0, file.bytes, "database-damaged", opened.error().what});
  Directory directory(opened->database, opened->doubts);
  database::Damage damage(tally, file, "database-damaged");
  TRY(directory.take_chats(file.path, opened->database, damage, opened->doubts, tally));
  return Messages(file.path, opened->database, directory, beside, damage, std::move(opened->doubts), tally)
      .run();
}

std::pair<std::set<std::size_t>, std::set<std::size_t>> sorted(const std::vector<InputFile>& files) {
  std::set<std::size_t> ours, not_beside;
  for (std::size_t i = 0; i < files.size(); ++i) {
    if (is_ours(files[i].bytes)) ours.insert(i);
    if (database::is_log_beside(files, i)) not_beside.insert(i);
  }
  not_beside.insert(ours.begin(), ours.end());
  return {ours, not_beside};
}

Result<Outcome> parse(const std::vector<InputFile>& files, const Statement&, const Limits&, Sink& sink) {
  Tally tally(sink, kSource, kParserVersion);
  const auto [ours, not_beside] = sorted(files);
  FilesBeside beside(files, not_beside);
  for (const std::size_t at : ours) TRY(read(files, at, beside, tally));
  TRY(beside.hand_over(tally));
  return tally.outcome();
}

/// Rows one by one up to the end or the damage, which is one item more; and of each what happened to it later.
std::uint64_t count_rows(const Database& database, std::string_view table, std::string_view summaries) {
  auto rows = database.query(fmt::format("SELECT {} FROM {}", summaries, table));
  if (!rows) return 1;
  std::uint64_t count = 0;
  auto more = rows->next();
  for (; more && *more; more = rows->next()) {
    const auto summary = read_summary(rows->bytes(0));
    count += 1 + (summary ? count_later(*summary) : 0);
  }
  return count + (more ? 0u : 1u);
}

Result<std::uint64_t> count(const std::vector<InputFile>& files, const Statement&, const Limits&) {
  const auto [ours, not_beside] = sorted(files);
  std::uint64_t found = files.size() - not_beside.size();
  for (const std::size_t at : ours) {
    const auto opened = database::open_with_log(files, at, files[at].bytes);
    if (!opened) {
      ++found;
      continue;
    }
    const Database& database = opened->database;
    const bool has_summaries = database.has_column("message", "message_summary_info");
    found += count_rows(database, "message", has_summaries ? "message_summary_info" : "NULL");
    if (database.has_column("chat", "guid")) found += count_rows(database, "chat", "NULL");
  }
  return found;
}

}  // namespace

const Parser& parser() {
  static constexpr Parser kParser{kSource, detect, parse, count};
  return kParser;
}

}  // namespace strongroom::capture::imessage
