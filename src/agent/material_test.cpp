#include "agent/material.h"

#include <gmock/gmock.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "agent/parse_process.h"
#include "capture/collecting_sink.h"

namespace strongroom::agent {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;

using Jobs = std::vector<std::vector<std::string>>;

class MaterialTest : public testing::Test {
 protected:
  MaterialTest() : root_(fs::temp_directory_path() / ("material." + std::to_string(::getpid()))) {
    fs::create_directories(root_);
  }
  void TearDown() override { fs::remove_all(root_); }

  void write(const std::string& name, std::string_view text = "x") const {
    fs::create_directories((root_ / name).parent_path());
    std::ofstream(root_ / name) << text;
  }
  Result<Jobs> jobs(const MaterialBounds& bounds) const {
    Jobs out;
    Material material = TRY(Material::survey(root_, bounds));
    while (const auto files = TRY(material.next())) {
      out.emplace_back();
      for (const MaterialFile& file : *files) {
        EXPECT_EQ(file.on_disk, (root_ / file.shown).string());
        out.back().push_back(file.shown);
      }
    }
    return out;
  }

  fs::path root_;
};

TEST_F(MaterialTest, FewFilesAreOneJobWhateverTheyAre) {
  for (const char* name : {"chat/b.txt", "chat/a.jpg", "mail/cur/1717171717.M1.host:2,S", "z.eml"})
    write(name);
  fs::create_symlink(root_ / "z.eml", root_ / "link.eml");
  EXPECT_THAT(
      jobs({.together_max = 4}).value(),
      ElementsAre(ElementsAre("chat/a.jpg", "chat/b.txt", "mail/cur/1717171717.M1.host:2,S", "z.eml")));
}

TEST_F(MaterialTest, ManyMailsAreJobsOfTheirOwnAndAllElseStaysTogether) {
  for (const char* name : {"chat/1.txt", "chat/new/2024-01-01.json", "in/cur/1717171717.a",
                           "in/cur/1717171718.b", "in/new/1717171719.c", "in/cur/index", "export/9.EML"})
    write(name);
  EXPECT_THAT(jobs({.together_max = 3}).value(),
              ElementsAre(ElementsAre("chat/1.txt", "chat/new/2024-01-01.json", "in/cur/index"),
                          ElementsAre("export/9.EML", "in/cur/1717171717.a", "in/cur/1717171718.b"),
                          ElementsAre("in/new/1717171719.c")));
  EXPECT_THAT(jobs({.together_max = 3, .job_bytes_max = 2}).value(),
              ElementsAre(testing::SizeIs(3), ElementsAre("export/9.EML", "in/cur/1717171717.a"),
                          ElementsAre("in/cur/1717171718.b", "in/new/1717171719.c")));
  EXPECT_EQ(jobs({.together_max = 6, .job_bytes_max = 1}).value().size(), 5u);
}

TEST_F(MaterialTest, AnEmptyDirectoryIsOneEmptyJob) {
  EXPECT_THAT(jobs({}).value(), ElementsAre(ElementsAre()));
}

TEST_F(MaterialTest, TooManyFilesThatBelongTogetherAreRefusedWithWhatToDo) {
  for (const char* name : {"a", "b", "c"}) write(name);
  const auto refused = jobs({.files_max = 2});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::limit_exceeded);
  EXPECT_THAT(refused.error().to_string(), HasSubstr("name its directories one by one"));
}

TEST_F(MaterialTest, AMaildirOfManyThousandMailsIsReadWhole) {
  constexpr std::uint64_t kMails = 12'000;
  for (std::uint64_t i = 0; i < kMails; ++i)
    write("in/cur/" + std::to_string(1'717'000'000 + i) + ".host:2,S",
          "From: ana@example.org\nSubject: " + std::to_string(i) + "\n\nyes\n");
  write("in/notes.txt", "no mail");
  struct Counting final : capture::Sink {
    Result<void> record(record::Record&& record) override {
      EXPECT_EQ(record.order, count);
      ++count;
      return {};
    }
    Result<void> content(record::Record&& described, BytesView) override {
      return record(std::move(described));
    }
    std::uint64_t count = 0;
  } sink;
  ParseJob job;
  job.worker_program = STRONGROOM_PARSE_PROGRAM;
  const auto outcomes = parse_paths({root_.string()}, job, sink);
  ASSERT_TRUE(outcomes) << outcomes.error().to_string();
  const capture::Outcome total = total_of(*outcomes);
  EXPECT_EQ(total.source, "unknown+mail");
  EXPECT_EQ(total.found, kMails + 1);
  EXPECT_EQ(total.parsed, kMails);
  EXPECT_EQ(total.refused, 1u);
  EXPECT_EQ(sink.count, kMails + 1);
}

TEST_F(MaterialTest, WhatAWorkerMayWriteGrowsWithTheMaterial) {
  std::string mbox;
  for (int i = 0; i < 200; ++i)
    mbox += "From ana@example.org Fri Feb 22 17:06:23 2008\nFrom: ana@example.org\nSubject: " +
            std::to_string(i) + "\n\n" + std::string(5'000, 'x') + "\n\n";
  write("all.mbox", mbox);
  const auto parsed = [&](std::uint64_t answer_bytes_per_byte) {
    ParseJob job;
    job.worker_program = STRONGROOM_PARSE_PROGRAM;
    job.bounds.answer_bytes_max = 1'000'000;
    job.bounds.answer_bytes_per_byte = answer_bytes_per_byte;
    capture::CollectingSink sink;
    return total_of(parse_paths({root_.string()}, job, sink).value());
  };
  EXPECT_EQ(parsed(4).parsed, 200u);
  EXPECT_EQ(parsed(4).refused, 0u);
  EXPECT_GT(parsed(0).refused, 0u);  // the worker wrote more than it may
}

}  // namespace
}  // namespace strongroom::agent
