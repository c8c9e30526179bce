// device invite, pending, confirm: an officer lets a device in, a second person countersigns (protocol §2.6).
#include <fmt/format.h>

#include <algorithm>

#include "base/counted.h"
#include "codec/json_text.h"
#include "codec/text.h"
#include "commands.h"
#include "envelope/object.h"
#include "person.h"
#include "replica/invitation_file.h"
#include "roster/request_seal.h"
#include "roster/signing.h"

namespace strongroom::person {
namespace {

struct InviteCommand {
  PersonOptions person;
  roster::MemberId countersigner = 0;
  std::vector<std::uint32_t> classes;
  std::string heartbeat = "24h", out;
  std::uint64_t days = 7;
};
struct ConfirmCommand {
  PersonOptions person;
  std::string invitation, custodian, note;
};

/// A pending enrolment, read and compared with its invitation in the register.
struct Pending {
  roster::Enrolment enrolment;
  envelope::SignedObject object;
  Bytes bytes;
  bool has(BytesView signer) const {
    return std::ranges::any_of(object.signers, [&](const auto& s) { return equal(s.id, signer); });
  }
};

Result<std::uint64_t> seconds_of(std::string_view text) {
  if (text.empty()) return fail(ErrorCode::malformed, "an interval is a number and s, m, h or d");
  const std::string_view units = "smhd";
  constexpr std::uint64_t seconds[] = {1, 60, 3600, 86400};
  const auto unit = units.find(text.back());
  if (unit == units.npos)
    return fail(ErrorCode::malformed, "an interval is a number and s, m, h or d", std::string(text));
  return TRY(codec::from_decimal(text.substr(0, text.size() - 1), 31 * 86400)) * seconds[unit];
}

Result<void> invite(const InviteCommand& asked) {
  const Person person = TRY(Person::open(asked.person));
  Archive archive = TRY(person.connect());
  const roster::Member* me = TRY(person.me_as(archive.replica, roster::Role::officer));
  replica::InvitationFile file;
  file.card = archive.card;
  file.id = person.entropy().array<16>();
  file.key_seed = person.entropy().secret<32>();
  file.tls_seed = person.entropy().secret<32>();
  roster::Invitation invitation;
  invitation.archive = archive.replica.state().archive();
  invitation.roster = TRY(archive.replica.roster())->hash;
  invitation.id = file.id;
  invitation.key = crypto::SigningKey::from_seeds(file.key_seed, {}).public_half().ed25519;
  invitation.tls_pin = TRY(wire::Identity::from_seed(file.tls_seed)).pin();
  invitation.classes = asked.classes;
  std::ranges::sort(invitation.classes);
  invitation.heartbeat_s = TRY_IN("--heartbeat", seconds_of(asked.heartbeat));
  invitation.officer = me->id;
  invitation.countersigner = asked.countersigner;
  invitation.issued_s = person.now_s();
  invitation.expires_s = invitation.issued_s + asked.days * 86400;
  TRY(person.files().write_durable(asked.out, replica::format_invitation_file(file).reveal()));
  TRY(grant::enter(archive.session(), envelope::RegisterType::invitation,
                   roster::sign_invitation(invitation, person.signing()), "the invitation"));
  if (asked.person.form == Form::json) {
    fmt::print("{{\"invitation\": {}, \"file\": {}}}\n", codec::json_string(codec::hex(file.id)),
               codec::json_string(asked.out));
  } else {
    fmt::print(
        "{} invites one device for {} days. Hand it over in person; who has it can ask to be enrolled.\n"
        "Archive words to be read aloud there: {}\n",
        asked.out, asked.days, roster::words_of(archive.card.archive));
  }
  return {};
}

Result<Pending> read_pending(const roster::RegisterState& state, const ByteArray<16>& id,
                             const Bytes& bytes) {
  Pending p;
  p.bytes = bytes;
  p.object = TRY(envelope::decode_object(bytes, roster::kEnrolmentLabel, envelope::kHeaderBytesMax));
  p.enrolment = TRY(roster::decode_enrolment(p.object.content));
  const roster::Enrolment& e = p.enrolment;
  const auto invited = state.invitations().find(id);
  if (invited == state.invitations().end() || e.invitation != id)
    return fail(ErrorCode::refused, "the register knows no such invitation", codec::hex(id));
  const roster::Invitation& i = invited->second;
  crypto::SigningPublic one_time;
  one_time.ed25519 = i.key;
  TRY_IN("the device's signature",
         envelope::verify_signer(p.object, e.device, e.device_key, crypto::SignaturePolicy::both));
  TRY_IN("the invitation's signature",
         envelope::verify_signer(p.object, e.invitation, one_time, crypto::SignaturePolicy::ed25519_only));
  if (e.archive != i.archive || e.roster != state.current_roster()->hash || e.classes != i.classes ||
      e.heartbeat_s != i.heartbeat_s || e.officer != i.officer || e.countersigner != i.countersigner)
    return fail(ErrorCode::refused, "the enrolment is not on the terms of its invitation", codec::hex(id));
  return p;
}

Result<std::vector<Pending>> all_pending(Archive& archive) {
  std::vector<Pending> out;
  const roster::RegisterState& state = archive.replica.state();
  for (const auto& [id, bytes] : TRY(archive.server.pending())) {
    auto pending = read_pending(state, id, bytes);
    if (!pending) {
      fmt::print(stderr, "left out: {}\n", pending.error().to_string());
    } else if (!state.devices().contains(pending->enrolment.device)) {
      out.push_back(std::move(*pending));
    }
  }
  return out;
}

std::string words_of(const Pending& p) {
  return replica::fingerprint_words(p.enrolment.device_key, p.enrolment.tls_pin);
}

Result<void> list_pending(const PersonOptions& options) {
  const Person person = TRY(Person::open(options));
  Archive archive = TRY(person.connect());
  std::string json;
  const auto pending = TRY(all_pending(archive));
  for (const Pending& p : pending) {
    const roster::Enrolment& e = p.enrolment;
    const bool officer = p.has(envelope::signer_of(e.officer)),
               second = p.has(envelope::signer_of(e.countersigner));
    if (options.form == Form::text) {
      fmt::print("invitation {}\n  device words    {}\n  officer         {}{}\n  countersigner   {}{}\n",
                 codec::hex(e.invitation), words_of(p), person.name_of(archive.replica, e.officer),
                 officer ? ", signed" : ", has not signed", person.name_of(archive.replica, e.countersigner),
                 second ? ", signed" : ", has not signed");
    }
    json += fmt::format(
        "{}{{\"invitation\": {}, \"device\": {}, \"words\": {}, \"officer_signed\": {}, "
        "\"countersigner_signed\": {}}}",
        json.empty() ? "" : ", ", codec::json_string(codec::hex(e.invitation)),
        codec::json_string(codec::hex(e.device)), codec::json_string(words_of(p)), officer, second);
  }
  if (options.form == Form::json) fmt::print("[{}]\n", json);
  if (options.form == Form::text && pending.empty()) fmt::print("No device asks to be enrolled.\n");
  return {};
}

Result<Pending> chosen(Archive& archive, const std::string& invitation) {
  auto pending = TRY(all_pending(archive));
  std::erase_if(
      pending, [&](const Pending& p) { return !codec::hex(p.enrolment.invitation).starts_with(invitation); });
  if (pending.empty()) return fail(ErrorCode::not_found, "no such device asks to be enrolled", invitation);
  if (pending.size() > 1)
    return fail(ErrorCode::refused, "several devices ask to be enrolled", {},
                "name the invitation; 'strongroom device pending' lists them");
  return std::move(pending.front());
}

/// §2.6: the whole list, sealed to the readers, officers and trustees of the roster in force.
Result<void> post_directory(const Person& person, Archive& archive, roster::MemberId me,
                            const std::vector<roster::DirectoryEntry>& entries) {
  const auto sealed = TRY(
      roster::seal_directory(entries, *TRY(archive.replica.roster()), me, person.now_s(), person.entropy()));
  TRY(grant::enter(archive.session(), envelope::RegisterType::directory,
                   roster::sign_directory(sealed, person.signing()), "the directory"));
  return {};
}

/// One line more.
Result<void> add_to_directory(const Person& person, Archive& archive, roster::MemberId me, const Pending& p,
                              const ConfirmCommand& asked) {
  auto entries = TRY(person.directory(archive.replica));
  std::erase_if(entries, [&](const auto& entry) { return entry.device == p.enrolment.device; });
  entries.push_back({p.enrolment.device, asked.custodian, asked.note});
  std::ranges::sort(entries, {}, &roster::DirectoryEntry::device);
  return post_directory(person, archive, me, entries);
}

Result<void> renew_directory(const PersonOptions& options) {
  const Person person = TRY(Person::open(options));
  Archive archive = TRY(person.connect());
  const roster::MemberId me = TRY(person.me_as(archive.replica, roster::Role::officer))->id;
  const auto entries = TRY(person.directory(archive.replica));
  TRY(post_directory(person, archive, me, entries));
  if (options.form == Form::json) {
    fmt::print("{{\"devices\": {}}}\n", entries.size());
  } else {
    fmt::print("The custodians' names of {} are sealed to everybody on the roster who may have them.\n",
               counted(entries.size(), "device"));
  }
  return {};
}

/// Leaves the object with the server, or, when all have signed, puts it into the register.
Result<std::optional<std::uint64_t>> hand_on(Archive& archive, const Pending& p, const Bytes& object) {
  const auto now = TRY(envelope::decode_object(object, roster::kEnrolmentLabel, envelope::kHeaderBytesMax));
  if (now.signers.size() < 4) {
    TRY(archive.server.put_pending(p.enrolment.invitation, object));
    return std::nullopt;
  }
  return TRY(grant::enter(archive.session(), envelope::RegisterType::enrolment, object, "the enrolment"));
}

Result<void> confirm_device(const ConfirmCommand& asked) {
  const Person person = TRY(Person::open(asked.person));
  Archive archive = TRY(person.connect());
  const roster::MemberId me = TRY(person.me(archive.replica))->id;
  const Pending p = TRY(chosen(archive, asked.invitation));
  const roster::Enrolment& e = p.enrolment;
  if (me != e.officer && me != e.countersigner)
    return fail(ErrorCode::refused, "the invitation names other people to sign", codec::hex(e.invitation));
  if (me == e.officer && asked.custodian.empty())
    return fail(ErrorCode::malformed, "whose device is it?", {},
                "give --custodian \"Name\"; it goes to the sealed directory");
  fmt::print(stderr, "Device words: {}\nThe person at the device must read the same words.\n", words_of(p));
  TRY(confirm(asked.person, "Are they the same?"));
  const Bytes object = TRY(roster::add_enrolment_signature(p.bytes, {me, person.signing()}));
  if (me == e.officer) TRY(add_to_directory(person, archive, me, p, asked));
  const auto leaf = TRY(hand_on(archive, p, object));
  const std::string device = codec::hex(e.device);
  if (asked.person.form == Form::json) {
    fmt::print("{{\"device\": {}, \"enrolled\": {}}}\n", codec::json_string(device), leaf.has_value());
  } else if (leaf) {
    fmt::print("Device {} is enrolled (register leaf {}).\n", device, *leaf);
  } else {
    fmt::print("Signed. {} has still to confirm device {}.\n",
               person.name_of(archive.replica, me == e.officer ? e.countersigner : e.officer), device);
  }
  return {};
}

}  // namespace

void add_device_commands(CLI::App& app, Run& run) {
  CLI::App* device = app.add_subcommand("device", "let devices in");
  device->require_subcommand(1);

  const auto inviting = std::make_shared<InviteCommand>();
  CLI::App* invite_command = device->add_subcommand("invite", "make an invitation for one device (officer)");
  add_home_option(*invite_command, inviting->person);
  add_json_option(*invite_command, inviting->person);
  invite_command
      ->add_option("--countersigner", inviting->countersigner, "number of the member who signs second")
      ->required();
  invite_command->add_option("--class", inviting->classes, "a retention class it may use; may be repeated")
      ->required();
  invite_command->add_option("--heartbeat", inviting->heartbeat, "longest silence, like 24h")
      ->capture_default_str();
  invite_command->add_option("--days-valid", inviting->days, "days the invitation is good for")
      ->check(CLI::Range(1, 90))
      ->capture_default_str();
  invite_command->add_option("--out", inviting->out, "the invitation file")->required();
  invite_command->footer(
      "Example: strongroom device invite --countersigner 3 --class 1 --out ana-phone.invitation");
  invite_command->callback([=, &run] { run = [=] { return invite(*inviting); }; });

  const auto listing = std::make_shared<PersonOptions>();
  CLI::App* pending_command = device->add_subcommand("pending", "devices that ask to be enrolled");
  add_home_option(*pending_command, *listing);
  add_json_option(*pending_command, *listing);
  pending_command->footer("Example: strongroom device pending");
  pending_command->callback([=, &run] { run = [=] { return list_pending(*listing); }; });

  const auto renewing = std::make_shared<PersonOptions>();
  CLI::App* directory_command = device->add_subcommand(
      "directory", "seal the custodians' names anew, to those on the roster in force (officer)");
  add_home_option(*directory_command, *renewing);
  add_json_option(*directory_command, *renewing);
  directory_command->footer("Example: strongroom device directory");
  directory_command->callback([=, &run] { run = [=] { return renew_directory(*renewing); }; });

  add_replace_command(*device, run);

  const auto confirming = std::make_shared<ConfirmCommand>();
  CLI::App* confirm_command =
      device->add_subcommand("confirm", "sign a device's enrolment (officer, then countersigner)");
  add_home_option(*confirm_command, confirming->person);
  add_json_option(*confirm_command, confirming->person);
  add_yes_option(*confirm_command, confirming->person);
  confirm_command->add_option("INVITATION", confirming->invitation, "its id, or the beginning of it");
  confirm_command->add_option("--custodian", confirming->custodian, "whose device it is (officer)");
  confirm_command->add_option("--note", confirming->note, "for the directory, like the telephone number");
  confirm_command->footer("Example: strongroom device confirm --custodian \"Ana Silva\"");
  confirm_command->callback([=, &run] { run = [=] { return confirm_device(*confirming); }; });
}

}  // namespace strongroom::person
