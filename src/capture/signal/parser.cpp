#include "capture/signal/parser.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "capture/jsonl/lines.h"
#include "capture/signal/context.h"
#include "capture/signal/count.h"
#include "capture/signal/frame_decode.h"
#include "capture/signal/frame_stream.h"
#include "capture/signal/items.h"
#include "capture/tally.h"
#include "crypto/hash.h"
#include "record/time_text.h"

namespace strongroom::capture::signal {
namespace {

using record::Record;

constexpr std::string_view kBackup = "signal-backup";
constexpr std::string_view kTakeout = "signal-takeout";
constexpr std::uint64_t kParserVersion = 1;
constexpr std::uint64_t kClockSlackMs = 2ull * 24 * 3600 * 1000;  ///< other people's clocks run ahead
constexpr std::size_t kHeaderBytesMax = 64u << 10;

/// How a frame is written: the stream's binary form or a line of JSON.
enum class Form { binary, json };

bool decode(Form form, BytesView bytes, google::protobuf::Message& message,
            std::vector<record::Doubt>& doubts) {
  return form == Form::binary ? decode_binary(bytes, message, doubts)
                              : decode_json(text_of(bytes), message, doubts);
}

/// Reads the frames of one file, in order.
class Reader {
 public:
  Reader(Form form, const std::string& file, const FilesByDigest& files, const Limits& limits, Tally& tally)
      : form_(form),
        file_(file),
        files_(files),
        tally_(tally),
        frame_bytes_max_(std::min<std::uint64_t>(limits.item_bytes_max, kRefusedInRecordMax)) {}

  Result<void> take(const FramePlace& place) {
    if (place.bytes.size() > frame_bytes_max_)
      return refuse(place, "too-large", "a frame is larger than the limit");
    if (!header_seen_) return take_header(place);
    frames::Frame frame;
    std::vector<record::Doubt> doubts;
    if (!decode(form_, place.bytes, frame, doubts))
      return refuse(place, "malformed-frame", "the bytes of a frame do not follow their format");
    return take_frame(frame, place, std::move(doubts));
  }

  Result<void> refuse(const FramePlace& place, std::string code, std::string detail) {
    header_seen_ = true;
    return tally_.refuse({file_, place.offset, place.bytes, std::move(code),
                          fmt::format("{} (offset {}, {} bytes)", detail, place.offset, place.bytes.size())});
  }

 private:
  Result<void> take_header(const FramePlace& place) {
    frames::BackupInfo info;
    std::vector<record::Doubt> doubts;
    if (!decode(form_, place.bytes, info, doubts))
      return refuse(place, "malformed-header", "the backup's first frame does not follow its format");
    header_seen_ = true;
    if (info.backuptimems() >= kOldestPlausibleMs &&
        info.backuptimems() <= static_cast<std::uint64_t>(record::kUnixMsMax) - kClockSlackMs)
      time_frame_ = {info.backuptimems(), info.backuptimems() + kClockSlackMs};
    Emission emission{place, std::move(doubts), 0, {}};
    return emit(context_of(info, around()), emission);
  }

  Result<void> take_frame(const frames::Frame& frame, const FramePlace& place,
                          std::vector<record::Doubt> doubts) {
    if (frame.has_account()) directory_.declare(frame.account());
    if (frame.has_recipient()) directory_.declare(frame.recipient());
    if (frame.has_chat()) directory_.declare(frame.chat());
    Emission emission{place, std::move(doubts), 0, {}};
    if (!frame.has_chatitem()) return emit(context_of(frame, around()), emission);
    return read_chat_item(frame.chatitem(), around(),
                          [&](Record record) { return emit(std::move(record), emission); });
  }

  /// The records of one frame: the first carries its bytes, the others say where they lie.
  struct Emission {
    FramePlace place;
    std::vector<record::Doubt> doubts;
    std::uint64_t count = 0;
    std::optional<Hash256> digest;
  };
  Result<void> emit(Record record, Emission& emission) {
    record.original.file = file_;
    record.original.offset = emission.place.offset;
    record.original.length = emission.place.bytes.size();
    if (emission.count++ == 0) {
      record.original.bytes = copy_of(emission.place.bytes);
      std::ranges::move(emission.doubts, std::back_inserter(record.doubts));
    } else {
      if (!emission.digest) emission.digest = crypto::sha256(emission.place.bytes);
      record.original.within = emission.digest;
    }
    return tally_.record(std::move(record));
  }

  Surroundings around() const { return {directory_, files_, time_frame_}; }

  Form form_;
  const std::string& file_;
  const FilesByDigest& files_;
  Tally& tally_;
  std::uint64_t frame_bytes_max_;
  bool header_seen_ = false;
  Directory directory_;
  TimeFrame time_frame_;
};

/// A first frame that is a BackupInfo and nothing else, and makes sense.
bool is_header(Form form, BytesView bytes) {
  if (bytes.size() > kHeaderBytesMax) return false;
  frames::BackupInfo info;
  std::vector<record::Doubt> doubts;
  return decode(form, bytes, info, doubts) && info.has_version() && info.has_backuptimems() &&
         doubts.size() < 3;
}

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
  const FilesByDigest none;
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
  FilesByDigest by_digest;
  for (const InputFile& file : files) {
    if (!is_takeout(file)) by_digest.emplace(crypto::sha256(file.bytes), &file);
  }
  for (const InputFile& file : files) {
    if (!is_takeout(file)) continue;
    Lines lines(text_of(file.bytes));
    Reader reader(Form::json, file.path, by_digest, limits, tally);
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
    found +=
        is_backup(file)
            ? count_backup(file.bytes, std::min<std::uint64_t>(limits.item_bytes_max, kRefusedInRecordMax))
            : 1;
  return found;
}

Result<std::uint64_t> count_takeouts(const std::vector<InputFile>& files, const Statement&,
                                     const Limits& limits) {
  std::uint64_t found = 0;
  for (const InputFile& file : files)
    found +=
        is_takeout(file)
            ? count_takeout(file.bytes, std::min<std::uint64_t>(limits.item_bytes_max, kRefusedInRecordMax))
            : 1;
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
