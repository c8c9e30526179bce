#include "capture/signal_v1/parser.h"

#include <fmt/format.h>

#include <algorithm>

#include "capture/beside.h"
#include "capture/signal_v1/count.h"
#include "capture/signal_v1/messages.h"

namespace strongroom::capture::signal_v1 {
namespace {

using record::Kind;
using record::Record;

constexpr std::string_view kSource = "signal-android";
constexpr std::uint64_t kParserVersion = 1;

int detect_legacy(const std::vector<InputFile>& files) {
  return std::ranges::any_of(files, [](const InputFile& f) { return header_of(f.bytes).has_value(); }) ? 92
                                                                                                       : 0;
}

/// Reads one backup whose keys fit.
class Reader {
 public:
  Reader(const InputFile& file, const Header& header, SealedFrames& frames, Replay& replay, Tally& tally)
      : file_(file), header_(header), frames_(frames), replay_(replay), tally_(tally) {}

  Result<void> all() {
    const People people = TRY(People::read(replay_));
    TRY(about_the_backup());
    TRY(contexts("recipient", "_id", [&](const Row& row, Record& out) {
      const std::int64_t id = row.integer({"_id"});
      out.conversation = people.conversation_with(id);
      out.people = people.members_of(id);
      const record::Person person = people.person(id);
      out.native_id = "recipient:" + person.id;
      out.text = person.name;
    }));
    TRY(contexts("groups", "_id", [&](const Row& row, Record& out) {
      const std::int64_t id = row.integer({"recipient_id"});
      out.conversation = people.conversation_with(id);
      out.people = people.members_of(id);
      out.native_id = "group:" + out.conversation.id;
      out.text = row.text({"title"});
    }));
    TRY(contexts("thread", "_id", [&](const Row& row, Record& out) {
      const std::int64_t id = row.integer({"_id"});
      out.conversation = people.conversation_of(id);
      out.people = people.people_of(id);
      out.native_id = "chat:" + out.conversation.id;
      out.text = out.conversation.title;
      if (row.integer({"archived"}) > 0) out.extra["archived"] = true;
    }));
    TRY(contexts("call", "_id", [&](const Row& row, Record& out) {
      out.conversation = people.conversation_with(row.integer({"peer"}));
      out.native_id = fmt::format("call:{}", row.text({"call_id"}));
      for (const std::string_view name : {"type", "direction", "event", "timestamp"})
        if (row.has({name})) out.extra[std::string(name)] = whole(row.integer({name}));
    }));
    Messages messages = TRY(Messages::prepare(replay_, people));
    for (const std::string& table : messages.tables()) {
      TRY(rows_of(table, [&](const Row& row) { return messages.message(table, row); }, "_id"));
    }
    if (replay_.has("reaction", "message_id"))
      TRY(rows_of(
          "reaction", [&](const Row& row) { return messages.reaction(row); },
          replay_.tables().at("reaction").front()));
    return payloads();
  }

 private:
  template <class Make>
  Result<void> rows_of(const std::string& table, Make make, std::string_view id_column) {
    auto rows = TRY(replay_.rows().query(fmt::format("SELECT * FROM \"{}\" ORDER BY rowid", table)));
    while (TRY(rows.next())) {
      const Row row(rows);
      Record out = TRY(make(row));
      TRY(emit(std::move(out), replay_.place_of(table, row.integer({id_column}, -1))));
    }
    return {};
  }
  template <class Fill>
  Result<void> contexts(const std::string& table, std::string_view id_column, Fill fill) {
    if (!replay_.tables().contains(table)) return {};
    return rows_of(
        table,
        [&](const Row& row) -> Result<Record> {
          Record out;
          out.kind = Kind::context;
          out.extra["object"] = table;
          fill(row, out);
          return out;
        },
        id_column);
  }

  /// The row's INSERT is its original; it is decrypted again, which is cheaper than keeping all of them.
  Result<void> emit(Record&& record, const Place* place) {
    record.original.file = file_.path;
    if (place != nullptr) {
      record.original.offset = place->offset;
      record.original.length = place->length;
      if (auto plain = frames_.frame_at(*place)) record.original.bytes = std::move(*plain);
    }
    return tally_.record(std::move(record));
  }

