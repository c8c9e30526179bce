#include "archive/service.h"

#include <fmt/format.h>

#include "codec/cbor.h"
#include "codec/text.h"
#include "envelope/object.h"

namespace strongroom::archive {
namespace {

using roster::Role;
using wire::Method;

constexpr std::uint64_t kRegisterPostBytesMax = roster::kDirectoryBytesMax + 1024;
constexpr std::string_view kText = "text/plain; charset=utf-8";

Result<wire::Response> nothing_here() {
  return fail(ErrorCode::not_found, "there is nothing here", {}, "see docs/formats/service.md");
}
Result<wire::Response> not_yours() { return fail(ErrorCode::refused, "this identity may not ask that"); }

template <class Done>
void respond_with(const wire::Respond& respond, const Result<Done>& result, Bytes (*encoded)(const Done&)) {
  respond(result ? cbor_answer(encoded(*result)) : answer_of(result.error()));
}

/// Protocol §2.6: it came after its device was revoked.
bool quarantines(const roster::RegisterState& state, const EntryRow& row) {
  const auto device = state.devices().find(row.device);
  return device != state.devices().end() && device->second.quarantines(row.leaf);
}

Bytes encode_index(const std::uint64_t& index) { return cbor::Writer().array(1).uint(index).take(); }

}  // namespace

Service::Service(Archive& archive, platform::Clock& clock, unsigned workers)
    : archive_(archive), clock_(clock), workers_(workers) {}

Peer Service::peer_of(const std::optional<wire::Pin>& pin) const {
  Peer peer;
  peer.state = archive_.state();
  if (!pin) return peer;
  peer.device = peer.state->device_by_pin(*pin);
  const roster::Roster& roster = peer.state->current_roster()->roster;
  const roster::Member* member = roster::find_member_by_pin(roster, *pin);
  const std::uint64_t now_s = clock_.now_ms() / 1000;
  if (member != nullptr && roster::in_its_time(roster, *member, now_s)) peer.member = member;
  if (peer.device != nullptr) return peer;  // the register takes no invitation with a device's pin (§2.6)
  const roster::Invitation* invitation = peer.state->unspent_invitation_by_pin(*pin);
  if (invitation != nullptr && now_s < invitation->expires_s) peer.invitation = invitation;
  return peer;
}

wire::Admission Service::admit(const wire::RequestHead& head) {
  const Peer peer = peer_of(head.peer);
  if (!peer.known()) {
    archive_.refusals().count("unknown-identity");
    return wire::Admission::refused();
  }
  if (head.method == Method::get) return wire::Admission::up_to(0);
  if (peer.device != nullptr && head.target == "/v1/entries")
    return wire::Admission::up_to(kSubmissionBytesMax);
  if (head.target.starts_with("/v1/pending/")) return wire::Admission::up_to(kPendingBytesMax);
  if (head.target == "/v1/register" && peer.invitation != nullptr && peer.member == nullptr) {
    return wire::Admission::up_to(kPendingBytesMax);
  }
  if (peer.member == nullptr && peer.device != nullptr && head.target == "/v1/register")
    return wire::Admission::up_to(kPendingBytesMax);
  if (peer.member == nullptr) return wire::Admission::refused();
  if (head.target == "/v1/register") return wire::Admission::up_to(kRegisterPostBytesMax);
  if (head.target == "/v1/blob") return wire::Admission::up_to(kBlobBytesMax);
  return wire::Admission::up_to(0);
}

void Service::handle(wire::Request request, wire::Respond respond) {
  auto held = std::make_shared<wire::Request>(std::move(request));
  workers_.post([this, held, respond = std::move(respond)] { route(*held, respond); });
}

void Service::handle_public(wire::Request request, wire::Respond respond) {
  auto held = std::make_shared<wire::Request>(std::move(request));
  workers_.post([this, held, respond = std::move(respond)] {
    const Target target = parse_target(held->target);
    if (target.parts.size() == 1 && target.parts[0] == "health") return respond(answer_of(health()));
    respond(answer_of(read_ledger(target, false)));
  });
}

void Service::route(wire::Request& request, const wire::Respond& respond) {
  const Peer peer = peer_of(request.peer);
  const Target target = parse_target(request.target);
  if (request.method == Method::get) {
    if (target.parts.size() == 2 && target.parts[0] == "v1" && target.parts[1] == "cross" &&
        (peer.member != nullptr || peer.device != nullptr)) {
      return get_cross(respond);
    }
    return respond(answer_of(read(target, peer)));
  }
  if (const Result<void> may = archive_.may_take(); !may) return respond(answer_of(may.error()));
  if (!route_writing(request, target, peer, respond)) respond(answer_of(nothing_here()));
}

bool Service::route_writing(wire::Request& request, const Target& target, const Peer& peer,
                            const wire::Respond& respond) {
  const auto& parts = target.parts;
  if (parts.size() < 2 || parts[0] != "v1") return false;
  if (request.method == Method::put && parts.size() == 3 && parts[1] == "pending") {
    const Result<void> put = put_pending(parts[2], request.body, peer);
    respond(put ? wire::Response{204, "", {}, {}} : answer_of(put.error()));
    return true;
  }
  if (request.method != Method::post) return false;
  if (parts[1] == "entries" && parts.size() == 2 && peer.device != nullptr) {
    post_entries(std::move(request.body), peer, respond);
    return true;
  }
  if (parts[1] == "register" && parts.size() == 2) {
    post_register(request.body, peer, respond);
    return true;
  }
  if (parts[1] != "blob" || parts.size() != 2 || peer.member == nullptr) return false;
  const Result<Hash256> name = archive_.blobs().put(request.body);
  respond(name ? cbor_answer(cbor::Writer().array(1).bytes(*name).take()) : answer_of(name.error()));
  return true;
}

Result<wire::Response> Service::read(const Target& target, const Peer& peer) {
  if (target.parts.size() == 1 && target.parts[0] == "health") return health();
  if (!target.parts.empty() && target.parts[0] == "v1") return read_v1(target, peer);
  return read_ledger(target, peer.member != nullptr);
}

Result<wire::Response> Service::read_v1(const Target& target, const Peer& peer) {
  const auto& parts = target.parts;
  if (parts.size() < 2) return nothing_here();
  const bool either = peer.device != nullptr || peer.member != nullptr;
  if (parts[1] == "register" && parts.size() == 2) return get_register(target);
  if (parts[1] == "pending" && parts.size() == 2) return get_pending(peer);
  if (!either) return not_yours();
  if (parts[1] == "object" && parts.size() == 3) return get_object(parts[2]);
  if (parts[1] == "cross" && parts.size() == 4 && parts[2] == "over" && peer.member != nullptr) {
    const std::uint64_t leaf = TRY(codec::from_decimal(parts[3], ledger::kTreeSizeMax.value));
    return cbor_answer(encode_index(TRY(archive_.capture_cross_over(leaf))));
  }
  if (parts[1] == "proof" && parts.size() == 4) return get_proof(parts[2], parts[3]);
  if (parts[1] == "chain" && parts.size() == 3) return get_chain(parts[2], peer);
  if (parts[1] == "devices" && parts.size() == 2) {
    return peer.member != nullptr ? get_devices() : not_yours();
  }
  if (parts[1] == "device" && parts.size() == 4 && parts[3] == "entries") {
    const bool may =
        peer.has_role(Role::reader) || peer.has_role(Role::trustee) || peer.has_role(Role::auditor);
    return may ? get_device_entries(target) : not_yours();
  }
  return nothing_here();
}

/// /capture/checkpoint, /capture/tile/..., /register/checkpoint and, for members, /register/tile/...
Result<wire::Response> Service::read_ledger(const Target& target, bool register_tiles) {
  const auto& parts = target.parts;
  if (parts.size() < 2 || (parts[0] != "capture" && parts[0] != "register")) return nothing_here();
  const LedgerName ledger = parts[0] == "capture" ? LedgerName::capture : LedgerName::registers;
  if (parts.size() == 2 && parts[1] == "checkpoint") {
    const std::string text = TRY(archive_.checkpoint(ledger));
    return wire::Response::binary(copy_of(bytes_of(text)), std::string(kText));
  }
  if (parts.size() < 4 || parts[1] != "tile") return nothing_here();
  if (ledger == LedgerName::registers && !register_tiles) return not_yours();
  std::string path;
  for (std::size_t i = 1; i < parts.size(); ++i) path += (i == 1 ? "" : "/") + std::string(parts[i]);
  TileStore& tiles = archive_.tiles(ledger);
  wire::Response response = wire::Response::binary(
      parts[2] == "entries" ? TRY(tiles.read_bundle(TRY(ledger::parse_bundle_path(path))))
                            : TRY(tiles.read_tile(TRY(ledger::parse_tile_path(path)))));
  response.headers.push_back({"Cache-Control", "public, max-age=31536000, immutable"});
  return response;
}

void Service::post_entries(Bytes body, const Peer& peer, const wire::Respond& respond) {
  archive_.submit(
      std::move(body), *peer.device, peer.state,
      [respond](const Result<std::vector<EntryAnswer>>& answers) { respond_with(respond, answers, encode); });
}

void Service::post_register(BytesView body, const Peer& peer, const wire::Respond& respond) {
  cbor::Reader r(body);
  const auto post = [&]() -> Result<RegisterPost> {
    TRY(r.array(2));
    RegisterPost out;
    out.type = static_cast<envelope::RegisterType>(TRY(r.uint_max(0x7f)));
    out.object = copy_of(TRY(r.bytes()));
    TRY(r.end());
    return out;
  }();
  if (!post) return respond(answer_of(post.error()));
  const bool enrolment = post->type == envelope::RegisterType::enrolment;
  const bool closes = post->type == envelope::RegisterType::case_closed;
  const bool may = peer.member != nullptr || (peer.invitation != nullptr && enrolment) ||
                   (peer.device != nullptr && post->type == envelope::RegisterType::device_replaced);
  if (!may) return respond(answer_of(not_yours()));
  RegisterPost taken = *post;
  taken.done = [respond, this, closes,
                object = enrolment ? post->object : Bytes()](const Result<std::uint64_t>& index) {
    if (!index) archive_.refusals().count("register-post");
    if (index && !object.empty()) forget_pending(object);
    if (index && closes) archive_.forget_closed_grants();
    respond_with(respond, index, encode_index);
  };
  if (!archive_.register_writer().put(std::move(taken))) {
    respond(answer_of(Error{ErrorCode::unavailable, "the server is stopping", "", "try again later"}));
  }
}

/// PUT /v1/pending/<invitation id>: an invited device leaves its own, members pass on any.
Result<void> Service::put_pending(std::string_view id, BytesView object, const Peer& peer) {
  const auto invitation = TRY(codec::array_from_hex<16>(id));
  if (peer.member == nullptr && (peer.invitation == nullptr || peer.invitation->id != invitation)) {
    return fail(ErrorCode::refused, "this identity may not ask that");
  }
  return pending_.put(invitation, object);
}

Result<wire::Response> Service::get_pending(const Peer& peer) {
  if (peer.member == nullptr && peer.invitation == nullptr) return not_yours();
  cbor::Writer items;
  std::size_t count = 0;
  for (const auto& [id, object] : pending_.all()) {
    if (peer.member == nullptr && id != peer.invitation->id) continue;
    items.array(2).bytes(id).bytes(object);
    ++count;
  }
  cbor::Writer w;
  w.array(count).raw(items.view());
  return cbor_answer(w.take());
}

void Service::forget_pending(BytesView enrolment_object) {
  const auto object =
      envelope::decode_object(enrolment_object, roster::kEnrolmentLabel, roster::kRegisterObjectBytesMax);
  if (!object) return;
  if (const auto enrolment = roster::decode_enrolment(object->content))
    pending_.forget(enrolment->invitation);
}

void Service::get_cross(const wire::Respond& respond) {
  if (!archive_.may_take()) return respond(answer_of(cross_list()));
  const bool taken =
      archive_.register_writer().put(CrossWish{[this, respond] { respond(answer_of(cross_list())); }});
  if (!taken) respond(answer_of(cross_list()));
}

Result<wire::Response> Service::cross_list() {
  const RegisterSnapshot state = archive_.state();
  cbor::Writer w;
  w.array(state->cross_leaves().size());
  for (const roster::SeenCross& cross : state->cross_leaves()) {
    w.array(2).uint(cross.leaf).bytes(bytes_of(cross.checkpoint));
  }
  return cbor_answer(w.take());
}

Result<wire::Response> Service::get_chain(std::string_view incarnation, const Peer& peer) {
  if (peer.device == nullptr) return not_yours();
  const ChainKey key{peer.device->enrolment.device, TRY(codec::array_from_hex<16>(incarnation))};
  const std::optional<ChainHead> head = TRY(archive_.catalogue().chain(key));
  if (!head) return fail(ErrorCode::not_found, "no entry of this incarnation has been received");
  return cbor_answer(cbor::Writer().array(3).uint(head->next).bytes(head->last).uint(head->last_leaf).take());
}

Result<wire::Response> Service::get_proof(std::string_view ledger, std::string_view index) {
  if (ledger != "capture" && ledger != "register") return nothing_here();
  const std::uint64_t leaf = TRY(codec::from_decimal(index, ledger::kTreeSizeMax.value));
  const std::string proof =
      TRY(archive_.proof(ledger == "capture" ? LedgerName::capture : LedgerName::registers, leaf));
  return wire::Response::binary(copy_of(bytes_of(proof)), std::string(kText));
}

Result<wire::Response> Service::get_register(const Target& target) {
  constexpr std::uint64_t items_max = 1024;
  constexpr std::size_t bytes_max = 4u << 20;
  const std::uint64_t from = TRY(target.number("from", 0, ledger::kTreeSizeMax.value));
  const std::uint64_t max = std::min(TRY(target.number("max", items_max, UINT32_MAX)), items_max);
  const std::vector<RegisterItem> items = TRY(archive_.book().items(from, max, bytes_max));
  cbor::Writer w;
  w.array(items.size());
  for (const RegisterItem& item : items) w.array(2).bytes(item.leaf).bytes(item.object);
  return cbor_answer(w.take());
}

Result<wire::Response> Service::get_object(std::string_view name) {
  return wire::Response::binary(TRY(archive_.object(TRY(codec::array_from_hex<32>(name)))));
}

/// [[leaf index, header object, [mark, ...]], ...]
Result<wire::Response> Service::get_device_entries(const Target& target) {
  constexpr std::uint64_t rows_max = 1024;
  constexpr std::size_t bytes_max = 4u << 20;
  const auto device = TRY(codec::array_from_hex<16>(target.parts[2]));
  const std::uint64_t from = TRY(target.number("from", 0, ledger::kTreeSizeMax.value));
  const std::uint64_t max = std::min(TRY(target.number("max", rows_max, UINT32_MAX)), rows_max);
  const RegisterSnapshot state = archive_.state();
  cbor::Writer items;
  std::size_t count = 0;
  for (const EntryRow& row :
       TRY(archive_.catalogue().entries_of(device, from, static_cast<std::size_t>(max)))) {
    items.array(3).uint(row.leaf).bytes(TRY(archive_.object(row.object)));
    auto marks = row.marks.names();
    if (quarantines(*state, row)) marks.emplace_back("quarantined");
    items.array(marks.size());
    for (const std::string_view mark : marks) items.text(mark);
    ++count;
    if (items.view().size() > bytes_max) break;
  }
  cbor::Writer w;
  w.array(count).raw(items.view());
  return cbor_answer(w.take());
}

/// Protocol §3.9: who is silent. Pseudonyms only, and no more than the ledgers say.
Result<wire::Response> Service::get_devices() {
  const std::vector<DeviceStanding> devices = archive_.devices();
  cbor::Writer w;
  w.array(devices.size());
  for (const DeviceStanding& device : devices) {
    w.array(3).bytes(device.device).text(name_of(device.hearing)).uint(device.heard_ms / 1000);
  }
  return cbor_answer(w.take());
}

Result<wire::Response> Service::health() {
  std::string status = archive_.may_take() ? "ok" : "asking", witnessed;
  for (const auto& [ledger, name] :
       {std::pair(LedgerName::capture, "capture"), std::pair(LedgerName::registers, "register")}) {
    const WitnessStanding now = archive_.standing(ledger);
    if (now.state != WitnessStanding::State::behind) continue;
    status = "behind";
    witnessed += fmt::format(", \"{}_witnessed\": {}", name, now.witnessed);
  }
  const std::string text =
      fmt::format("{{\"status\": \"{}\", \"capture\": {}, \"register\": {}{}}}\n", status,
                  archive_.size(LedgerName::capture), archive_.size(LedgerName::registers), witnessed);
  return wire::Response::binary(copy_of(bytes_of(text)), "application/json");
}

}  // namespace strongroom::archive
