// stop, close, device revoke: the acts that end something (protocol §2.6, §5.3, §5.5).
#include <fmt/format.h>

#include "codec/json_text.h"
#include "codec/text.h"
#include "commands.h"
#include "grant/case_store.h"
#include "grant/key_names.h"
#include "opened.h"
#include "own_request.h"
#include "roster/signing.h"

namespace strongroom::person {
namespace {

struct StopCommand {
  PersonOptions person;
  std::string request;
  enum class Which { one, all } which = Which::one;
  std::uint64_t days = 7;
};
struct CloseCommand {
  PersonOptions person;
  std::string case_name;
};
struct RevokeCommand {
  PersonOptions person;
  std::string device;
  roster::RevocationReason reason = roster::RevocationReason::lost;
};

void print_entered(const PersonOptions& options, std::uint64_t leaf, std::string_view text) {
  if (options.form == Form::json) {
    fmt::print("{{\"leaf\": {}}}\n", leaf);
  } else {
    fmt::print("{} In the register at leaf {}.\n", text, leaf);
  }
}

Result<void> stop(const StopCommand& asked) {
  Person person = TRY(Person::open(asked.person));
  Archive archive = TRY(person.connect());
  const roster::Member* me = TRY(person.me(archive.replica));
  if (!roster::may_stop(*me))
    return fail(ErrorCode::refused, "only trustees, officers, approvers and auditors can stop a reading");
  const roster::RegisterState& state = archive.replica.state();
  roster::StopOrder order{state.archive(), state.current_roster()->hash, me->id, {}, 0, person.now_s()};
  std::string text;
  const bool all = asked.which == StopCommand::Which::all;
  if (all) {
    order.until_s = order.ordered_s + asked.days * 86400;
    text = fmt::format("Nothing is granted to anybody for {} days.", asked.days);
  } else {
    order.commitment = TRY(request_meant(person, archive, asked.request));
    text = "This request is granted no more. What was granted before stays granted.";
  }
  TRY(confirm(asked.person, all ? "Stop every reading?" : "Stop this request for good?"));
  const std::uint64_t leaf = TRY(grant::enter(archive.session(), envelope::RegisterType::stop_order,
                                              roster::sign_stop_order(order, person.signing()), "the order"));
  print_entered(asked.person, leaf, text);
  return {};
}

/// The one-time key first: once it is gone nothing that was granted opens again, whatever else fails.
Result<void> destroy_case(Person& person, const Hash256& commitment) {
  const std::string reply = grant::reply_key_name(commitment), own = grant::own_request_name(commitment);
  if (person.keys().contains(reply)) TRY(person.keys().remove(reply));
  if (person.keys().contains(own)) TRY(person.keys().remove(own));
  TRY(person.keys().save());
  return grant::CaseStore(person.files(), person.path("cases"), commitment).destroy();
}

/// The register as it was last seen names the request: destroying must not wait for a server that no longer lets this
/// person in, because it has left the roster.
Result<Hash256> destroy_own_case(Person& person, const CloseCommand& asked) {
  const replica::Replica last = TRY(person.last_seen());
  auto own = own_case(person, asked.case_name);
  if (!own && own.error().code != ErrorCode::not_found) return own;
  // What was closed before is no longer in the keystore; the register still has it.
  const Hash256 commitment = own ? *own : TRY(commitment_from(last.state(), asked.case_name));
  const auto seen = last.state().requests().find(commitment);
  const auto me = person.me(last);
  const bool mine = own || (me && (*me)->id == seen->second.entry.reader);
  if (!mine) return fail(ErrorCode::refused, "somebody else made this request");
  TRY(confirm(asked.person, "Destroy the key of this case and everything that was fetched?"));
  TRY(destroy_case(person, commitment));
  return commitment;
}

Result<std::uint64_t> enter_closing(const Person& person, const Hash256& commitment) {
  Archive archive = TRY(person.connect());
  const roster::RegisterState& state = archive.replica.state();
  const auto seen = state.requests().find(commitment);
  if (seen == state.requests().end())
    return fail(ErrorCode::not_found, "the request never reached the register", codec::hex(commitment));
  if (seen->second.closed) return *seen->second.closed;
  const roster::CaseClosed closed{state.archive(), commitment, TRY(person.me(archive.replica))->id,
                                  person.now_s()};
  return grant::enter(archive.session(), envelope::RegisterType::case_closed,
                      roster::sign_case_closed(closed, person.signing()), "the closing of the case");
}

Result<void> close(const CloseCommand& asked) {
  Person person = TRY(Person::open(asked.person));
  const Hash256 commitment = TRY(destroy_own_case(person, asked));
  auto leaf = enter_closing(person, commitment);
  if (!leaf) {
    Error error = std::move(leaf).error();
    error.what =
        "the key and what was fetched are destroyed here; the register could not be told: " + error.what;
    error.hint = "run this again when the server answers; if you have left the roster, tell an officer";
    return std::unexpected(std::move(error));
  }
  print_entered(
      asked.person, *leaf,
      "The case is closed: its key is destroyed here, and the server deletes the shares. Files that you "
      "exported are yours to delete.");
  return {};
}

Result<envelope::DeviceId> device_from(const roster::RegisterState& state, const std::string& hex) {
  if (hex.empty()) return fail(ErrorCode::malformed, "which device?", "DEVICE");
  std::vector<envelope::DeviceId> found;
  for (const auto& [id, device] : state.devices())
    if (codec::hex(id).starts_with(hex)) found.push_back(id);
  if (found.size() == 1) return found.front();
  return fail(found.empty() ? ErrorCode::not_found : ErrorCode::refused,
              found.empty() ? "no such device is enrolled" : "several devices begin like that", hex,
              "'strongroom status' lists devices and their custodians");
}

Result<void> revoke(const RevokeCommand& asked) {
  const Person person = TRY(Person::open(asked.person));
  Archive archive = TRY(person.connect());
  const roster::Member* me = TRY(person.me_as(archive.replica, roster::Role::officer));
  const roster::RegisterState& state = archive.replica.state();
  const envelope::DeviceId device = TRY(device_from(state, asked.device));
  const auto custodians = person.custodians(archive.replica);
  const bool known = custodians && custodians->contains(device);
  fmt::print(stderr, "Device {}, {}\n", codec::hex(device),
             known ? custodians->at(device) : "custodian not known to you");
  TRY(confirm(asked.person, "Revoke it? What it sends from now on is kept apart."));
  const roster::Revocation revocation{
      state.archive(), state.current_roster()->hash, device, asked.reason, me->id, person.now_s()};
  const std::uint64_t leaf =
      TRY(grant::enter(archive.session(), envelope::RegisterType::revocation,
                       roster::sign_revocation(revocation, person.signing()), "the revocation"));
  print_entered(asked.person, leaf,
                "Revoked. What it sends from now on is quarantined: kept, and not granted.");
  return {};
}

}  // namespace

void add_restrain_commands(CLI::App& app, Run& run) {
  const auto stopping = std::make_shared<StopCommand>();
  CLI::App* stop_command =
      app.add_subcommand("stop", "forbid a reading (trustee, officer, approver, auditor)");
  add_home_option(*stop_command, stopping->person);
  add_json_option(*stop_command, stopping->person);
  add_yes_option(*stop_command, stopping->person);
  CLI::Option* one = stop_command->add_option(
      "REQUEST", stopping->request,
      "the request to stop, for good: the beginning of its commitment, or the case's name");
  CLI::Option* all = stop_command
                         ->add_flag_callback(
                             "--all", [stopping] { stopping->which = StopCommand::Which::all; },
                             "stop every reading, for some days")
                         ->excludes(one);
  stop_command->add_option("--days", stopping->days, "how long every reading is stopped")
      ->check(CLI::Range(1, 30))
      ->needs(all)
      ->capture_default_str();
  stop_command->footer("Example: strongroom stop 5f1c2a");
  stop_command->callback([=, &run] { run = [=] { return stop(*stopping); }; });

  const auto closing = std::make_shared<CloseCommand>();
  CLI::App* close_command =
      app.add_subcommand("close", "end a case: destroy its key and what was fetched (reader)");
  add_home_option(*close_command, closing->person);
  add_json_option(*close_command, closing->person);
  add_yes_option(*close_command, closing->person);
  close_command->add_option("CASE", closing->case_name, "the commitment's beginning, or the case's name")
      ->required();
  close_command->footer("Example: strongroom close 5f1c2a");
  close_command->callback([=, &run] { run = [=] { return close(*closing); }; });

  const auto revoking = std::make_shared<RevokeCommand>();
  CLI::App* revoke_command = app.get_subcommand("device")->add_subcommand(
      "revoke", "a device's key counts no more: lost, stolen, compromised or replaced (officer)");
  add_home_option(*revoke_command, revoking->person);
  add_json_option(*revoke_command, revoking->person);
  add_yes_option(*revoke_command, revoking->person);
  revoke_command->add_option("DEVICE", revoking->device, "its id, or the beginning of it")->required();
  using roster::RevocationReason;
  revoke_command->add_option("--reason", revoking->reason, "lost, stolen, compromised or replaced")
      ->transform(CLI::CheckedTransformer(
          std::map<std::string, RevocationReason>{{"lost", RevocationReason::lost},
                                                  {"stolen", RevocationReason::stolen},
                                                  {"compromised", RevocationReason::compromised},
                                                  {"replaced", RevocationReason::replaced}}))
      ->required();
  revoke_command->footer("Example: strongroom device revoke 3fa1 --reason stolen");
  revoke_command->callback([=, &run] { run = [=] { return revoke(*revoking); }; });
}

}  // namespace strongroom::person
