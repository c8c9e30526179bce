#include "reading/joining.h"

#include <gtest/gtest.h>

#include "reading/conversation.h"
#include "reading/search.h"
#include "reading/show.h"

namespace strongroom::reading {
namespace {

using record::Kind;
using record::Person;
using record::Record;

constexpr std::int64_t kNoon = 1'773'144'000'000;  // 2026-03-10T12:00:00Z
constexpr std::int64_t kDay = 86'400'000;

Record entry(const std::string& id, const std::string& name, std::vector<std::string> addresses,
             std::optional<std::int64_t> from = {}, std::optional<std::int64_t> until = {}) {
  Record out;
  out.kind = Kind::context;
  out.source = "directory";
  out.extra["object"] = std::string("directory-entry");
  if (from) out.extra["valid_from_ms"] = static_cast<std::uint64_t>(*from);
  if (until) out.extra["valid_until_ms"] = static_cast<std::uint64_t>(*until);
  out.people.push_back({"directory:" + id, name, std::move(addresses), {}});
  out.native_id = id;
  out.original.bytes = copy_of(bytes_of(id + name));
  return out;
}

TEST(Joining, AnAddressJoinsOnlyWhileItIsValid) {
  Directory directory;
  directory.add(entry("1", "Ana", {"tel:+351911"}, {}, kNoon));
  directory.add(entry("2", "Bo", {"tel:+351911"}, kNoon, {}));
  const Person number{"tel:+351911", "my phone", {}, {}};
  EXPECT_EQ(directory.entry_of(number, kNoon - 1)->name, "Ana");
  EXPECT_EQ(directory.entry_of(number, kNoon)->name, "Bo");
  EXPECT_EQ(directory.entry_of(number, 0), nullptr);  // no time: neither
  EXPECT_EQ(directory.key_of(number, kNoon), "directory:2");
  EXPECT_EQ(directory.key_of({"tel:+4", "", {}, {}}, kNoon), "tel:+4");
}

TEST(Joining, WhoeverTwoEntriesClaimIsNobody) {
  Directory directory;
  directory.add(entry("1", "Ana", {"tel:+1"}));
  directory.add(entry("2", "Bo", {"mailto:x@y"}));
  directory.add(entry("1", "Ana", {"aci:1"}, kNoon, {}));
  EXPECT_EQ(directory.entry_of({"aci:1", "", {"tel:+1"}, {}}, kNoon)->id, "directory:1");
  EXPECT_EQ(directory.entry_of({"aci:1", "", {"mailto:x@y"}, {}}, kNoon), nullptr);
}

TEST(Joining, OnlyEntriesOfPeopleCount) {
  Directory directory;
  Record other = entry("1", "Ana", {"tel:+1"});
  other.extra["object"] = std::string("directory-other");
  directory.add(other);
  Record forged = entry("1", "Ana", {"tel:+1"});
  forged.source = "strongroom-jsonl";
  directory.add(forged);
  EXPECT_TRUE(directory.empty());
}

/// Two devices, one folder and batch each.
struct TwoDevices : ::testing::Test {
  TwoDevices() {
    opened.devices.resize(2);
    for (std::size_t d = 0; d < 2; ++d) {
      opened.devices[d].custodian = d == 0 ? "Ana Silva" : "Bo Reis";
      opened.devices[d].folders.resize(1);
      opened.devices[d].folders[0].batches.resize(1);
      opened.devices[d].folders[0].batches[0].entry.leaf = 5 + d;
    }
  }
  Record& put(std::size_t device, Record record) {
    auto& records = opened.devices[device].folders[0].batches[0].records;
    grant::OpenedRecord one;
    one.index = records.size();
    record.order = one.index;
    one.record = std::move(record);
    records.push_back(std::move(one));
    return records.back().record;
  }
  /// As the device of the first or the second sees a message of `author` ("ana" or "bo").
  Record& say(std::size_t device, const std::string& author, std::int64_t at, std::string text) {
    Record r;
    r.source = "signal-backup";
    const std::string other = author == "ana" ? "bo" : "ana";
    r.conversation = {device == 0 ? "aci:bo" : "aci:ana", device == 0 ? "Bo" : "Ana",
                      record::ConversationKind::direct};
    r.author = Person{"aci:" + author, author, {}, {}};
    r.people = {{"aci:" + other, other, {}, {}}};
    r.native_id = author + std::to_string(at);
    r.sent_at.unix_ms = at;
    r.text = std::move(text);
    return put(device, std::move(r));
  }
  Reading reading() { return read(opened); }
  grant::OpenedCase opened;
};

#define EXPECT_SHOWS(text, part) EXPECT_NE((text).find(part), std::string::npos) << (text)

TEST_F(TwoDevices, AMessageOfBothSidesIsKeptTwiceAndShownOnce) {
  say(0, "ana", kNoon, "hello");
  say(1, "ana", kNoon, "hello");
  say(1, "bo", kNoon + 1000, "only Bo kept this");
  Record& reaction = say(0, "bo", kNoon + 500, "+1");
  reaction.kind = Kind::reaction;
  reaction.target = record::Target{"ana" + std::to_string(kNoon), {}, {}, {}};
  Record& again = say(1, "bo", kNoon + 500, "+1");
  again.kind = Kind::reaction;
  again.target = reaction.target = record::Target{"ana" + std::to_string(kNoon), {}, {}, {}};
  const Reading r = reading();
  EXPECT_EQ(r.records, 5u);
  ASSERT_EQ(r.conversations.size(), 1u);
  ASSERT_EQ(r.conversations[0].items.size(), 2u);
  EXPECT_EQ(r.conversations[0].items[0].also.size(), 1u);
  EXPECT_EQ(r.conversations[0].items[0].reactions.size(), 1u);
  const std::string text = conversation_text(opened, r, r.conversations[0], Numbers::shown);
  EXPECT_SHOWS(text, "[kept twice: captured by Ana Silva and Bo Reis  [6.0]]");
  EXPECT_SHOWS(text, "[captured by Bo Reis only]");
  EXPECT_SHOWS(text, "with the copy of device");
  EXPECT_EQ(text.find("hello"), text.rfind("hello"));
  EXPECT_SHOWS(list_text(opened, r), "with the copy of Bo Reis");
  EXPECT_EQ(search(r, {"hello"}).value().hits.size(), 1u);
}

TEST_F(TwoDevices, WhatDiffersInAnythingIsShownTwice) {
  const auto conversations = [&] { return reading().conversations.size(); };
  Record& here = say(0, "ana", kNoon, "hello");
  Record& there = say(1, "ana", kNoon, "hello");
  const Record same = there;
  EXPECT_EQ(conversations(), 1u);
  there.text = "hello!";
  EXPECT_EQ(conversations(), 2u);
  there = same;
  there.sent_at.unix_ms += 1;
  EXPECT_EQ(conversations(), 2u);
  there = same;
  there.sent_at.certainty = record::ZoneCertainty::assumed;
  EXPECT_EQ(conversations(), 2u);
  there = same;
  there.source = "telegram-desktop";
  EXPECT_EQ(conversations(), 2u);
  there = same;
  there.author->id = "aci:cy";
  EXPECT_EQ(conversations(), 2u);
  there = same;
  there.people[0].id = "aci:cy";  // the same words to somebody else
  EXPECT_EQ(conversations(), 2u);
  there = same;
  there.attachments.resize(1);
  EXPECT_EQ(conversations(), 2u);
  here.attachments.resize(1);
  EXPECT_EQ(conversations(), 1u);
  here.attachments[0].sha256 = Hash256{std::byte{1}};
  there.attachments[0].sha256 = Hash256{std::byte{2}};
  EXPECT_EQ(conversations(), 2u);
}

TEST_F(TwoDevices, TheSameWordsTwiceInOneMillisecondAreTwoMessagesOnEachSide) {
  for (const std::size_t device : {0u, 1u}) {
    say(device, "ana", kNoon, "hello").native_id = "1";
    say(device, "ana", kNoon, "hello").native_id = "2";
  }
  const Reading r = reading();
  ASSERT_EQ(r.conversations.size(), 1u);
  ASSERT_EQ(r.conversations[0].items.size(), 2u);
  EXPECT_EQ(r.conversations[0].items[1].also.size(), 1u);
}

TEST_F(TwoDevices, ForgedMessagesOfOneMillisecondArePairedOneByOne) {
  const std::size_t forged = 20'000;
  for (const std::size_t device : {0u, 1u}) {
    for (std::size_t i = 0; i < forged; ++i) say(device, "ana", kNoon, "hello").native_id = std::to_string(i);
  }
  const Reading r = reading();
  ASSERT_EQ(r.conversations.size(), 1u);
  ASSERT_EQ(r.conversations[0].items.size(), forged);
  for (const Item& item : r.conversations[0].items) EXPECT_EQ(item.also.size(), 1u);
}

TEST_F(TwoDevices, GroupsAreOneByTheirId) {
  for (const std::size_t device : {0u, 1u}) {
    Record& r = say(device, "ana", kNoon, "hello");
    r.conversation = {device == 0 ? "signal:group:1" : "signal:group:2", "G",
                      record::ConversationKind::group};
  }
  EXPECT_EQ(reading().conversations.size(), 2u);
  opened.devices[1].folders[0].batches[0].records[0].record.conversation.id = "signal:group:1";
  EXPECT_EQ(reading().conversations.size(), 1u);
}

TEST_F(TwoDevices, TheDirectoryJoinsAuthorsAndTheSnapshotStaysAsItWas) {
  // One side knows Ana by her number, the other by her account.
  say(0, "ana", kNoon, "hello");
  Record& there = say(1, "ana", kNoon, "hello");
  there.author = Person{"tel:+351911", "Ana from work", {}, {}};
  EXPECT_EQ(reading().conversations.size(), 2u);
  put(0, entry("17", "Ana Costa", {"tel:+351911", "aci:ana"}, kNoon - kDay, kNoon + kDay));
  const Reading r = reading();
  ASSERT_EQ(r.conversations.size(), 1u);
  const std::string text = conversation_text(opened, r, r.conversations[0]);
  EXPECT_SHOWS(text, "12:00 UTC  ana = Ana Costa (directory:17)");
  EXPECT_EQ(r.conversations[0].items[0].also[0].place.record->author->name, "Ana from work");
  EXPECT_SHOWS(list_text(opened, r), "Ana Costa (directory:17): in 1; captured as ana");
}

}  // namespace
}  // namespace strongroom::reading
