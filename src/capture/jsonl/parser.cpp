#include "capture/jsonl/parser.h"
#include "crypto/hash.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "capture/jsonl/lines.h"
#include "capture/tally.h"

namespace strongroom::capture::jsonl {
namespace {

constexpr std::string_view kSource = "strongroom-jsonl";
constexpr std::uint64_t kParserVersion = 1;
constexpr std::size_t kLinesTried = 20;          ///< by `detect`
constexpr std::size_t kDetectLineMax = 1u << 20;

/// One of the first lines is a record that says who or where.
bool holds_records(BytesView bytes) {
  Lines lines(text_of(bytes));
  std::size_t tried = 0;
  for (auto line = lines.next(); line && tried < kLinesTried; line = lines.next()) {
    if (is_blank(line->text)) continue;
    ++tried;
    if (line->text.size() > kDetectLineMax) continue;
    const auto record = record::from_json_line(line->text);
    if (record && (record->author || !record->conversation.id.empty() || !record->source.empty()))
      return true;
  }
  return false;
}

int detect(const std::vector<InputFile>& files) {
  return std::ranges::any_of(files, [](const InputFile& f) { return holds_records(f.bytes); }) ? 85 : 0;
}

struct Digest {
  Hash256 sha256{};
  std::uint64_t size = 0;
};
using Digests = std::map<std::string, Digest, std::less<>>;

/// What the line cannot say for itself: where it lies, and which of its attachments are beside it.
void settle(record::Record& record, const InputFile& file, const Line& line, const Digests& digests) {
  if (!record.source.empty() && record.source != kSource) record.extra["stated_source"] = record.source;
  record.original = {copy_of(bytes_of(line.text)), std::nullopt, line.offset, line.text.size(), file.path};
  const std::string directory = file.path.substr(0, file.path.rfind('/') + 1);
  for (record::Attachment& a : record.attachments) {
    auto found = digests.find(directory + a.source_reference);
    if (found == digests.end()) found = digests.find(a.source_reference);
    if (found == digests.end()) continue;
    const Digest& beside = found->second;
    if (a.sha256 && *a.sha256 != beside.sha256)
      record.doubts.push_back(
          {"attachment-altered", "the file beside the lines has another SHA-256 than the line says"});
    else if (a.size && *a.size != beside.size)
      record.doubts.push_back(
          {"attachment-altered",
           fmt::format("the file beside the lines has {} bytes; the line says {}", beside.size, *a.size)});
    a.sha256 = beside.sha256;
    a.size = beside.size;
    a.state = record::AttachmentState::present;
  }
}

Result<void> parse_lines(const InputFile& file, const Limits& limits, const Digests& digests, Tally& tally) {
  Lines lines(text_of(file.bytes));
  for (auto line = lines.next(); line; line = lines.next()) {
    if (is_blank(line->text)) continue;
    const auto refuse = [&](std::string code, std::string_view why) {
      return tally.refuse({file.path, line->offset, bytes_of(line->text), std::move(code),
                           fmt::format("line {}: {}", line->number, why)});
    };
    if (line->text.size() > std::min<std::uint64_t>(limits.item_bytes_max, kRefusedInRecordMax)) {
      TRY(refuse("too-large", "the line is longer than the limit"));
      continue;
    }
    auto record = record::from_json_line(line->text);
    if (!record) {
      TRY(refuse("not-a-record", record.error().what));
      continue;
    }
    settle(*record, file, *line, digests);
    TRY(tally.record(std::move(*record)));
  }
  return {};
}

Result<Outcome> parse(const std::vector<InputFile>& files, const Statement&, const Limits& limits,
                      Sink& sink) {
  Tally tally(sink, kSource, kParserVersion);
  Digests digests;
  for (const InputFile& file : files) {
    if (!holds_records(file.bytes))
      digests.emplace(file.path, Digest{crypto::sha256(file.bytes), file.bytes.size()});
  }
  for (const InputFile& file : files) {
    if (!digests.contains(file.path)) TRY(parse_lines(file, limits, digests, tally));
  }
  for (const InputFile& file : files) {
    if (digests.contains(file.path)) TRY(hand_over_file(tally, file));
  }
  return tally.outcome();
}

/// A line counts if it has a byte that is neither white space nor the byte order mark.
std::uint64_t non_empty_lines(BytesView bytes) {
  std::string_view rest = text_of(bytes);
  if (rest.starts_with("\xEF\xBB\xBF")) rest.remove_prefix(3);
  std::uint64_t count = 0;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    if (rest.substr(0, end).find_first_not_of(" \t\r") != std::string_view::npos) ++count;
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return count;
}

Result<std::uint64_t> count(const std::vector<InputFile>& files, const Statement&, const Limits&) {
  std::uint64_t found = 0;
  for (const InputFile& file : files) found += holds_records(file.bytes) ? non_empty_lines(file.bytes) : 1;
  return found;
}

}  // namespace

const Parser& parser() {
  static constexpr Parser kParser{kSource, detect, parse, count};
  return kParser;
}

}  // namespace strongroom::capture::jsonl
