#include "envelope/canary.h"

#include <algorithm>
#include <string_view>

#include "codec/cbor.h"
#include "crypto/hash.h"

namespace strongroom::envelope {
namespace {

constexpr std::string_view kExtension = "canary";

Result<Hash256> commitment_in(BytesView extensions) {
  cbor::Reader map(extensions);
  const auto items = TRY(map.text_map());
  const auto found = std::ranges::find(items, kExtension, [](const auto& item) { return item.first; });
  if (found == items.end()) return fail(ErrorCode::not_found, "there is no such extension");
  cbor::Reader value(found->second);
  const Hash256 commitment = TRY(value.array_bytes<32>());
  TRY(value.end());
  return commitment;
}

}  // namespace

Hash256 answer_commitment(const KnownAnswer& answer) {
  return crypto::sha256(cbor::labelled("canary-answer", BytesView(answer)));
}

Bytes canary_extensions(const Hash256& commitment) {
  return cbor::MapBuilder().add(kExtension, cbor::Writer().bytes(commitment).take()).take();
}

std::optional<Hash256> canary_commitment(const Header& open, const Core0& core0) {
  if (open.kind != EntryKind::open || core0.mode != CaptureMode::canary || open.extensions.empty())
    return std::nullopt;
  const auto commitment = commitment_in(open.extensions);
  return commitment ? std::optional(*commitment) : std::nullopt;
}

}  // namespace strongroom::envelope
