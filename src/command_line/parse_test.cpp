#include "command_line/parse.h"

#include <gtest/gtest.h>

#include <CLI/CLI.hpp>
#include <vector>

namespace strongroom::command_line {
namespace {

struct Line : testing::Test {
  Line() : app("a program", "program") {
    app.require_subcommand(1);
    app.set_version_flag("--version", "1");
    app.add_subcommand("show")->add_option("WHAT", what)->required();
    app.add_subcommand("device")->require_subcommand(1);
    app.get_subcommand("device")->add_subcommand("revoke");
  }
  std::optional<int> parsed(std::vector<const char*> words) {
    words.insert(words.begin(), "program");
    return parse(app, static_cast<int>(words.size()), words.data(), 64);
  }
  std::string said(std::vector<const char*> words) {
    words.insert(words.begin(), "program");
    return unknown_subcommand(app, static_cast<int>(words.size()), words.data()).value_or("");
  }
  CLI::App app;
  std::string what;
};

TEST_F(Line, GoesOnWhenUnderstood) {
  EXPECT_EQ(parsed({"show", "this"}), std::nullopt);
  EXPECT_EQ(what, "this");
}
TEST_F(Line, EndsWellAfterHelpAndVersion) {
  testing::internal::CaptureStdout();
  EXPECT_EQ(parsed({"--help"}), 0);
  EXPECT_EQ(parsed({"--version"}), 0);
  EXPECT_NE(testing::internal::GetCapturedStdout().find("show"), std::string::npos);
}
TEST_F(Line, NamesTheCommandThatWasMeant) {
  EXPECT_EQ(said({"shw"}), "program: there is no command \"shw\"; did you mean \"show\"?");
  EXPECT_EQ(said({"device", "revok"}),
            "program device: there is no command \"revok\"; did you mean \"revoke\"?");
}
TEST_F(Line, GuessesNothingForAWordLikeNone) {
  EXPECT_EQ(said({"xylophone"}), "program: there is no command \"xylophone\"");
  EXPECT_EQ(said({"ab"}), "program: there is no command \"ab\"");
}
TEST_F(Line, LeavesArgumentsOfACommandAlone) {
  EXPECT_EQ(said({"show", "shw"}), "");
  EXPECT_EQ(said({"--version"}), "");
}
TEST_F(Line, ShowsWhatThereIsWhenNothingWasAsked) {
  testing::internal::CaptureStderr();
  EXPECT_EQ(parsed({}), 64);
  EXPECT_NE(testing::internal::GetCapturedStderr().find("device"), std::string::npos);
  testing::internal::CaptureStderr();
  EXPECT_EQ(parsed({"device"}), 64);
  EXPECT_NE(testing::internal::GetCapturedStderr().find("revoke"), std::string::npos);
}
TEST_F(Line, SaysWhatIsMissing) {
  testing::internal::CaptureStderr();
  EXPECT_EQ(parsed({"show"}), 64);
  EXPECT_NE(testing::internal::GetCapturedStderr().find("WHAT"), std::string::npos);
}

}  // namespace
}  // namespace strongroom::command_line
