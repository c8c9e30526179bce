#include "agent/replace_key.h"

#include <fmt/format.h>

#include <thread>

#include "agent/import.h"
#include "agent/session.h"
#include "replica/invitation_file.h"
#include "roster/signing.h"

namespace strongroom::agent {
namespace {

constexpr auto kPause = std::chrono::milliseconds(100);

struct Request {
  roster::DeviceReplaced act;
  envelope::SignedObject object;
  Bytes bytes;
};

Result<Request> read_request(platform::FileSystem& files, const std::string& file) {
  Request out;
  out.bytes = TRY(files.read(file, envelope::kHeaderBytesMax));
  out.object = TRY_IN(
      file, envelope::decode_object(out.bytes, roster::kDeviceReplacedLabel, envelope::kHeaderBytesMax));
  out.act = TRY_IN(file, roster::decode_device_replaced(out.object.content));
  return out;
}

std::string words_of(const roster::DeviceReplaced& act) {
  return replica::fingerprint_words(act.device_key, act.tls_pin);
}

Result<KeyReplacement> ask(Device& device, const Session& session, const std::string& file,
                           const ImportTools& tools) {
  TRY(device.make_next(tools.files, tools.entropy));
  tools.steps.reached("key-made");
  const DeviceKeySet& next = *device.next();
  roster::DeviceReplaced act;
  act.archive = device.card().archive;
  act.roster = TRY(session.replica.roster())->hash;
  act.device = device.id();
  act.device_key = next.signing.public_half();
  act.tls_pin = next.identity.pin();
  act.asked_s = tools.clock.now_ms() / 1000;
  TRY(tools.files.write_durable(file, roster::begin_replacement(act, device.signing(), next.signing)));
  return KeyReplacement{KeyStep::asked, words_of(act)};
}

/// A sign of life in the ledger, witnessed, and with it everything that waited. Its leaf.
Result<std::uint64_t> say_alive(const Device& device, Session& session, const ImportTools& tools,
                                std::chrono::milliseconds patience) {
  seal::Chain chain = TRY(take_up_chain(device, session, tools, patience));
  SpooledEntry entry;
  entry.entry = chain.heartbeat(session.enrolment.heartbeat_s);
  TRY(session.spool.append(entry, chain.state()));
  TRY(session.spool.sync());
  return TRY(send(session, tools, patience)).last_leaf;
}

/// The key in force counts up to the last cross leaf before the replacement, so that one has to cover all it sealed. A
/// server that made none would have honest entries left out.
Result<void> wait_for_cross(Session& session, std::uint64_t last_leaf, std::chrono::milliseconds patience) {
  const auto until = std::chrono::steady_clock::now() + patience;
  TRY(session.server->ask_cross());
  while (true) {
    TRY(session.replica.refresh(*session.server));
    const auto& crosses = session.replica.state().cross_leaves();
    if (!crosses.empty() && crosses.back().capture_head.size > last_leaf) return {};
    if (std::chrono::steady_clock::now() > until)
      return fail(
          ErrorCode::unavailable,
          fmt::format("the register has no cross leaf over what this device sealed (capture leaf {})",
                      last_leaf),
          {}, "the old keys stay in force; run this again when the witnesses answer, or ask the operator");
    std::this_thread::sleep_for(kPause);
  }
}

}  // namespace

Result<KeyReplacement> replace_key(Device& device, const std::string& file, const ImportTools& tools,
                                   std::chrono::milliseconds patience) {
  Session session = TRY(begin(device, tools));
  TRY(check_in_service(device, session, tools, patience));
  if (!session.server) return std::unexpected(*session.unreachable);
  if (!TRY(tools.files.exists(file))) return ask(device, session, file, tools);
  const Request request = TRY(read_request(tools.files, file));
  const std::string words = words_of(request.act);
  if (request.act.device == device.id() && request.act.device_key == device.signing().public_half()) {
    TRY(say_alive(device, session, tools, patience));
    return KeyReplacement{KeyStep::replaced, words};
  }
  if (request.act.device != device.id() || device.next() == nullptr ||
      request.act.device_key != device.next()->signing.public_half())
    return fail(ErrorCode::conflict, "the request is not of this device's next keys", file,
                "name another file, and the request is made there");
  if (request.act.roster != TRY(session.replica.roster())->hash)
    return fail(ErrorCode::conflict, "a new roster has come into force since the request was made", file,
                "delete the file and run this again: the request is made anew");
  if (request.object.signers.size() < 3) return KeyReplacement{KeyStep::waiting, words};
  const std::uint64_t last_leaf = TRY(say_alive(device, session, tools, patience));
  TRY(wait_for_cross(session, last_leaf, patience));
  TRY(session.server->post_register(envelope::RegisterType::device_replaced, request.bytes));
  tools.steps.reached("key-entered");
  session.server = TRY(follow_new_keys(device, session.replica, tools, patience));
  TRY(say_alive(device, session, tools, patience));
  return KeyReplacement{KeyStep::replaced, words};
}

}  // namespace strongroom::agent
