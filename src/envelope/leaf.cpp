#include "envelope/leaf.h"

#include "crypto/hash.h"
#include "envelope/object.h"

namespace strongroom::envelope {
namespace {

constexpr std::size_t kCaptureLeafBytes = 1 + 32 + 64;
constexpr std::size_t kRegisterLeafBytes = 1 + 1 + 32 + 64;
constexpr std::byte kCrossType{0x80};
constexpr auto kLastType = static_cast<unsigned>(RegisterType::drill);

std::optional<CrossLeaf> as_cross(BytesView leaf) {
  if (leaf.size() <= kRegisterLeafBytes || leaf[1] != kCrossType) return std::nullopt;
  return CrossLeaf{std::string(text_of(leaf.subspan(2)))};
}

Result<void> check_version(BytesView leaf) {
  if (leaf.empty()) return fail(ErrorCode::malformed, "a ledger leaf is empty");
  if (leaf[0] != kSuiteVersion) return fail(ErrorCode::unsupported, "a ledger leaf of an unknown suite");
  return {};
}

Digests digests_at(BytesView bytes) {
  return {array_of<32>(bytes.first(32)), array_of<64>(bytes.subspan(32, 64))};
}

}  // namespace

std::string_view name_of(RegisterType type) {
  switch (type) {
    case RegisterType::ledger_opened: return "ledger_opened";
    case RegisterType::roster: return "roster";
    case RegisterType::lot_key: return "lot_key";
    case RegisterType::enrolment: return "enrolment";
    case RegisterType::request: return "request";
    case RegisterType::approval: return "approval";
    case RegisterType::nonce: return "nonce";
    case RegisterType::receipt: return "receipt";
    case RegisterType::refusal: return "refusal";
    case RegisterType::device_replaced: return "device_replaced";
    case RegisterType::revocation: return "revocation";
    case RegisterType::stop_order: return "stop_order";
    case RegisterType::hold: return "hold";
    case RegisterType::hold_lifted: return "hold_lifted";
    case RegisterType::disposal_order: return "disposal_order";
    case RegisterType::rescue_manifest: return "rescue_manifest";
    case RegisterType::destroyed: return "destroyed";
    case RegisterType::purge_manifest: return "purge_manifest";
    case RegisterType::share_check: return "share_check";
    case RegisterType::case_closed: return "case_closed";
    case RegisterType::directory: return "directory";
    case RegisterType::invitation: return "invitation";
    case RegisterType::drill: return "drill";
  }
  return "unknown";
}

Digests digests_of(BytesView object) { return {crypto::sha256(object), crypto::sha512(object)}; }

Bytes encode(const CaptureLeaf& leaf) {
  Bytes out{kSuiteVersion};
  append(out, leaf.header.sha256);
  append(out, leaf.header.sha512);
  return out;
}

Bytes encode(const RegisterLeaf& leaf) {
  Bytes out{kSuiteVersion, static_cast<std::byte>(leaf.type)};
  append(out, leaf.object.sha256);
  append(out, leaf.object.sha512);
  return out;
}

Bytes encode(const CrossLeaf& leaf) {
  Bytes out{kSuiteVersion, kCrossType};
  append(out, bytes_of(leaf.checkpoint));
  return out;
}

Result<std::variant<CaptureLeaf, CrossLeaf>> decode_capture_leaf(BytesView leaf) {
  TRY(check_version(leaf));
  if (leaf.size() == kCaptureLeafBytes) return CaptureLeaf{digests_at(leaf.subspan(1))};
  if (auto cross = as_cross(leaf)) return std::move(*cross);
  return fail(ErrorCode::malformed, "a capture leaf of unknown shape");
}

Result<std::variant<RegisterLeaf, CrossLeaf>> decode_register_leaf(BytesView leaf) {
  TRY(check_version(leaf));
  if (leaf.size() == kRegisterLeafBytes) {
    const auto type = std::to_integer<unsigned>(leaf[1]);
    if (type < 1 || type > kLastType) return fail(ErrorCode::unsupported, "a register leaf of unknown type");
    return RegisterLeaf{static_cast<RegisterType>(type), digests_at(leaf.subspan(2))};
  }
  if (auto cross = as_cross(leaf)) return std::move(*cross);
  return fail(ErrorCode::malformed, "a register leaf of unknown shape");
}

}  // namespace strongroom::envelope
