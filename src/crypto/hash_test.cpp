#include "crypto/hash.h"

#include <gtest/gtest.h>

#include "codec/text.h"

namespace strongroom::crypto {
namespace {
using codec::hex;

TEST(Sha256, GivesTheKnownAnswersOfFips180) {
  EXPECT_EQ(hex(sha256(bytes_of("abc"))), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(hex(sha256(BytesView{})), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}
}  // namespace
}  // namespace strongroom::crypto
