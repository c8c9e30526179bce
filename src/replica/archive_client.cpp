#include "replica/archive_client.h"

#include <fmt/format.h>

#include "codec/cbor.h"
#include "codec/text.h"
#include "crypto/hash.h"
#include "replica/answers.h"

namespace strongroom::replica {
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
  return read_entry_answers(TRY(demand(request)).body, entries.size());
}

Result<std::optional<ChainHead>> ArchiveClient::chain(const envelope::Incarnation& incarnation) {
  auto response = get(fmt::format("/v1/chain/{}", codec::hex(incarnation)));
  if (!response && response.error().code == ErrorCode::not_found) return std::nullopt;
  if (!response) return std::unexpected(std::move(response).error());
  return TRY(read_chain_head(response->body));
}

Result<std::optional<std::string>> ArchiveClient::proof(Ledger ledger, std::uint64_t index) {
  auto response = get(fmt::format("/v1/proof/{}/{}", name_of(ledger), index));
  if (!response && response.error().code == ErrorCode::not_found) return std::nullopt;
  if (!response) return std::unexpected(std::move(response).error());
  return std::string(text_of(response->body));
}

Result<std::vector<RegisterItem>> ArchiveClient::register_from(std::uint64_t from, std::uint64_t max) {
  return read_register_items(TRY(get(fmt::format("/v1/register?from={}&max={}", from, max))).body);
}

Result<std::uint64_t> ArchiveClient::post_register(envelope::RegisterType type, BytesView object) {
  wire::Request request;
  request.method = wire::Method::post;
  request.target = "/v1/register";
  request.body = cbor::Writer().array(2).uint(static_cast<std::uint64_t>(type)).bytes(object).take();
  return read_leaf_index(TRY(demand(request)).body);
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
  const Hash256 name = TRY(read_blob_name(TRY(demand(request)).body));
  if (name != crypto::sha256(blob))
    return fail(ErrorCode::corrupt, "the server stored another blob than the one sent");
  return name;
}

Result<std::vector<DeviceEntry>> ArchiveClient::device_entries(const envelope::DeviceId& device,
                                                               std::uint64_t from, std::uint64_t max) {
  return read_device_entries(
      TRY(get(fmt::format("/v1/device/{}/entries?from={}&max={}", codec::hex(device), from, max))).body);
}

Result<std::vector<DeviceHearing>> ArchiveClient::devices() {
  return read_device_hearings(TRY(get("/v1/devices")).body);
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
  return read_pending(TRY(get("/v1/pending")).body);
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
  return TRY(read_leaf_index(response->body));
}

Result<Bytes> ArchiveClient::read_tile(const ledger::TileId& tile) {
  return TRY(get(fmt::format("/capture/{}", path_of(tile)))).body;
}

Result<Bytes> ArchiveClient::read_bundle(const ledger::BundleId& bundle) {
  return TRY(get(fmt::format("/capture/{}", path_of(bundle)))).body;
}

}  // namespace strongroom::replica
