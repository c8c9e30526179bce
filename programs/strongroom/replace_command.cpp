// device replace: an officer signs a device's new keys (protocol §2.6). The device itself enters them.
#include <fmt/format.h>

#include "codec/json_text.h"
#include "codec/text.h"
#include "commands.h"
#include "person.h"
#include "replica/invitation_file.h"
#include "roster/signing.h"

namespace strongroom::person {
namespace {

struct ReplaceCommand {
  PersonOptions person;
  std::string file;
};

/// The request, found good as far as the device's part goes.
Result<roster::DeviceReplaced> read_request(const roster::RegisterState& state, BytesView bytes) {
  const auto object =
      TRY(envelope::decode_object(bytes, roster::kDeviceReplacedLabel, envelope::kHeaderBytesMax));
  roster::DeviceReplaced act = TRY(roster::decode_device_replaced(object.content));
  const auto device = state.devices().find(act.device);
  if (act.archive != state.archive() || device == state.devices().end())
    return fail(ErrorCode::refused, "the register knows no such device");
  if (device->second.revoked)
    return fail(ErrorCode::refused,
                fmt::format("the device was revoked at register leaf {}", device->second.revoked->leaf));
  if (act.roster != state.current_roster()->hash)
    return fail(ErrorCode::conflict, "a new roster has come into force since the request was made", {},
                "let the device ask again");
  if (object.signers.size() > 2)
    return fail(ErrorCode::conflict, "an officer has signed these keys already", {},
                "at the device: 'strongroom-agent replace-key' carries it out");
  TRY_IN("the signature of the key in force",
         envelope::verify_signer(object, act.device, device->second.key(), crypto::SignaturePolicy::both));
  TRY_IN("the new key's signature", envelope::verify_signer(object, roster::signer_of_new(act),
                                                            act.device_key, crypto::SignaturePolicy::both));
  return act;
}

Result<void> replace(const ReplaceCommand& asked) {
  const Person person = TRY(Person::open(asked.person));
  const Archive archive = TRY(person.connect());
  const roster::MemberId me = TRY(person.me_as(archive.replica, roster::Role::officer))->id;
  const Bytes bytes = TRY(person.files().read(asked.file, envelope::kHeaderBytesMax));
  const roster::DeviceReplaced act = TRY_IN(asked.file, read_request(archive.replica.state(), bytes));
  const std::string device = codec::hex(act.device);
  const auto custodians = person.custodians(archive.replica);
  const bool known = custodians && custodians->contains(act.device);
  fmt::print(stderr,
             "Device {}{} asks for new keys.\nWords of the new keys: {}\nThe person at the device must read "
             "the same "
             "words.\n",
             device, known ? ", " + custodians->at(act.device) + "," : "",
             replica::fingerprint_words(act.device_key, act.tls_pin));
  TRY(confirm(asked.person, "Are they the same?"));
  TRY(person.files().write_durable(asked.file,
                                   TRY(roster::add_replacement_signature(bytes, {me, person.signing()}))));
  if (asked.person.form == Form::json) {
    fmt::print("{{\"device\": {}, \"file\": {}}}\n", codec::json_string(device),
               codec::json_string(asked.file));
  } else {
    fmt::print("Signed. At the device: strongroom-agent replace-key {} --state DIR\n", asked.file);
  }
  return {};
}

}  // namespace

void add_replace_command(CLI::App& device, Run& run) {
  const auto asked = std::make_shared<ReplaceCommand>();
  CLI::App* command = device.add_subcommand("replace", "sign the new keys that a device asks for (officer)");
  add_home_option(*command, asked->person);
  add_json_option(*command, asked->person);
  add_yes_option(*command, asked->person);
  command->add_option("FILE", asked->file, "the device's request; the signature is added to it")->required();
  command->footer("Example: strongroom device replace ana-phone.request");
  command->callback([=, &run] { run = [=] { return replace(*asked); }; });
}

}  // namespace strongroom::person
