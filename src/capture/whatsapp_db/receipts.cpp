#include "capture/whatsapp_db/receipts.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <functional>
#include <span>

#include "codec/text.h"
#include "crypto/hash.h"

namespace strongroom::capture::whatsapp_db {
namespace {

/// What came of a message with one recipient, as far as it got.
constexpr std::array<std::string_view, 4> kStates{"sent", "delivered", "read", "viewed"};

/// A table and its columns; an empty name is a column it has not.
struct Table {
  std::string_view name, key, person;
  std::array<std::string_view, 3> times;  ///< of the states after "sent"
};
constexpr Table kOfUsers{"receipt_user",
                         "message_row_id",
                         "receipt_user_jid_row_id",
                         {"receipt_timestamp", "read_timestamp", "played_timestamp"}};
constexpr Table kOfDevices{
    "receipt_device", "message_row_id", "receipt_device_jid_row_id", {"receipt_device_timestamp", "", ""}};
constexpr Table kOld{"receipts",
                     "key_remote_jid, key_id",
                     "remote_resource",
                     {"receipt_device_timestamp", "read_device_timestamp", "played_device_timestamp"}};

struct Recipient {
  record::Person person;  ///< never without id
  std::string label;  ///< of the person, or of one of the person's devices
};

/// What a table says about its message and about a recipient.
struct Meaning {
  std::function<std::int64_t(const Rows&)> key;  ///< of columns 1 and on: the same for one message
  std::function<void(Row&, record::Record&)> set_message;  ///< conversation, target
  std::function<Recipient(Row&)> recipient;
};

class Receipts {
 public:
  Receipts(Reading& reading, const Table& table, const Meaning& meaning)
      : reading_(reading), table_(table), meaning_(meaning), rows_(reading.database, table.name, "rowid") {}

  Result<void> read() {
    auto rows =
        reading_.database.query(fmt::format("SELECT rowid, {} FROM {} NOT INDEXED", table_.key, table_.name));
    if (!rows) return reading_.damaged(table_.name, rows.error());
    auto more = rows->next();
    for (; more && *more; more = rows->next()) {
      gathered_.emplace_back(meaning_.key(*rows), rows->integer(0));
      if (gathered_.size() == kReceiptRowsAtOnce) TRY(take_gathered());
    }
    TRY(take_gathered());
    return more ? Result<void>{} : reading_.damaged(table_.name, more.error());
  }

 private:
  using Place = std::pair<std::int64_t, std::int64_t>;  ///< key, row

  Result<void> take_gathered() {
    std::ranges::sort(gathered_);
    for (std::span<const Place> left = gathered_; !left.empty();) {
      const auto other = std::ranges::find_if(left, [&](const Place& p) { return p.first != left[0].first; });
      const std::size_t of_one = static_cast<std::size_t>(other - left.begin());
      const auto part = left.first(std::min(of_one, kReceiptsInRecord));
      TRY(take(part));
      left = left.subspan(part.size());
    }
    gathered_.clear();
    return {};
  }

  Result<void> take(std::span<const Place> places) {
    record::Record out;
    out.kind = record::Kind::receipt;
    std::string original;
    std::size_t least = kStates.size() - 1;
    std::int64_t latest = 0;
    for (const Place& place : places) {
      Row* row = rows_.first(place.second);
      if (row == nullptr) continue;
      if (original.empty()) meaning_.set_message(*row, out);
      database::append_row(original, table_.name, row->rows());
      least = std::min(least, add_person(*row, out, latest));
    }
    out.extra["state"] = std::string(kStates[least]);
    out.extra["table"] = std::string(table_.name);
    if (latest > 0) {
      out.sent_at = instant(latest, out.doubts);
    } else if (out.target && out.target->sent_at_ms) {
      out.sent_at = instant(*out.target->sent_at_ms, out.doubts);
    }
    // Receipts come in over months: another import of the same message has others, and is not a duplicate.
    const std::string digest = codec::hex(BytesView(crypto::sha256(bytes_of(original))).first(8));
    out.native_id = fmt::format("{}/receipts/{}", out.target ? out.target->native_id : "", digest);
    if (out.people.size() == 1 && out.conversation.kind == record::ConversationKind::direct)
      out.author = out.people.front();
    say_damage(out, {&rows_});
    return reading_.take(std::move(out), original);
  }

