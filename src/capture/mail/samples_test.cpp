// Other people's mails: every one a record, and no file of another source taken for mail.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>

#include "base/shared_corpus.h"
#include "capture/collecting_sink.h"
#include "capture/mail/charset.h"
#include "capture/mail/parser.h"

namespace strongroom::capture::mail {
namespace {

namespace fs = std::filesystem;

std::string read_file(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

TEST(MailSamples, AreAllReadAndComeBackFromTheirEncoding) {
  STRONGROOM_CORPUS(root, "samples/email");
  std::size_t files = 0;
  for (const auto& entry : fs::recursive_directory_iterator(root)) {
    if (!entry.is_regular_file()) continue;
    SCOPED_TRACE(entry.path().string());
    const std::string bytes = read_file(entry.path());
    const std::vector<InputFile> input{{entry.path().filename().string(), bytes_of(bytes)}};
    CollectingSink sink;
    const auto outcome = parser().parse(input, {}, {}, sink);
    ASSERT_TRUE(outcome);
    EXPECT_EQ(outcome->parsed, parser().count(input, {}, {}).value());
    EXPECT_EQ(outcome->refused, 0u);
    for (const record::Record& r : sink.records) {
      const auto again = record::decode(record::encode(r));
      ASSERT_TRUE(again);
      EXPECT_EQ(*again, r);
      EXPECT_EQ(bytes.substr(r.original.offset, r.original.length), text_of(r.original.bytes));
    }
    ++files;
  }
  EXPECT_GT(files, 1000u);
}

/// Names of the decoded bodies an expected structure lists, those of mails within mails left out.
std::vector<std::string> bodies_listed(const std::string& xml) {
  std::vector<std::string> out;
  int depth = 0;
  for (std::size_t at = xml.find('<'); at != std::string::npos; at = xml.find('<', at + 1)) {
    const std::string_view here = std::string_view(xml).substr(at);
    if (here.starts_with("<message>")) ++depth;
    if (here.starts_with("</message>")) --depth;
    if (depth != 1 || !(here.starts_with("<text-body name=") || here.starts_with("<binary-body name=")))
      continue;
    const std::size_t from = here.find('"') + 1;
    out.emplace_back(here.substr(from, here.find('"', from) - from));
  }
  return out;
}

std::string without_space(std::string text) {
  std::erase_if(text, [](char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; });
  return text;
}

/// The body is an attachment, byte for byte, or its words are in the text (white space aside; western if not UTF-8).
bool holds(const CollectingSink& sink, const std::string& body) {
  const auto same = [&](const auto& content) {
    return without_space(std::string(text_of(content.second))) == without_space(body);
  };
  if (std::ranges::any_of(sink.contents, same)) return true;
  Charsets charsets;
  const std::string text = without_space(sink.records.at(0).text);
  return std::ranges::any_of(std::array{"iso-8859-1", "iso-8859-15"}, [&](const char* charset) {
    return text.find(without_space(charsets.to_utf8(body, charset).text)) != std::string::npos;
  });
}

TEST(MailSamples, HaveTheBodiesThatMime4jDecodes) {
  STRONGROOM_CORPUS(root, "samples/email/apache__james-mime4j/core/src/test/resources");
  const std::string_view ending = "_decoded.xml";
  std::size_t bodies = 0;
  for (const auto& entry : fs::recursive_directory_iterator(root)) {
    const std::string name = entry.path().string();
    if (!name.ends_with(ending)) continue;
    const std::string mail = read_file(name.substr(0, name.size() - ending.size()) + ".msg");
    const std::vector<InputFile> input{{"a.eml", bytes_of(mail)}};
    if (parser().detect(input) == 0) continue;  // texts that begin with no field: kept as files
    CollectingSink sink;
    ASSERT_TRUE(parser().parse(input, {}, {}, sink));
    for (const std::string& body : bodies_listed(read_file(name))) {
      EXPECT_TRUE(holds(sink, read_file(entry.path().parent_path() / body))) << body;
      ++bodies;
    }
  }
  EXPECT_GT(bodies, 120u);
}

TEST(MailSamples, AreNotFoundAmongOtherSources) {
  STRONGROOM_CORPUS(root, "samples");
  for (const auto& entry : fs::recursive_directory_iterator(root)) {
    const std::string name = fs::relative(entry.path(), root).string();
    if (!entry.is_regular_file() || name.starts_with("email/")) continue;
    const std::string bytes = read_file(entry.path());
    EXPECT_EQ(parser().detect({{name, bytes_of(bytes)}}), 0) << name;
  }
}

}  // namespace
}  // namespace strongroom::capture::mail
