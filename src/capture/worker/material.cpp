#include "capture/worker/material.h"

#include "capture/beside.h"
#include "capture/unpack/archives.h"

namespace strongroom::capture {
namespace {

/// Parts that are no items: whoever dies in one of these names it by the largest offsets.
constexpr std::uint64_t kLooking = ~std::uint64_t{0};
constexpr std::uint64_t kSharing = kLooking - 1;
constexpr std::uint64_t kCounting = kLooking - 2;

constexpr std::string_view kKilled = "killed-its-reader";
constexpr std::string_view kKilledDetail =
    "reading this ended the reader; the bytes are kept for a better one";

Result<Outcome> refuse_all(const std::vector<InputFile>& files, const Limits& limits, Sink& sink) {
  Tally tally(sink, "unknown", 1);
  for (const InputFile& file : files) {
    Refusal refusal{file.path, 0, file.bytes, "not-understood", "no connector understands this file"};
    if (!TRY(sink.begin(file.path, kLooking))) {
      refusal.code = kKilled;
      refusal.detail = kKilledDetail;
    } else if (ZipArchive::is_zip(file.bytes)) {
      const auto opened = ZipArchive::open(file.bytes, limits);
      refusal.code = opened ? "nothing-understood-within" : "archive-unreadable";
      refusal.detail = opened ? "no connector understands anything in this archive" : opened.error().what;
    }
    TRY(tally.refuse(refusal));
  }
  Outcome outcome = tally.outcome();
  outcome.found = files.size();
  return outcome;
}

Result<Outcome> refuse_killers(const Share& share, Sink& sink) {
  Tally tally(sink, share.parser->source, 1);
  for (const InputFile& file : share.files) {
    Bytes holder;
    const auto bytes = content_of(file, holder);
    TRY(tally.refuse({file.path, 0, bytes ? *bytes : file.packed->raw(), std::string(kKilled),
                      std::string(kKilledDetail)}));
  }
  Outcome outcome = tally.outcome();
  outcome.found = share.files.size();
  return outcome;
}

Result<Outcome> parse_share(const Share& share, const Statement& statement, const Limits& limits,
                            Sink& sink) {
  if (share.parser == nullptr) return refuse_all(share.files, limits, sink);
  if (!TRY(sink.begin(share.parser->source, kSharing))) return refuse_killers(share, sink);
  Outcome outcome = TRY(share.parser->parse(share.files, statement, limits, sink));
  // Whoever cannot count it again says so by counts that are the parser's own.
  outcome.found = outcome.parsed + outcome.refused;
  if (TRY(sink.begin(share.parser->source, kCounting)))
    outcome.found = TRY(share.parser->count(share.files, statement, limits));
  return outcome;
}

}  // namespace

Result<std::vector<Outcome>> parse_material(const std::vector<InputFile>& files, const Statement& statement,
                                            const Limits& limits, Sink& sink) {
  const MayLook may_look = [&](const InputFile& file) {
    return sink.begin(file.path, kLooking).value_or(false);
  };
  Archives archives(limits, [&](const InputFile& file) { return may_look(file) && is_claimed(file); });
  const std::vector<InputFile> walked = archives.walk(files);
  std::vector<Outcome> outcomes;
  for (const Share& share : divide(walked, may_look))
    outcomes.push_back(TRY(parse_share(share, statement, limits, sink)));
  if (!archives.refused().empty()) {
    Tally tally(sink, "archive", 1);
    for (const Refusal& refusal : archives.refused()) TRY(tally.refuse(refusal));
    outcomes.push_back(tally.outcome());
    outcomes.back().found = archives.refused().size();
  }
  if (outcomes.empty()) outcomes.push_back({"unknown", 0, 0, 0, 0});
  return outcomes;
}

}  // namespace strongroom::capture
