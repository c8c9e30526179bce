#include "replica/archive_client.h"

#include <fmt/format.h>

#include "codec/cbor.h"
#include "codec/text.h"
#include "crypto/hash.h"

namespace strongroom::replica {
namespace {

constexpr std::size_t kMarksMax = 16;

/// A text member of the server's error object (docs/formats/service.md); empty if it is not there.
std::string member_of(std::string_view object, std::string_view name) {
  const std::string opening = fmt::format("\"{}\": \"", name);
  std::size_t at = object.find(opening);
  std::string out;
  if (at == object.npos) return out;
  for (at += opening.size(); at < object.size() && object[at] != '"'; ++at) {
    if (object[at] == '\\' && at + 1 < object.size()) ++at;
    // It may end on a terminal: no control characters.
    if (static_cast<unsigned char>(object[at]) >= 0x20 && object[at] != 0x7F) out += object[at];
  }
  return out;
}

/// The server's error object is shown, not acted on.
Error error_of(const wire::Response& response, std::string_view target) {
  Error error{
      ErrorCode::refused, fmt::format("the server answered {}", response.status), std::string(target), {}};
  if (response.status == 404) error.code = ErrorCode::not_found;
  if (response.status == 401 || response.status == 403) {
    error.code = ErrorCode::unauthenticated;
    error.hint =
        "if it does not know this key: a device must be confirmed by two people, a person be on the roster";
  }
  if (response.status == 409) error.code = ErrorCode::conflict;
  if (response.status >= 500) error.code = ErrorCode::unavailable;
  if (response.body.size() >= 4096) return error;
  const std::string_view object = text_of(response.body);
  if (const std::string what = member_of(object, "what"); !what.empty())
    error.what = "the server says: " + what;
  if (std::string hint = member_of(object, "hint"); !hint.empty()) error.hint = std::move(hint);
  return error;
}

Result<std::vector<std::string>> get_marks(cbor::Reader& r) {
  const std::size_t count = TRY(r.array());
  if (count > kMarksMax) return r.error(ErrorCode::limit_exceeded, "too many marks");
  std::vector<std::string> marks;
  for (std::size_t i = 0; i < count; ++i) marks.emplace_back(TRY(r.text()));
  return marks;
}

Result<EntryAnswer> get_answer(cbor::Reader& r) {
  TRY(r.array(3));
  EntryAnswer answer;
  const std::uint64_t status = TRY(r.uint());
  if (status < 1 || status > 4) return r.error(ErrorCode::unsupported, "unknown status of an entry");
  answer.status = static_cast<EntryStatus>(status);
  if (!TRY(r.null_next())) answer.leaf = TRY(r.uint());
  answer.marks = TRY(get_marks(r));
  return answer;
}

}  // namespace

std::string_view name_of(Ledger ledger) { return ledger == Ledger::capture ? "capture" : "register"; }

Result<ArchiveClient> ArchiveClient::connect(const Card& card, const wire::Identity& identity) {
  const auto address = TRY_IN("server address", split_address(card.server));
  const wire::PinSet pins = card.server_pins.size() > 1
                                ? wire::PinSet(card.server_pins[0], card.server_pins[1])
                                : wire::PinSet(card.server_pins[0]);
  wire::ClientConfig config;
  config.address = address.first;
  config.port = address.second;
  return ArchiveClient(TRY(wire::Client::connect(config, identity, pins)));
}

Result<wire::Response> ArchiveClient::demand(const wire::Request& request) {
  const std::string target = request.target;
  auto response = TRY(client_.exchange(request));
  if (response.status < 200 || response.status > 299) return std::unexpected(error_of(response, target));
  return response;
}

Result<wire::Response> ArchiveClient::get(std::string target) {
  wire::Request request;
  request.method = wire::Method::get;
  request.target = std::move(target);
  return demand(request);
}

Result<std::vector<EntryAnswer>> ArchiveClient::post_entries(const std::vector<EntryToSend>& entries) {
  cbor::Writer w;
  w.array(entries.size());
  for (const EntryToSend& entry : entries) {
    w.array(2).bytes(entry.header);
    if (entry.body.empty()) {
      w.null();
    } else {
      w.bytes(entry.body);
    }
  }
  wire::Request request;
  request.method = wire::Method::post;
  request.target = "/v1/entries";
  request.body = w.take();
  const auto response = TRY(demand(request));
  cbor::Reader r(response.body);
  const std::size_t count = TRY(r.array());
  if (count != entries.size())
    return r.error(ErrorCode::malformed, "the server answered for another number of entries");
  std::vector<EntryAnswer> answers;
  for (std::size_t i = 0; i < count; ++i) answers.push_back(TRY(get_answer(r)));
  TRY(r.end());
  return answers;
}

Result<std::optional<ChainHead>> ArchiveClient::chain(const envelope::Incarnation& incarnation) {
  auto response = get(fmt::format("/v1/chain/{}", codec::hex(incarnation)));
  if (!response && response.error().code == ErrorCode::not_found) return std::nullopt;
  if (!response) return std::unexpected(std::move(response).error());
  cbor::Reader r(response->body);
  TRY(r.array(3));
  ChainHead head;
  head.next_sequence = TRY(r.uint());
  head.last = TRY(r.array_bytes<32>());
  head.leaf = TRY(r.uint());
  TRY(r.end());
  return head;
}

Result<std::optional<std::string>> ArchiveClient::proof(Ledger ledger, std::uint64_t index) {
  auto response = get(fmt::format("/v1/proof/{}/{}", name_of(ledger), index));
  if (!response && response.error().code == ErrorCode::not_found) return std::nullopt;
  if (!response) return std::unexpected(std::move(response).error());
  return std::string(text_of(response->body));
}

Result<std::vector<RegisterItem>> ArchiveClient::register_from(std::uint64_t from, std::uint64_t max) {
  const auto response = TRY(get(fmt::format("/v1/register?from={}&max={}", from, max)));
  cbor::Reader r(response.body);
  const std::size_t count = TRY(r.array());
  std::vector<RegisterItem> items;
  for (std::size_t i = 0; i < count; ++i) {
    TRY(r.array(2));
    RegisterItem item;
    item.leaf = copy_of(TRY(r.bytes()));
    item.object = copy_of(TRY(r.bytes()));
    items.push_back(std::move(item));
  }
  TRY(r.end());
  return items;
}

Result<std::uint64_t> ArchiveClient::post_register(envelope::RegisterType type, BytesView object) {
  wire::Request request;
  request.method = wire::Method::post;
  request.target = "/v1/register";
  request.body = cbor::Writer().array(2).uint(static_cast<std::uint64_t>(type)).bytes(object).take();
  const auto response = TRY(demand(request));
  cbor::Reader r(response.body);
  TRY(r.array(1));
  return r.uint();
}

Result<Bytes> ArchiveClient::object(const Hash256& sha256) {
  auto response = TRY(get(fmt::format("/v1/object/{}", codec::hex(sha256))));
  if (crypto::sha256(response.body) != sha256)
    return fail(ErrorCode::unauthenticated, "the server sent another object than the one asked for",
                codec::hex(sha256));
  return std::move(response.body);
}

Result<Hash256> ArchiveClient::post_blob(BytesView blob) {
  wire::Request request;
  request.method = wire::Method::post;
  request.target = "/v1/blob";
  request.body = copy_of(blob);
  const auto response = TRY(demand(request));
  cbor::Reader r(response.body);
  TRY(r.array(1));
  const auto name = TRY(r.array_bytes<32>());
  if (name != crypto::sha256(blob))
    return fail(ErrorCode::corrupt, "the server stored another blob than the one sent");
  return name;
}

Result<std::vector<DeviceEntry>> ArchiveClient::device_entries(const envelope::DeviceId& device,
                                                               std::uint64_t from, std::uint64_t max) {
  const auto response =
      TRY(get(fmt::format("/v1/device/{}/entries?from={}&max={}", codec::hex(device), from, max)));
  cbor::Reader r(response.body);
  const std::size_t count = TRY(r.array());
  std::vector<DeviceEntry> entries;
  for (std::size_t i = 0; i < count; ++i) {
    TRY(r.array(3));
    DeviceEntry entry;
    entry.leaf = TRY(r.uint());
    entry.header = copy_of(TRY(r.bytes()));
    entry.marks = TRY(get_marks(r));
    entries.push_back(std::move(entry));
  }
  TRY(r.end());
  return entries;
}

Result<std::vector<DeviceHearing>> ArchiveClient::devices() {
  const auto response = TRY(get("/v1/devices"));
  cbor::Reader r(response.body);
  const std::size_t count = TRY(r.array());
  std::vector<DeviceHearing> devices;
  for (std::size_t i = 0; i < count; ++i) {
    TRY(r.array(3));
    DeviceHearing device;
    device.device = TRY(r.array_bytes<16>());
    device.hearing = TRY(r.text());
    device.heard_s = TRY(r.uint());
    devices.push_back(std::move(device));
  }
  TRY(r.end());
  return devices;
}

Result<void> ArchiveClient::put_pending(const ByteArray<16>& invitation, BytesView object) {
  wire::Request request;
  request.method = wire::Method::put;
  request.target = fmt::format("/v1/pending/{}", codec::hex(invitation));
  request.body = copy_of(object);
  TRY(demand(request));
  return {};
}

Result<std::vector<std::pair<ByteArray<16>, Bytes>>> ArchiveClient::pending() {
  const auto response = TRY(get("/v1/pending"));
  cbor::Reader r(response.body);
  const std::size_t count = TRY(r.array());
  std::vector<std::pair<ByteArray<16>, Bytes>> items;
  for (std::size_t i = 0; i < count; ++i) {
    TRY(r.array(2));
    const auto id = TRY(r.array_bytes<16>());
    items.emplace_back(id, copy_of(TRY(r.bytes())));
  }
  TRY(r.end());
  return items;
}

Result<std::string> ArchiveClient::checkpoint(Ledger ledger) {
  const auto response = TRY(get(fmt::format("/{}/checkpoint", name_of(ledger))));
  return std::string(text_of(response.body));
}

Result<void> ArchiveClient::ask_cross() {
  TRY(get("/v1/cross"));
  return {};
}

Result<std::optional<std::uint64_t>> ArchiveClient::capture_cross_over(std::uint64_t register_leaf) {
  const auto response = get(fmt::format("/v1/cross/over/{}", register_leaf));
  if (!response && response.error().code == ErrorCode::not_found) return std::nullopt;
  if (!response) return std::unexpected(response.error());
  cbor::Reader r(response->body);
  TRY(r.array(1));
  const std::uint64_t leaf = TRY(r.uint());
  TRY(r.end());
  return leaf;
}

Result<Bytes> ArchiveClient::read_tile(const ledger::TileId& tile) {
  return TRY(get(fmt::format("/capture/{}", path_of(tile)))).body;
}

Result<Bytes> ArchiveClient::read_bundle(const ledger::BundleId& bundle) {
  return TRY(get(fmt::format("/capture/{}", path_of(bundle)))).body;
}

}  // namespace strongroom::replica