  /// How far the message got with this person.
  std::size_t add_person(Row& row, record::Record& out, std::int64_t& latest) {
    auto [person, label] = meaning_.recipient(row);
    std::size_t state = 0;
    for (std::size_t i = 0; i < table_.times.size(); ++i) {
      const std::int64_t at = row.integer(table_.times[i]);
      if (at <= 0) continue;
      state = i + 1;
      latest = std::max(latest, at);
      out.extra[fmt::format("{} {}", kStates[state], label)] = static_cast<std::uint64_t>(at);
    }
    person.role = kStates[state];
    out.people.push_back(std::move(person));
    return state;
  }

  Reading& reading_;
  const Table& table_;
  const Meaning& meaning_;
  Side rows_;
  std::vector<Place> gathered_;
};

bool has(const Database& database, const Table& table, std::string_view key) {
  return database.has_column(table.name, key) && database.has_column(table.name, table.person);
}

}  // namespace

Result<void> read_receipts(Reading& reading, const AndroidContext& context) {
  Side messages(reading.database, "message", "_id");
  const auto set_message = [&](Row& row, record::Record& out) {
    Row* message = messages.first(row.integer("message_row_id"));
    if (message == nullptr) {
      out.conversation = context.chat(-1).conversation;
      out.doubts.push_back(
          {"target-missing", fmt::format("row {} of message is not there", row.integer("message_row_id"))});
    } else {
      out.conversation = context.chat(message->integer("chat_row_id")).conversation;
      out.target = context.target_of(*message);
    }
    say_damage(out, {&messages});
  };
  for (const Table& table : {kOfUsers, kOfDevices}) {
    if (!has(reading.database, table, table.key)) continue;
    const auto recipient = [&](Row& row) {
      const std::int64_t jid = row.integer(table.person), device = context.device(jid);
      record::Person person = context.person(jid);
      if (person.id.empty()) person.id = fmt::format("whatsapp:jid-row:{}", jid);
      std::string label = device > 0 ? fmt::format("{} device {}", person.id, device) : person.id;
      return Recipient{std::move(person), std::move(label)};
    };
    const Meaning meaning{[](const Rows& rows) { return rows.integer(1); }, set_message, recipient};
    TRY(Receipts(reading, table, meaning).read());
  }
  return {};
}

Result<void> read_old_receipts(Reading& reading) {
  if (!has(reading.database, kOld, "key_id") || !has(reading.database, kOld, "key_remote_jid")) return {};
  const auto key = [](const Rows& rows) {
    const Hash256 digest =
        crypto::sha256({bytes_of(rows.text(1)), bytes_of(std::string_view("\0", 1)), bytes_of(rows.text(2))});
    return static_cast<std::int64_t>(read_be<std::uint64_t>(BytesView(digest)));
  };
  const auto set_message = [](Row& row, record::Record& out) {
    out.conversation = conversation_of(row.text("key_remote_jid"), {});
    out.target = record::Target{native_id(row.text("key_id"), true, {}), self().id, {}, {}};
  };
  const auto recipient = [](Row& row) {
    const std::string who = row.text("remote_resource");
    record::Person person = person_of_jid(who.empty() ? row.text("key_remote_jid") : who);
    if (person.id.empty() || person.id.size() > 256) person = {"whatsapp:unknown", {}, {}, {}};
    return Recipient{person, person.id};
  };
  const Meaning meaning{key, set_message, recipient};
  return Receipts(reading, kOld, meaning).read();
}

}  // namespace strongroom::capture::whatsapp_db
