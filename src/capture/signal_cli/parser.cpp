#include "capture/signal_cli/parser.h"

#include <algorithm>
#include <set>

#include "capture/emission.h"
#include "capture/json/documents.h"
#include "capture/json/outline.h"
#include "capture/signal_cli/envelope.h"

namespace strongroom::capture::signal_cli {
namespace {

constexpr std::string_view kSource = "signal-cli";
constexpr std::uint64_t kParserVersion = 1;
constexpr std::size_t kLookedAt = 64u << 10;

Result<void> read_value(const json::Document& document, const Surroundings& around, Tally& tally) {
  const json::Value& value = document.value;
  const auto refuse = [&](std::string code, std::string why) {
    return tally.refuse({around.file, value.offset, bytes_of(value.text), std::move(code), std::move(why)});
  };
  if (!document.code.empty()) return refuse(document.code, document.why);
  if (!TRY(tally.begin(around.file, value.offset)))
    return refuse("killed-its-reader", "reading this line ended the reader once before");
  const auto any = json::parse(value.text);
  if (!any) return refuse("not-json", any.error().what);
  if (!any->is_object()) return refuse("not-a-line", "this JSON value is no object");
  Emission emission(tally, around.file, bytes_of(value.text), value.offset);
  for (record::Record& record : read_line(any->get_object(), around)) TRY(emission.emit(std::move(record)));
  return {};
}

int detect(const std::vector<InputFile>& files) {
  return std::ranges::any_of(files, [](const InputFile& f) { return holds_envelopes(f.bytes); }) ? 90 : 0;
}

Result<Outcome> parse(const std::vector<InputFile>& files, const Statement&, const Limits& limits,
                      Sink& sink) {
  Tally tally(sink, kSource, kParserVersion);
  std::set<std::size_t> texts;
  for (std::size_t i = 0; i < files.size(); ++i) {
    if (holds_envelopes(files[i].bytes)) texts.insert(i);
  }
  FilesBeside beside(files, texts);
  for (const std::size_t i : texts) {
    json::Documents documents(text_of(files[i].bytes), std::min(limits.item_bytes_max, kItemBytesMax));
    while (const auto document = documents.next()) TRY(read_value(*document, {files[i].path, beside}, tally));
  }
  TRY(beside.hand_over(tally));
  return tally.outcome();
}

/// An envelope where one should be, with what every envelope has.
bool is_envelope_member(json::Path path) {
  if (!path.empty() && path.front().data() == nullptr) path = path.subspan(1);
  if (path.empty() || !(path.back() == "timestamp" || path.back() == "sourceDevice")) return false;
  path = path.first(path.size() - 1);
  return json::leads(path, {"envelope"}) || json::leads(path, {"params", "envelope"}) ||
         json::leads(path, {"params", "result", "envelope"});
}

/// Looks at one value; sets `at` behind it.
bool shows_envelope(std::string_view text, std::size_t& at) {
  json::Outline outline(text.substr(at));
  unsigned members = 0;
  for (;;) {
    const auto event = outline.next();
    if (event == json::Outline::Event::end && is_envelope_member(outline.path()) && ++members == 2)
      return true;
    if (event == json::Outline::Event::begin || event == json::Outline::Event::end) continue;
    at = event == json::Outline::Event::cut ? text.size() : at + outline.at();
    return false;
  }
}

}  // namespace

bool holds_envelopes(BytesView bytes) {
  const std::string_view text = text_of(bytes.first(std::min(bytes.size(), kLookedAt)));
  std::size_t at = text.starts_with("\xEF\xBB\xBF") ? 3 : 0;
  for (;;) {
    at = std::min(text.find_first_not_of(" \t\r\n", at), text.size());
    if (at == text.size() || (text[at] != '{' && text[at] != '[')) return false;
    if (shows_envelope(text, at)) return true;
  }
}

const Parser& parser() {
  static constexpr Parser kParser{kSource, detect, parse, count_records};
  return kParser;
}

}  // namespace strongroom::capture::signal_cli
