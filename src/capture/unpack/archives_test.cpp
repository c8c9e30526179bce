#include "capture/unpack/archives.h"

#include <archive.h>
#include <archive_entry.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "capture/beside.h"
#include "capture/collecting_sink.h"

namespace strongroom::capture {
namespace {

/// A .zip of the files, made with libarchive.
std::string zip_of(const std::vector<std::pair<std::string, std::string>>& files) {
  std::string out(1 << 20, '\0');
  std::size_t used = 0;
  archive* writer = archive_write_new();
  archive_write_set_format_zip(writer);
  archive_write_open_memory(writer, out.data(), out.size(), &used);
  for (const auto& [name, text] : files) {
    archive_entry* entry = archive_entry_new();
    archive_entry_set_pathname(entry, name.c_str());
    archive_entry_set_size(entry, static_cast<la_int64_t>(text.size()));
    archive_entry_set_filetype(entry, AE_IFREG);
    archive_write_header(writer, entry);
    archive_write_data(writer, text.data(), text.size());
    archive_entry_free(entry);
  }
  archive_write_close(writer);
  archive_write_free(writer);
  out.resize(used);
  return out;
}

bool is_chat(const InputFile& file) { return text_of(file.bytes).starts_with("chat"); }

struct Walked {
  std::vector<std::string> paths;
  std::vector<std::string> contents;
  std::vector<std::string> refused;
};

Walked walk(const std::vector<std::pair<std::string, std::string>>& material, const Limits& limits = {}) {
  std::vector<InputFile> files;
  for (const auto& [path, text] : material) files.push_back({path, bytes_of(text)});
  Archives archives(limits, is_chat);
  Walked out;
  for (const InputFile& file : archives.walk(files)) {
    Bytes holder;
    const auto bytes = content_of(file, holder);
    out.paths.push_back(file.path);
    out.contents.push_back(bytes ? std::string(text_of(*bytes)) : bytes.error().what);
  }
  for (const Refusal& refusal : archives.refused())
    out.refused.push_back(refusal.code + " " + refusal.detail);
  return out;
}

using Names = std::vector<std::string>;

TEST(Archives, MembersTakeThePlaceOfAnArchiveThatHoldsSomethingClaimed) {
  const Walked walked = walk(
      {{"a/x.zip", zip_of({{"pic.jpg", "\xFF\xD8\xFFpicture"}, {"_chat.txt", "chat"}, {"../../b", "B"}})}});
  EXPECT_EQ(walked.paths, (Names{"a/x.zip/pic.jpg", "a/x.zip/_chat.txt", "a/x.zip/../../b"}));
  EXPECT_EQ(walked.contents, (Names{"\xFF\xD8\xFFpicture", "chat", "B"}));
  EXPECT_TRUE(walked.refused.empty());
}

TEST(Archives, OneThatHoldsNothingClaimedStaysAFile) {
  const std::string sheet = zip_of({{"xl/workbook.xml", "<x/>"}});
  const Walked walked = walk({{"sheet.xlsx", sheet}});
  EXPECT_EQ(walked.paths, Names{"sheet.xlsx"});
  EXPECT_EQ(walked.contents, Names{sheet});
}

TEST(Archives, OneThatAClaimedTextNamesIsAnAttachment) {
  const std::string zip = zip_of({{"_chat.txt", "chat of others"}});
  EXPECT_EQ(walk({{"d/me.txt", "chat: x.zip (file attached)"}, {"d/x.zip", zip}}).paths,
            (Names{"d/me.txt", "d/x.zip"}));
  EXPECT_EQ(walk({{"e/me.txt", "chat: x.zip (file attached)"}, {"d/x.zip", zip}}).paths,
            (Names{"e/me.txt", "d/x.zip/_chat.txt"}));
}

TEST(Archives, AnArchiveInAnArchiveIsLookedIntoOnceAndOnlyWhereTheOuterHoldsNothingClaimed) {
  const std::string inner = zip_of({{"_chat.txt", "chat"}});
  EXPECT_EQ(walk({{"o.zip", zip_of({{"1.zip", inner}, {"n", "N"}})}}).paths,
            (Names{"o.zip/n", "o.zip/1.zip/_chat.txt"}));
  EXPECT_EQ(walk({{"o.zip", zip_of({{"1.zip", inner}, {"_chat.txt", "chat"}})}}).paths,
            (Names{"o.zip/1.zip", "o.zip/_chat.txt"}));
  EXPECT_EQ(walk({{"o.zip", zip_of({{"1.zip", zip_of({{"2.zip", inner}})}})}}).paths, Names{"o.zip"});
}

TEST(Archives, AMemberThatUnpacksTooFarIsSaidAndTheArchiveKeptWhole) {
  Limits limits;
  limits.unpack_ratio_max = 50;
  const Walked walked =
      walk({{"x.zip", zip_of({{"_chat.txt", "chat"}, {"bomb", std::string(8 << 20, 'a')}})}}, limits);
  EXPECT_EQ(walked.paths, Names{"x.zip/_chat.txt"});
  EXPECT_EQ(walked.refused,
            Names{"archive-damaged 1 of 2 members cannot be unpacked; the first is x.zip/bomb: a "
                  "member unpacks to far more than its size"});
}

TEST(Archives, AllMembersTogetherUnpackToWhatIsAllowed) {
  Limits limits;
  limits.unpacked_bytes_max = 250'000;
  const std::string picture = "\xFF\xD8\xFF" + std::string(100'000, 'p');
  const std::string note =
      "note" + std::string(100'000, 'n');  // nobody claims it: unpacked twice, counted once
  const std::string inner =
      zip_of({{"_chat.txt", "chat"}, {"1.jpg", picture}, {"2.jpg", picture}, {"n", note}});
  const std::string too_far = "the archive unpacks to more than allowed";
  for (const std::string& zip : {inner, zip_of({{"i.zip", inner}})}) {
    const Walked walked = walk({{"x.zip", zip}}, limits);
    EXPECT_EQ(walked.contents, (Names{"chat", picture, too_far, note}));
    EXPECT_TRUE(walked.refused.empty());
  }
  const std::vector<std::pair<std::string, std::string>> two{{"x.zip", inner}, {"y.zip", inner}};
  EXPECT_EQ(std::ranges::count(walk(two, limits).contents, picture), 2);  // each archive has its own
  limits.unpacked_bytes_max = 50'000;
  EXPECT_EQ(walk({{"x.zip", inner}}, limits).refused,
            Names{"archive-damaged 1 of 4 members cannot be unpacked; the first is x.zip/n: " + too_far});
}

TEST(Archives, MembersOfArchivesInAnArchiveAreCountedWithItsOwn) {
  Limits limits;
  limits.files_max = 5;
  const std::string inner = zip_of({{"_chat.txt", "chat"}, {"n", "N"}});
  EXPECT_EQ(walk({{"o.zip", zip_of({{"1.zip", inner}, {"2.zip", inner}})}}, limits).paths,
            (Names{"o.zip/2.zip", "o.zip/1.zip/_chat.txt", "o.zip/1.zip/n"}));
}

TEST(Archives, ANameOfMoreThanAPathsLengthLeavesAFile) {
  const auto with_name = [](std::size_t size) {
    return zip_of({{"_chat.txt", "chat"}, {std::string(size, 'n'), "N"}});
  };
  EXPECT_EQ(walk({{"x.zip", with_name(4096)}}).paths.size(), 2u);
  EXPECT_EQ(walk({{"x.zip", with_name(4097)}}).paths, Names{"x.zip"});
}

TEST(Archives, OfAMemberThatCannotBeUnpackedTheBytesAreKept) {
  std::string picture = "\xFF\xD8\xFF";
  for (std::uint32_t i = 1; picture.size() < 300'000; i = i * 1664525 + 1013904223)
    picture += static_cast<char>(i >> 24);
  std::string zip = zip_of({{"_chat.txt", "chat"}, {"pic.jpg", picture}});
  zip[280'000] ^= 1;  // far behind what is looked at
  const std::vector<InputFile> files{{"x.zip", bytes_of(zip)}};
  const Limits limits;
  Archives archives(limits, is_chat);
  CollectingSink sink;
  Tally tally(sink, "test", 1);
  for (const InputFile& file : archives.walk(files)) EXPECT_TRUE(hand_over_file(tally, file));
  ASSERT_EQ(sink.records.size(), 1u);
  EXPECT_EQ(sink.records[0].original.file, "x.zip/pic.jpg");
  const std::string_view kept = text_of(sink.records[0].original.bytes);
  EXPECT_TRUE(kept.starts_with("PK\x03\x04"));
  EXPECT_EQ(kept, zip.substr(zip.find("PK\x03\x04", 1), kept.size()));
  EXPECT_GT(kept.size(), 290'000u);
}

TEST(Archives, MembersBeyondTheNumberTheDirectoryStatesAreThere) {
  std::string zip = zip_of({{"_chat.txt", "chat"}, {"second.txt", "2"}});
  const std::size_t end = zip.rfind("PK\x05\x06");
  zip[end + 8] = zip[end + 10] = 1;  // of two
  EXPECT_EQ(walk({{"x.zip", zip}}).paths, (Names{"x.zip/_chat.txt", "x.zip/second.txt"}));
  zip[end + 8] = zip[end + 10] = 3;
  EXPECT_EQ(walk({{"x.zip", zip}}).paths, Names{"x.zip"});
}

TEST(Archives, ADamagedDirectoryOrOverlappingMembersLeaveAFile) {
  std::string zip = zip_of({{"_chat.txt", "chat"}, {"a.jpg", "J"}});
  const std::size_t directory = zip.find("PK\x01\x02");
  const std::size_t second = zip.find("PK\x01\x02", directory + 4);
  zip.replace(second + 42, 4, std::string(4, '\0'));  // both members at offset 0
  std::string beyond = zip;
  beyond.replace(second + 42, 4, "\xF0\xFF\xFF\x7F");  // the second member behind the end of the file
  for (const std::string& bytes : {zip, beyond, zip.substr(0, zip.size() - 30)})
    EXPECT_EQ(walk({{"x.zip", bytes}}).paths, Names{"x.zip"});
}

}  // namespace
}  // namespace strongroom::capture
