#include "capture/whatsapp_db/parser.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "capture/collecting_sink.h"
#include "capture/whatsapp_db/crypt.h"
#include "capture/whatsapp_db/test_material.h"

namespace strongroom::capture::whatsapp_db {
namespace {

using record::AttachmentState;
using record::Kind;
using record::Record;

struct Parsed {
  Outcome outcome;
  CollectingSink sink;
  std::uint64_t found = 0;
  const Record& at(std::string_view native_id) const {
    const auto found_at =
        std::ranges::find_if(sink.records, [&](const Record& r) { return r.native_id == native_id; });
    EXPECT_NE(found_at, sink.records.end()) << native_id;
    return found_at == sink.records.end() ? sink.records.front() : *found_at;
  }
};

Parsed parse(const std::vector<InputFile>& files, const Statement& statement = {}) {
  Parsed out;
  out.outcome = parser().parse(files, statement, {}, out.sink).value();
  out.found = parser().count(files, statement, {}).value();
  for (const Record& r : out.sink.records) EXPECT_EQ(record::decode(record::encode(r)).value(), r);
  return out;
}

std::string extra(const Record& r, const std::string& name) {
  return std::get<std::string>(r.extra.at(name));
}

TEST(WhatsAppDatabase, ReadsEveryRowOfAndroid) {
  const Bytes bytes = android_database();
  const Parsed parsed =
      parse({{"a/msgstore.db", bytes}, {"a/Media/WhatsApp Images/IMG-1.jpg", bytes_of("jpeg")}});
  EXPECT_EQ(parsed.outcome.parsed, kAndroidRecords + 1);
  EXPECT_EQ(parsed.outcome.refused, 0u);
  EXPECT_EQ(parsed.found, kAndroidRecords + 1);

  const Record& hello = parsed.at("A1/tel:+33611");
  EXPECT_EQ(hello.text, "hello");
  EXPECT_EQ(hello.conversation.id, "whatsapp:33611@s.whatsapp.net");
  EXPECT_EQ(hello.author.value().addresses.at(0), "tel:+33611");
  EXPECT_EQ(hello.sent_at.unix_ms, 1700000000000);
  EXPECT_EQ(hello.received_at.value().unix_ms, 1700000000500);
  EXPECT_EQ(hello.expires_in_ms.value(), 86'400'000u);
  EXPECT_TRUE(std::get<bool>(hello.extra.at("edited")));
  EXPECT_TRUE(text_of(hello.original.bytes).starts_with(R"({"message":{"_id":2,"chat_row_id":10,)"));

  const Record& picture = parsed.at("A2/self");
  EXPECT_TRUE(picture.outgoing);
  EXPECT_EQ(picture.attachments.at(0).state, AttachmentState::present);
  EXPECT_EQ(picture.attachments.at(0).name, "IMG-1.jpg");

  const Record& reply = parsed.at("A3/tel:+33622");
  EXPECT_EQ(reply.conversation.title, "Team");
  EXPECT_EQ(reply.reply_to.value().native_id, "A1/tel:+33611");
  EXPECT_EQ(reply.people.at(0).id, "lid:99");
  EXPECT_EQ(reply.people.at(0).addresses.at(0), "tel:+33622");

  const Record& deleted = parsed.at("A4/tel:+33622");
  EXPECT_EQ(deleted.kind, Kind::deletion);
  EXPECT_EQ(deleted.author.value().id, "tel:+33611") << "the admin";
  EXPECT_EQ(deleted.target.value().author_id, "tel:+33622");

  const Record& renamed = parsed.at("A5/tel:+33622");
  EXPECT_EQ(renamed.kind, Kind::rename);
  EXPECT_EQ(extra(renamed, "old_value"), "Team");
  EXPECT_EQ(extra(renamed, "new_value"), "New team");
  EXPECT_EQ(parsed.at("A6/tel:+33622").poll.value().options.at(0).votes, 2u);
  EXPECT_EQ(parsed.at("A7/tel:+33622").kind, Kind::notice);
  EXPECT_EQ(parsed.at("A7/tel:+33622").doubts.size(), 2u) << "kind and time";
  EXPECT_EQ(extra(parsed.at("A8/tel:+33611"), "latitude"), "48.5");
}

TEST(WhatsAppDatabase, ReadsWhatWasAddedToMessagesAndCalls) {
  const Bytes bytes = android_database();
  const Parsed parsed = parse({{"msgstore.db", bytes}});
  const Record& reaction = parsed.at("B1/self");
  EXPECT_EQ(reaction.kind, Kind::reaction);
  EXPECT_EQ(reaction.text, "+1");
  EXPECT_EQ(reaction.target.value().native_id, "A1/tel:+33611");
  EXPECT_EQ(parsed.at("B2/tel:+33622").kind, Kind::poll_vote);
  EXPECT_EQ(parsed.at("B2/tel:+33622").text, "Yes");
  EXPECT_EQ(parsed.at("B3/tel:+33622").doubts.size(), 2u);
  const Record& call = parsed.at("call/C1");
  EXPECT_EQ(call.kind, Kind::call);
  EXPECT_EQ(std::get<std::uint64_t>(call.extra.at("duration_s")), 31u);
  EXPECT_EQ(call.author.value().id, "tel:+33611");
  EXPECT_EQ(parsed.at("A2/self").attachments.at(0).state, AttachmentState::missing);
}

TEST(WhatsAppDatabase, ReadsTheOldTableWithoutWhatWasMoved) {
  const Bytes bytes = android_database();
  const Parsed parsed = parse({{"msgstore.db", bytes}});
  const Record& old = parsed.at("O1/tel:+33622");
  EXPECT_EQ(old.text, "old");
  EXPECT_EQ(old.reply_to.value().native_id, "O0/self");
  EXPECT_EQ(extra(parsed.at("O2/tel:+33622"), "new_value"), "Old team");
}

TEST(WhatsAppDatabase, ReadsTheIphone) {
  const Bytes bytes = ios_database();
  const Parsed parsed = parse({{"ChatStorage.sqlite", bytes}, {"Message/Media/x/a.jpg", bytes_of("jpeg")}});
  EXPECT_EQ(parsed.outcome.parsed, kIosRecords + 1);
  EXPECT_EQ(parsed.found, kIosRecords + 1);
  EXPECT_EQ(parsed.at("S1/tel:+33611").sent_at.unix_ms, 1678307200500);
  EXPECT_EQ(parsed.at("S1/tel:+33611").conversation.title, "Ana");
  const Record& picture = parsed.at("S2/tel:+33622");
  EXPECT_EQ(picture.author.value().name, "Bo");
  EXPECT_EQ(picture.attachments.at(0).state, AttachmentState::present);
  EXPECT_EQ(parsed.at("S3/self").kind, Kind::deletion);
  EXPECT_EQ(parsed.at("row-4/").doubts.size(), 2u);
}

TEST(WhatsAppDatabase, AnEncryptedBackupNamesTheKeyItNeeds) {
  std::string file = std::string("\x1a\x01\x08\x01\x1a\x12\x0a\x10", 8) + std::string(16, 'i') + "\x22\x02xx";
  file[0] = static_cast<char>(file.size() - 2);
  file += std::string(200, 'c');
  EXPECT_EQ(crypt_of(bytes_of(file)), Crypt::crypt15);
  const std::vector<InputFile> files{{"msgstore.db.crypt15", bytes_of(file)}};
  EXPECT_GT(parser().detect(files), 0);
  const auto code = [&](const Statement& statement) {
    const Parsed parsed = parse(files, statement);
    EXPECT_EQ(parsed.found, 1u);
    EXPECT_EQ(parsed.outcome.refused, 1u);
    return parsed.sink.records.at(0).doubts.at(0).code;
  };
  EXPECT_EQ(code({}), "key-needed");
  Statement wrong;
  wrong.keys = {Bytes(158), copy_of(bytes_of("AB 12" + std::string(60, 'c') + "\nrubbish"))};
  EXPECT_EQ(code(wrong), "key-does-not-fit");
}

TEST(WhatsAppDatabase, DamageCostsWhatIsDamaged) {
  const Bytes good = android_database();
  for (std::size_t page = 4096; page < good.size(); page += 4096) {
    Bytes bad = good;
    std::fill_n(bad.begin() + static_cast<std::ptrdiff_t>(page), 512, std::byte{0xA5});
    const std::vector<InputFile> files{{"msgstore.db", bad}};
    if (parser().detect(files) == 0) continue;
    const Parsed parsed = parse(files);
    EXPECT_EQ(parsed.found, parsed.outcome.parsed + parsed.outcome.refused) << page;
  }
  for (std::size_t size = 0; size < good.size(); size += 1000) {
    const std::vector<InputFile> files{{"msgstore.db", BytesView(good).first(size)}};
    if (parser().detect(files) == 0) continue;
    const Parsed parsed = parse(files);
    EXPECT_EQ(parsed.found, parsed.outcome.parsed + parsed.outcome.refused) << size;
  }
}

TEST(WhatsAppDatabase, ADamagedDatabaseIsKeptWholeAndEachTableIsSaid) {
  const Bytes good = android_database();
  std::set<Hash256> identities;
  std::size_t refusals = 0, sides = 0;
  for (std::size_t page = 4096; page < good.size(); page += 4096) {
    Bytes bad = good;
    std::fill_n(bad.begin() + static_cast<std::ptrdiff_t>(page), 512, std::byte{0xA5});
    const Parsed parsed = parse({{"msgstore.db", bad}});
    bool kept = false;
    for (const Record& r : parsed.sink.records) {
      if (r.kind == Kind::unparsed_original) {
        kept = kept || r.original.bytes == bad;
        EXPECT_TRUE(kept) << page;
        ++refusals;
        identities.insert(record::identity_of(r));
        continue;
      }
      for (const record::Doubt& doubt : r.doubts)
        sides += doubt.detail.find("message_media is damaged") != std::string::npos ? 1u : 0u;
    }
  }
  EXPECT_GT(refusals, 1u);
  EXPECT_EQ(identities.size(), refusals) << "none is taken for another's duplicate";
  EXPECT_GT(sides, 0u) << "a picture that is not read is said";
}

TEST(WhatsAppDatabase, KnowsItsOwnByItsTables) {
  const Bytes other = database::test_database();
  EXPECT_EQ(parser().detect({{"msgstore.db", other}}), 0);
  EXPECT_EQ(parser().detect({{"msgstore.db.crypt15", bytes_of("nothing")}}), 0);
  EXPECT_EQ(parser().detect({}), 0);
}

}  // namespace
}  // namespace strongroom::capture::whatsapp_db
