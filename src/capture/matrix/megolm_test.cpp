#include "capture/matrix/megolm.h"

#include <gtest/gtest.h>

#include "capture/collecting_sink.h"
#include "capture/matrix/encoding.h"
#include "capture/matrix/keys.h"
#include "capture/matrix/parser.h"

namespace strongroom::capture::matrix {
namespace {

// One session, made by libolm 3.2 (npm @matrix-org/olm): its key at index 0 and 5, its messages 0, 5 and 260.
constexpr std::string_view kSession = "8ijmS/ajBd4Mh0dhSL77Aa/KQZ5M31dageyGHblzvsE";
constexpr std::string_view kKey0 =
    "AQAAAABGVQOt9HAoSPhBsc6ghbH4h1XH8A0sTFhV9wFzrzjJPaa0x3SZ5G5STCgNAzdAEmQNYClXn86JF9Av0BTPB7XmQJuhEQ/2"
    "+K/m57x91hg5NCezB4kx6SFtxQ84fr4o7JSDeqgw6ZCJ7GgV5OIV8/BFLSr4GzOeThlUdBShPYhkyfIo5kv2owXeDIdHYUi++wGv"
    "ykGeTN9XWoHshh25c77B";
constexpr std::string_view kKey5 =
    "AQAAAAVGVQOt9HAoSPhBsc6ghbH4h1XH8A0sTFhV9wFzrzjJPaa0x3SZ5G5STCgNAzdAEmQNYClXn86JF9Av0BTPB7XmQJuhEQ/2"
    "+K/m57x91hg5NCezB4kx6SFtxQ84fr4o7JRfIAxbkm6/s6MCHSGpE//9cnDFnXvQlZ9bhVLy5uhGtfIo5kv2owXeDIdHYUi++wGv"
    "ykGeTN9XWoHshh25c77B";
constexpr std::string_view kMessage0 =
    "AwgAEnCkW7UKghhVi9/xbzOh5nma6RP+kGJrqXxuRj1XfLg282a8QU/AF7+/j2jRZNZ0eIQ3puzQneI2APZ/aD2SisGr/sbaCIsX"
    "zlFbnCGyMbDKR2AlF1QMgaGQe+q97lcHBpwEP88DwuNsvssejXSdKcqZoEXVx377oybgt2RbKjDBWd1sVWxO0rmz+Q9TSwG3YFF0"
    "S5e/Tub4WYn4OnQnzubXkR6bpM9p0LyqPaZC81dSzURvdqzWGk8L";
constexpr std::string_view kMessage5 =
    "AwgFEnCze26hNMt/PNqb7L2fD0xU7OlzhQJ+ifysXx5eOk/RzuoMDlieGGUAK62OUq3Mx9jUYhW26A419/2XboAHhLYAEPj7NSiQ"
    "QyAzXPVyTA460B17MmeAEVeWAoJWeUZGY/LlJU0Hlwi0bFSP0UGLyst53if9OTO4Uv+BTMp4ww/OJ1NFjEwaFCbBNHioj7ca7RLt"
    "oatIVh6aTiRV5JklzMHGcvWD5xSnv5F10i1B5aBHXQwN0Y9fLvIE";
constexpr std::string_view kMessage260 =
    "AwiEAhJwnTjtZU4AbG4sZWJO+lgUaPeFoL0cs+z5LMt1cNaKEwdMd+Idv9kwfaQgWRoc+0GM9p2224DaDIjaNGwI4/H/ljto8YPG"
    "iZzLPc9NYn9d2++6BXsj1gqs2rzdWSSmrSk427doaIhiNoBLDzvZIdBjBFa1SW54CtJE+2ax3obUMNW04/m64WknVTTI0a3HOAim"
    "lMRdTl3Wuc13AW0mxjhkGFF89iFM3sjXCUUhTScyzkHZoS8t3UCdDw";

Bytes decoded(std::string_view text) { return from_unpadded(text).value(); }

std::string plaintext(MegolmSession& session, std::string_view message) {
  const auto opened = session.open(decoded(message));
  return opened ? std::string(text_of(opened->plaintext)) : opened.error().what;
}

TEST(Megolm, OpensWhatLibolmSealedInAnyOrder) {
  MegolmSession session = MegolmSession::from_export(decoded(kKey0)).value();
  EXPECT_EQ(to_unpadded(session.public_key()), kSession);
  const std::string expected =
      R"({"type":"m.room.message","content":{"msgtype":"m.text","body":"message 260"},"room_id":"!room:example.org"})";
  EXPECT_EQ(plaintext(session, kMessage260), expected);
  EXPECT_NE(plaintext(session, kMessage0).find("message 0"), std::string::npos);
  EXPECT_NE(plaintext(session, kMessage5).find("message 5"), std::string::npos);
  EXPECT_EQ(plaintext(session, kMessage260), expected);
}

TEST(Megolm, AKeyOfALaterIndexOpensOnlyWhatFollows) {
  MegolmSession session = MegolmSession::from_export(decoded(kKey5)).value();
  EXPECT_NE(plaintext(session, kMessage260).find("message 260"), std::string::npos);
  EXPECT_EQ(session.open(decoded(kMessage0)).error().code, ErrorCode::not_found);
}

TEST(Megolm, EveryChangedByteIsRefused) {
  MegolmSession session = MegolmSession::from_export(decoded(kKey0)).value();
  const Bytes message = decoded(kMessage0);
  for (std::size_t i = 0; i < message.size(); ++i) {
    Bytes changed = message;
    changed[i] ^= std::byte{1};
    EXPECT_FALSE(session.open(changed)) << i;
    EXPECT_FALSE(session.open(BytesView(message).first(i))) << i;
  }
  EXPECT_FALSE(MegolmSession::from_export(BytesView(decoded(kKey0)).first(100)));
}

TEST(MegolmKeys, WhatIsNoExportIsRefused) {
  EXPECT_EQ(open_export("nothing", "1234").error().code, ErrorCode::malformed);
  EXPECT_EQ(open_export("-----BEGIN MEGOLM SESSION DATA-----\nAAAA\n-----END MEGOLM SESSION DATA-----", "x")
                .error()
                .code,
            ErrorCode::malformed);
}

std::string event(std::string_view id, std::string_view ciphertext, std::string_view room) {
  return R"({"type":"m.room.encrypted","event_id":")" + std::string(id) + R"(","room_id":")" +
         std::string(room) +
         R"(","sender":"@ana:example.org","origin_server_ts":1500000000000,"content":{"algorithm":"m.megolm.v1.aes-sha2","session_id":")" +
         std::string(kSession) + R"(","ciphertext":")" + std::string(ciphertext) +
         R"(","m.relates_to":{"m.in_reply_to":{"event_id":"$before"}}}})" + "\n";
}

