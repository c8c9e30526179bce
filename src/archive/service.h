/// The two listeners' requests (docs/formats/service.md): who may ask what, and the answers. The listeners' threads
/// only hand on; workers do what takes time.
#pragma once

#include <optional>
#include <string>

#include "archive/answers.h"
#include "archive/archive.h"
#include "archive/pending.h"
#include "archive/workers.h"
#include "wire/server.h"

namespace strongroom::archive {

/// Who is at the other end: the register says, and only the register.
struct Peer {
  RegisterSnapshot state;  ///< what the pointers below point into
  const roster::EnrolledDevice* device = nullptr;
  const roster::Member* member = nullptr;
  const roster::Invitation* invitation = nullptr;

  bool known() const { return device != nullptr || member != nullptr || invitation != nullptr; }
  bool has_role(roster::Role role) const { return member != nullptr && roster::has_role(*member, role); }
};

class Service {
 public:
  Service(Archive& archive, platform::Clock& clock, unsigned workers);
  ~Service() { stop(); }

  wire::Admission admit(const wire::RequestHead& head);
  void handle(wire::Request request, wire::Respond respond);
  void handle_public(wire::Request request, wire::Respond respond);
  /// Answers what was begun; later requests are dropped.
  void stop() { workers_.stop(); }

 private:
  Peer peer_of(const std::optional<wire::Pin>& pin) const;
  void route(wire::Request& request, const wire::Respond& respond);
  bool route_writing(wire::Request& request, const Target& target, const Peer& peer,
                     const wire::Respond& respond);
  Result<wire::Response> read(const Target& target, const Peer& peer);
  Result<wire::Response> read_v1(const Target& target, const Peer& peer);
  Result<wire::Response> read_ledger(const Target& target, bool register_tiles);

  void post_entries(Bytes body, const Peer& peer, const wire::Respond& respond);
  void post_register(BytesView body, const Peer& peer, const wire::Respond& respond);
  void get_cross(const wire::Respond& respond);
  Result<void> put_pending(std::string_view id, BytesView object, const Peer& peer);
  Result<wire::Response> get_pending(const Peer& peer);
  void forget_pending(BytesView enrolment_object);
  Result<wire::Response> get_chain(std::string_view incarnation, const Peer& peer);
  Result<wire::Response> get_proof(std::string_view ledger, std::string_view index);
  Result<wire::Response> get_register(const Target& target);
  Result<wire::Response> get_object(std::string_view name);
  Result<wire::Response> get_device_entries(const Target& target);
  Result<wire::Response> get_devices();
  Result<wire::Response> cross_list();
  Result<wire::Response> health();

  Archive& archive_;
  platform::Clock& clock_;
  PendingEnrolments pending_;
  Workers workers_;
};

}  // namespace strongroom::archive
