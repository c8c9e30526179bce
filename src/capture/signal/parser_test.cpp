#include "capture/signal/parser.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "capture/collecting_sink.h"
#include "codec/text.h"
#include "crypto/hash.h"
#include "frames.pb.h"

namespace strongroom::capture::signal {
namespace {

namespace frames = ::strongroom::signal_frames;
using record::Kind;

void add(std::string& stream, const google::protobuf::Message& message) {
  const std::string bytes = message.SerializeAsString();
  std::size_t length = bytes.size();
  for (; length >= 0x80; length >>= 7) stream += static_cast<char>(0x80 | (length & 0x7F));
  stream += static_cast<char>(length);
  stream += bytes;
}

/// A small backup: the custodian, Ana with a nickname, and their chat.
std::string opening() {
  std::string stream;
  frames::BackupInfo info;
  info.set_version(1);
  info.set_backuptimems(1'710'100'000'000);
  add(stream, info);
  frames::Frame account;
  account.mutable_account()->set_givenname("Rui");
  account.mutable_account()->set_svrpin("SECRETPIN");
  add(stream, account);
  frames::Frame self;
  self.mutable_recipient()->set_id(1);
  self.mutable_recipient()->mutable_self();
  add(stream, self);
  frames::Frame ana;
  ana.mutable_recipient()->set_id(2);
  ana.mutable_recipient()->mutable_contact()->set_aci(std::string(16, '\x11'));
  ana.mutable_recipient()->mutable_contact()->set_e164(351'912'345'678);
  ana.mutable_recipient()->mutable_contact()->set_profilegivenname("Ana profile");
  ana.mutable_recipient()->mutable_contact()->mutable_nickname()->set_given("Aninha");
  add(stream, ana);
  frames::Frame chat;
  chat.mutable_chat()->set_id(5);
  chat.mutable_chat()->set_recipientid(2);
  add(stream, chat);
  return stream;
}
constexpr std::size_t kOpeningRecords = 5;

frames::Frame message_from_ana(const std::string& text, std::uint64_t sent = 1'710'079'500'000) {
  frames::Frame frame;
  auto& item = *frame.mutable_chatitem();
  item.set_chatid(5);
  item.set_authorid(2);
  item.set_datesent(sent);
  item.mutable_incoming()->set_datereceived(sent + 1000);
  item.mutable_standardmessage()->mutable_text()->set_body(text);
  return frame;
}

struct Parsed {
  Outcome outcome;
  std::uint64_t found = 0;
  CollectingSink sink;
  const record::Record& at(std::size_t i) const { return sink.records.at(kOpeningRecords + i); }
};

Parsed parse(const std::vector<InputFile>& files, const Parser& with = parser()) {
  Parsed out;
  out.outcome = with.parse(files, {}, {}, out.sink).value();
  out.found = with.count(files, {}, {}).value();
  EXPECT_EQ(out.found, out.outcome.parsed + out.outcome.refused);
  return out;
}
Parsed parse(const std::string& stream) { return parse({{"backup.binproto", bytes_of(stream)}}); }

TEST(SignalBackup, GivesAMessageWithThePeopleAsTheCustodianNamedThem) {
  std::string stream = opening();
  add(stream, message_from_ana("olá"));
  const Parsed parsed = parse(stream);
  const record::Record& r = parsed.at(0);
  EXPECT_EQ(r.kind, Kind::message);
  EXPECT_EQ(r.text, "olá");
  EXPECT_EQ(r.author->name, "Aninha");
  EXPECT_EQ(r.author->id, "aci:11111111-1111-1111-1111-111111111111");
  EXPECT_THAT(r.author->addresses, testing::ElementsAre("tel:+351912345678"));
  EXPECT_EQ(r.conversation.title, "Aninha");
  EXPECT_EQ(r.conversation.kind, record::ConversationKind::direct);
  EXPECT_EQ(r.native_id, "aci:11111111-1111-1111-1111-111111111111:1710079500000");
  EXPECT_TRUE(r.doubts.empty());
  EXPECT_EQ(parsed.outcome.doubts, 0u);
}

TEST(SignalBackup, KeepsTheFrameBytesAndWhereTheyLie) {
  std::string stream = opening();
  add(stream, message_from_ana("x"));
  const Parsed parsed = parse(stream);
  for (const record::Record& r : parsed.sink.records)
    EXPECT_EQ(text_of(r.original.bytes), stream.substr(r.original.offset, r.original.length));
}

TEST(SignalBackup, NoSecretOfTheAccountLeavesTheOriginalBytes) {
  const Parsed parsed = parse(opening());
  for (record::Record r : parsed.sink.records) {
    r.original.bytes.clear();
    EXPECT_EQ(text_of(record::encode(r)).find("SECRETPIN"), std::string_view::npos);
    EXPECT_EQ(record::to_json_line(r).find("SECRETPIN"), std::string::npos);
  }
}

TEST(SignalBackup, TellsAnEditedMessageFromOldestToNewest) {
  std::string stream = opening();
  frames::Frame frame = message_from_ana("third", 1'710'079'503'000);
  *frame.mutable_chatitem()->add_revisions() = message_from_ana("first", 1'710'079'501'000).chatitem();
  *frame.mutable_chatitem()->add_revisions() = message_from_ana("second", 1'710'079'502'000).chatitem();
  add(stream, frame);
  const Parsed parsed = parse(stream);
  EXPECT_EQ(parsed.at(0).kind, Kind::message);
  EXPECT_EQ(parsed.at(0).text, "first");
  EXPECT_EQ(parsed.at(1).kind, Kind::edit);
  EXPECT_EQ(parsed.at(1).text, "second");
  EXPECT_EQ(parsed.at(2).text, "third");
  EXPECT_EQ(parsed.at(2).target->native_id, parsed.at(0).native_id);
  EXPECT_EQ(parsed.at(2).original.within, crypto::sha256(parsed.at(0).original.bytes));
}

/// A group of Ana and of accounts that are declared nowhere, and a change made by the first of these.
std::string with_group_of_undeclared(std::initializer_list<char> undeclared) {
  std::string stream = opening();
  frames::Frame group;
  group.mutable_recipient()->set_id(3);
  auto& snapshot = *group.mutable_recipient()->mutable_group()->mutable_snapshot();
  snapshot.add_members()->set_userid(std::string(16, '\x11'));
  for (const char c : undeclared) snapshot.add_members()->set_userid(std::string(16, c));
  add(stream, group);
  frames::Frame chat;
  chat.mutable_chat()->set_id(6);
  chat.mutable_chat()->set_recipientid(3);
  add(stream, chat);
  frames::Frame change = message_from_ana("");
  change.mutable_chatitem()->set_chatid(6);
  auto& update = *change.mutable_chatitem()->mutable_updatemessage()->mutable_groupchange()->add_updates();
  update.mutable_groupnameupdate()->set_updateraci(std::string(16, *undeclared.begin()));
  add(stream, change);
  return stream;
}

TEST(SignalBackup, GivesTheOneUndeclaredGroupMemberTheAccountsName) {
  const Parsed parsed = parse(with_group_of_undeclared({'\x22'}));
  const record::Record& change = parsed.sink.records.back();
  EXPECT_EQ(change.author->name, "Rui");
  EXPECT_EQ(change.author->id, "aci:22222222-2222-2222-2222-222222222222");
  ASSERT_EQ(change.people.size(), 2u);
  EXPECT_EQ(change.people[1].name, "Rui");
}

TEST(SignalBackup, GivesNobodyTheAccountsNameWhereTwoAreUndeclared) {
  const Parsed parsed = parse(with_group_of_undeclared({'\x22', '\x33'}));
  EXPECT_EQ(parsed.sink.records.back().author->name, "");
}

TEST(SignalBackup, DeletionAfterEditsTargetsTheMessage) {
  std::string stream = opening();
  frames::Frame frame = message_from_ana("");
  frame.mutable_chatitem()->mutable_remotedeletedmessage();
  add(stream, frame);
  const Parsed parsed = parse(stream);
  EXPECT_EQ(parsed.at(0).kind, Kind::deletion);
  EXPECT_EQ(parsed.at(0).target->native_id, parsed.at(0).native_id);
}

TEST(SignalBackup, ReactionsVotesAndPinsAreRecordsOfTheirOwn) {
  std::string stream = opening();
  frames::Frame frame = message_from_ana("");
  auto& poll = *frame.mutable_chatitem()->mutable_poll();
  poll.set_question("where?");
  poll.add_options()->set_option("here");
  poll.add_options()->set_option("there");
  poll.mutable_options(1)->add_votes()->set_voterid(1);
  auto& reaction = *poll.add_reactions();
  reaction.set_emoji("👍");
  reaction.set_authorid(1);
  reaction.set_senttimestamp(1'710'079'600'000);
  frame.mutable_chatitem()->mutable_pindetails()->set_pinnedattimestamp(1'710'079'700'000);
  add(stream, frame);
  const Parsed parsed = parse(stream);
  EXPECT_EQ(parsed.at(0).kind, Kind::poll);
  EXPECT_EQ(parsed.at(0).poll->options.at(1).votes, 1u);
  EXPECT_EQ(parsed.at(1).kind, Kind::pin);
  EXPECT_EQ(parsed.at(2).kind, Kind::reaction);
  EXPECT_EQ(parsed.at(2).author->id, "self");
  EXPECT_EQ(parsed.at(3).kind, Kind::poll_vote);
  EXPECT_EQ(parsed.at(3).text, "there");
  EXPECT_EQ(parsed.at(3).target->native_id, parsed.at(0).native_id);
}

TEST(SignalBackup, RefusesABrokenFrameAndGoesOn) {
  std::string stream = opening();
  stream += std::string("\x03\x22\x7F\x01", 4);
  add(stream, message_from_ana("after"));
  const Parsed parsed = parse(stream);
  EXPECT_EQ(parsed.at(0).kind, Kind::unparsed_original);
  EXPECT_EQ(parsed.at(0).doubts.at(0).code, "malformed-frame");
  EXPECT_EQ(parsed.at(1).text, "after");
  EXPECT_EQ(parsed.outcome.refused, 1u);
}

TEST(SignalBackup, KeepsACutOffEndWhole) {
  std::string stream = opening();
  const std::size_t whole = stream.size();
  add(stream, message_from_ana("cut"));
  for (std::size_t size = whole + 1; size < stream.size(); ++size) {
    const Parsed parsed = parse(stream.substr(0, size));
    ASSERT_EQ(parsed.outcome.refused, 1u) << size;
    EXPECT_EQ(parsed.at(0).doubts.at(0).code, "cut-off");
    EXPECT_EQ(parsed.at(0).original.bytes.size(), size - whole);
  }
}

TEST(SignalBackup, EveryFlippedBitIsParsedOrRefusedAndCountedTheSame) {
  std::string stream = opening();
  const std::size_t start = stream.size();
  frames::Frame frame = message_from_ana("newest");
  *frame.mutable_chatitem()->add_revisions() = message_from_ana("oldest").chatitem();
  auto& reaction = *frame.mutable_chatitem()->mutable_standardmessage()->add_reactions();
  reaction.set_emoji("x");
  frame.mutable_chatitem()->mutable_pindetails()->set_pinneverexpires(true);
  add(stream, frame);
  add(stream, message_from_ana("after"));
  for (std::size_t bit = start * 8; bit < stream.size() * 8; ++bit) {
    std::string bent = stream;
    bent[bit / 8] = static_cast<char>(bent[bit / 8] ^ (1 << (bit % 8)));
    parse(bent);
    if (HasFailure()) FAIL() << "bit " << bit;
  }
}

TEST(SignalBackup, ReportsFieldsItDoesNotKnow) {
  std::string stream = opening();
  frames::Frame frame = message_from_ana("x");
  frame.mutable_chatitem()->mutable_standardmessage()->mutable_unknown_fields()->AddVarint(999, 1);
  add(stream, frame);
  const Parsed parsed = parse(stream);
  ASSERT_EQ(parsed.at(0).doubts.size(), 1u);
  EXPECT_EQ(parsed.at(0).doubts[0].code, "unknown-field");
  EXPECT_NE(parsed.at(0).doubts[0].detail.find("999"), std::string::npos);
}

TEST(SignalBackup, DoubtsTimesBeforeTheProductAndAfterTheBackup) {
  for (const std::uint64_t ms : {std::uint64_t{0}, std::uint64_t{1'811'000'000'000}, ~std::uint64_t{0}}) {
    std::string stream = opening();
    frames::Frame frame = message_from_ana("x", ms);
    frame.mutable_chatitem()->mutable_incoming()->clear_datereceived();
    add(stream, frame);
    const Parsed parsed = parse(stream);
    ASSERT_EQ(parsed.at(0).doubts.size(), 1u);
    EXPECT_EQ(parsed.at(0).doubts[0].code, "implausible-time");
    EXPECT_TRUE(record::from_json_line(record::to_json_line(parsed.at(0))));
  }
}

TEST(SignalBackup, RefusesFilesBesideItThatAreNoBackup) {
  const std::string stream = opening();
  const Parsed parsed = parse({{"a", bytes_of(stream)}, {"b.txt", bytes_of("notes")}, {"c", {}}});
  EXPECT_EQ(parsed.outcome.parsed, kOpeningRecords);
  EXPECT_EQ(parsed.outcome.refused, 2u);
}

constexpr std::string_view kTakeoutLines =
    R"({"version":"1","backupTimeMs":"1710100000000"}
{"recipient":{"id":"1","self":{}}}
{"chat":{"id":"5","recipientId":"1"}}
{"chatItem":{"chatId":"5","authorId":"1","dateSent":"1710079500000","outgoing":{},"standardMessage":{"text":{"body":"note"},"reactions":[{"emoji":"x","authorId":"1","sentTimestamp":"1710079600000"}]}}}
{"chatItem":{"chatId":"5","authorId":"1","dateSent":"1710079500001","fresh":1,"outgoing":{}}}
not json
)";

TEST(SignalTakeout, GivesTheSameRecordsFromLines) {
  const Parsed parsed = parse({{"main.jsonl", bytes_of(kTakeoutLines)}}, takeout_parser());
  ASSERT_EQ(parsed.sink.records.size(), 7u);
  EXPECT_EQ(parsed.sink.records[3].text, "note");
  EXPECT_EQ(parsed.sink.records[3].conversation.kind, record::ConversationKind::note_to_self);
  EXPECT_EQ(parsed.sink.records[4].kind, Kind::reaction);
  EXPECT_EQ(parsed.sink.records[5].doubts.at(0).code, "unknown-item");
  EXPECT_EQ(parsed.sink.records[5].doubts.at(1).code, "unknown-field");
  EXPECT_EQ(parsed.sink.records[6].kind, Kind::unparsed_original);
}

TEST(SignalTakeout, FindsAttachmentContentBesideItByItsDigest) {
  const std::string content = "the whole long text";
  const Hash256 digest = crypto::sha256(bytes_of(content));
  const std::string lines = std::string(kTakeoutLines.substr(0, kTakeoutLines.find('\n') + 1));
  const std::string item =
      R"({"chatItem":{"chatId":"5","authorId":"1","dateSent":"1710079500000","standardMessage":{"text":{"body":"the whole"},)"
      R"("longText":{"locatorInfo":{"plaintextHash":")" +
      codec::base64(digest) + R"("}}}}})";
  const Parsed parsed = parse(
      {{"d/main.jsonl", bytes_of(lines + item)}, {"d/files/x.txt", bytes_of(content)}}, takeout_parser());
  ASSERT_EQ(parsed.sink.contents.size(), 1u);
  const record::Record& message = parsed.sink.records.at(1);
  EXPECT_EQ(message.text, content);
  EXPECT_EQ(message.attachments.at(0).sha256, digest);
  EXPECT_EQ(message.attachments.at(0).state, record::AttachmentState::present);
}

}  // namespace
}  // namespace strongroom::capture::signal
