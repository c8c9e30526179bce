#include "capture/signal_desktop/parser.h"

#include <algorithm>
#include <boost/json/serialize.hpp>

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

int detect_desktop(const std::vector<InputFile>& files) {
  return std::ranges::any_of(files, is_database) ? 60 : 0;
}

/// The row's columns as one JSON object: what stands for the original, which is spread over pages of the database.
Bytes written_out(const database::Rows& row) {
  json::Object out;
  for (int i = 0; i < row.columns(); ++i) {
    if (row.is_null(i)) continue;
    if (row.type(i) == database::Type::integer) {
      out[row.name(i)] = row.integer(i);
    } else {
      out[row.name(i)] = row.text(i);
    }
  }
  return copy_of(bytes_of(boost::json::serialize(out)));
}

/// Reads one opened database.
class Reader {
 public:
  Reader(const InputFile& file, Files& files, Tally& tally) : file_(file), files_(files), tally_(tally) {}

  Result<void> all(const Plain& plain) {
    for (const std::uint64_t page : plain.bad_pages) TRY(refuse_page(page));
    TRY(about_the_database(plain));
    const auto database = database::Database::open(plain.database);
    if (!database || !database->has_table("messages")) return refuse_rows("the database holds no messages");
    auto people = People::read(*database);
    if (!people) return refuse_rows("the table of conversations is damaged");
    TRY(conversations(*database, *people));
    auto messages = Messages::prepare(*database, *people, files_);
    if (!messages) return refuse_rows("the table of files is damaged");
    auto rows = database->query(messages->query());
    if (!rows) return refuse_rows("the table of messages is damaged");
    for (;;) {
      const auto more = rows->next();
      if (!more) return refuse_rows("the table of messages is damaged; what came before is read");
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
    auto rows = database.query("SELECT id, json FROM conversations ORDER BY id");
    if (!rows) return {};
    for (;;) {
      const auto more = rows->next();
      if (!more) return refuse_rows("the table of conversations is damaged");
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
    return tally_.record(std::move(out));
  }

  Result<void> refuse_page(std::uint64_t number) {
    const std::size_t at = static_cast<std::size_t>(number - 1) * kPageBytes;
    const BytesView page = at < file_.bytes.size() ? file_.bytes.subspan(at, kPageBytes) : BytesView();
    return tally_.refuse({file_.path, at, page, "damaged-page",
                          "a page of the database is not what its checksum says; what it held is not read"});
  }
  Result<void> refuse_rows(std::string detail) {
    return tally_.refuse({file_.path, 0, {}, "damaged-table", std::move(detail)});
  }

  const InputFile& file_;
  Files& files_;
  Tally& tally_;
  std::uint64_t number_ = 0;
};

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
      found += plain ? count_rows(*plain) : 1;
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
