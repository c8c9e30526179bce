/// Between a parser and the sink: stamps every record with source, version and order, and counts.
#pragma once

#include <string>
#include <string_view>

#include <map>
#include <set>

#include "capture/parser.h"

namespace strongroom::capture {

/// Refused bytes above this size travel as content, not inside a record.
inline constexpr std::size_t kRefusedInRecordMax = 8u << 20;

/// Where refused bytes lie and why nobody understood them.
struct Refusal {
  std::string file;
  std::uint64_t offset = 0;
  BytesView bytes;
  std::string code;    ///< kebab-case, as `record::Doubt::code`
  std::string detail;  ///< for people; never content
};

/// One per parse; borrows the sink.
class Tally {
 public:
  Tally(Sink& sink, std::string_view source, std::uint64_t parser_version)
      : sink_(sink), source_(source), parser_version_(parser_version) {}

  /// To be called before each mail, message or frame whose reading could kill the process (anything that goes through a
  /// library, or recurses). False: it did; refuse its bytes as "killed-its-reader".
  Result<bool> begin(std::string_view file, std::uint64_t offset) { return sink_.begin(file, offset); }
  /// Counts the record as parsed and hands it on. What was read of an item may be far more than the item (names that
  /// are written out, bytes that are repaired): above what a record may hold, the item is refused ("too-large").
  Result<void> record(record::Record&& record);
  /// An attachment file: counts as parsed.
  Result<void> content(record::Record&& described, BytesView bytes);
  /// What the original of the record handed over next holds within (`described.target` names that record): not counted.
  Result<void> part(record::Record&& described, BytesView bytes);
  /// An unparsed original: counts as refused. The bytes are kept whole.
  Result<void> refuse(const Refusal& refusal);
  /// `found` is not set.
  Outcome outcome() const;
  /// When the first record that names this content was sent; nullptr if none has.
  const record::SourceTime* first_named(const Hash256& content) const;

 private:
  void stamp(record::Record& record);
  Result<void> refuse_too_large(const record::Record& record);

  Sink& sink_;
  std::string source_;
  std::uint64_t parser_version_;
  std::map<Hash256, record::SourceTime> first_named_;
  std::set<Hash256> parts_;  ///< of the record that comes next: no file beside is looked for
  std::uint64_t order_ = 0, parsed_ = 0, refused_ = 0, doubts_ = 0;
};

/// Hands over one whole input file as an attachment. Call it after the records: the file belongs to the time of the
/// first one that names it, so that a folder of those days holds both. One that no message names has the doubt
/// "unreferenced-file": it may be messages that nobody could read.
enum class Named { yes, no };
Result<void> hand_over_file(Tally& tally, const InputFile& file, Named named = Named::yes);

}  // namespace strongroom::capture
