#include <gtest/gtest.h>

#include "agent/packer.h"
#include "crypto/hash.h"
#include "envelope/header.h"
#include "seal/seal.h"

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

bool fits(const record::Record& r) {
  return seal::sealed_bytes_bound(record::encode(r).size()) <= envelope::kBodyBytesMax - 64;
}

/// As large as a record's own original may be.
record::Record a_message() {
  record::Record r;
  r.source = "mail";
  r.native_id = "m";
  r.original.bytes = Bytes(384 * 1024);
  r.original.file = "a.eml";
  return r;
}

TEST(CutToFit, NoRecordStopsAnImport) {
  const std::string long_name(2u << 20, 'n');
  std::vector<record::Record> records(8, a_message());
  records[0].attachments.resize(100'000);
  records[1].doubts.resize(60'000, {"unreadable-item", "an item"});
  records[2].conversation.title = long_name;
  records[3].people.resize(2000, {"tel:+1", long_name.substr(0, 2000), {}, {}});
  records[4].ranges.resize(200'000);
  records[5].poll.emplace().options.resize(400'000);
  records[6].author.emplace().addresses.resize(200'000, "tel:+1");
  records[7].original.file = records[7].native_id = long_name;
  for (std::size_t i = 0; i < records.size(); ++i) {
    SCOPED_TRACE(i);
    EXPECT_FALSE(fits(records[i]));
    cut_to_fit(records[i]);
    EXPECT_TRUE(fits(records[i]));
    EXPECT_EQ(records[i].kind, record::Kind::unparsed_original);
    EXPECT_EQ(records[i].doubts.at(0).code, "parsed-form-too-large");
    EXPECT_EQ(records[i].original.bytes, Bytes(384 * 1024));
  }
  record::Record described = an_attachment();
  described.text = described.attachments[0].name = long_name;
  const auto pieces = with_content(described, Bytes(2 * kChunkBytes));
  EXPECT_EQ(pieces.size(), 2u);
  for (const record::Record& piece : pieces)
    EXPECT_TRUE(fits(piece) && piece.kind == record::Kind::attachment);
}

TEST(CutToFit, CutsTextBetweenCharactersAndDropsRangesBeyondIt) {
  record::Record r = a_message();
  for (int i = 0; i < 100'000; ++i) r.text += "\xE4\xB8\xAD";
  r.ranges = {{0, 2, "bold", {}}, {90'000, 2, "bold", {}}, {1, ~std::uint64_t{0}, "bold", {}}};
  cut_to_fit(r);
  EXPECT_EQ(r.text.size() % 3, 0u);
  EXPECT_EQ(r.ranges.size(), 1u);
  EXPECT_EQ(r.doubts.at(0).code, "cut-to-fit");
  EXPECT_EQ(r.kind, record::Kind::message);
  EXPECT_TRUE(fits(r));
}

}  // namespace
}  // namespace strongroom::agent
