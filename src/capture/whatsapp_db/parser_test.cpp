#include "capture/whatsapp_db/parser.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "capture/test_parsed.h"
#include "capture/whatsapp_db/crypt.h"
#include "capture/whatsapp_db/test_material.h"

namespace strongroom::capture::whatsapp_db {
namespace {

using record::AttachmentState;
using record::Kind;
using record::Record;

Parsed parse(const std::vector<InputFile>& files, const Statement& statement = {}) {
  return parsed_by(parser(), files, statement);
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

std::vector<Record> receipts_of(const Parsed& parsed, std::string_view message) {
  std::vector<Record> out;
  for (const Record& r : parsed.sink.records) {
    if (r.kind == Kind::receipt && r.native_id.starts_with(std::string(message) + "/receipts/"))
      out.push_back(r);
  }
  return out;
}

std::uint64_t number(const Record& r, const std::string& name) {
  return std::get<std::uint64_t>(r.extra.at(name));
}

TEST(WhatsAppDatabase, ReadsWhoWasGivenAMessageAndReadIt) {
  const Bytes bytes = android_database();
  const Parsed parsed = parse({{"msgstore.db", bytes}});
  const auto of_picture = receipts_of(parsed, "A2/self");
  ASSERT_EQ(of_picture.size(), 2u);
  const Record& user = of_picture[0];
  EXPECT_EQ(user.conversation.id, "whatsapp:33611@s.whatsapp.net");
  EXPECT_EQ(user.author.value().id, "tel:+33611");
  EXPECT_EQ(user.people.at(0).role, "read");
  EXPECT_EQ(user.target.value().native_id, "A2/self");
  EXPECT_EQ(user.target.value().sent_at_ms, 1700000001000);
  EXPECT_EQ(user.sent_at.unix_ms, 1700000001600);
  EXPECT_EQ(extra(user, "state"), "read");
  EXPECT_EQ(number(user, "delivered tel:+33611"), 1700000001500u);
  EXPECT_EQ(number(user, "read tel:+33611"), 1700000001600u);
  EXPECT_FALSE(user.extra.contains("viewed tel:+33611"));
  EXPECT_TRUE(text_of(user.original.bytes).starts_with(R"({"receipt_user":{"_id":2,"message_row_id":3,)"));
  EXPECT_EQ(number(of_picture[1], "delivered tel:+33611"), 1700000001400u);
  EXPECT_EQ(number(of_picture[1], "delivered tel:+33611 device 7"), 1700000001450u);

  const auto orphan = receipts_of(parsed, "");
  ASSERT_EQ(orphan.size(), 1u);
  EXPECT_EQ(orphan[0].doubts.at(0).code, "target-missing");

  const auto old = receipts_of(parsed, "O9/self");
  ASSERT_EQ(old.size(), 1u);
  EXPECT_EQ(old[0].conversation.id, "whatsapp:123-456@g.us");
  EXPECT_EQ(extra(old[0], "state"), "delivered") << "what it reached with all of them";
  EXPECT_EQ(old[0].people.at(0).role, "viewed");
  EXPECT_EQ(old[0].people.at(1).role, "delivered");
  EXPECT_EQ(old[0].sent_at.unix_ms, 1500000004000);
  EXPECT_EQ(extra(receipts_of(parsed, "O8/self").at(0), "state"), "sent");
}

Bytes group_with_receipts(int members, std::string_view changes = {}) {
  return database::database_of(
      "CREATE TABLE jid(_id INTEGER PRIMARY KEY, user TEXT, server TEXT); INSERT INTO jid "
      "VALUES(1,'1-2','g.us');"
      "WITH RECURSIVE n(i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i <= " +
      std::to_string(members) +
      ") INSERT INTO jid SELECT i, 351900000000 + i, 's.whatsapp.net' FROM n;"
      "CREATE TABLE chat(_id INTEGER PRIMARY KEY, jid_row_id INTEGER); INSERT INTO chat VALUES(1,1);"
      "CREATE TABLE message(_id INTEGER PRIMARY KEY, chat_row_id INTEGER, from_me INTEGER, key_id TEXT, "
      "timestamp INTEGER, message_type INTEGER, text_data TEXT);"
      "INSERT INTO message VALUES(1,1,1,'M',1700000000000,0,'to all');"
      "CREATE TABLE receipt_user(_id INTEGER PRIMARY KEY, message_row_id INTEGER, receipt_user_jid_row_id "
      "INTEGER, receipt_timestamp INTEGER, read_timestamp INTEGER, played_timestamp INTEGER);"
      "INSERT INTO receipt_user SELECT _id, 1, _id, 1700000001000 + _id, 1700000002000 + _id, 1700000003000 "
      "+ "
      "_id FROM jid WHERE _id > 1;" +
      std::string(changes));
}

TEST(WhatsAppDatabase, ReceiptsOfALargeGroupAreSeveralRecords) {
  const Bytes bytes = group_with_receipts(1024);
  const Parsed parsed = parse({{"msgstore.db", bytes}});
  const auto receipts = receipts_of(parsed, "M/self");
  ASSERT_EQ(receipts.size(), 4u);
  std::set<std::string> people;
  std::set<Hash256> identities;
  for (const Record& r : receipts) {
    for (const record::Person& p : r.people) people.insert(p.id);
    identities.insert(record::identity_of(r));
    std::size_t extra_bytes = 0;
    for (const auto& [name, value] : r.extra) extra_bytes += name.size() + 16;
    EXPECT_LT(extra_bytes, 64u << 10) << "more would be cut when it is sealed";
  }
  EXPECT_EQ(people.size(), 1024u);
  EXPECT_EQ(identities.size(), 4u);
  EXPECT_EQ(parsed.found, parsed.outcome.parsed);
}

TEST(WhatsAppDatabase, AReceiptThatCameLaterIsNoDuplicate) {
  const Bytes first = group_with_receipts(3, "UPDATE receipt_user SET read_timestamp = NULL WHERE _id = 2;");
  const Bytes second = group_with_receipts(3);
  const Parsed early = parse({{"msgstore.db", first}}), late = parse({{"msgstore.db", second}});
  const auto identity = [](const Parsed& parsed) {
    return record::identity_of(receipts_of(parsed, "M/self").at(0));
  };
  EXPECT_NE(identity(early), identity(late));
  EXPECT_EQ(identity(late), identity(parse({{"other/msgstore.db", second}})));
}

TEST(WhatsAppDatabase, ContactsBesideGiveThePeopleTheirNames) {
  const Bytes messages = android_database(), contacts = contact_database();
  for (const auto& [at, beside] : {std::pair{"databases/msgstore.db", "databases/wa.db"},
                                   {"WhatsApp/Databases/msgstore.db", "WhatsApp/Backups/wa.db"}}) {
    const Parsed parsed = parse({{at, messages}, {beside, contacts}});
    EXPECT_EQ(parsed.outcome.refused, 0u);
    EXPECT_EQ(parsed.outcome.parsed, kAndroidRecords + kContacts);
    EXPECT_EQ(parsed.found, kAndroidRecords + kContacts);
    EXPECT_EQ(parsed.at("A1/tel:+33611").author.value().name, "Ana Costa");
    EXPECT_EQ(parsed.at("A1/tel:+33611").conversation.title, "Ana Costa");
    EXPECT_EQ(parsed.at("A3/tel:+33622").author.value().name, "bo") << "as they call themselves";
    EXPECT_EQ(parsed.at("A3/tel:+33622").people.at(0).name, "bo") << "a hidden id whose number is known";
    EXPECT_EQ(parsed.at("A3/tel:+33622").conversation.title, "Team") << "the chat's own subject";
    EXPECT_EQ(parsed.at("A2/self").author.value().name, "");
    EXPECT_EQ(parsed.at("O1/tel:+33622").author.value().name, "bo");
  }
  const Parsed apart = parse({{"a/b/msgstore.db", messages}, {"c/d/wa.db", contacts}});
  EXPECT_EQ(apart.at("A1/tel:+33611").author.value().name, "") << "another telephone's";
  const Parsed without = parse({{"msgstore.db", messages}});
  for (const Record& r : without.sink.records) {
    const auto same = std::ranges::find(apart.sink.records, r.native_id, &Record::native_id);
    if (r.kind == Kind::message) {
      EXPECT_EQ(record::identity_of(r), record::identity_of(*same));
    }
  }
}

TEST(WhatsAppDatabase, EachContactIsARecord) {
  const Bytes contacts = contact_database();
  EXPECT_EQ(parser().detect({{"wa.db", contacts}}), 90);
  const Parsed parsed = parse({{"wa.db", contacts}});
  EXPECT_EQ(parsed.found, kContacts);
  const Record& ana = parsed.at("contact/33611@s.whatsapp.net");
  EXPECT_EQ(ana.kind, Kind::context);
  EXPECT_EQ(ana.text, "Ana Costa");
  EXPECT_EQ(ana.people.at(0).addresses.at(0), "tel:+33611");
  EXPECT_EQ(extra(ana, "status"), "Busy");
  EXPECT_EQ(extra(ana, "company"), "Example");
  EXPECT_EQ(number(ana, "status_at_ms"), 1600000000000u);
  EXPECT_TRUE(std::get<bool>(ana.extra.at("is_whatsapp_user")));
  EXPECT_EQ(parsed.at("contact/777@s.whatsapp.net").people.at(0).name, "Shop Ltd");
  EXPECT_EQ(parsed.at("contact/123-456@g.us").conversation.kind, record::ConversationKind::group);
  EXPECT_EQ(parsed.at("contact/5").text, "x");
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
  wrong.keys = {GivenKey::copy_of(Bytes(158)),
                GivenKey::copy_of(bytes_of("AB 12" + std::string(60, 'c') + "\nrubbish"))};
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
