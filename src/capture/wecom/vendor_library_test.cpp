#include "capture/wecom/vendor_library.h"

#include <gtest/gtest.h>

#include "capture/collecting_sink.h"
#include "capture/wecom/parser.h"
#include "capture/wecom/test_keys.h"

namespace strongroom::capture::wecom {
namespace {

/// A library in this process, that gives what it is told to.
struct Slice {
  char* buf;
  int len;
};
struct Told {
  std::string key = {}, message = {}, content = {};
  int answer = 0, length = 0, freed = 0;
  bool no_slice = false, no_content = false;
} told;
Slice slice;

Slice* new_slice() { return told.no_slice ? nullptr : &slice; }
void free_slice(Slice*) { ++told.freed; }
int decrypt_data(const char* key, const char* message, Slice*) {
  told.key = key;
  told.message = message;
  return told.answer;
}
char* content_of(Slice*) { return told.no_content ? nullptr : told.content.data(); }
int length_of(Slice*) { return told.length; }

VendorOpen the_library() {
  const std::array<void*, 5> symbols{reinterpret_cast<void*>(new_slice), reinterpret_cast<void*>(free_slice),
                                     reinterpret_cast<void*>(decrypt_data),
                                     reinterpret_cast<void*>(content_of), reinterpret_cast<void*>(length_of)};
  return vendor_open(symbols);
}

TEST(WecomVendorLibrary, IsHandedKeyAndMessageAndAskedForWhatItOpened) {
  told = {};
  told.content = "{}x";
  told.length = 2;
  const auto opened = the_library()("key", "sealed");
  ASSERT_TRUE(opened);
  EXPECT_EQ(text_of(*opened), "{}");
  EXPECT_EQ(told.key + told.message, "keysealed");
  EXPECT_EQ(told.freed, 1);
}

TEST(WecomVendorLibrary, ItsFailuresAreErrorsAndNothingItSaysIsReadBeyond) {
  const auto fails = [](const Told& how) {
    told = how;
    const auto opened = the_library()("key", "sealed");
    return !opened && opened.error().code == ErrorCode::corrupt;
  };
  EXPECT_TRUE(fails({.content = "{}", .answer = 10010, .length = 2}));
  EXPECT_TRUE(fails({.content = "{}", .length = -1}));
  EXPECT_TRUE(fails({.content = "{}", .length = 0}));
  EXPECT_TRUE(fails({.content = "{}", .length = 0x7fff'ffff}));
  EXPECT_TRUE(fails({.content = "{}", .length = 2, .no_slice = true}));
  EXPECT_TRUE(fails({.content = "{}", .length = 2, .no_content = true}));
  EXPECT_FALSE(the_library()(std::string_view("k\0y", 3), "sealed"));
}

/// A reply with one sealed element, and what comes of it.
struct Reply {
  std::string element = R"({"seq":7,"msgid":"m1","publickey_ver":3,"encrypt_random_key":")" +
                        std::string(testing::kWrapped) + R"(","encrypt_chat_msg":"sealed"})";
  std::string text = R"({"errcode":0,"errmsg":"ok","chatdata":[)" + element + "]}";
  Statement statement;

  Reply() {
    for (const std::string_view key : {testing::kOtherKey, testing::kRightKey})
      statement.keys.push_back(GivenKey::copy_of(bytes_of(key)));
  }
  record::Record read() const {
    CollectingSink sink;
    const std::vector<InputFile> files{{"a.json", bytes_of(text)}};
    const Outcome outcome = archive_parser().parse(files, statement, {}, sink).value();
    EXPECT_EQ(outcome.parsed + outcome.refused, 1u);
    EXPECT_EQ(archive_parser().count(files, statement, {}).value(), 1u);
    return sink.records.at(0);
  }
  void gives(std::string content) {
    statement.wecom_open = [content = std::move(content)](std::string_view key, std::string_view message) {
      EXPECT_EQ(key, "0123456789abcdefRandomKeyString=");
      EXPECT_EQ(message, "sealed");
      return Result<Bytes>(copy_of(bytes_of(content)));
    };
  }
};

constexpr std::string_view kMessage =
    R"({"msgid":"m1","action":"send","from":"a","tolist":["b"],"msgtime":1603875680377,"msgtype":"text",)"
    R"("text":{"content":"hi"}})";

TEST(WecomVendorLibrary, AnOpenedMessageIsReadAndItsOriginalHoldsBoth) {
  Reply reply;
  reply.gives(std::string(kMessage));
  const record::Record r = reply.read();
  EXPECT_EQ(r.kind, record::Kind::message);
  EXPECT_EQ(r.text, "hi");
  EXPECT_EQ(r.native_id, "m1");
  EXPECT_TRUE(r.doubts.empty());
  EXPECT_TRUE(std::get<bool>(r.extra.at("decrypted")));
  EXPECT_EQ(std::get<std::uint64_t>(r.extra.at("seq")), 7u);
  EXPECT_EQ(std::get<std::uint64_t>(r.extra.at("publickey_ver")), 3u);
  EXPECT_EQ(text_of(r.original.bytes),
            R"({"sealed":)" + reply.element + R"(,"decrypted":)" + std::string(kMessage) + "}");
  EXPECT_EQ(reply.text.substr(r.original.offset, r.original.length), reply.element);
  EXPECT_EQ(text_of(record::encode(r)).find("RandomKeyString"), std::string_view::npos);
  // The same message, imported in the clear, is the same event.
  Reply clear;
  clear.text = kMessage;
  EXPECT_EQ(record::identity_of(clear.read()), record::identity_of(r));
}

TEST(WecomVendorLibrary, WhatDoesNotOpenStaysSealedWithTheReason) {
  const auto code = [](const Reply& reply) {
    const record::Record r = reply.read();
    EXPECT_EQ(r.kind, record::Kind::unparsed_original);
    EXPECT_EQ(text_of(r.original.bytes), reply.element);
    return r.doubts.at(0).code;
  };
  Reply reply;
  reply.gives("no JSON");
  EXPECT_EQ(code(reply), "vendor-library-failed");
  reply.gives("[1]");
  EXPECT_EQ(code(reply), "vendor-library-failed");
  reply.statement.wecom_open = [](std::string_view, std::string_view) -> Result<Bytes> {
    return fail(ErrorCode::corrupt, "DecryptData answers 10010");
  };
  EXPECT_EQ(code(reply), "vendor-library-failed");
  EXPECT_NE(reply.read().doubts.at(0).detail.find("10010"), std::string::npos);
  reply.statement.keys.pop_back();
  EXPECT_EQ(code(reply), "key-does-not-fit");
  reply.statement.keys.clear();
  EXPECT_EQ(code(reply), "key-needed");
}

TEST(WecomVendorLibrary, AnotherMessageThanTheReplyNamesIsDoubted) {
  Reply reply;
  std::string other(kMessage);
  other.replace(other.find("m1"), 2, "m2");
  reply.gives(other);
  const record::Record r = reply.read();
  EXPECT_EQ(r.native_id, "m2");
  EXPECT_EQ(r.doubts.at(0).code, "msgid-differs");
}

}  // namespace
}  // namespace strongroom::capture::wecom
