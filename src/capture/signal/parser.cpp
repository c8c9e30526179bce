#include "capture/signal/parser.h"

#include <algorithm>

#include "capture/jsonl/lines.h"
#include "capture/signal/count.h"
#include "capture/signal/frame_stream.h"
#include "capture/signal/reader.h"

namespace strongroom::capture::signal {
namespace {

constexpr std::string_view kBackup = "signal-backup";
constexpr std::string_view kTakeout = "signal-takeout";

bool is_backup(const InputFile& file) {
  FrameStream stream(file.bytes);
  const auto first = stream.next();
  return first && is_header(Form::binary, first->bytes);
}

bool is_takeout(const InputFile& file) {
  Lines lines(text_of(file.bytes));
  auto line = lines.next();
  while (line && is_blank(line->text)) line = lines.next();
  return line && line->text.starts_with('{') && is_header(Form::json, bytes_of(line->text));
}

int detect_backup(const std::vector<InputFile>& files) {
  return std::ranges::any_of(files, is_backup) ? 90 : 0;
}
int detect_takeout(const std::vector<InputFile>& files) {
  return std::ranges::any_of(files, is_takeout) ? 95 : 0;
}

Result<void> refuse_file(const InputFile& file, Tally& tally) {
  return tally.refuse(
      {file.path, 0, file.bytes, "not-understood", "the file is not part of a Signal backup"});
}

Result<Outcome> parse_backup(const std::vector<InputFile>& files, const Statement&, const Limits& limits,
                             Sink& sink) {
  Tally tally(sink, kBackup, kParserVersion);
  NoMedia none;
  for (const InputFile& file : files) {
    if (!is_backup(file)) {
      TRY(refuse_file(file, tally));
      continue;
    }
    FrameStream stream(file.bytes);
    Reader reader(Form::binary, file.path, none, limits, tally);
    while (const auto place = stream.next()) TRY(reader.take(*place));
    if (!stream.tail().bytes.empty())
      TRY(reader.refuse(stream.tail(), "cut-off", "the file ends inside a frame; its end is missing"));
  }
  return tally.outcome();
}

Result<Outcome> parse_takeout(const std::vector<InputFile>& files, const Statement&, const Limits& limits,
                              Sink& sink) {
  Tally tally(sink, kTakeout, kParserVersion);
  PlainMedia media;
  for (const InputFile& file : files) {
    if (!is_takeout(file)) media.add(file);
  }
  for (const InputFile& file : files) {
    if (!is_takeout(file)) continue;
    Lines lines(text_of(file.bytes));
    Reader reader(Form::json, file.path, media, limits, tally);
    while (const auto line = lines.next()) {
      if (!is_blank(line->text)) TRY(reader.take({bytes_of(line->text), line->offset}));
    }
  }
  for (const InputFile& file : files) {
    if (!is_takeout(file)) TRY(hand_over_file(tally, file));
  }
  return tally.outcome();
}

Result<std::uint64_t> count_backups(const std::vector<InputFile>& files, const Statement&,
                                    const Limits& limits) {
  std::uint64_t found = 0;
  for (const InputFile& file : files)
    found += is_backup(file) ? count_backup(file.bytes, frame_bytes_max(limits)) : 1;
  return found;
}

Result<std::uint64_t> count_takeouts(const std::vector<InputFile>& files, const Statement&,
                                     const Limits& limits) {
  std::uint64_t found = 0;
  for (const InputFile& file : files)
    found += is_takeout(file) ? count_takeout(file.bytes, frame_bytes_max(limits)) : 1;
  return found;
}

}  // namespace

const Parser& parser() {
  static constexpr Parser kParser{kBackup, detect_backup, parse_backup, count_backups};
  return kParser;
}

const Parser& takeout_parser() {
  static constexpr Parser kParser{kTakeout, detect_takeout, parse_takeout, count_takeouts};
  return kParser;
}

}  // namespace strongroom::capture::signal
