// request: a reader asks for folders (protocol §5.1).
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "asking.h"
#include "base/counted.h"
#include "chain/canary.h"
#include "codec/json_text.h"
#include "codec/text.h"
#include "commands.h"
#include "grant/device_entries.h"
#include "person.h"

namespace strongroom::person {
namespace {

struct RequestCommand {
  PersonOptions person;
  std::string case_name, basis, from, to;
  std::vector<std::string> devices, custodians;
  std::vector<std::uint32_t> classes;
  std::uint64_t days_valid = 30;
  enum class Devices { named, all } which = Devices::named;
};

Result<std::vector<envelope::DeviceId>> devices_of(const Person& person, const replica::Replica& replica,
                                                   const RequestCommand& asked) {
  std::vector<envelope::DeviceId> out;
  std::map<envelope::DeviceId, std::string> custodians;
  if (!asked.custodians.empty()) custodians = TRY(person.custodians(replica));
  for (const auto& [id, device] : replica.state().devices()) {
    const auto named = custodians.find(id);
    const bool by_id =
        std::ranges::any_of(asked.devices, [&](const auto& hex) { return codec::hex(id).starts_with(hex); });
    const bool by_name = named != custodians.end() &&
                         std::ranges::find(asked.custodians, named->second) != asked.custodians.end();
    if (asked.which == RequestCommand::Devices::all || by_id || by_name) out.push_back(id);
  }
  if (out.empty())
    return fail(ErrorCode::not_found, "no enrolled device is meant", {},
                "'strongroom status' lists devices and custodians; --all-devices means every one");
  return out;  // the map is ascending
}

Result<roster::Scope> scope_of(const Person& person, const replica::Replica& replica,
                               const RequestCommand& asked) {
  roster::Scope scope;
  scope.devices = TRY(devices_of(person, replica, asked));
  scope.classes = asked.classes;
  if (scope.classes.empty())
    for (const auto& of : TRY(replica.roster())->roster.classes) scope.classes.push_back(of.id);
  std::ranges::sort(scope.classes);
  scope.day_from = TRY_IN("--from", envelope::day_from_name(asked.from));
  scope.day_to = TRY_IN("--to", envelope::day_from_name(asked.to));
  if (scope.day_from > scope.day_to) return fail(ErrorCode::malformed, "--from is after --to");
  return scope;
}

struct Found {
  std::vector<Hash256> folders;
  std::uint64_t newest = 0, records = 0, newer = 0, quarantined = 0, canaries = 0;
};
/// Folders of the predicate, through verified chains.
Result<Found> find_folders(Archive& archive, const roster::Scope& scope) {
  Found found;
  auto tiles = TRY(grant::capture_tiles(archive.session()));
  for (const envelope::DeviceId& id : scope.devices) {
    const auto device =
        TRY(grant::read_device(archive.session(), tiles, archive.replica.state().devices().at(id)));
    found.newer += device.newer;
    for (const chain::FolderView& folder : device.chain.folders) {
      if (!grant::in_predicate(scope, folder.core.core0)) continue;
      if (chain::canary_of(folder)) {
        ++found.canaries;  // for drills ('strongroom drill ask')
        continue;
      }
      if (device.enrolled.quarantines(folder.open.leaf)) {
        ++found.quarantined;
        continue;
      }
      TRY(grant::check_opening(folder, device.enrolled, archive.replica.state().archive()));
      found.folders.push_back(folder.open.header.hash);
      found.newest = std::max(found.newest, folder.open.leaf);
      found.records += folder.records;
    }
  }
  if (found.folders.empty())
    return fail(ErrorCode::not_found, "there is no folder of these devices, classes and days", {},
                "nothing was asked; check the days and that the device has handed over what it sealed");
  if (found.folders.size() > roster::kFoldersPerRequestMax)
    return fail(ErrorCode::limit_exceeded,
                fmt::format("{} folders: a request lists at most 4096", found.folders.size()), {},
                "make several requests under one case, each over fewer days");
  return found;
}

Result<void> request(const RequestCommand& asked) {
  Person person = TRY(Person::open(asked.person));
  Archive archive = TRY(person.connect());
  Wish wish;
  wish.request.reader = TRY(person.me_as(archive.replica, roster::Role::reader))->id;
  wish.request.case_name = asked.case_name;
  wish.request.legal_basis = asked.basis;
  wish.request.scope = TRY(scope_of(person, archive.replica, asked));
  const Found found = TRY(find_folders(archive, wish.request.scope));
  wish.folders = found.folders;
  wish.newest = found.newest;
  wish.days_valid = asked.days_valid;
  wish.shown = fmt::format("  records     {}\n", found.records);
  if (found.quarantined > 0)
    wish.shown +=
        fmt::format("  left out    {} folders that came after their device was revoked\n", found.quarantined);
  if (found.canaries > 0)
    wish.shown += fmt::format("  left out    {} of canaries, which hold no messages\n",
                              counted(found.canaries, "folder"));
  const Asked done = TRY(ask(person, archive, asked.person, std::move(wish)));
  if (asked.person.form == Form::json) {
    fmt::print("{{\"commitment\": {}, \"leaf\": {}, \"folders\": {}, \"records\": {}}}\n",
               codec::json_string(codec::hex(done.commitment)), done.leaf, found.folders.size(),
               found.records);
  } else {
    if (found.newer > 0)
      fmt::print("{} newer entries are not witnessed yet and are not part of this.\n", found.newer);
    fmt::print("Asked, in the register at leaf {}. Its commitment:\n{}\n", done.leaf,
               codec::hex(done.commitment));
  }
  return {};
}

}  // namespace

void add_request_command(CLI::App& app, Run& run) {
  const auto asked = std::make_shared<RequestCommand>();
  CLI::App* command = app.add_subcommand("request", "ask to read folders (reader)");
  add_home_option(*command, asked->person);
  add_json_option(*command, asked->person);
  add_yes_option(*command, asked->person);
  command->add_option("--case", asked->case_name, "what it is for")->required();
  command->add_option("--basis", asked->basis, "the legal basis")->required();
  command->add_option("--device", asked->devices, "id of a device, or its beginning; may be repeated");
  command->add_option("--custodian", asked->custodians, "name in the directory; may be repeated");
  command->add_flag_callback(
      "--all-devices", [asked] { asked->which = RequestCommand::Devices::all; }, "every device");
  command->add_option("--class", asked->classes, "retention class; all if not given");
  command->add_option("--from", asked->from, "first day, YYYY-MM-DD (UTC)")->required();
  command->add_option("--to", asked->to, "last day, YYYY-MM-DD (UTC)")->required();
  command->add_option("--days-valid", asked->days_valid, "days until it expires")
      ->check(CLI::Range(1, 400))
      ->capture_default_str();
  command->footer(
      "Example: strongroom request --case \"Claim 17\" --basis \"Order of 3 May\" --custodian \"Ana Silva\" "
      "\\\n"
      "  --from 2026-01-01 --to 2026-03-31");
  command->callback([=, &run] {
    // Scripts that want JSON have decided already.
    if (asked->person.form == Form::json) asked->person.asking = Asking::assume_yes;
    run = [=] { return request(*asked); };
  });
}

}  // namespace strongroom::person
