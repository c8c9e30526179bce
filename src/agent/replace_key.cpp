#include "agent/replace_key.h"

#include <fmt/format.h>

#include "agent/session.h"
#include "base/check.h"
#include "replica/invitation_file.h"
#include "roster/signing.h"

namespace strongroom::agent {
namespace {

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

/// One entry and the receipts of all: the first word of the new key.
Result<void> say_hello(Device& device, Session& session, const ImportTools& tools,
                       std::chrono::milliseconds patience) {
  seal::Chain chain(session.spool.chain(), device.signing(), tools.entropy, tools.clock);
  SpooledEntry entry;
  entry.entry = chain.heartbeat(session.enrolment.heartbeat_s);
  TRY(session.spool.append(entry, chain.state()));
  TRY(session.spool.sync());
  TRY(send(session, tools, patience));
  return {};
}

/// Everything the key in force has sealed is in the ledger, witnessed, before another is in force.
Result<void> empty_spool(Device& device, Session& session, const ImportTools& tools,
                         std::chrono::milliseconds patience) {
  TRY(ensure_continuity(session, tools, patience));
  seal::Chain chain(session.spool.chain(), device.signing(), tools.entropy, tools.clock);
  TRY(close_left_open(session.spool, chain));
  TRY(send(session, tools, patience));
  CHECK(session.spool.waiting() == 0);
  return {};
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
    TRY(say_hello(device, session, tools, patience));
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
  TRY(empty_spool(device, session, tools, patience));
  TRY(session.server->post_register(envelope::RegisterType::device_replaced, request.bytes));
  tools.steps.reached("key-entered");
  session.server = TRY(follow_new_keys(device, session.replica, tools, patience));
  TRY(say_hello(device, session, tools, patience));
  return KeyReplacement{KeyStep::replaced, words};
}

}  // namespace strongroom::agent
