/// What goes through the pipes of strongroom-parse (docs/formats/parse-pipe.md): requests as single messages, answers
/// as length-prefixed frames. Pure functions of bytes; both sides use it.
#pragma once

#include <functional>
#include <optional>
#include <set>

#include "capture/parser.h"
#include "codec/cbor.h"

namespace strongroom::capture {

/// "Here is a file" (sent together with the open file).
Bytes encode_file_message(std::string_view path);

/// "Here is a key that the custodian gave." One a message; neither side keeps a copy of the message.
SecretBytes encode_key_message(const GivenKey& key);

/// A part of the material, as `Sink::begin` names it.
struct Part {
  std::string file;
  std::uint64_t offset = 0;
  auto operator<=>(const Part&) const = default;
};
/// After a worker has died, another says before each part that it begins it: whoever dies then has named the killer.
enum class Care : std::uint64_t { none = 0, announce = 1 };

/// "This part is not to be read again." One a message: together they might be too long for one.
Bytes encode_killer_message(const Part& killer);

/// "That was all; parse." The statement's keys and the killers have messages of their own, before this one.
struct StartMessage {
  Statement statement;
  Limits limits;
  Care care = Care::none;
  std::vector<Part> killers;  ///< parts not to be read again
};
Bytes encode_start_message(const StartMessage& start);

/// A file's path, a key, a killer or the start; exactly one is set.
struct RequestMessage {
  std::optional<std::string> file_path;
  std::optional<GivenKey> key;
  std::optional<Part> killer;
  std::optional<StartMessage> start;
};
Result<RequestMessage> decode_request(BytesView message);

/// Writes answers, gathered into pieces of 64 KiB or more: a small answer may wait until `finish`. Used as the sink of
/// the parse.
class AnswerWriter final : public Sink {
 public:
  using Output = std::function<Result<void>(BytesView)>;
  explicit AnswerWriter(Output output) : output_(std::move(output)) {}
  /// What the parent asked for; before the first answer.
  void heed(const StartMessage& start);
  /// Says so at once where care is asked for.
  Result<bool> begin(std::string_view file, std::uint64_t offset) override;
  Result<void> record(record::Record&& record) override;
  Result<void> content(record::Record&& described, BytesView bytes) override;
  /// Ends the answers: what came of each source, or why it could not be done.
  Result<void> finish(const Result<std::vector<Outcome>>& outcomes);

 private:
  /// An answer goes to the writer between these two.
  cbor::Writer& begin_frame();
  Result<void> end_frame();
  Result<void> write();
  Output output_;
  cbor::Writer unwritten_;
  std::size_t begun_at_ = 0;  ///< of the last frame, in it
  Care care_ = Care::none;
  std::set<Part> killers_;
};

/// Reads answers as they arrive, checks every one, and hands them to a sink.
class AnswerReader {
 public:
  /// `content_bytes_max`: of one attachment, which is gathered in memory.
  AnswerReader(Sink& sink, std::uint64_t content_bytes_max)
      : sink_(sink), content_bytes_max_(content_bytes_max) {}
  /// `malformed` or `limit_exceeded` if the worker talks nonsense; the sink's own errors as they are.
  Result<void> take(BytesView bytes);
  /// Set once the worker has said what came of it: an outcome for each source.
  const std::optional<Result<std::vector<Outcome>>>& outcomes() const { return ended_; }
  /// The part that was begun last.
  const std::optional<Part>& begun() const { return begun_; }
  /// True if the last error came from the sink, not from the worker.
  bool sink_failed() const { return sink_failed_; }

 private:
  Result<void> take_frame(BytesView frame);
  Result<void> take_chunk(BytesView chunk);
  Result<void> take_ending(cbor::Reader& r, std::uint64_t kind, std::size_t count);
  Result<void> deliver_content();
  Result<void> from_sink(Result<void> result);

  Sink& sink_;
  std::uint64_t content_bytes_max_;
  Bytes pending_;
  std::optional<record::Record> described_;
  std::uint64_t content_size_ = 0;
  Bytes content_;
  std::vector<Outcome> outcomes_;
  std::optional<Result<std::vector<Outcome>>> ended_;
  std::optional<Part> begun_;
  bool sink_failed_ = false;
};

}  // namespace strongroom::capture
