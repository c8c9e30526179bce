// A vendor's library (a double of it, double.cpp) in the cage: it opens what only it opens; it is loaded while the
// parent's part of the cage holds already, and works when the worker's own does; what it does there that it may not
// costs the message it was opening, and one that cannot be used is named before anything is read.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <cstdio>
#include <filesystem>
#include <fstream>

#include "agent/worker_library.h"
#include "capture/collecting_sink.h"
#include "capture/wecom/test_keys.h"
#include "double_cipher.h"
#include "platform/landlock.h"

namespace strongroom::agent {
namespace {

namespace fs = std::filesystem;
using capture::CollectingSink;
using ::testing::HasSubstr;
namespace keys = capture::wecom::testing;

constexpr std::string_view kRandomKey = "0123456789abcdefRandomKeyString=";  // what keys::kWrapped holds

class VendorLibrary : public ::testing::Test {
 protected:
  void SetUp() override {
    if (platform::Landlock::version() == 0)
      GTEST_SKIP() << "SKIPPED: no Landlock here, so no vendor's library is loaded (see missing_protection)";
    fs::remove_all(directory_);
    fs::create_directories(directory_);
  }
  ~VendorLibrary() override { fs::remove_all(directory_); }

  std::string write(const std::string& name, std::string_view text) const {
    const std::string path = (directory_ / name).string();
    std::ofstream(path, std::ios::binary) << text;
    return path;
  }

  /// A reply whose messages say `texts`, sealed as the double seals.
  static std::string reply(const std::vector<std::string>& texts, std::string_view random_key = kRandomKey) {
    std::string out;
    for (const std::string& text : texts) {
      const std::string id = fmt::format("m{}", &text - texts.data());
      const std::string message =
          R"({"msgid":")" + id +
          R"(","action":"send","from":"ana","tolist":["bo"],"msgtime":1603875680377,)" +
          R"("msgtype":"text","text":{"content":")" + text + "\"}}";
      out += (out.empty() ? "" : ",") + std::string(R"({"seq":1,"msgid":")") + id +
             R"(","publickey_ver":1,"encrypt_random_key":")" + std::string(keys::kWrapped) +
             R"(","encrypt_chat_msg":")" + vendor_double::seal(random_key, message) + "\"}";
    }
    return R"({"errcode":0,"errmsg":"ok","chatdata":[)" + out + "]}";
  }

  /// Through the worker in its cage.
  CollectingSink parse(const std::string& material, std::string_view key = keys::kRightKey) const {
    ParseJob job;
    job.worker_program = STRONGROOM_PARSE_PROGRAM;
    job.files = {{"reply.json", write("reply.json", material)}};
    job.statement.keys = {capture::GivenKey::copy_of(bytes_of(key))};
    job.cage.library = VENDOR_DOUBLE;
    CollectingSink sink;
    const auto outcomes = parse_in_worker(job, sink);
    EXPECT_TRUE(outcomes) << outcomes.error().to_string();
    if (outcomes) {
      EXPECT_EQ(total_of(*outcomes).found, sink.records.size());
    }
    return sink;
  }

  static Result<void> tried(const std::string& library) {
    CageRules cage;
    cage.library = library;
    return try_library(STRONGROOM_PARSE_PROGRAM, cage);
  }

  struct Said {
    int status = -1;
    std::string text;
  };
  static Said agent(const std::string& arguments) {
    Said out;
    FILE* pipe = ::popen((STRONGROOM_AGENT_PROGRAM " " + arguments + " 2>&1").c_str(), "r");
    std::array<char, 4096> piece{};
    for (std::size_t size; (size = std::fread(piece.data(), 1, piece.size(), pipe)) > 0;)
      out.text.append(piece.data(), size);
    out.status = WEXITSTATUS(::pclose(pipe));
    return out;
  }

  fs::path directory_ = fs::path(::testing::TempDir()) / ("vendor-" + std::to_string(::getpid()));
};

TEST_F(VendorLibrary, OpensWhatOnlyItOpens) {
  ASSERT_TRUE(tried(VENDOR_DOUBLE));
  const CollectingSink sink = parse(reply({"one", "two", "three"}));
  ASSERT_EQ(sink.records.size(), 3u);
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(sink.records[i].kind, record::Kind::message);
    EXPECT_EQ(sink.records[i].native_id, fmt::format("m{}", i));
    EXPECT_TRUE(sink.records[i].doubts.empty());
  }
  EXPECT_EQ(sink.records[2].text, "three");
  EXPECT_THAT(std::string(text_of(sink.records[2].original.bytes)), HasSubstr("encrypt_chat_msg"));
}

TEST_F(VendorLibrary, AWrongKeyOpensNothing) {
  const auto code = [](const CollectingSink& sink) {
    EXPECT_EQ(sink.records.at(0).kind, record::Kind::unparsed_original);
    return sink.records.at(0).doubts.at(0).code;
  };
  EXPECT_EQ(code(parse(reply({"one"}), keys::kOtherKey)), "key-does-not-fit");
  EXPECT_EQ(code(parse(reply({"one"}, "another random key"))), "vendor-library-failed");
  EXPECT_EQ(code(parse(reply({"#garbage"}))), "vendor-library-failed");
}

