#include <algorithm>
#include <map>

#include "capture/beside.h"
#include "capture/signal/count.h"
#include "capture/signal/frame_feed.h"
#include "capture/signal/parser.h"
#include "capture/signal/sealed_backup.h"

namespace strongroom::capture::signal {
namespace {

constexpr std::string_view kSource = "signal-backup-encrypted";
constexpr std::size_t kMetadataBytesMax = 4096;

int detect_encrypted(const std::vector<InputFile>& files) {
  int best = 0;
  for (const InputFile& file : files) {
    const SealedForm form = sealed_form(file);
    best = std::max(best, form == SealedForm::with_magic ? 95 : form == SealedForm::bare ? 40 : 0);
  }
  return best;
}

/// The file "metadata" of the same directory; empty if there is none.
Bytes metadata_of(const InputFile& backup, const std::vector<InputFile>& files) {
  const std::string wanted = backup.path.substr(0, backup.path.rfind('/') + 1) + "metadata";
  for (const InputFile& file : files) {
    if (file.path != wanted || (file.packed ? file.packed->size() : file.bytes.size()) > kMetadataBytesMax)
      continue;
    Bytes holder;
    if (const auto bytes = content_of(file, holder)) return copy_of(*bytes);
  }
  return {};
}

/// An error of the stream itself, not of the sink.
struct StreamFault {
  std::optional<Error> error;
};

/// Feeds the whole plain stream; faults of the stream go to `fault`.
Result<void> feed(PlainStream& stream, FrameFeed& frames, StreamFault& fault) {
  for (;;) {
    const auto piece = stream.next();
    if (!piece) {
      fault.error = piece.error();
      return {};
    }
    if (piece->empty()) return frames.finish();
    if (auto added = frames.add(*piece); !added) {
      if (added.error().what != FrameFeed::kTooLong) return added;
      fault.error = added.error();
      return {};
    }
  }
}

Result<void> parse_one(const InputFile& file, const KeyRing& ring, BytesView metadata, Media& media,
                       const Limits& limits, Tally& tally) {
  const auto unlocked = unlock(file, ring, metadata);
  if (!unlocked)
    return tally.refuse({file.path, 0, file.bytes, unlocked.error().code, unlocked.error().detail});
  PlainStream stream = TRY(PlainStream::start(unlocked->first, unlocked->second, limits));
  Reader reader(Form::binary, file.path, media, limits, tally);
  FrameFeed frames(reader);
  StreamFault fault;
  TRY(feed(stream, frames, fault));
  if (!fault.error) return {};
  const bool damaged = fault.error->code == ErrorCode::corrupt;
  return tally.refuse({file.path, 0, file.bytes, damaged ? "damaged-inside" : "too-large",
                       fault.error->what + "; what came before is read, the encrypted file is kept whole"});
}

Result<Outcome> parse_encrypted(const std::vector<InputFile>& files, const Statement& statement,
                                const Limits& limits, Sink& sink) {
  Tally tally(sink, kSource, kParserVersion);
  const KeyRing ring = read_key_ring(statement.keys);
  LockedMedia media;
  std::vector<const InputFile*> backups;
  for (const InputFile& file : files) {
    if (sealed_form(file) != SealedForm::none) {
      backups.push_back(&file);
    } else {
      media.add(file);
    }
  }
  for (const InputFile* file : backups)
    TRY(parse_one(*file, ring, metadata_of(*file, files), media, limits, tally));
  TRY(media.hand_over(tally));
  return tally.outcome();
}

/// As many as its frames say, and one for whatever stops the reading.
std::uint64_t count_one(const InputFile& file, const KeyRing& ring, BytesView metadata,
                        const Limits& limits) {
  const auto unlocked = unlock(file, ring, metadata);
  if (!unlocked) return 1;
  auto stream = PlainStream::start(unlocked->first, unlocked->second, limits);
  if (!stream) return 1;
  BackupCount count(frame_bytes_max(limits));
  for (;;) {
    const auto piece = stream->next();
    if (!piece) return count.whole() + 1;
    if (piece->empty()) return count.total();
    count.add(*piece);
    if (count.held() > FrameFeed::kHeldBytesMax) return count.whole() + 1;
  }
}

Result<std::uint64_t> count_encrypted(const std::vector<InputFile>& files, const Statement& statement,
                                      const Limits& limits) {
  const KeyRing ring = read_key_ring(statement.keys);
  std::uint64_t found = 0;
  for (const InputFile& file : files)
    found +=
        sealed_form(file) == SealedForm::none ? 1 : count_one(file, ring, metadata_of(file, files), limits);
  return found;
}

}  // namespace

const Parser& encrypted_parser() {
  static constexpr Parser kParser{kSource, detect_encrypted, parse_encrypted, count_encrypted};
  return kParser;
}

}  // namespace strongroom::capture::signal
