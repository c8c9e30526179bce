#include "capture/signal_v1/replay.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <climits>

#include "capture/signal_v1/statements.h"
#include "crypto/hash.h"
#include "legacy.pb.h"

namespace strongroom::capture::signal_v1 {
namespace {

namespace legacy = ::strongroom::signal_legacy;

constexpr std::array<std::string_view, 8> kRecordTables{"message", "sms",    "mms",    "reaction",
                                                        "call",    "thread", "groups", "recipient"};
constexpr std::array<std::string_view, 4> kOtherTables{"attachment", "part", "mention", "group_membership"};
constexpr std::uint64_t kPayloadBytesMax = 1ull << 30;

/// Names are of letters, digits and underscores only, so they may stand in SQL of ours.
bool is_plain_name(std::string_view name) {
  return !name.empty() && name.size() <= 64 && std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
  });
}

std::vector<database::Value> values_of(const legacy::SqlStatement& statement) {
  std::vector<database::Value> out;
  out.reserve(static_cast<std::size_t>(statement.parameters_size()));
  for (const auto& p : statement.parameters()) {
    if (p.has_text()) {
      out.emplace_back(std::string_view(p.text()));
    } else if (p.has_integer()) {
      out.emplace_back(static_cast<std::int64_t>(p.integer()));
    } else if (p.has_real()) {
      out.emplace_back(p.real());
    } else if (p.has_blob()) {
      out.emplace_back(bytes_of(p.blob()));
    } else {
      out.emplace_back(std::monostate());
    }
  }
  return out;
}

}  // namespace

bool is_record(std::string_view table) {
  return std::ranges::find(kRecordTables, table) != kRecordTables.end();
}
bool is_read(std::string_view table) {
  return is_record(table) || std::ranges::find(kOtherTables, table) != kOtherTables.end();
}

/// One run over the frames.
struct Replay::Run {
  const std::string& file;
  BytesView bytes;
  SealedFrames& frames;
  Tally& tally;
  Replay out{};
  std::optional<database::Scratch> scratch{};
  std::map<std::string, std::string> insertions{};  ///< our own statement for each table

  Result<void> all();
  /// False where nothing after the frame can be read.
  Result<bool> one(const SealedFrames::Frame& frame);
  Result<void> statement(const legacy::SqlStatement& said, const SealedFrames::Frame& frame);
  Result<void> create(const std::string& table, const std::string& sql, const SealedFrames::Frame& frame);
  Result<void> insert(const std::string& table, const legacy::SqlStatement& said,
                      const SealedFrames::Frame& frame);
  Result<bool> payload(Payload payload, std::uint64_t length);
  void value(const legacy::KeyValue& pair);

  Result<void> refuse(const SealedFrames::Frame& frame, std::string code, std::string detail) {
    return tally.refuse({file, frame.place.offset, frame.plain, std::move(code), std::move(detail)});
  }
  Result<void> refuse_rest(std::uint64_t from, std::string detail) {
    return tally.refuse(
        {file, from, bytes.subspan(static_cast<std::size_t>(from)), "damaged", std::move(detail)});
  }
};

Result<void> Replay::Run::all() {
  for (;;) {
    const std::uint64_t at = frames.at();
    const auto frame = frames.next();
    if (!frame) return refuse_rest(at, "a frame is damaged or cut off; nothing after it can be read");
    if (!*frame) return {};
    if (!TRY(one(**frame))) return {};
  }
}

Result<bool> Replay::Run::one(const SealedFrames::Frame& frame) {
  legacy::BackupFrame said;
  if (!TRY(tally.begin(file, frame.place.offset))) {
    TRY(refuse(frame, "killed-its-reader", "reading this frame ended the reader before"));
    return true;
  }
  if (frame.plain.size() > INT_MAX ||
      !said.ParseFromArray(frame.plain.data(), static_cast<int>(frame.plain.size()))) {
    TRY(refuse(frame, "malformed-frame", "the bytes of a frame do not follow their format"));
    return true;
  }
  if (said.has_statement()) TRY(statement(said.statement(), frame));
  if (said.has_version()) out.version_ = said.version().version();
  if (said.has_preference()) ++out.counted_["preference"];
  if (said.has_keyvalue()) value(said.keyvalue());
  if (said.has_attachment()) {
    const auto row = static_cast<std::int64_t>(said.attachment().rowid());
    const auto unique = static_cast<std::int64_t>(said.attachment().attachmentid());
    out.attachments_[{row, unique}] = out.payloads_.size();
    return payload({{}, "attachment", fmt::format("attachment {}", row)}, said.attachment().length());
  }
  if (said.has_sticker())
    return payload({{}, "sticker", fmt::format("sticker {}", said.sticker().rowid())},
                   said.sticker().length());
  if (said.has_avatar())
    return payload({{}, "avatar", fmt::format("avatar {}", said.avatar().recipientid())},
                   said.avatar().length());
  return true;
}

