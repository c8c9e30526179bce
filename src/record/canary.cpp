#include "record/canary.h"

#include "codec/text.h"

namespace strongroom::record {
namespace {

constexpr const char* kAnswer = "answer";

}  // namespace

Record canary(const ByteArray<32>& answer, std::uint64_t made_at_ms) {
  Record r;
  r.kind = Kind::notice;
  r.source = kCanarySource;
  r.conversation = {"strongroom:canary", "Canary", ConversationKind::note_to_self};
  r.native_id = codec::hex(answer);
  r.sent_at.unix_ms = static_cast<std::int64_t>(made_at_ms);
  r.captured_at_ms = made_at_ms;
  r.text =
      "This is a canary. It is nobody's message: the device sealed it so that the archive can show, in a "
      "drill, that "
      "what it keeps can still be opened. The answer is " +
      r.native_id + ".";
  r.extra[kAnswer] = copy_of(answer);
  return r;
}

std::optional<ByteArray<32>> canary_answer(const Record& record) {
  const auto found = record.extra.find(kAnswer);
  if (record.source != kCanarySource || found == record.extra.end()) return std::nullopt;
  const Bytes* answer = std::get_if<Bytes>(&found->second);
  if (answer == nullptr || answer->size() != 32) return std::nullopt;
  return array_of<32>(*answer);
}

}  // namespace strongroom::record