TEST(MegolmKeys, EventsAreDecryptedAndCheckedAgainstRoomAndReplay) {
  const std::string lines =
      event("$one", kMessage0, "!room:example.org") + event("$two", kMessage0, "!room:example.org") +
      event("$three", kMessage5, "!other:example.org") + event("$four", kMessage260, "!room:example.org");
  const std::string keys =
      R"([{"algorithm":"m.megolm.v1.aes-sha2","room_id":"!room:example.org","session_id":")" +
      std::string(kSession) + R"(","session_key":")" + std::string(kKey0) + R"("}])";
  Statement statement;
  statement.keys.push_back(GivenKey::copy_of(bytes_of(keys)));
  CollectingSink sink;
  const std::vector<InputFile> files{{"events.jsonl", bytes_of(lines)}};
  const Outcome outcome = parser().parse(files, statement, {}, sink).value();
  EXPECT_EQ(outcome.parsed, 4u);
  const auto& r = sink.records;
  EXPECT_EQ(r[0].kind, record::Kind::message);
  EXPECT_EQ(r[0].text, "message 0");
  EXPECT_EQ(r[0].reply_to->native_id, "$before");
  EXPECT_TRUE(std::get<bool>(r[0].extra.at("decrypted")));
  EXPECT_EQ(r[1].kind, record::Kind::notice);
  EXPECT_EQ(r[1].doubts.at(0).code, "encrypted");
  EXPECT_NE(r[1].doubts.at(0).detail.find("replay"), std::string::npos);
  EXPECT_NE(r[2].doubts.at(0).detail.find("another room"), std::string::npos);
  EXPECT_EQ(r[3].text, "message 260");
  CollectingSink without;
  (void)parser().parse(files, {}, {}, without);
  EXPECT_EQ(without.records[0].kind, record::Kind::notice);
  EXPECT_EQ(without.records[0].doubts.at(0).code, "encrypted");
}

}  // namespace
}  // namespace strongroom::capture::matrix