Result<bool> Replay::Run::payload(Payload payload, std::uint64_t length) {
  const std::uint64_t at = frames.at();
  const auto place = frames.pass(length);
  if (!place) {
    TRY(refuse_rest(at, "the file ends inside a file of the backup"));
    return false;
  }
  payload.place = *place;
  payload.size = length;
  if (length <= kPayloadBytesMax) {
    if (const auto content = frames.payload_at(*place)) {
      payload.sound = true;
      payload.sha256 = crypto::sha256(*content);
    }
  }
  out.payloads_.push_back(std::move(payload));
  return true;
}

void Replay::Run::value(const legacy::KeyValue& pair) {
  ++out.counted_["key-value"];
  if (pair.key() == "account.aci") out.own_aci_ = pair.stringvalue();
  if (pair.key() == "account.e164") out.own_number_ = pair.stringvalue();
}

Result<void> Replay::Run::statement(const legacy::SqlStatement& said, const SealedFrames::Frame& frame) {
  const Said what = what_is_said(said.statement());
  switch (what.act) {
    case Act::schema: return {};
    case Act::create_table:
      return is_read(what.table) ? create(what.table, said.statement(), frame) : Result<void>();
    case Act::insert:
      if (is_read(what.table)) return insert(what.table, said, frame);
      ++out.counted_["table " + std::string(is_plain_name(what.table) ? what.table : "of another name")];
      return {};
    case Act::other: break;
  }
  return refuse(frame, "refused-statement", "a statement that no backup holds; it was not executed");
}

Result<void> Replay::Run::create(const std::string& table, const std::string& sql,
                                 const SealedFrames::Frame& frame) {
  const auto columns = columns_in(sql);
  const bool usable = columns && !columns->empty() && std::ranges::all_of(*columns, is_plain_name);
  std::string ours = fmt::format("CREATE TABLE {} (", table), values;
  if (usable) {
    for (const std::string& column : *columns) {
      ours += fmt::format("{}\"{}\"", values.empty() ? "" : ",", column);
      values += values.empty() ? "?" : ",?";
    }
  }
  if (!usable || out.columns_.contains(table) || !scratch->replay(ours + ")"))
    return refuse(frame, "malformed-table",
                  "the columns of a table cannot be made out, or it is there twice");
  out.columns_[table] = *columns;
  insertions[table] = fmt::format("INSERT INTO {} VALUES ({})", table, values);
  return {};
}

Result<void> Replay::Run::insert(const std::string& table, const legacy::SqlStatement& said,
                                 const SealedFrames::Frame& frame) {
  const auto ours = insertions.find(table);
  const std::vector<database::Value> values = values_of(said);
  if (ours == insertions.end() || values.size() != out.columns_[table].size() ||
      !scratch->replay(ours->second, values)) {
    if (is_record(table)) return refuse(frame, "malformed-row", "a row that does not fit its table");
    ++out.counted_["rows that fit no table"];
    return {};
  }
  const auto* id = std::get_if<std::int64_t>(&values.front());
  if (id != nullptr && is_record(table)) out.places_[table].try_emplace(*id, frame.place);
  return {};
}

bool Replay::has(std::string_view table, std::string_view column) const {
  const auto found = columns_.find(std::string(table));
  return found != columns_.end() && std::ranges::find(found->second, column) != found->second.end();
}

const Place* Replay::place_of(std::string_view table, std::int64_t first_column) const {
  const auto rows = places_.find(table);
  if (rows == places_.end()) return nullptr;
  const auto found = rows->second.find(first_column);
  return found == rows->second.end() ? nullptr : &found->second;
}

const Payload* Replay::attachment(std::int64_t row, std::int64_t unique) const {
  auto found = attachments_.find({row, unique});
  if (found == attachments_.end()) {
    found = attachments_.lower_bound({row, INT64_MIN});
    if (found == attachments_.end() || found->first.first != row) return nullptr;
  }
  const Payload& payload = payloads_[found->second];
  return payload.sound ? &payload : nullptr;
}

Result<Replay> Replay::run(const std::string& file, BytesView bytes, SealedFrames& frames, Tally& tally) {
  Run run{file, bytes, frames, tally};
  run.scratch = TRY(database::Scratch::make());
  TRY(run.all());
  for (const char* index :
       {"message(_id)", "sms(_id)", "mms(_id)", "reaction(message_id)", "attachment(message_id)", "part(mid)",
        "mention(message_id)", "group_membership(group_id)"}) {
    const std::string_view text = index;
    const std::string table(text.substr(0, text.find('(')));
    const std::string column(text.substr(table.size() + 1, text.size() - table.size() - 2));
    if (run.out.has(table, column))
      (void)run.scratch->replay(fmt::format("CREATE INDEX by_{} ON {}", table, text));
  }
  run.out.database_ = TRY(std::move(*run.scratch).finish());
  return std::move(run.out);
}

}  // namespace strongroom::capture::signal_v1