  /// What was found and not made into records is said here.
  Result<void> about_the_backup() {
    Record out;
    out.kind = Kind::context;
    out.native_id = "backup";
    out.extra["object"] = std::string("backup");
    out.extra["database_version"] = std::uint64_t{replay_.database_version()};
    for (const auto& [what, count] : replay_.counted()) out.extra["not_read " + what] = count;
    out.original.bytes =
        copy_of(file_.bytes.first(header_.bytes));  // the plain header: every backup has its own
    out.original.length = header_.bytes;
    return emit(std::move(out), nullptr);
  }

  Result<void> payloads() {
    for (const Payload& payload : replay_.payloads()) {
      const BytesView sealed = file_.bytes.subspan(static_cast<std::size_t>(payload.place.offset),
                                                   static_cast<std::size_t>(payload.place.length));
      const auto content = payload.sound ? frames_.payload_at(payload.place) : Result<Bytes>(Bytes{});
      if (!payload.sound || !content) {
        TRY(tally_.refuse(
            {file_.path, payload.place.offset, sealed, "damaged",
             payload.name + " is not what its checksum says, or is larger than 1 GiB; kept encrypted"}));
        continue;
      }
      Record out;
      out.kind = Kind::attachment;
      record::Attachment a;
      a.name = payload.name;
      a.size = payload.size;
      a.sha256 = payload.sha256;
      a.source_reference = payload.name;
      a.flavour = payload.what == "attachment" ? "" : payload.what;
      a.state = record::AttachmentState::present;
      out.attachments.push_back(std::move(a));
      if (const record::SourceTime* time = tally_.first_named(payload.sha256)) out.sent_at = *time;
      out.original.within = payload.sha256;
      out.original.length = payload.size;
      out.original.file = file_.path;
      TRY(tally_.content(std::move(out), *content));
    }
    return {};
  }

  const InputFile& file_;
  const Header& header_;
  SealedFrames& frames_;
  Replay& replay_;
  Tally& tally_;
};

Result<void> parse_one(const InputFile& file, const Header& header,
                       const std::vector<SecretBytes>& passphrases, Tally& tally) {
  if (passphrases.empty())
    return tally.refuse(
        {file.path, 0, file.bytes, "key-needed",
         "this backup is encrypted: give a file with its passphrase of 30 digits with --key-file"});
  const auto keys = keys_that_fit(file.bytes, header, passphrases);
  if (!keys)
    return tally.refuse({file.path, 0, file.bytes, "key-does-not-fit",
                         "none of the passphrases given opens this backup, or its beginning is damaged"});
  return read_opened(file, header, *keys, tally);
}

Result<Outcome> parse_legacy(const std::vector<InputFile>& files, const Statement& statement, const Limits&,
                             Sink& sink) {
  Tally tally(sink, kSource, kParserVersion);
  const std::vector<SecretBytes> passphrases = passphrases_in(statement.keys);
  std::vector<const InputFile*> beside;
  for (const InputFile& file : files) {
    if (const auto header = header_of(file.bytes)) {
      TRY(parse_one(file, *header, passphrases, tally));
    } else {
      beside.push_back(&file);
    }
  }
  for (const InputFile* file : beside) TRY(hand_over_file(tally, *file));
  return tally.outcome();
}

Result<std::uint64_t> count_legacy(const std::vector<InputFile>& files, const Statement& statement,
                                   const Limits&) {
  const std::vector<SecretBytes> passphrases = passphrases_in(statement.keys);
  std::uint64_t found = 0;
  for (const InputFile& file : files) {
    const auto header = header_of(file.bytes);
    found += header ? count_backup(file.bytes, *header, passphrases) : 1;
  }
  return found;
}

}  // namespace

Result<void> read_opened(const InputFile& file, const Header& header, const Keys& keys, Tally& tally) {
  SealedFrames frames(file.bytes, header, keys);
  Replay replay = TRY(Replay::run(file.path, file.bytes, frames, tally));
  return Reader(file, header, frames, replay, tally).all();
}

const Parser& parser() {
  static constexpr Parser kParser{kSource, detect_legacy, parse_legacy, count_legacy};
  return kParser;
}

}  // namespace strongroom::capture::signal_v1
