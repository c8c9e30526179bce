#include "capture/signal_desktop/parser.h"

#include <algorithm>

#include "capture/beside.h"
#include "capture/database/material.h"
#include "capture/signal_desktop/count.h"
#include "capture/signal_desktop/material.h"
#include "capture/signal_desktop/messages.h"
#include "crypto/hash.h"

namespace strongroom::capture::signal_desktop {
namespace {

using record::Kind;
using record::Record;

constexpr std::string_view kSource = "signal-desktop";
constexpr std::uint64_t kParserVersion = 1;
constexpr std::size_t kMessageBytesMax = 8u << 20;
constexpr std::size_t kDatabaseHeader = 100;

int detect_desktop(const std::vector<InputFile>& files) {
  return std::ranges::any_of(files, is_database) ? 60 : 0;
}

/// What stands for the original, which is spread over pages of the database.
Bytes written_out(const database::Rows& row) { return copy_of(bytes_of(database::row_json(row))); }

/// Reads one opened database.
class Reader {
 public:
  Reader(const InputFile& file, Files& files, Tally& tally)
      : file_(file), files_(files), tally_(tally), damage_(tally, file, "damaged-table") {}

  Result<void> all(const Plain& plain) {
    for (const std::uint64_t page : plain.bad_pages) TRY(refuse_page(page));
    TRY(about_the_database(plain));
    const auto database = database::Database::open(plain.database);
    if (!database || !database->has_table("messages"))
      return damage_.refuse("messages", "it is not there, or the database is damaged");
    const People people = People::read(*database);
    TRY(conversations(*database, people));
    auto messages = Messages::prepare(*database, people, files_);
    if (!messages) return damage_.refuse("message_attachments", messages.error().what);
    auto rows = database->query(messages->query());
    if (!rows) return damage_.refuse("messages", rows.error().what);
    for (;;) {
      const auto more = rows->next();
      if (!more) return damage_.refuse("messages", more.error().what);
      if (!*more) return {};
      TRY(message(*rows, *messages));
    }
  }

 private:
  Result<void> message(const database::Rows& row, Messages& messages) {
    const Bytes original = written_out(row);
    const BytesView text = row.bytes(row.column("json"));
    const std::uint64_t at = number_++;
    const auto refuse = [&](std::string code, std::string detail) {
      return tally_.refuse({file_.path, 0, original, std::move(code), std::move(detail)});
    };
    if (!TRY(tally_.begin(file_.path, at)))
      return refuse("killed-its-reader", "reading this message ended the reader before");
    if (text.size() > kMessageBytesMax) return refuse("too-large", "a message is larger than the limit");
    const auto value = json::parse(text_of(text));
    if (!value || !value->is_object()) return refuse("malformed-message", "a message is no JSON object");
    std::optional<Hash256> digest;
    return messages.read(row, value->get_object(), [&](Record out) {
      out.original.file = file_.path;
      out.original.length = original.size();
      if (digest) {
        out.original.within = digest;
      } else {
        out.original.bytes = original;
        digest = crypto::sha256(original);
      }
      return tally_.record(std::move(out));
    });
  }

  Result<void> conversations(const database::Database& database, const People& people) {
    if (!database.has_table("conversations")) return {};
    auto rows = database.query("SELECT id, json FROM conversations ORDER BY id");
    if (!rows) return damage_.refuse("conversations", rows.error().what);
    for (;;) {
      const auto more = rows->next();
      if (!more) return damage_.refuse("conversations", more.error().what);
      if (!*more) return {};
      const std::string id = rows->text(0);
      Record out;
      out.kind = Kind::context;
      out.extra["object"] = std::string("conversation");
      out.conversation = people.conversation(id);
      out.people = people.members_of(id);
      out.native_id = "chat:" + out.conversation.id;
      out.text = out.conversation.title;
      out.original.file = file_.path;
      out.original.bytes = written_out(*rows);
      out.original.length = out.original.bytes.size();
      TRY(tally_.record(std::move(out)));
    }
  }

  Result<void> about_the_database(const Plain& plain) {
    Record out;
    out.kind = Kind::context;
    out.native_id = "database";
    out.extra["object"] = std::string("database");
    std::uint64_t version = 0;
    for (std::size_t i = 60; i < 64; ++i)
      version = (version << 8) | std::to_integer<std::uint64_t>(plain.database[i]);
    out.extra["schema"] = version;
    out.extra["pages"] = std::uint64_t{plain.database.size() / kPageBytes};
    if (plain.from_log != 0) out.extra["pages_from_log"] = plain.from_log;
    out.original.file = file_.path;
    out.original.bytes = copy_of(BytesView(plain.database).first(kDatabaseHeader));  // counts its changes
    out.original.length = kDatabaseHeader;
    return tally_.record(std::move(out));
  }

  Result<void> refuse_page(std::uint64_t number) {
    const std::size_t at = static_cast<std::size_t>(number - 1) * kPageBytes;
    const BytesView page = at < file_.bytes.size() ? file_.bytes.subspan(at, kPageBytes) : BytesView();
    return tally_.refuse({file_.path, at, page, "damaged-page",
                          "a page of the database is not what its checksum says; what it held is not read"});
  }

  const InputFile& file_;
  Files& files_;
  Tally& tally_;
  database::Damage damage_;
  std::uint64_t number_ = 0;
};

Result<void> refuse_log(const InputFile& log, Tally& tally) {
  Bytes holder;
  const auto bytes = content_of(log, holder);
  return tally.refuse(
      {log.path, 0, bytes ? *bytes : log.packed->raw(), "wal-not-read",
       "the write-ahead log beside the database does not fit it; the newest messages may be in "
       "it alone: copy both while Signal is closed"});
}

Result<Outcome> parse_desktop(const std::vector<InputFile>& files, const Statement& statement, const Limits&,
                              Sink& sink) {
  Tally tally(sink, kSource, kParserVersion);
  Files beside;
  for (const InputFile& file : files) {
    if (!is_database(file) && !is_part_of_database(file)) beside.add(file);
  }
  for (const InputFile& file : files) {
    if (!is_database(file)) continue;
    const auto plain = open(file, files, statement.keys);
    if (plain) {
      TRY(Reader(file, beside, tally).all(*plain));
      if (plain->log_unread) TRY(refuse_log(*log_of(file, files), tally));
    } else {
      TRY(tally.refuse({file.path, 0, file.bytes, plain.error().code, plain.error().detail}));
    }
  }
  TRY(beside.hand_over(tally));
  return tally.outcome();
}

Result<std::uint64_t> count_desktop(const std::vector<InputFile>& files, const Statement& statement,
                                    const Limits&) {
  std::uint64_t found = 0;
  for (const InputFile& file : files) {
    if (is_database(file)) {
      const auto plain = open(file, files, statement.keys);
      found += plain ? count_rows(*plain) + (plain->log_unread ? 1 : 0) : 1;
    } else if (!is_part_of_database(file)) {
      ++found;
    }
  }
  return found;
}

}  // namespace

const Parser& parser() {
  static constexpr Parser kParser{kSource, detect_desktop, parse_desktop, count_desktop};
  return kParser;
}

}  // namespace strongroom::capture::signal_desktop
