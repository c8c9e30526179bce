// What a server that lies may answer. Each test keeps an input that once got through.
#include "replica/answers.h"

#include <gtest/gtest.h>

#include "codec/cbor.h"

namespace strongroom::replica {
namespace {

wire::Response refusal(std::string_view body) {
  wire::Response response;
  response.status = 500;
  response.body = copy_of(bytes_of(body));
  return response;
}

TEST(Answers, ErrorShowsNoControlCharacterOfEitherRange) {
  // U+009B begins a command on many terminals, as ESC [ does; so does the bare byte on others.
  for (const std::string_view what : {"a\xC2\x9B"
                                      "2Jb",
                                      "a\x9B"
                                      "2Jb",
                                      "a\x1B[2Jb",
                                      "a\x7F"
                                      "b"}) {
    const Error error = error_of(refusal("{\"what\": \"" + std::string(what) + "\"}"), "/v1/entries");
    EXPECT_EQ(error.what.find("\xC2\x9B"), std::string::npos);
    for (std::size_t at = 0; at < error.what.size(); ++at) EXPECT_NE(error.what[at], '\x1B');
    EXPECT_TRUE(error.what.starts_with("the server says: a"));
  }
  EXPECT_EQ(error_of(refusal("{\"what\": \"a\x9B\"}"), "/").what, "the server says: a\xEF\xBF\xBD");
}

TEST(Answers, MarkThatWouldWriteOnATerminalIsRefused) {
  const auto answer = [](std::string_view mark) {
    cbor::Writer w;
    w.array(1).array(3).uint(1).uint(7).array(1).text(mark);
    return w.take();
  };
  EXPECT_TRUE(read_entry_answers(answer("late"), 1));
  for (const std::string_view mark : {"\x1B[2J", "Late", "", "a b"})
    EXPECT_EQ(read_entry_answers(answer(mark), 1).error().code, ErrorCode::malformed);
}

TEST(Answers, HearingThatWouldWriteOnATerminalIsRefused) {
  const auto answer = [](std::string_view hearing) {
    cbor::Writer w;
    w.array(1).array(3).bytes(ByteArray<16>{}).text(hearing).uint(7);
    return w.take();
  };
  EXPECT_TRUE(read_device_hearings(answer("silent")));
  EXPECT_FALSE(read_device_hearings(answer("silent\x1B[8m")));
}

TEST(Answers, NothingFollowsAnAnswer) {
  const Bytes body{std::byte{0x81}, std::byte{0x07}, std::byte{0x00}};
  EXPECT_FALSE(read_leaf_index(body));
  EXPECT_EQ(*read_leaf_index(BytesView(body).first(2)), 7u);
}

}  // namespace
}  // namespace strongroom::replica
