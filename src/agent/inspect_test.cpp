// Through the real worker: a process of its own, confined, handed open files.
#include "agent/inspect.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "agent/inspect_report.h"
#include "base/shared_corpus.h"
#include "capture/collecting_sink.h"

namespace strongroom::agent {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

constexpr std::string_view kLine =
    R"({"conversation":"Budget","author":"Ana","sent_at":"2024-03-10T14:05:00Z","text":"hello"})";

class Inspect : public ::testing::Test {
 protected:
  Inspect() : directory_(fs::path(::testing::TempDir()) / ("inspect-" + std::to_string(::getpid()))) {
    fs::remove_all(directory_);
    fs::create_directories(directory_);
  }
  ~Inspect() override { fs::remove_all(directory_); }
  std::string write(const std::string& name, std::string_view content) const {
    const fs::path path = directory_ / name;
    fs::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << content;
    return path.string();
  }
  struct Shown {
    Result<Inspected> result;
    std::string text;
  };
  static Shown show(const std::string& path, InspectForm form = InspectForm::json_lines,
                    const std::string& worker = STRONGROOM_PARSE_PROGRAM) {
    std::string text;
    auto result = inspect({path, form, {}, worker, {}}, [&](std::string_view piece) { text += piece; });
    return {std::move(result), std::move(text)};
  }
  fs::path directory_;
};

TEST_F(Inspect, PrintsRecordsThenTheSummary) {
  const Shown shown = show(write("a.jsonl", std::string(kLine) + "\nnot json\n"));
  ASSERT_TRUE(shown.result) << shown.result.error().to_string();
  EXPECT_EQ(*shown.result, Inspected::understood);
  EXPECT_THAT(shown.text, HasSubstr(R"("text":"hello")"));
  EXPECT_THAT(
      shown.text,
      HasSubstr(R"({"summary":{"source":"strongroom-jsonl","found":2,"parsed":1,"doubts":1,"refused":1,)"
                R"("by_kind":{"message":1,"unparsed_original":1}}})"));
}

TEST_F(Inspect, ShowsATableForPeopleWithoutTerminalTricks) {
  const std::string line =
      R"({"conversation":"Bud\u001b[2Jget\u202e","author":"Ana","sent_at":"2024-03-10T14:05:00Z"})";
  const Shown shown = show(write("a.jsonl", line + "\nnot json\n"), InspectForm::table);
  EXPECT_THAT(shown.text, HasSubstr("Bud [2Jget"));
  EXPECT_THAT(shown.text, HasSubstr("2024-03-10 to 2024-03-10"));
  EXPECT_THAT(shown.text, HasSubstr("line 2: the line is not JSON"));
  EXPECT_EQ(shown.text.find('\x1b'), std::string::npos);
}

// A source name comes from the worker, the code of a doubt out of the material.
TEST(InspectReport, SourceAndDoubtCannotCommandATerminal) {
  record::Record r = record::from_json_line(kLine).value();
  r.doubts = {{"code\x1B[2J", "detail"}};
  InspectReport report;
  report.add(r);
  const capture::Outcome outcome{"jsonl\x1B[2J\xC2\x9B", 1, 1, 0, 1};
  EXPECT_EQ(report.table(outcome, "path").find('\x1B'), std::string::npos);
  EXPECT_EQ(report.table(outcome, "path").find("\xC2\x9B"), std::string::npos);
  EXPECT_EQ(report.summary_line(outcome).find("\xC2\x9B"), std::string::npos);
}

TEST_F(Inspect, SaysWhenNothingIsUnderstood) {
  for (const std::string_view content : {std::string_view("plain text"), std::string_view("")}) {
    const Shown shown = show(write("x", content));
    ASSERT_TRUE(shown.result) << shown.result.error().to_string();
    EXPECT_EQ(*shown.result, Inspected::nothing_understood);
    EXPECT_THAT(shown.text, HasSubstr(R"("source":"unknown","found":1,"parsed":0)"));
  }
}

TEST_F(Inspect, RefusesAPathThatIsNotThere) { EXPECT_FALSE(show((directory_ / "no").string()).result); }

TEST_F(Inspect, DoesNotFollowLinksInsideADirectory) {
  write("d/a.jsonl", kLine);
  fs::create_symlink("/etc/passwd", directory_ / "d/link");
  const Shown shown = show((directory_ / "d").string());
  EXPECT_THAT(shown.text, HasSubstr(R"("found":1,"parsed":1)"));
}

// scenarios/cage/malicious_parser.cpp does what the file says.
TEST_F(Inspect, AWorkerThatDiesCostsNoByteOfTheSource) {
  const std::string path = write("a.jsonl", "replaced crash");
  const Shown shown = show(path, InspectForm::json_lines, STRONGROOM_MALICIOUS_PARSER);
  ASSERT_TRUE(shown.result) << shown.result.error().to_string();
  EXPECT_EQ(*shown.result, Inspected::nothing_understood);
  EXPECT_THAT(shown.text, HasSubstr("worker-failed"));
  EXPECT_THAT(shown.text, HasSubstr(R"("found":1,"parsed":0,"doubts":1,"refused":1)"));
}

TEST_F(Inspect, ManyPartsWithLongNamesMayKillTheirReader) {
  const std::string path = write("a.jsonl", "replaced killed-by-many 20 4000");
  const Shown shown = show(path, InspectForm::json_lines, STRONGROOM_MALICIOUS_PARSER);
  ASSERT_TRUE(shown.result) << shown.result.error().to_string();
  EXPECT_THAT(shown.text, HasSubstr(R"("summary":{"source":"double","found":20)"));
}

TEST_F(Inspect, ARecordThatKillsItsReaderCostsThatRecord) {
  const std::string path = write("a.jsonl", "replaced killed-by-its-second-record");
  const Shown shown = show(path, InspectForm::json_lines, STRONGROOM_MALICIOUS_PARSER);
  ASSERT_TRUE(shown.result) << shown.result.error().to_string();
  EXPECT_THAT(shown.text, HasSubstr("killed-its-reader"));
  EXPECT_THAT(shown.text, HasSubstr(R"("found":3,"parsed":2,"doubts":1,"refused":1)"));
}

TEST_F(Inspect, AWorkerThatTalksNonsenseOrNothingIsNotBelieved) {
  for (const char* act : {"replaced nonsense", "replaced nothing", "replaced miscount"}) {
    const Shown shown = show(write("a.jsonl", act), InspectForm::json_lines, STRONGROOM_MALICIOUS_PARSER);
    ASSERT_TRUE(shown.result);
    EXPECT_THAT(shown.text, HasSubstr("worker-failed"));
  }
}

TEST_F(Inspect, AWorkerThatHangsIsEnded) {
  constexpr std::string_view act = "replaced wait-for-ever";
  ParseJob job;
  job.worker_program = STRONGROOM_MALICIOUS_PARSER;
  job.files = {{"a.jsonl", write("a.jsonl", act)}};
  job.bounds.time_max = std::chrono::seconds(0);
  capture::CollectingSink sink;
  const auto outcome = parse_in_worker(job, sink);
  ASSERT_TRUE(outcome);
  EXPECT_EQ(total_of(*outcome).refused, 1u);
  EXPECT_THAT(sink.records.at(0).doubts.at(0).detail,
              HasSubstr("took too long; the worker was killed by signal 9"));
  EXPECT_EQ(text_of(sink.records.at(0).original.bytes), act);
}

TEST_F(Inspect, ManyOfficialCasesGoThroughOneWorker) {
  STRONGROOM_CORPUS(cases, "samples/signal/signalapp__Signal-Message-Backup-Tests/test-cases");
  const Shown shown = show(cases.string());
  ASSERT_TRUE(shown.result) << shown.result.error().to_string();
  EXPECT_EQ(*shown.result, Inspected::understood);
  EXPECT_THAT(shown.text.substr(shown.text.rfind("{\"summary\"")), HasSubstr("\"source\":\"signal-backup\""));
}

}  // namespace
}  // namespace strongroom::agent
