#include <gtest/gtest.h>

#include "agent/packer.h"
#include "crypto/hash.h"

namespace strongroom::agent {
namespace {

record::Record an_attachment() {
  record::Record r;
  r.kind = record::Kind::attachment;
  r.source = "whatsapp-text";
  r.native_id = "photo";
  r.attachments.emplace_back().name = "photo.jpg";
  return r;
}

TEST(Chunks, HoldTheWholeContentInOrder) {
  for (const std::size_t size :
       {std::size_t{0}, std::size_t{1}, kChunkBytes, kChunkBytes + 1, 3 * kChunkBytes}) {
    Bytes content(size);
    for (std::size_t i = 0; i < size; ++i) content[i] = static_cast<std::byte>(i * 7);
    Bytes again;
    const auto pieces = with_content(an_attachment(), content);
    for (std::size_t i = 0; i < pieces.size(); ++i) {
      EXPECT_EQ(std::get<std::uint64_t>(pieces[i].extra.at("chunk")), i);
      EXPECT_EQ(std::get<bool>(pieces[i].extra.at("last")), i + 1 == pieces.size());
      EXPECT_EQ(pieces[i].attachments[0].sha256, crypto::sha256(content));
      append(again, pieces[i].original.bytes);
    }
    EXPECT_EQ(again, content);
    EXPECT_EQ(pieces.size(), std::max<std::size_t>(1, (size + kChunkBytes - 1) / kChunkBytes));
  }
}

TEST(Chunks, AreToldApartAndRecognisedAgain) {
  const auto a = with_content(an_attachment(), Bytes(2 * kChunkBytes));
  const auto b = with_content(an_attachment(), Bytes(2 * kChunkBytes));
  EXPECT_NE(packed_identity(a[0]), packed_identity(a[1]));
  EXPECT_EQ(packed_identity(a[1]), packed_identity(b[1]));
}

}  // namespace
}  // namespace strongroom::agent
