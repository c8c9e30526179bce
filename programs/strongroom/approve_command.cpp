// approve: somebody other than the reader agrees, in the register (protocol §5.2).
#include <fmt/format.h>

#include "codec/json_text.h"
#include "codec/text.h"
#include "commands.h"
#include "grant/check_request.h"
#include "own_request.h"
#include "roster/signing.h"

namespace strongroom::person {
namespace {

struct ApproveCommand {
  PersonOptions person;
  std::string request;
};

Result<void> approve(const ApproveCommand& asked) {
  Person person = TRY(Person::open(asked.person));
  Archive archive = TRY(person.connect());
  const roster::RegisterState& state = archive.replica.state();
  const roster::MemberId me = TRY(person.me_as(archive.replica, roster::Role::approver))->id;
  const Hash256 commitment = TRY(request_meant(person, archive, asked.request));
  const roster::RequestCopy copy = TRY(sealed_copy(person, archive, commitment));
  const roster::ReadingRequest request = TRY(grant::check_copies(state, commitment, copy));
  if (request.reader == me)
    return fail(ErrorCode::refused, "this is your own request; somebody else approves it");
  if (person.now_s() >= request.expires_s) return fail(ErrorCode::refused, "the request has expired");
  fmt::print(stderr, "{}Everybody was sent this same request.\n", describe(person, archive.replica, request));
  TRY(confirm(asked.person, "Do you approve it?"));
  roster::Approval approval;
  approval.archive = state.archive();
  approval.roster = state.current_roster()->hash;
  approval.approver = me;
  approval.commitment = commitment;
  approval.request_leaf = state.requests().at(commitment).leaf;
  approval.approved_s = person.now_s();
  const std::uint64_t leaf =
      TRY(grant::enter(archive.session(), envelope::RegisterType::approval,
                       roster::sign_approval(approval, person.signing()), "the approval"));
  if (asked.person.form == Form::json) {
    fmt::print("{{\"approved\": {}, \"leaf\": {}}}\n", codec::json_string(codec::hex(commitment)), leaf);
  } else {
    fmt::print("Approved, in the register at leaf {}. Trustees can grant it now.\n", leaf);
  }
  return {};
}

}  // namespace

void add_approve_command(CLI::App& app, Run& run) {
  const auto asked = std::make_shared<ApproveCommand>();
  CLI::App* command = app.add_subcommand("approve", "read a request and approve it (approver)");
  add_home_option(*command, asked->person);
  add_json_option(*command, asked->person);
  add_yes_option(*command, asked->person);
  command->add_option("REQUEST", asked->request, "the beginning of its commitment, or the case's name")
      ->required();
  command->footer("Example: strongroom approve 5f1c2a");
  command->callback([=, &run] { run = [=] { return approve(*asked); }; });
}

}  // namespace strongroom::person