TEST_F(VendorLibrary, AMessageThatKillsItCostsThatMessage) {
  const std::vector<std::string> texts{"one", "#crash", "two", "#socket", "#abort", "#exit", "three"};
  const CollectingSink sink = parse(reply(texts));
  ASSERT_EQ(sink.records.size(), texts.size());
  for (std::size_t i = 0; i < texts.size(); ++i) {
    SCOPED_TRACE(texts[i]);
    const record::Record& r = sink.records[i];
    if (texts[i][0] == '#') {
      EXPECT_EQ(r.kind, record::Kind::unparsed_original);
      EXPECT_EQ(r.doubts.at(0).code, "killed-its-reader");
      EXPECT_THAT(std::string(text_of(r.original.bytes)), HasSubstr(fmt::format("\"msgid\":\"m{}\"", i)));
    } else {
      EXPECT_EQ(r.text, texts[i]);
    }
  }
}

TEST_F(VendorLibrary, FindsNoFileNeitherWhenItIsLoadedNorLater) {
  const CollectingSink sink = parse(reply({"{file}", "{constructor}"}));
  ASSERT_EQ(sink.records.size(), 2u);
  EXPECT_EQ(sink.records[0].text, "No such file or directory");  // the worker's own filter answers
  EXPECT_EQ(sink.records[1].text, "Permission denied");  // Landlock, set by the parent
}

TEST_F(VendorLibrary, WhatItPrintsIsNoAnswer) {
  const CollectingSink sink = parse(reply({"one", "#print", "two"}));
  ASSERT_EQ(sink.records.size(), 3u);
  for (const record::Record& r : sink.records) EXPECT_EQ(r.kind, record::Kind::message);
}

TEST_F(VendorLibrary, WhatCannotBeUsedIsNamedBeforeAnythingIsRead) {
  const auto why = [](const std::string& library) {
    const auto result = tried(library);
    return result ? std::string("accepted") : result.error().to_string();
  };
  EXPECT_THAT(why(VENDOR_DOUBLE_LACKING), HasSubstr("the vendor's library has no GetSliceLen"));
  EXPECT_THAT(why(VENDOR_DOUBLE_CONNECTING), HasSubstr("it made a system call it may not make"));
  EXPECT_THAT(why(VENDOR_DOUBLE_WRITING), HasSubstr("it made a system call it may not make"));
  EXPECT_THAT(why(write("library.so", "no library")), HasSubstr("cannot be loaded"));
  EXPECT_THAT(why((directory_ / "nothing.so").string()), HasSubstr("cannot be loaded"));
  EXPECT_FALSE(fs::exists("/tmp/strongroom-vendor-double"));
}

TEST_F(VendorLibrary, ALibraryThatVanishesMeanwhileCostsNoByte) {
  ParseJob job;
  job.worker_program = STRONGROOM_PARSE_PROGRAM;
  const std::string material = reply({"one"});
  job.files = {{"reply.json", write("reply.json", material)}};
  job.cage.library = (directory_ / "nothing.so").string();
  CollectingSink sink;
  ASSERT_TRUE(parse_in_worker(job, sink));
  ASSERT_EQ(sink.records.size(), 1u);
  EXPECT_EQ(text_of(sink.records[0].original.bytes), material);
  EXPECT_THAT(sink.records[0].doubts.at(0).detail, HasSubstr("the vendor's library cannot be loaded"));
}

TEST_F(VendorLibrary, IsNamedToTheAgent) {
  const std::string common =
      "--key-file " + write("key.pem", keys::kRightKey) + " " + write("reply.json", reply({"one", "two"}));
  const Said without = agent("inspect --json " + common);
  EXPECT_EQ(without.status, 2);
  EXPECT_THAT(without.text, HasSubstr("vendor-library-needed"));
  const Said with = agent("inspect --json --wecom-library " VENDOR_DOUBLE " " + common);
  EXPECT_EQ(with.status, 0) << with.text;
  EXPECT_THAT(with.text, HasSubstr(R"("found":2,"parsed":2)"));
  const Said dry = agent("import --dry-run --wecom-library " VENDOR_DOUBLE " " + common);
  EXPECT_EQ(dry.status, 0) << dry.text;
  EXPECT_THAT(dry.text, HasSubstr("The counts reconcile"));
  for (const std::string command : {"inspect ", "import --dry-run "}) {
    const Said lacking = agent(command + "--wecom-library " VENDOR_DOUBLE_LACKING " " + common);
    EXPECT_EQ(lacking.status, 1) << lacking.text;
    EXPECT_THAT(lacking.text, HasSubstr("the vendor's library has no GetSliceLen"));
    EXPECT_THAT(lacking.text, ::testing::Not(HasSubstr("wecom-archive")));
  }
}

}  // namespace
}  // namespace strongroom::agent
