#include "capture/worker/pipe.h"

#include <array>

#include "base/utf8.h"

namespace strongroom::capture {
namespace {

constexpr std::string_view kFileLabel = "strongroom/parse-file";
constexpr std::string_view kKeyLabel = "strongroom/parse-key";
constexpr std::string_view kKillerLabel = "strongroom/parse-killer";
constexpr std::string_view kStartLabel = "strongroom/parse-start";
constexpr std::uint64_t kVersion = 1;
constexpr std::size_t kHeadsBytesMax = 64;  // of a message's items, its label and its version
constexpr std::size_t kFrameBytesMax = record::kRecordBytesMax + 64;
constexpr std::size_t kChunkBytes = 1u << 20;
constexpr std::size_t kWriteBytes = 64u << 10;  // what a pipe takes at once
constexpr std::size_t kKeptBytes = 4 * kWriteBytes;  ///< of the room for them, however much one frame took
constexpr std::size_t kLengthBytes = 4;  ///< before a frame

enum Answer : std::uint64_t {
  kRecord = 1,
  kContent = 2,
  kChunk = 3,
  kOutcome = 4,
  kError = 5,
  kEnd = 6,
  kBegin = 7
};

std::string clean(std::string_view text) {
  return utf8::is_valid(text) ? std::string(text) : utf8::repaired(text);
}

Result<StartMessage> decode_start(cbor::Reader& r) {
  StartMessage out;
  out.statement.zone = TRY(r.text());
  out.statement.date_order = TRY(r.text());
  out.statement.custodian_name = TRY(r.text());
  out.limits.item_bytes_max = TRY(r.uint());
  out.limits.unpacked_bytes_max = TRY(r.uint());
  out.limits.unpack_ratio_max = TRY(r.uint());
  out.limits.files_max = TRY(r.uint());
  out.care = static_cast<Care>(TRY(r.uint_max(static_cast<std::uint64_t>(Care::announce))));
  TRY(r.end());
  return out;
}

Result<Outcome> decode_outcome(cbor::Reader& r) {
  Outcome out;
  out.source = TRY(r.text());
  out.found = TRY(r.uint());
  out.parsed = TRY(r.uint());
  out.refused = TRY(r.uint());
  out.doubts = TRY(r.uint());
  return out;
}

Result<Error> decode_error(cbor::Reader& r) {
  Error out;
  out.code = static_cast<ErrorCode>(TRY(r.uint_max(static_cast<std::uint64_t>(ErrorCode::internal))));
  out.what = TRY(r.text());
  out.where = TRY(r.text());
  out.hint = TRY(r.text());
  return out;
}

}  // namespace

Bytes encode_file_message(std::string_view path) { return cbor::labelled(kFileLabel, clean(path)); }

SecretBytes encode_key_message(const GivenKey& key) {
  cbor::Writer w;
  w.reserve(kHeadsBytesMax + key.reveal().size());  // it does not grow out of a copy
  w.array(3).text(kKeyLabel).uint(kVersion).bytes(key.reveal());
  Bytes message = w.take();
  SecretBytes out = SecretBytes::copy_of(message);
  wipe(message);
  return out;
}

Bytes encode_killer_message(const Part& killer) {
  cbor::Writer w;
  w.array(4).text(kKillerLabel).uint(kVersion).text(killer.file).uint(killer.offset);
  return w.take();
}

Bytes encode_start_message(const StartMessage& start) {
  const Statement& statement = start.statement;
  cbor::Writer w;
  w.array(10).text(kStartLabel).uint(kVersion).text(clean(statement.zone)).text(clean(statement.date_order));
  w.text(clean(statement.custodian_name));
  w.uint(start.limits.item_bytes_max).uint(start.limits.unpacked_bytes_max);
  w.uint(start.limits.unpack_ratio_max).uint(start.limits.files_max);
  w.uint(static_cast<std::uint64_t>(start.care));
  return w.take();
}

Result<RequestMessage> decode_request(BytesView message) {
  cbor::Reader r(message);
  const std::size_t count = TRY(r.array());
  const std::string_view label = TRY(r.text());
  if (TRY(r.uint()) != kVersion) return fail(ErrorCode::unsupported, "a request of another version");
  RequestMessage out;
  if (label == kFileLabel && count == 3) {
    out.file_path = TRY(r.text());
    TRY(r.end());
  } else if (label == kKeyLabel && count == 3) {
    out.key = GivenKey::copy_of(TRY(r.bytes()));
    TRY(r.end());
  } else if (label == kKillerLabel && count == 4) {
    Part killer;
    killer.file = TRY(r.text());
    killer.offset = TRY(r.uint());
    out.killer = std::move(killer);
    TRY(r.end());
  } else if (label == kStartLabel && count == 10) {
    out.start = TRY(decode_start(r));
  } else {
    return fail(ErrorCode::malformed, "a request of an unknown kind");
  }
  return out;
}

cbor::Writer& AnswerWriter::begin_frame() {
  begun_at_ = unwritten_.size();
  return unwritten_.raw(std::array<std::byte, kLengthBytes>{});
}

Result<void> AnswerWriter::end_frame() {
  Bytes length;
  append_u32(length, static_cast<std::uint32_t>(unwritten_.size() - begun_at_ - kLengthBytes));
  unwritten_.put_at(begun_at_, length);
  return unwritten_.size() < kWriteBytes ? Result<void>{} : write();
}

Result<void> AnswerWriter::write() {
  const Result<void> written = output_(unwritten_.view());
  if (unwritten_.size() > kKeptBytes)
    unwritten_ = {};
  else
    unwritten_.cut(0);
  return written;
}

Result<void> AnswerWriter::record(record::Record&& record) {
  begin_frame().array(2).uint(kRecord);
  const std::size_t begun = unwritten_.size();
  record::encode(record, unwritten_);
  if (unwritten_.size() - begun > record::kRecordBytesMax) {
    unwritten_.cut(begun_at_);
    return fail(ErrorCode::limit_exceeded, "a record is larger than 16 MiB");
  }
  return end_frame();
}

Result<void> AnswerWriter::content(record::Record&& described, BytesView bytes) {
  record::encode(described, begin_frame().array(3).uint(kContent).uint(bytes.size()));
  TRY(end_frame());
  while (!bytes.empty()) {
    const BytesView chunk = bytes.first(std::min(bytes.size(), kChunkBytes));
    begin_frame().array(2).uint(kChunk).bytes(chunk);
    TRY(end_frame());
    bytes = bytes.subspan(chunk.size());
  }
  return {};
}

void AnswerWriter::heed(const StartMessage& start) {
  care_ = start.care;
  killers_ = {start.killers.begin(), start.killers.end()};
}

Result<bool> AnswerWriter::begin(std::string_view file, std::uint64_t offset) {
  if (care_ == Care::none) return true;
  const Part part{clean(file), offset};
  if (killers_.contains(part)) return false;
  begin_frame().array(3).uint(kBegin).text(part.file).uint(offset);
  TRY(end_frame());
  TRY(write());
  return true;
}

Result<void> AnswerWriter::finish(const Result<std::vector<Outcome>>& outcomes) {
  if (outcomes) {
    for (const Outcome& outcome : *outcomes) {
      cbor::Writer& w = begin_frame().array(6).uint(kOutcome).text(clean(outcome.source)).uint(outcome.found);
      w.uint(outcome.parsed).uint(outcome.refused).uint(outcome.doubts);
      TRY(end_frame());
    }
    begin_frame().array(1).uint(kEnd);
  } else {
    const Error& e = outcomes.error();
    cbor::Writer& w = begin_frame().array(5).uint(kError).uint(static_cast<std::uint64_t>(e.code));
    w.text(clean(e.what)).text(clean(e.where)).text(clean(e.hint));
  }
  TRY(end_frame());
  return unwritten_.size() == 0 ? Result<void>{} : write();
}

Result<void> AnswerReader::take(BytesView bytes) {
  append(pending_, bytes);
  std::size_t used = 0;
  while (pending_.size() - used >= 4) {
    const BytesView rest = BytesView(pending_).subspan(used);
    const std::size_t length = read_be<std::uint32_t>(rest.first(4));
    if (length > kFrameBytesMax)
      return fail(ErrorCode::limit_exceeded, "the worker announces too large an answer");
    if (rest.size() - 4 < length) break;
    TRY(take_frame(rest.subspan(4, length)));
    used += 4 + length;
  }
  pending_.erase(pending_.begin(), pending_.begin() + static_cast<std::ptrdiff_t>(used));
  return {};
}

Result<void> AnswerReader::from_sink(Result<void> result) {
  sink_failed_ = !result.has_value();
  return result;
}

Result<void> AnswerReader::deliver_content() {
  if (content_.size() < content_size_) return {};
  record::Record described = std::move(*described_);
  described_.reset();
  const Bytes content = std::exchange(content_, {});
  return from_sink(sink_.content(std::move(described), content));
}

Result<void> AnswerReader::take_chunk(BytesView chunk) {
  if (!described_ || chunk.empty() || chunk.size() > content_size_ - content_.size())
    return fail(ErrorCode::malformed, "the worker sends content it did not announce");
  append(content_, chunk);
  return deliver_content();
}

Result<void> AnswerReader::take_frame(BytesView frame) {
  if (ended_) return fail(ErrorCode::malformed, "the worker goes on after its last answer");
  cbor::Reader r(frame);
  const std::size_t count = TRY(r.array());
  const std::uint64_t kind = TRY(r.uint());
  if (described_ && kind != kChunk && kind != kError)
    return fail(ErrorCode::malformed, "the worker did not finish the content it announced");
  if (kind == kRecord && count == 2) {
    Result<record::Record> record = record::decode(frame.subspan(r.offset()));
    if (!record) return std::unexpected(std::move(record).error());
    return from_sink(sink_.record(std::move(*record)));
  }
  if (kind == kContent && count == 3) {
    content_size_ = TRY(r.uint());
    if (content_size_ > content_bytes_max_)
      return fail(ErrorCode::limit_exceeded, "the worker announces too large a file");
    described_ = TRY(record::decode(frame.subspan(r.offset())));
    return deliver_content();
  }
  if (kind == kChunk && count == 2) {
    const BytesView chunk = TRY(r.bytes());
    TRY(r.end());
    return take_chunk(chunk);
  }
  return take_ending(r, kind, count);
}

Result<void> AnswerReader::take_ending(cbor::Reader& r, std::uint64_t kind, std::size_t count) {
  if (kind == kOutcome && count == 6) {
    outcomes_.push_back(TRY(decode_outcome(r)));
    return r.end();
  }
  if (kind == kEnd && count == 1) {
    ended_ = std::exchange(outcomes_, {});
    return r.end();
  }
  if (kind == kBegin && count == 3) {
    Part part;
    part.file = TRY(r.text());
    part.offset = TRY(r.uint());
    begun_ = std::move(part);
    return r.end();
  }
  if (kind == kError && count == 5) {
    ended_ = std::unexpected(TRY(decode_error(r)));
    return r.end();
  }
  return fail(ErrorCode::malformed, "the worker gives an answer of an unknown kind");
}

}  // namespace strongroom::capture
