#include "agent/inspect_report.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/counted.h"
#include "codec/json_text.h"
#include "record/time_text.h"

namespace strongroom::agent {
namespace {

constexpr std::size_t kConversationsShown = 50;
constexpr std::size_t kTitleWidth = 40;

/// What a doubt means for the person who has to decide; the parsers' own sentence is shown beside it.
std::string_view explained(std::string_view code) {
  if (code == "zone-assumed") return "times have no zone in the source; state it with --zone";
  if (code == "ambiguous-date-order") return "day and month cannot be told apart; state --date-order";
  if (code == "implausible-time") return "a clock was wrong, or the value is damaged; kept as it is";
  if (code == "unknown-field") return "the source is newer than this program; kept in the original bytes";
  if (code == "no-own-time") return "the source gives no time; that of the message is shown";
  if (code == "long-text-not-in-source") return "only the beginning of a long text is in the source";
  if (code == "unknown-conversation" || code == "unknown-person")
    return "the source does not say who or where";
  return "";
}

std::string day(std::int64_t unix_ms) {
  return unix_ms == 0 ? "no date" : record::rfc3339(unix_ms).substr(0, 10);
}

bool is_event(record::Kind kind) {
  return kind != record::Kind::context && kind != record::Kind::attachment &&
         kind != record::Kind::unparsed_original;
}

}  // namespace

void InspectReport::add(const record::Record& record) {
  ++by_kind_[record.kind];
  refusals_.add(record);
  if (record.kind == record::Kind::unparsed_original) return;
  for (const record::Doubt& doubt : record.doubts) {
    DoubtCount& seen = doubts_[doubt.code];
    if (seen.count++ == 0) seen.example = doubt.detail;
  }
  if (!is_event(record.kind)) return;
  Conversation& c = conversations_[record.conversation.id];
  if (!record.conversation.title.empty()) c.title = record.conversation.title;
  const std::int64_t ms = record.sent_at.unix_ms;
  c.first_ms = c.records == 0 ? ms : std::min(c.first_ms, ms);
  c.last_ms = c.records == 0 ? ms : std::max(c.last_ms, ms);
  ++c.records;
}

std::string InspectReport::summary_line(const capture::Outcome& outcome) const {
  std::string kinds;
  for (const auto& [kind, count] : by_kind_)
    kinds +=
        fmt::format("{}{}:{}", kinds.empty() ? "" : ",", codec::json_string(record::name_of(kind)), count);
  return fmt::format(
      "{{\"summary\":{{\"source\":{},\"found\":{},\"parsed\":{},\"doubts\":{},\"refused\":{},\"by_kind\":{{{}"
      "}}}}}}\n",
      codec::json_string(outcome.source), outcome.found, outcome.parsed, outcome.doubts, outcome.refused,
      kinds);
}

std::string InspectReport::table(const capture::Outcome& outcome, const std::string& path) const {
  std::string out = fmt::format("{}\n  source   {}\n  found    {}, counted twice\n", for_terminal(path, 200),
                                for_terminal(outcome.source, kTitleWidth), counted(outcome.found, "record"));
  out += fmt::format("  parsed   {}\n  refused  {}{}\n", outcome.parsed, outcome.refused,
                     outcome.refused > 0 ? "  (kept whole as unparsed originals)" : "");
  if (outcome.found != outcome.parsed + outcome.refused)
    out += "  ATTENTION: the two counts differ; something may be missing from what was parsed\n";
  out += "\nConversations\n";
  if (conversations_.empty()) out += "  none\n";
  std::size_t shown = 0;
  for (const auto& [id, c] : conversations_) {
    if (shown++ == kConversationsShown) {
      out += fmt::format("  ... and {} more\n", conversations_.size() - kConversationsShown);
      break;
    }
    out +=
        fmt::format("  {:<40} {:>8}  {} to {}\n", for_terminal(c.title.empty() ? id : c.title, kTitleWidth),
                    c.records, day(c.first_ms), day(c.last_ms));
  }
  out += "\nKinds\n";
  for (const auto& [kind, count] : by_kind_)
    out += fmt::format("  {:<20} {:>8}\n", record::name_of(kind), count);
  if (!doubts_.empty()) out += "\nDoubts\n";
  for (const auto& [code, seen] : doubts_) {
    const std::string_view meaning = explained(code);
    out += fmt::format("  {:<24} {:>6}  ", for_terminal(code, kTitleWidth), seen.count);
    if (!meaning.empty()) out += fmt::format("{}\n  {:<24} {:>6}  ", meaning, "", "");
    out += fmt::format("e.g. {}\n", for_terminal(seen.example, 120));
  }
  if (!refusals_.empty()) out += "\nRefused, and kept whole\n" + refusals_.text();
  return out;
}

}  // namespace strongroom::agent
