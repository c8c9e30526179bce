#include "capture/sources/sources.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <stdexcept>

#include "base/check.h"
#include "source_text_files.h"

namespace strongroom::capture {
namespace {

constexpr std::size_t kColumns = 100;
constexpr std::size_t kIndent = 12;

using Member = std::string SourceText::*;
constexpr std::array<std::pair<std::string_view, Member>, 6> kFields{{{"source", &SourceText::source},
                                                                      {"name", &SourceText::name},
                                                                      {"reads", &SourceText::reads},
                                                                      {"captured", &SourceText::captured},
                                                                      {"never", &SourceText::never},
                                                                      {"checked", &SourceText::checked}}};

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t\r");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

/// Words in lines of `kColumns`, the first after `label`, the others below it.
std::string folded(std::string_view label, std::string_view text) {
  std::string out, line = fmt::format("{:<{}}", fmt::format("  {}", label), kIndent);
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    const std::string_view word = text.substr(0, end);
    if (line.size() + word.size() > kColumns && line.size() > kIndent) {
      out += std::string(trimmed(line).empty() ? "" : line.substr(0, line.find_last_not_of(' ') + 1)) + "\n";
      line = std::string(kIndent, ' ');
    }
    line += std::string(word) + " ";
    text = text.substr(std::min(end + 1, text.size()));
  }
  return out + line.substr(0, line.find_last_not_of(' ') + 1) + "\n";
}

}  // namespace

std::optional<std::vector<SourceText>> parse_source_texts(std::string_view text) {
  std::vector<SourceText> out;
  std::size_t field = 0;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = trimmed(text.substr(0, end));
    text = text.substr(std::min(end + 1, text.size()));
    if (line.empty()) {
      if (field % kFields.size() != 0) return std::nullopt;
      continue;
    }
    if (field % kFields.size() == 0) out.emplace_back();
    const auto& [name, member] = kFields[field++ % kFields.size()];
    if (!line.starts_with(name) || line.substr(name.size(), 1) != ":") return std::nullopt;
    const std::string_view value = trimmed(line.substr(name.size() + 1));
    if (value.empty()) return std::nullopt;
    out.back().*member = std::string(value);
  }
  if (field % kFields.size() != 0) return std::nullopt;
  std::ranges::sort(out, {}, &SourceText::source);
  return out;
}

const std::vector<SourceText>& source_texts() {
  static const std::vector<SourceText> kTexts = [] {
    std::string all;
    for (const std::string_view file : kSourceTextFiles) all += std::string(file) + "\n";
    auto parsed = parse_source_texts(all);
    CHECK(parsed.has_value());  // a test has read them
    return std::move(*parsed);
  }();
  return kTexts;
}

std::string sources_table(const std::vector<SourceText>& sources) {
  std::string out;
  for (const SourceText& s : sources) {
    out += fmt::format("{}{}  ({})\n", out.empty() ? "" : "\n", s.name, s.source);
    out += folded("reads", s.reads) + folded("captured", s.captured) + folded("never", s.never) +
           folded("checked", s.checked);
  }
  return out;
}

std::string sources_page(const std::vector<SourceText>& sources) {
  std::string out =
      "# What can be captured\n\n"
      "This page is what `strongroom-agent sources --markdown` prints. Each connector has a folder in\n"
      "`src/capture`, whose FORMAT.md says where the facts come from. All of them run in the cage\n"
      "(`docs/decisions/cage.md`): whatever a file does to its reader, it finds no key, no network and no "
      "other file.\n"
      "What a connector cannot read is kept sealed as original bytes, with the reason.\n\n"
      "*Never* says what the source itself does not give: no reading of it can.\n";
  for (const SourceText& s : sources)
    out += fmt::format(
        "\n## {}\n`{}`\n\n| | |\n|---|---|\n| reads | {} |\n| captured | {} |\n| never | {} |\n| checked | "
        "{} |\n",
        s.name, s.source, s.reads, s.captured, s.never, s.checked);
  return out;
}

}  // namespace strongroom::capture
